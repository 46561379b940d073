import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Line, LineEvent } from '../../../devices/kit/line.js';
import type { VendDenial, VendOutcome, VendRequest } from '../../../src/base/vending-messages.js';
import type { Timers } from '../../../src/port/clock.js';
import type { Log } from '../../../src/port/log.js';
import type { VendingEvent, VendingMachine } from '../../../src/port/vending.js';
import { KeptLog } from '../../kit/kept-log.js';
import { until } from '../../kit/pty/until.js';
import { type FakeTime, settled } from '../../kit/time.js';

/** The machine's end of a line, and the hand on the plug: `fakeWire`, `ptyWire` and `tcpWire` of test/kit/pty. */
export interface MachineWire {
  readonly line: Line;
  plug(): Promise<void>;
  unplug(): Promise<void>;
  /** Ends when the driver's line has brought all of it. */
  send(bytes: Uint8Array): Promise<void>;
  /** What the driver has sent and nobody has taken. */
  takeAll(): Uint8Array;
  remove(): Promise<void>;
}

/** What a driver can say to a machine about its request. */
export type Said = 'approved' | 'denied';

/** What a test does in the machine's place until the machine takes us and may ask. */
export interface MachineHand {
  send(bytes: Uint8Array): Promise<void>;
  /** All that the driver has written and that no earlier call has taken. */
  takeAll(): Uint8Array;
}

/** One protocol, in bytes that a machine would send. The suite makes a driver anew for each test. */
export interface VendingSubject {
  make(line: Line, timers: Timers, log: Log): VendingMachine;
  /**
   * Brings a machine whose line has just been opened to where it can ask. Called after every plugging in. It may be
   * called while the driver still writes, so it waits for what it needs (`until`).
   */
  ready(machine: MachineHand): Promise<void>;
  /** One whole request, and what it means. */
  readonly asks: Uint8Array;
  readonly means: Omit<VendRequest, 'reference'>;
  /** Another request, which the machine can send after the first has ended. */
  readonly another: Uint8Array;
  readonly anotherMeans: Omit<VendRequest, 'reference'>;
  /** The machine does not wait for `asks` any more. */
  readonly cancels: Uint8Array;
  /** After an approval: the goods of `asks` fell, or did not. The machine is ready again afterwards. */
  readonly done: Uint8Array;
  readonly failed: Uint8Array;
  /** Says that the machine is ready again after a denial, where it says so. */
  readonly afterDenial: Uint8Array;
  /** `asks` with a wrong checksum; absent where the protocol has none. */
  readonly wrongChecksum?: Uint8Array;
  /** Bytes that are no part of any frame. */
  readonly garbage: Uint8Array;
  /** What the machine sends so that the driver may speak, where it only answers polls. */
  readonly prompt?: Uint8Array;
  /** Reads the driver's bytes as the machine would, over the borders of reads. A new one for each driver. */
  makeListener(): (bytes: Uint8Array) => readonly Said[];
  /** At least as long as the silence after which half a frame is given up. */
  readonly silenceMs: number;
  /** At least as long as the driver waits for report on the goods. */
  readonly vendMs: number;
}

/** Tells when the line was opened, which a driver need not tell: some machines are there only when they have spoken. */
class SeenLine implements Line {
  readonly name: string;
  readonly peer: 'cable' | 'caller';
  opened = 0;
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
    this.name = line.name;
    this.peer = line.peer;
  }

  start(on: (event: LineEvent) => void): void {
    this.#line.start((event) => {
      on(event);
      if (event.kind === 'open') this.opened += 1;
    });
  }

  write(bytes: Uint8Array): Promise<boolean> {
    return this.#line.write(bytes);
  }

  stop(): Promise<void> {
    return this.#line.stop();
  }
}

/** A bound against hanging: as in `until`. */
const HEAR_MS = 150_000;

const CANCELLED: VendDenial = { why: 'cancelled' };

/** One driver at work: its events, what it said, and the machine's moves. */
class Rig {
  readonly events: VendingEvent[] = [];
  readonly line: SeenLine;
  readonly #subject: VendingSubject;
  readonly #wire: MachineWire;
  readonly #timers: FakeTime;
  readonly #said: Said[] = [];
  #heardIn: (bytes: Uint8Array) => readonly Said[];
  #held: number[] = [];
  machine: VendingMachine;

