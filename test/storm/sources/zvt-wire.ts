import type { Line, LineEvent } from '../../../devices/kit/line.js';
import { unheard } from '../devices.js';
import { hourly } from '../hourly.js';
import { Cable, LineEnd } from './line.js';
import type { ProcessParts, SourceParts } from './source.js';
import { ACK, framed, isReply, NAK, SerialReader, StreamReader } from './zvt-words.js';

/** T2: a message without an ACK is said again after this, twice. */
const ACK_WAIT_MS = 5_000;
const RESENDS = 2;
/** T1, with some room. */
const SILENCE_MS = 400;

export interface WireParts extends SourceParts {
  /** A message leaves the terminal. `asked`: the register has spoken since this line or process came up. */
  readonly written: (message: Uint8Array, asked: boolean) => void;
}

/** A register's end of what leads to its terminal. */
export interface Wire {
  /** The terminal's end, for one process. */
  plug(process: ProcessParts): Line;
  /** A question: what it was about to say before is not said any more. @returns false where there is nobody */
  ask(message: Uint8Array): boolean;
  reply(message: Uint8Array): void;
  /** Without power it neither hears nor says. */
  power(on: boolean): void;
  /** What it hears. */
  listener: WireListener;
}

export interface WireListener {
  readonly heard: (message: Uint8Array) => void;
  /** The question has arrived. */
  readonly taken: () => void;
  /** Nobody has taken the question, or the connection that it went by is gone. */
  readonly lost: () => void;
}

const DEAF: WireListener = { heard: nothing, taken: nothing, lost: nothing };

interface Saying {
  readonly message: Uint8Array;
  readonly asks: boolean;
  tries: number;
}

/** A serial line: marks, checksum, ACK, and resends. */
export class SerialWire implements Wire {
  listener = DEAF;
  readonly #parts: WireParts;
  readonly #cable: Cable;
  #bytes = new SerialReader();
  #queue: Saying[] = [];
  #now: Saying | undefined;
  #stop: () => void = nothing;
  #stopSilence: () => void = nothing;
  #on = true;

  constructor(parts: WireParts) {
    this.#parts = parts;
    this.#cable = new Cable({ ...parts, written: (bytes, asked) => this.#written(bytes, asked) });
    this.#cable.hear = (bytes) => this.#hear(bytes);
  }

  plug({ alive, act }: ProcessParts): Line {
    return new LineEnd(this.#cable, this.#parts.time, alive, act);
  }

  ask(message: Uint8Array): boolean {
    if (!this.#on) return false;
    this.#queue = [];
    this.#done();
    this.#say({ message, asks: true, tries: 0 });
    return true;
  }

  reply(message: Uint8Array): void {
    if (this.#on) this.#say({ message, asks: false, tries: 0 });
  }

  power(on: boolean): void {
    this.#on = on;
    this.#queue = [];
    this.#done();
    this.#bytes = new SerialReader();
  }

  #say(saying: Saying): void {
    this.#queue.push(saying);
    this.#next();
  }

  #next(): void {
    if (this.#now !== undefined) return;
    this.#now = this.#queue.shift();
    if (this.#now !== undefined) this.#send(this.#now);
  }

  #send(saying: Saying): void {
    saying.tries += 1;
    this.#stop();
    this.#cable.fromDevice(framed(saying.message));
    this.#stop = this.#parts.time.after(ACK_WAIT_MS, () => this.#again(saying));
  }

  #again(saying: Saying): void {
    if (saying.tries <= RESENDS) return this.#send(saying);
    this.#done();
    if (saying.asks) this.listener.lost();
    this.#next();
  }

  #done(): void {
    this.#stop();
    this.#now = undefined;
  }

  #written(bytes: Uint8Array, asked: boolean): void {
    if (bytes.length === 1) return;
    const [message, ...more] = new SerialReader().hear(bytes);
    if (message?.is === 'apdu' && more.length === 0) return this.#parts.written(message.apdu, asked);
    this.#parts.laws.broken('law 7', `no message of this protocol: ${Buffer.from(bytes).toString('hex')}`);
  }

  #hear(bytes: Uint8Array): void {
    if (!this.#on) return;
    this.#stopSilence();
    for (const token of this.#bytes.hear(bytes)) {
      const now = this.#now;
      switch (token.is) {
        case 'ack':
          this.#acknowledged();
          break;
        case 'nak':
          if (now !== undefined) this.#again(now);
          break;
        case 'bad':
          this.#cable.fromDevice(Uint8Array.of(NAK));
          break;
        case 'apdu':
          this.#take(token.apdu);
      }
    }
    if (this.#bytes.waiting)
      this.#stopSilence = this.#parts.time.after(SILENCE_MS, () => {
        if (this.#bytes.silence() && this.#on) this.#cable.fromDevice(Uint8Array.of(NAK));
      });
  }

  #acknowledged(): void {
    const now = this.#now;
    if (now === undefined) return;
    this.#done();
    if (now.asks) this.listener.taken();
    this.#next();
  }

  #take(message: Uint8Array): void {
    if (!this.#parts.chance.now('neverAcks')) this.#cable.fromDevice(Uint8Array.of(ACK));
    // Whoever goes on has heard what it waited for.
    if (this.#now !== undefined && this.#now.asks === isReply(message)) this.#acknowledged();
    this.listener.heard(message);
  }
}

