import type { Caller, Callers, CallersEvent } from './callers.js';
import type { Line } from './line.js';

/** A line with a cable as a place for callers: there is one, and a line that is opened again leads to the same one. */
export class LineCallers implements Callers {
  readonly name: string;
  readonly #line: Line;
  readonly #caller: Caller;
  #open = false;

  constructor(line: Line) {
    this.#line = line;
    this.name = line.name;
    this.#caller = {
      name: line.name,
      cable: true,
      write: async (bytes) => this.#open && (await line.write(bytes)),
      end: () => {},
    };
  }

  start(on: (event: CallersEvent) => void): void {
    this.#line.start((event) => {
      const caller = this.#caller;
      const wasOpen = this.#open;
      this.#open = event.kind !== 'gone';
      if (event.kind === 'open') on({ kind: 'open', caller });
      else if (event.kind === 'bytes') on({ kind: 'bytes', caller, bytes: event.bytes });
      else if (wasOpen) on({ kind: 'closed', caller, cause: event.cause, why: event.why });
      else on({ kind: 'absent', cause: event.cause, why: event.why });
    });
  }

  async stop(): Promise<void> {
    this.#open = false;
    await this.#line.stop();
  }
}