  constructor(subject: VendingSubject, wire: MachineWire, timers: FakeTime) {
    this.#subject = subject;
    this.#wire = wire;
    this.#timers = timers;
    this.line = new SeenLine(wire.line);
    this.machine = subject.make(this.line, timers, new KeptLog());
    this.#heardIn = subject.makeListener();
  }

  async begin(): Promise<void> {
    const before = this.seen('present');
    const opened = this.line.opened;
    this.machine.start((event) => this.events.push(event));
    await this.#plugIn(before, opened);
  }

  async replug(): Promise<void> {
    const before = this.seen('present');
    await this.#plugIn(before, this.line.opened);
  }

  async unplug(): Promise<void> {
    const gone = this.seen('gone');
    await this.#wire.unplug();
    await until('the machine to be gone', () => this.seen('gone') > gone);
  }

  /** Both lose power: another driver on the same line. */
  async restart(): Promise<void> {
    await this.machine.stop();
    await this.#wire.unplug();
    this.machine = this.#subject.make(this.line, this.#timers, new KeptLog());
    this.#heardIn = this.#subject.makeListener();
    await this.begin();
  }

  send(bytes: Uint8Array): Promise<void> {
    return this.#wire.send(bytes);
  }

  /** @returns once the driver has said so often what it is asked for, and nothing else. */
  async hear(word: Said, times = 1): Promise<void> {
    const endMs = performance.now() + HEAR_MS;
    while (this.#said.length < times && performance.now() < endMs) {
      if (this.#subject.prompt !== undefined) await this.send(this.#subject.prompt);
      await settled();
      this.#listen();
      if (this.#said.length < times) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(this.#said.splice(0)).toEqual(Array.from({ length: times }, () => word));
  }

  /** Whatever the driver has said by now. */
  heard(): readonly Said[] {
    this.#listen();
    return this.#said.splice(0);
  }

  requests(): VendRequest[] {
    return this.events.flatMap((e) => (e.kind === 'asked' ? [e.request] : []));
  }

  /** The newest request, once there have been `count`. */
  async asked(count: number): Promise<VendRequest> {
    await until(`request ${count}`, () => this.requests().length >= count);
    const request = this.requests()[count - 1];
    if (request === undefined || this.requests().length !== count) throw new Error('asked more than once');
    return request;
  }

  seen(kind: VendingEvent['kind']): number {
    return this.events.filter((e) => e.kind === kind).length;
  }

  /** Pays the newest request, and hears the approval. The outcome comes later. */
  async approve(): Promise<{ readonly outcome: Promise<VendOutcome> }> {
    const request = this.requests().at(-1);
    if (request === undefined) throw new Error('nothing was asked');
    const outcome = this.machine.vend(request);
    await this.hear('approved');
    return { outcome };
  }

  async #plugIn(before: number, opened: number): Promise<void> {
    await this.#wire.plug();
    await until('the line to be open', () => this.line.opened > opened);
    await this.#subject.ready({ send: (bytes) => this.send(bytes), takeAll: () => this.#take() });
    await until('the machine to be present', () => this.seen('present') > before);
  }

  #take(): Uint8Array {
    const bytes = this.#wire.takeAll();
    this.#held.push(...bytes);
    return bytes;
  }

  #listen(): void {
    const bytes = [...this.#held, ...this.#wire.takeAll()];
    this.#held = [];
    this.#said.push(...this.#heardIn(Uint8Array.from(bytes)));
  }
}

function meaning({ reference: _, ...rest }: VendRequest): Omit<VendRequest, 'reference'> {
  return rest;
}

/** What every vending driver has to do, over whatever carries its bytes. */
export function vendingContract(
  title: string,
  subject: VendingSubject,
  makeWire: () => MachineWire,
  makeTimers: () => FakeTime,
): void {
  describe(title, () => {
    let wire: MachineWire;
    let timers: FakeTime;
    let rig: Rig;
    const half = Math.floor(subject.asks.length / 2);

    beforeEach(async () => {
      wire = makeWire();
      timers = makeTimers();
      rig = new Rig(subject, wire, timers);
      await rig.begin();
    });

    afterEach(async () => {
      await rig.machine.stop();
      await wire.remove();
    });

    asking(subject, () => ({ rig, timers, half }));
    vending(subject, () => ({ rig, timers, half }));
    ending(subject, () => ({ rig, timers, half }));
  });
}

interface Now {
  readonly rig: Rig;
  readonly timers: FakeTime;
  readonly half: number;
}

function asking(subject: VendingSubject, now: () => Now): void {
  it('passes a request on once, with its amount, and says nothing to it yet', async () => {
    const { rig } = now();
    await rig.send(subject.asks);
    const request = await rig.asked(1);
    expect(meaning(request)).toEqual(subject.means);
    expect(request.reference).toMatch(/^.{1,64}$/);
    await settled();
    expect(rig.heard()).toEqual([]);
  });

  it('takes a request that comes in two pieces, wherever it is cut', async () => {
    const { rig } = now();
    for (let cut = 1; cut < subject.asks.length; cut += 1) {
      await rig.send(subject.asks.subarray(0, cut));
      await rig.send(subject.asks.subarray(cut));
      const request = await rig.asked(cut);
      expect(meaning(request), `cut at ${cut}`).toEqual(subject.means);
      rig.machine.deny(request, CANCELLED);
      await rig.hear('denied');
      await rig.send(subject.afterDenial);
    }
  });

  it('takes a request that comes byte by byte', async () => {
    const { rig } = now();
    for (const byte of subject.asks) await rig.send(Uint8Array.of(byte));
    expect(meaning(await rig.asked(1))).toEqual(subject.means);
  });

  it('takes two frames in one read, in their order', async () => {
    const { rig } = now();
    await rig.send(Uint8Array.from([...subject.asks, ...subject.cancels]));
    const { reference } = await rig.asked(1);
    await until('the machine to give up', () => rig.seen('gaveUp') === 1);
    expect(rig.events.at(-1)).toMatchObject({ kind: 'gaveUp', reference });
  });

  it('finds a request between garbage', async () => {
    const { rig, timers } = now();
    await rig.send(Uint8Array.from([...subject.garbage, ...subject.asks, ...subject.garbage]));
    const request = await rig.asked(1);
    expect(meaning(request)).toEqual(subject.means);
    await timers.pass(subject.silenceMs);
    rig.machine.deny(request, CANCELLED);
    await rig.hear('denied');
    await rig.send(subject.afterDenial);
    await rig.send(subject.another);
    expect(meaning(await rig.asked(2))).toEqual(subject.anotherMeans);
  });

  const { wrongChecksum } = subject;
  if (wrongChecksum !== undefined)
    it('asks nothing for a wrong checksum, and takes the request when it is sent again', async () => {
      const { rig, timers } = now();
      await rig.send(wrongChecksum);
      await settled();
      expect(rig.requests()).toEqual([]);
      await timers.pass(subject.silenceMs);
      await rig.send(subject.asks);
      expect(meaning(await rig.asked(1))).toEqual(subject.means);
    });

  it('gives up half a request after a silence, and takes the next whole one', async () => {
    const { rig, timers, half } = now();
    await rig.send(subject.asks.subarray(0, half));
    await timers.pass(subject.silenceMs);
    expect(rig.requests()).toEqual([]);
    await rig.send(subject.asks);
    expect(meaning(await rig.asked(1))).toEqual(subject.means);
  });

  it('forgets half a request when the cable is pulled in the middle of it', async () => {
    const { rig, timers, half } = now();
    await rig.send(subject.asks.subarray(0, half));
    await rig.unplug();
    await rig.replug();
    await rig.send(subject.asks.subarray(half));
    await timers.pass(subject.silenceMs);
    expect(rig.requests()).toEqual([]);
    await rig.send(subject.asks);
    expect(meaning(await rig.asked(1))).toEqual(subject.means);
  });
}

function vending(subject: VendingSubject, now: () => Now): void {
  it('approves once, and knows that the goods fell', async () => {
    const { rig, timers } = now();
    await rig.send(subject.asks);
    await rig.asked(1);
    const { outcome } = await rig.approve();
    await rig.send(subject.done);
    expect(await outcome).toMatchObject({ vend: 'done' });
    await timers.pass(subject.vendMs);
    expect(rig.heard()).toEqual([]);
  });

  it('knows that the goods did not fall', async () => {
    const { rig } = now();
    await rig.send(subject.asks);
    await rig.asked(1);
    const { outcome } = await rig.approve();
    await rig.send(subject.failed);
    expect(await outcome).toMatchObject({ vend: 'failed' });
  });

  it('says unknown when no report on the goods comes, and takes the next request', async () => {
    const { rig, timers } = now();
    await rig.send(subject.asks);
    await rig.asked(1);
    const { outcome } = await rig.approve();
    await timers.pass(subject.vendMs);
    expect(await outcome).toMatchObject({ vend: 'unknown' });
    await rig.send(subject.done);
    await rig.send(subject.another);
    expect(meaning(await rig.asked(2))).toEqual(subject.anotherMeans);
  });

  it('says unknown when the cable is pulled after the approval and stays out', async () => {
    const { rig, timers } = now();
    await rig.send(subject.asks);
    await rig.asked(1);
    const { outcome } = await rig.approve();
    await rig.unplug();
    await timers.pass(subject.vendMs);
    expect(await outcome).toMatchObject({ vend: 'unknown' });
  });

  it('says failed, and says nothing to the machine, when it was not there to be told', async () => {
    const { rig, timers } = now();
    await rig.send(subject.asks);
    const request = await rig.asked(1);
    await rig.unplug();
    const outcome = rig.machine.vend(request);
    await timers.pass(subject.vendMs);
    expect(await outcome).toMatchObject({ vend: 'failed' });
    expect(rig.heard()).toEqual([]);
  });

  it('sells one thing after the other, each under a reference of its own', async () => {
    const { rig } = now();
    await rig.send(subject.asks);
    await rig.asked(1);
    const first = await rig.approve();
    await rig.send(subject.done);
    expect(await first.outcome).toMatchObject({ vend: 'done' });
    await rig.send(subject.another);
    await rig.asked(2);
    const [one, two] = rig.requests();
    expect(one?.reference).not.toBe(two?.reference);
  });
}

function ending(subject: VendingSubject, now: () => Now): void {
  it('denies a request once, and never approves it afterwards', async () => {
    const { rig, timers } = now();
    await rig.send(subject.asks);
    const request = await rig.asked(1);
    rig.machine.deny(request, CANCELLED);
    await rig.hear('denied');
    await rig.send(subject.afterDenial);
    const outcome = rig.machine.vend(request);
    await timers.pass(subject.vendMs);
    expect(await outcome).toMatchObject({ vend: 'failed' });
    expect(rig.heard()).toEqual([]);
  });

  it('tells under which reference the machine gave up, and has nothing more to say to it', async () => {
    const { rig, timers } = now();
    await rig.send(subject.asks);
    const request = await rig.asked(1);
    await rig.send(subject.cancels);
    await until('the machine to give up', () => rig.seen('gaveUp') === 1);
    expect(rig.events.find((e) => e.kind === 'gaveUp')).toMatchObject({ reference: request.reference });
    rig.machine.deny(request, CANCELLED);
    const outcome = rig.machine.vend(request);
    await timers.pass(subject.vendMs);
    expect(await outcome).toMatchObject({ vend: 'failed' });
    expect(rig.heard()).toEqual([]);
  });

  it('drops a denial for a machine that is not there', async () => {
    const { rig } = now();
    await rig.send(subject.asks);
    const request = await rig.asked(1);
    await rig.unplug();
    rig.machine.deny(request, { why: 'busy' });
    await settled();
    expect(rig.heard()).toEqual([]);
  });

  it('comes back after the plug was out, and sells', async () => {
    const { rig } = now();
    await rig.unplug();
    await rig.replug();
    await rig.send(subject.asks);
    await rig.asked(1);
    const { outcome } = await rig.approve();
    await rig.send(subject.done);
    expect(await outcome).toMatchObject({ vend: 'done' });
  });

  it('after a restart in mid-request, knows a repeat again, or takes it for a new one, as it says of itself', async () => {
    const { rig } = now();
    await rig.send(subject.asks);
    const before = await rig.asked(1);
    await rig.restart();
    await rig.send(subject.asks);
    const after = await rig.asked(2);
    expect(meaning(after)).toEqual(subject.means);
    expect(after.reference === before.reference).toBe(rig.machine.repeats);
    const { outcome } = await rig.approve();
    await rig.send(subject.done);
    expect(await outcome).toMatchObject({ vend: 'done' });
  });

  it('leaves nothing waiting when it is stopped', async () => {
    const { rig, timers, half } = now();
    await rig.send(subject.asks);
    await rig.asked(1);
    await rig.approve();
    await rig.send(subject.another.subarray(0, half));
    await rig.machine.stop();
    expect(timers.waiting()).toEqual([]);
  });
}