/** A connection over the LAN: bare messages, whole and in order; nothing is lost of it but its end. */
export class StreamWire implements Wire {
  listener = DEAF;
  readonly #parts: WireParts;
  #end: StreamEnd | undefined;
  #up = false;
  #bytes = new StreamReader();
  #toTerminalMs = 0;
  /** The register has spoken since the connection, or the terminal's process, began. */
  #asked = false;
  #on = true;

  constructor(parts: WireParts) {
    this.#parts = parts;
    const { time, chance } = parts;
    hourly(
      time,
      chance,
      'lineDrops',
      () => this.#hangUp(chance.detail('lineDrops', 100, 60_000)),
      () => this.#up,
    );
  }

  plug(process: ProcessParts): Line {
    return new StreamEnd(this, this.#parts, process);
  }

  /** A process listens where one before it did. */
  listens(end: StreamEnd): void {
    const was = this.#up;
    this.#end = end;
    this.#up = false;
    if (was) this.listener.lost();
    this.#dial(300);
  }

  ask(message: Uint8Array): boolean {
    if (!this.#up) return false;
    this.reply(message);
    this.#parts.time.after(1, () => this.listener.taken());
    return true;
  }

  reply(message: Uint8Array): void {
    const { time, chance } = this.#parts;
    const end = this.#end;
    if (!this.#up || end === undefined) return;
    const arrive = (ms: number, piece: Uint8Array): void => {
      this.#toTerminalMs = Math.max(this.#toTerminalMs, time.nowMs + ms);
      const bytes = this.#bytes;
      time.after(this.#toTerminalMs - time.nowMs, () => {
        if (bytes !== this.#bytes || !this.#up) return;
        this.#asked = true;
        end.event({ kind: 'bytes', bytes: piece });
      });
    };
    if (!chance.now('bytesSplit')) return arrive(5, message);
    const at = 1 + (chance.detail('bytesSplit', 0, 10_000) % (message.length - 1));
    arrive(5, message.subarray(0, at));
    // A pause longer than the terminal waits within a message is another fault than a split.
    arrive(5 + chance.detail('bytesSplit', 1, 900, 3), message.subarray(at));
  }

  power(on: boolean): void {
    this.#on = on;
    if (on) this.#dial(50);
    else this.#closed();
  }

  fromTerminal(end: StreamEnd, bytes: Uint8Array): boolean {
    const { time, written } = this.#parts;
    if (end !== this.#end || !this.#up) return false;
    const listener = this.#bytes;
    for (const message of new StreamReader().hear(bytes)) written(message, this.#asked);
    time.after(5, () => {
      if (listener === this.#bytes && this.#up)
        for (const message of listener.hear(bytes)) if (this.#on) this.listener.heard(message);
    });
    return true;
  }

  #dial(ms: number): void {
    this.#parts.time.after(ms, () => {
      if (!this.#on || this.#up || this.#end === undefined) return;
      this.#up = true;
      this.#asked = false;
      this.#bytes = new StreamReader();
      this.#end.event({ kind: 'open' });
    });
  }

  #hangUp(ms: number): void {
    this.#closed();
    this.#dial(ms);
    this.listener.lost();
  }

  #closed(): void {
    if (!this.#up) return;
    this.#up = false;
    this.#end?.event({ kind: 'gone', cause: 'lost', why: 'the storm took it' });
  }
}

/** The terminal's end, one a process. */
class StreamEnd implements Line {
  readonly name = 'line';
  readonly peer = 'caller';
  readonly #wire: StreamWire;
  readonly #time: SourceParts['time'];
  readonly #process: ProcessParts;
  #on: ((event: LineEvent) => void) | undefined;

  constructor(wire: StreamWire, { time }: SourceParts, process: ProcessParts) {
    this.#wire = wire;
    this.#time = time;
    this.#process = process;
  }

  start(on: (event: LineEvent) => void): void {
    this.#on = on;
    this.#time.after(10, () => this.#process.alive() && this.#wire.listens(this));
  }

  event(event: LineEvent): void {
    if (this.#process.alive()) unheard(() => this.#on?.(event));
  }

  write(bytes: Uint8Array): Promise<boolean> {
    const { alive, act } = this.#process;
    return new Promise((resolve) => {
      if (!alive()) return;
      act('register line');
      if (!alive()) return;
      const sent = this.#wire.fromTerminal(this, bytes);
      this.#time.after(1, () => alive() && resolve(sent));
    });
  }

  async stop(): Promise<void> {}
}

function nothing(): void {}
