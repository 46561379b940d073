import type { Log, LogText } from '../../src/port/log.js';
import type { VirtualTime } from './time.js';

/** The readable account of a run; nothing is kept of a run that nobody reads. */
export class Story {
  readonly lines: string[] = [];
  readonly #time: VirtualTime;
  readonly #kept: boolean;

  constructor(time: VirtualTime, kept: boolean) {
    this.#time = time;
    this.#kept = kept;
  }

  say(line: () => string): void {
    if (this.#kept) this.lines.push(`${stamp(this.#time.nowMs)}  ${line()}`);
  }

  log(scope: string): Log {
    if (!this.#kept) return SILENT;
    const write =
      (level: string) =>
      (text: LogText): void =>
        this.say(() => `${scope}: ${level}${typeof text === 'string' ? text : text()}`);
    return {
      error: write('ERROR '),
      warn: write('WARN '),
      info: write(''),
      debug: nothing,
      child: (name) => this.log(`${scope}/${name}`),
    };
  }
}

function nothing(): void {}

const SILENT: Log = { error: nothing, warn: nothing, info: nothing, debug: nothing, child: () => SILENT };

/** `1:02:03.456` of virtual time. */
function stamp(ms: number): string {
  const pad = (value: number, length: number): string => String(Math.floor(value)).padStart(length, '0');
  return `${pad(ms / 3_600_000, 1)}:${pad((ms / 60_000) % 60, 2)}:${pad((ms / 1000) % 60, 2)}.${pad(ms % 1000, 3)}`;
}
