import { FAULT } from '../core/fault/table.js';
import type { TerminalContext } from './context.js';

/** Between two looks at what is in the folder. */
const LOOK_MS = 60_000;

/** Which of the shop's own pictures stands on an idle screen now. Loads none: displays find them by name. */
export class SlideKeeper {
  readonly #context: TerminalContext;
  #paths: readonly string[] = [];
  #turn = 0;
  #trouble: string | undefined;
  #stopped = false;
  readonly #stops: { look?: () => void; turn?: () => void } = {};

  constructor(context: TerminalContext) {
    this.#context = context;
  }

  start(): void {
    const { idle } = this.#context.adapters;
    if (idle === undefined || this.#context.settings.idle === undefined) return;
    idle.pictures.start(() => this.#refresh());
    this.#context.endOnRejection(this.#look());
    this.#turns();
  }

  /** @param quietMs since somebody was before the screen */
  now(quietMs: number): string | undefined {
    const { adapters, settings } = this.#context;
    if (adapters.idle === undefined || settings.idle === undefined || quietMs < settings.idle.afterMs)
      return undefined;
    const { pictures } = adapters.idle;
    const names = this.#paths.flatMap((path) => pictures.nameOf(path) ?? []);
    return names[this.#turn % Math.max(1, names.length)];
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stops.look?.();
    this.#stops.turn?.();
    await this.#context.adapters.idle?.pictures.stop();
  }

  /** The face is looked at again after each event. */
  #refresh(): void {
    this.#context.post({ on: 'command', run: () => undefined });
  }

  #turns(): void {
    const { timers } = this.#context.adapters;
    const { everyMs = LOOK_MS } = this.#context.settings.idle ?? {};
    this.#stops.turn = timers.after(everyMs, () => {
      this.#turn += 1;
      this.#refresh();
      this.#turns();
    });
  }

  /** Pictures come and go while it runs. */
  async #look(): Promise<void> {
    const { idle, log, timers } = this.#context.adapters;
    const { paths, trouble } = (await idle?.list()) ?? { paths: [] };
    if (this.#stopped) return;
    if (trouble !== this.#trouble && trouble !== undefined) log.warn(`E${FAULT.idleFolder} ${trouble}`);
    this.#trouble = trouble;
    // Those that could not be used are tried again as well: somebody may have replaced one.
    if (paths.join('\0') !== this.#paths.join('\0')) {
      this.#paths = paths;
      idle?.pictures.prepare(paths);
    }
    this.#stops.look = timers.after(LOOK_MS, () => this.#context.endOnRejection(this.#look()));
  }
}
