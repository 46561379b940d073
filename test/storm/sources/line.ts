import type { Line, LineEvent } from '../../../devices/kit/line.js';
import type { Chance } from '../chance.js';
import { unheard } from '../devices.js';
import { hourly } from '../hourly.js';
import type { Laws } from '../laws.js';
import type { Story } from '../story.js';
import type { VirtualTime } from '../time.js';

export interface CableParts {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  readonly laws: Laws;
  /** Default true. A cable whose bytes are checked on the way (USB) loses and changes none. */
  readonly noisy?: boolean;
  /** What the terminal has written. `asked`: the other side has spoken since this line or terminal came up. */
  readonly written: (bytes: Uint8Array, asked: boolean) => void;
}

/** The serial cable between a device and whichever terminal process has it open. */
export class Cable {
  readonly #parts: CableParts;
  /** See {@link CableParts.noisy}. */
  noisy: boolean;
  #end: LineEnd | undefined;
  /** The newest process that had it open. */
  #last: LineEnd | undefined;
  /** A byte is never overtaken by a later one. */
  #toTerminalMs = 0;
  #toDeviceMs = 0;
  /** The device has asked since the terminal's process began. */
  #asked = false;
  #turns = 0;
  /** The device's listener. */
  hear: (bytes: Uint8Array) => void = () => undefined;

  constructor(parts: CableParts) {
    this.#parts = parts;
    this.noisy = parts.noisy ?? true;
    const there = (): boolean => this.#end !== undefined;
    hourly(parts.time, parts.chance, 'lineDrops', () => this.#drop(), there);
  }

  /** How often it has come up or fallen; a terminal without power has let it fall. */
  get turns(): number {
    return this.#turns + (this.#last?.isAlive() === false ? 1 : 0);
  }

  open(end: LineEnd): void {
    // The same process on a line that came back may still answer; a new one has been asked nothing.
    if (this.#last !== end) this.#asked = false;
    this.#turns += 1;
    this.#end = end;
    this.#last = end;
  }

  #drop(): void {
    this.drop(this.#parts.chance.detail('lineDrops', 500, 60_000));
  }

  /** Gone for so long, as when the device at its end is without power and powers it. */
  drop(ms: number): void {
    this.#turns += 1;
    const end = this.#end;
    this.#end = undefined;
    end?.event({ kind: 'gone', cause: 'lost', why: 'the storm took it' });
    this.#parts.time.after(ms, () => end?.reopen());
  }

  fromDevice(bytes: Uint8Array): void {
    const { chance, time } = this.#parts;
    const given = this.#hurt(bytes);
    const ms = Math.max(this.#toTerminalMs, time.nowMs + 5 + bytes.length);
    this.#toTerminalMs = ms;
    const end = this.#end;
    const arrive = (piece: Uint8Array): void => {
      if (end !== this.#end || end === undefined) return;
      if (bytes.length > 1) this.#asked = true;
      end.event({ kind: 'bytes', bytes: piece });
    };
    if (given.length < 2 || !chance.now('bytesSplit')) {
      time.after(ms - time.nowMs, () => arrive(given));
      return;
    }
    // On both sides of what the driver takes for the end of a frame.
    const at = 1 + (chance.detail('bytesSplit', 0, 10_000) % (given.length - 1));
    this.#toTerminalMs = ms + chance.detail('bytesSplit', 1, 900, 3);
    time.after(ms - time.nowMs, () => arrive(given.subarray(0, at)));
    time.after(this.#toTerminalMs - time.nowMs, () => arrive(given.subarray(at)));
  }

  fromTerminal(bytes: Uint8Array): void {
    const { time, written } = this.#parts;
    written(bytes, this.#asked);
    const given = this.#hurt(bytes);
    const ms = Math.max(this.#toDeviceMs, time.nowMs + 5 + bytes.length);
    this.#toDeviceMs = ms;
    time.after(ms - time.nowMs, () => this.hear(given));
  }

  /** Loses bytes, or changes one. An ACK or NAK is one byte: lost whole, and never made from another. */
  #hurt(bytes: Uint8Array): Uint8Array {
    const { chance } = this.#parts;
    if (!this.noisy) return bytes;
    if (chance.now('bytesLost')) {
      const from = chance.detail('bytesLost', 0, bytes.length - 1);
      return Uint8Array.from([...bytes.subarray(0, from), ...bytes.subarray(from + 1 + (from % 7))]);
    }
    if (bytes.length > 1 && chance.now('bytesNoise')) {
      const at = chance.detail('bytesNoise', 3, bytes.length - 3);
      const noisy = Uint8Array.from(bytes);
      noisy[at] = (noisy[at] ?? 0) ^ 0x20;
      return noisy;
    }
    return bytes;
  }
}

/** The terminal's end, one a process. */
export class LineEnd implements Line {
  readonly name = 'line';
  readonly peer = 'cable';
  readonly #cable: Cable;
  readonly #time: VirtualTime;
  readonly #alive: () => boolean;
  readonly #act: (what: string) => void;
  #on: ((event: LineEvent) => void) | undefined;
  #open = false;

  constructor(cable: Cable, time: VirtualTime, alive: () => boolean, act: (what: string) => void) {
    this.#cable = cable;
    this.#time = time;
    this.#alive = alive;
    this.#act = act;
  }

  isAlive(): boolean {
    return this.#alive();
  }

  start(on: (event: LineEvent) => void): void {
    this.#on = on;
    this.#time.after(10, () => this.reopen());
  }

  reopen(): void {
    if (!this.#alive()) return;
    this.#cable.open(this);
    this.event({ kind: 'open' });
  }

  event(event: LineEvent): void {
    if (!this.#alive()) return;
    if (event.kind !== 'bytes') this.#open = event.kind === 'open';
    unheard(() => this.#on?.(event));
  }

  write(bytes: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      if (!this.#alive()) return;
      if (!this.#open) return resolve(false);
      this.#act('register line');
      if (!this.#alive()) return;
      this.#cable.fromTerminal(bytes);
      this.#time.after(bytes.length, () => this.#alive() && resolve(true));
    });
  }

  async stop(): Promise<void> {}
}
