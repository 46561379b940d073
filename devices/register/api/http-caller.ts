import { parseObject } from '../../../src/base/json.js';
import type { Clock } from '../../../src/port/clock.js';
import type { Caller, CallersEvent } from '../../kit/callers.js';
import type { Rate } from '../../kit/rate.js';
import { isEnd, type JsonAnswer } from '../json/answer.js';
import type { EventStream } from './event-stream.js';

/** A request that waits for what is said of its sale. */
export interface Waiting {
  readonly ref: string | undefined;
  readonly till: string | undefined;
  /** Of the request, where others may ask the same. */
  readonly id?: string;
  /** Answers to these operations are for it. */
  readonly ops: readonly string[];
  /** @returns true once it has left the process */
  take(answer: JsonAnswer): Promise<boolean>;
  /** An event of the JSON protocol about a sale of this reference. */
  moved(event: string): void;
}

export interface HttpCallerOptions extends Pick<Caller, 'name' | 'program'> {
  readonly events: EventStream;
  /** Its requests come one by one, each on its own. */
  readonly rate: Rate;
  readonly clock: Clock;
  readonly emit: (event: CallersEvent) => void;
}

/** A program that has asked nothing for so long, and reads no events, may have been ended. */
const THERE_MS = 60_000;

/**
 * All requests of one program, as one caller of the JSON protocol: what each asks goes in as its message, and what is said
 * comes back to those that wait for it. Nobody waits: then nobody has heard it, and the sale is there to be claimed.
 */
export class HttpCaller implements Caller {
  readonly name: string;
  readonly cable = false;
  readonly visits = true;
  readonly program?: NonNullable<Caller['program']>;
  readonly rate: Rate;
  readonly events: EventStream;
  readonly #emit: HttpCallerOptions['emit'];
  readonly #waiting = new Set<Waiting>();
  /** Sales about which a question is under way: each gets one answer, for all that wait. */
  readonly #asked = new Set<string>();
  readonly #clock: Clock;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  /** Acks of which it is not known yet whether they count. */
  readonly #acks = new Map<string, ((counts: boolean) => void)[]>();

  constructor({ name, program, events, rate, clock, emit }: HttpCallerOptions) {
    this.#clock = clock;
    this.name = name;
    if (program !== undefined) this.program = program;
    this.events = events;
    this.rate = rate;
    this.#emit = emit;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  there(): boolean {
    return this.events.read || this.#waiting.size > 0 || this.#clock.monoMs() - this.#askedAtMs < THERE_MS;
  }

  add(one: Waiting): void {
    this.#waiting.add(one);
  }

  remove(one: Waiting): void {
    this.#waiting.delete(one);
  }

  /** @param text a request that has been read, and is good */
  ask(text: string): void {
    this.#askedAtMs = this.#clock.monoMs();
    this.#emit({ kind: 'message', caller: this, text });
  }

  /** Where a sale stands. @param lost the last question got no answer */
  askStatus(ref: string, till: string | undefined, lost = false): void {
    const key = keyOf(ref, this.#till(till));
    if (this.#asked.has(key) && !lost) return;
    this.#asked.add(key);
    this.ask(JSON.stringify({ op: 'status', ref, ...(till === undefined ? {} : { till }) }));
  }

  /** @returns once it is on disk, whether it counts */
  ack(ref: string, till: string | undefined, taken: boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const key = keyOf(ref, this.#till(till));
      this.#acks.set(key, [...(this.#acks.get(key) ?? []), resolve]);
      this.ask(JSON.stringify({ op: 'ack', ref, ...(till === undefined ? {} : { till }), taken }));
    });
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    const text = Buffer.from(bytes).toString('utf8');
    const message = parseObject(text);
    if (message?.['msg'] === 'event') return this.#event(message);
    const answer = message as unknown as JsonAnswer;
    const { op, ref, till, id } = answer;
    if (op === 'ack') this.#acknowledged(ref, till, false);
    if (op === 'status') this.#asked.delete(keyOf(ref, till));
    if (op === 'charge' && isEnd(answer)) this.events.ended(answer);
    const takers = [...this.#waiting].filter(
      (one) =>
        (one.id === undefined || one.id === id) &&
        one.ref === ref &&
        this.#till(one.till) === till &&
        one.ops.includes(op ?? ''),
    );
    for (const one of takers) this.#waiting.delete(one);
    const went = await Promise.all(takers.map((one) => one.take(answer)));
    // Of several that greet at once the first answer is for all.
    return went.includes(true) || op === 'hello';
  }

  acked({ ref, till }: { readonly ref?: string; readonly till?: string }): void {
    this.#acknowledged(ref, till, true);
  }

  /** Its requests end by themselves. */
  end(): void {
    this.#waiting.clear();
  }

  #event(message: Readonly<Record<string, unknown>>): boolean {
    this.events.tell(message);
    for (const one of [...this.#waiting])
      if (one.ref !== undefined && one.ref === message['ref']) one.moved(String(message['event']));
    return true;
  }

  #acknowledged(ref: string | undefined, till: string | undefined, counts: boolean): void {
    const key = keyOf(ref, till);
    const waiting = this.#acks.get(key) ?? [];
    this.#acks.delete(key);
    for (const resolve of waiting) resolve(counts);
  }

  #till(said: string | undefined): string | undefined {
    return this.program?.name ?? said;
  }
}

function keyOf(ref: string | undefined, till: string | undefined): string {
  return JSON.stringify([ref ?? null, till ?? null]);
}
