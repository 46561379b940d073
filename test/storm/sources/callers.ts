import type { Caller, Callers, CallersEvent } from '../../../devices/kit/callers.js';
import type { Chance } from '../chance.js';
import { unheard } from '../devices.js';
import { hourly } from '../hourly.js';
import type { VirtualTime } from '../time.js';
import type { ProcessParts } from './source.js';

export interface LanParts {
  readonly time: VirtualTime;
  readonly chance: Chance;
  /** What the terminal has written. */
  readonly written: (bytes: Uint8Array) => void;
  /** `@` and the address that it calls from; absent for a cable and for a program on the terminal itself. */
  readonly address?: string;
}

/** One register that dials the terminal, hangs on, and dials again. A connection loses nothing but its end. */
export class Lan {
  readonly #parts: LanParts;
  #host: Host | undefined;
  #caller: Call | undefined;
  /** The register's listener. */
  hear: (text: string) => void = () => undefined;
  /** It has got through, and may say who it is. */
  through: () => void = () => undefined;

  constructor(parts: LanParts) {
    this.#parts = parts;
    const { time, chance } = parts;
    hourly(
      time,
      chance,
      'lineDrops',
      () => this.#drop(chance.detail('lineDrops', 100, 60_000)),
      () => this.#caller !== undefined,
    );
  }

  /** A process listens where one before it did. */
  listens(host: Host): void {
    this.#host = host;
    this.#caller = undefined;
    this.#dial(300);
  }

  #dial(ms: number): void {
    this.#parts.time.after(ms, () => {
      const host = this.#host;
      if (host === undefined || this.#caller !== undefined) return;
      this.#caller = new Call(this, host, this.#parts.address);
      host.tell({ kind: 'open', caller: this.#caller });
      this.through();
    });
  }

  #drop(ms: number): void {
    const caller = this.#caller;
    this.#caller = undefined;
    if (caller !== undefined)
      this.#host?.tell({ kind: 'closed', caller, cause: 'lost', why: 'the storm took it' });
    this.#dial(ms);
  }

  /** @returns false where there is no connection */
  say(text: string): boolean {
    const { time, chance } = this.#parts;
    const caller = this.#caller;
    if (caller === undefined) return false;
    const bytes = Uint8Array.from(Buffer.from(`${text}\n`));
    const arrive = (ms: number, piece: Uint8Array): void => {
      caller.toTerminalMs = Math.max(caller.toTerminalMs, time.nowMs + ms);
      time.after(caller.toTerminalMs - time.nowMs, () => {
        if (caller === this.#caller) this.#host?.tell({ kind: 'bytes', caller, bytes: piece });
      });
    };
    if (!chance.now('bytesSplit')) {
      arrive(5, bytes);
      return true;
    }
    const at = 1 + (chance.detail('bytesSplit', 0, 10_000) % (bytes.length - 1));
    arrive(5, bytes.subarray(0, at));
    arrive(5 + chance.detail('bytesSplit', 1, 900, 3), bytes.subarray(at));
    return true;
  }

  write(caller: Call, bytes: Uint8Array): boolean {
    const { time, written } = this.#parts;
    if (caller !== this.#caller) return false;
    written(bytes);
    time.after(5, () => {
      if (caller === this.#caller) this.hear(Buffer.from(bytes).toString());
    });
    return true;
  }
}

class Call implements Caller {
  readonly name = 'register:1';
  readonly cable = false;
  readonly till?: string;
  toTerminalMs = 0;
  readonly #lan: Lan;
  readonly #host: Host;

  constructor(lan: Lan, host: Host, address: string | undefined) {
    this.#lan = lan;
    this.#host = host;
    if (address !== undefined) this.till = address;
  }

  write(bytes: Uint8Array): Promise<boolean> {
    return this.#host.write(() => this.#lan.write(this, bytes));
  }

  end(why: string): void {
    throw new Error(`the terminal hangs up on its register: ${why}`);
  }
}

/** The terminal's end, one a process: all these call it. */
export class Host implements Callers {
  readonly name = 'register';
  readonly #lans: readonly Lan[];
  readonly #time: VirtualTime;
  readonly #process: Pick<ProcessParts, 'alive' | 'act'>;
  #on: ((event: CallersEvent) => void) | undefined;

  constructor(lans: readonly Lan[], time: VirtualTime, process: Pick<ProcessParts, 'alive' | 'act'>) {
    this.#lans = lans;
    this.#time = time;
    this.#process = process;
  }

  start(on: (event: CallersEvent) => void): void {
    this.#on = on;
    this.#time.after(10, () => {
      if (this.#process.alive()) for (const lan of this.#lans) lan.listens(this);
    });
  }

  tell(event: CallersEvent): void {
    if (this.#process.alive()) unheard(() => this.#on?.(event));
  }

  write(send: () => boolean): Promise<boolean> {
    const { alive, act } = this.#process;
    return new Promise((resolve) => {
      if (!alive()) return;
      act('register line');
      if (!alive()) return;
      const sent = send();
      this.#time.after(1, () => alive() && resolve(sent));
    });
  }

  async stop(): Promise<void> {}
}
