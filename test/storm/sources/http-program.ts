import { hex } from '../../../src/base/bytes.js';
import type { Sale } from '../../../src/core/sale/sale.js';
import type { Stream } from '../chance.js';
import { hourly } from '../hourly.js';
import type { Violation } from '../laws.js';
import { HttpWire, type Reply } from './http-wire.js';
import { Errands } from './json-errands.js';
import { codeOf, readJson } from './json-words.js';
import type { SourceParts } from './source.js';

/** Beyond what a request itself waits. */
const PATIENCE_MS = 20_000;
const MOST_ASKS = 80;
const GOING_ON: readonly unknown[] = ['charging', 'scan', 'closing', 'unknown'];
/** Not now: the same again later. */
const LATER: readonly number[] = [429, 503];

interface Bill {
  readonly ref: string;
  readonly amount: number;
  readonly body: object;
  asks: number;
  opened: boolean;
  taken: boolean;
  /** It tried the reference for something else, and may hear "conflict". */
  meddled: boolean;
  /** It never acknowledges. */
  forgets: boolean;
  /** The end that it has heard. */
  final: string | undefined;
}

export interface ProgramParts extends SourceParts {
  readonly name: string;
  readonly random: Stream;
  readonly whims: Stream;
}

/**
 * A program of an integrator, by HTTP: what gets no answer it asks again under the same ref; it waits, polls, or is told by the
 * events; it acknowledges, cancels, returns what it sold, and is restarted in the middle of things with its books on disk.
 */
export class HttpProgram {
  readonly wire: HttpWire;
  readonly name: string;
  readonly #parts: ProgramParts;
  readonly #random: Stream;
  readonly #errands: Errands;
  readonly #bills = new Map<string, Bill>();
  #bill: Bill | undefined;
  /** Of the request that is out; and the time it is given. */
  #hangUp: () => void = none;
  #stop: () => void = none;
  /** Waits for each end, or asks every second. */
  readonly #polls: boolean;
  #events: { last: string | undefined; hangUp: () => void; text: string } = {
    last: undefined,
    hangUp: none,
    text: '',
  };

  constructor(parts: ProgramParts) {
    const { time, chance, random, name } = parts;
    this.#parts = parts;
    this.#random = random;
    this.name = name;
    this.#polls = random.fraction() < 0.3;
    const program = { name, rights: ['sell', 'read', 'refund'] } as const;
    this.wire = new HttpWire({ time, chance, admitted: { program } });
    this.wire.through = () => this.#reads();
    const say = ({ op, ref }: Readonly<Record<string, unknown>>): void => {
      if (op === 'refund')
        this.wire.ask('POST', `/v1/sales/${String(ref)}/refunds`, {}, (reply) =>
          this.#refunded(String(ref), reply),
        );
    };
    this.#errands = new Errands({ ...parts, doors: 1, say });
    hourly(time, chance, 'programRestarts', () => this.#restarts());
    hourly(time, chance, 'eventsDrop', () => this.#reads());
    this.#rest();
  }

  get idle(): boolean {
    return this.#bill === undefined;
  }

  objects({ orderId, amount, source, items }: Sale): Violation | undefined {
    const bill = this.#bills.get(source.reference ?? '');
    if (bill === undefined) return { law: 'law 13', words: `${orderId}: no bill ${source.reference}` };
    if (bill.opened) return { law: 'law 7', words: `${orderId} is a second charge for ref ${bill.ref}` };
    bill.opened = true;
    if (bill.amount !== amount)
      return { law: 'law 4', words: `${orderId} is for ${amount}, bill ${bill.ref} for ${bill.amount}` };
    return 'items' in bill.body === (items !== undefined)
      ? undefined
      : { law: 'law 4', words: `${orderId} is for other items than bill ${bill.ref}` };
  }

  hasWord({ source }: Sale): boolean {
    return this.#bills.get(source.reference ?? '')?.taken === true;
  }

  wantsBack({ source }: Sale): boolean {
    return this.#errands.wantsBack(source.reference ?? '');
  }

  /** A message is handed to whoever waits for it. */
  written(bytes: Uint8Array): void {
    const { laws, story } = this.#parts;
    const answer = readJson(Buffer.from(bytes).toString());
    if (answer?.msg !== 'answer' || answer.op === 'hello' || answer.op === 'shown') return;
    story.say(() => `http -> ${this.name} ${answer.op} ${answer.ref ?? ''} ${answer.code}`);
    if (answer.field !== undefined || (answer.code === 'busy' && answer.why !== undefined)) return;
    const whose = answer.sale === undefined ? undefined : laws.sales.get(answer.sale.order_id)?.source;
    if (whose !== undefined && whose.till !== this.name)
      laws.broken('law 4', `${this.name} is told of ${answer.sale?.order_id}, a sale of ${whose.till}`);
    if (answer.op === 'status' && ['pending', 'unknown', 'no_such_sale'].includes(answer.code)) return;
    laws.answerWritten(hex(bytes), codeOf(answer), answer.sale?.rrn ?? '', true);
    this.#errands.written(answer);
  }

  #rest(): void {
    const { time, takeBill, chance, pace } = this.#parts;
    this.#bill = undefined;
    time.after(this.#random.between(...pace.rest), () => {
      if (chance.off || !takeBill()) return;
      this.#oldBill();
      // The other program counts its bills from 1 as well.
      const ref = `H-${this.#bills.size + 1}`;
      const price = this.#random.between(1, 99) * 500;
      const quantity = this.#random.between(1, 3);
      const amount = price * quantity;
      const items = [{ name: 'Es teh', price, quantity }];
      const body = this.#random.pick([{ amount }, { amount }, { items }, { amount, items }]);
      const bill: Bill = {
        ...{ ref, amount, body, asks: 0, opened: false, taken: false, meddled: false, forgets: false },
        final: undefined,
      };
      this.#bills.set(ref, bill);
      this.#bill = bill;
      this.#sell(bill);
      this.#meddle(bill);
    });
  }

  #meddle(bill: Bill): void {
    const { time, chance } = this.#parts;
    const path = `/v1/sales/${bill.ref}`;
    if (chance.now('cancels'))
      time.after(chance.detail('cancels', 10, 30_000), () => {
        if (this.#bill === bill) this.wire.ask('POST', `${path}/cancel`, undefined, none);
      });
    if (chance.now('registerConflict'))
      time.after(chance.detail('registerConflict', 100, 200_000), () => {
        if (!bill.opened || chance.off) return;
        bill.meddled = true;
        const other = {
          ref: bill.ref,
          amount: bill.amount,
          items: [{ name: 'Es jeruk', price: bill.amount }],
        };
        this.wire.ask('POST', '/v1/sales', other, ({ status, body }) => {
          // Before it has a sale, what is asked first is what it is for.
          if (status < 300)
            this.#parts.laws.broken('law 7', `${bill.ref} is ${String(body['state'])} with other items`);
        });
      });
    if (this.#random.fraction() < 0.2) this.wire.ask('POST', `${path}/shown`, undefined, none);
  }

  /** After a crash of its own books a bill of before is asked for once more. */
  #oldBill(): void {
    if (!this.#parts.chance.now('registerRepeats') || this.#bills.size === 0) return;
    const old = [...this.#bills.values()][this.#random.between(0, this.#bills.size - 1)];
    if (old === undefined) return;
    const { ref, body } = old;
    this.wire.ask('POST', '/v1/sales', { ref, ...body }, (reply) => {
      this.#isTheSame(old, reply);
      if (reply.body['state'] === 'approved') this.#worksBesideAPoller(old);
    });
  }

  /** One of its people looks, and another one acknowledges what was read before. */
  #worksBesideAPoller(bill: Bill): void {
    const { time } = this.#parts;
    const path = `/v1/sales/${bill.ref}`;
    if (!bill.taken) this.#errands.sold(bill.ref);
    bill.taken = true;
    this.wire.ask('GET', path, undefined, (reply) => this.#isTheSame(bill, reply));
    time.after(this.#random.between(10, 2_500), () =>
      this.wire.ask('POST', `${path}/ack`, undefined, ({ status }) => this.#ackIsTrue(bill, status)),
    );
  }

  /** Law 6: an ack that counts is the delivery. */
  #ackIsTrue({ ref }: Bill, status: number): void {
    if (status !== 200) return;
    const { laws } = this.#parts;
    const acked = [...laws.sales.values()].filter(
      ({ source }) => source.till === this.name && source.reference === ref,
    );
    for (const { orderId, state } of acked)
      if (['delivering', 'owed'].includes(state.at) || (state.at === 'refunding' && state.why !== 'returned'))
        laws.broken('law 6', `${orderId} is ${state.at}, and its ack was answered 200`);
  }

  #sell(bill: Bill): void {
    const wait = this.#random.fraction() < 0.3 ? 60 : undefined;
    const query = wait === undefined ? '' : `?wait=${wait}`;
    this.#ask(bill, 'POST', `/v1/sales${query}`, { ref: bill.ref, ...bill.body }, (wait ?? 15) * 1_000);
  }

  #look(bill: Bill): void {
    const query = this.#polls ? '' : '?wait=60';
    this.#ask(bill, 'GET', `/v1/sales/${bill.ref}${query}`, undefined, this.#polls ? 0 : 60_000);
  }

  #ask(bill: Bill, method: string, path: string, body: object | undefined, waitsMs: number): void {
    const { time, chance } = this.#parts;
    this.#hangUp();
    this.#stop();
    bill.asks += 1;
    if (bill.asks > MOST_ASKS || chance.off) return this.#end(bill);
    let over = false;
    const hangUp = this.wire.ask(method, path, body, (reply) => {
      if (over || this.#bill !== bill) return;
      over = true;
      this.#stop();
      this.#hangUp = none;
      this.#heard(bill, reply);
    });
    this.#hangUp = () => {
      over = true;
      hangUp();
    };
    const repeats = chance.now('registerRepeats');
    const ms = repeats ? chance.detail('registerRepeats', 50, 20_000) : waitsMs + PATIENCE_MS;
    this.#stop = time.after(ms, () => this.#again(bill));
  }

  #again(bill: Bill): void {
    if (this.#random.fraction() < 0.6) this.#sell(bill);
    else this.#look(bill);
  }

  #heard(bill: Bill, { status, body }: Reply): void {
    const { time, laws, story } = this.#parts;
    const state = body['state'];
    story.say(() => `${this.name} hears ${status} ${String(state ?? body['fault'])} of ${bill.ref}`);
    const later = (ms: number, run: () => void): void => {
      this.#stop = time.after(ms, run);
    };
    if (LATER.includes(status) || (status === 409 && body['fault'] === 'E238'))
      return later(this.#random.between(1_000, 20_000), () => this.#again(bill));
    if (status === 404) return later(1_000, () => this.#sell(bill));
    if (status >= 400) {
      if (body['fault'] !== 'E237' || !bill.meddled)
        laws.broken('law 7', `${bill.ref} of ${this.name} is refused: ${JSON.stringify(body)}`);
      return this.#end(bill);
    }
    if (GOING_ON.includes(state)) {
      const ms = this.#polls ? 1_000 : state === 'unknown' ? 5_000 : 10;
      return later(ms, () => this.#look(bill));
    }
    this.#isTheSame(bill, { status, body });
    if (state !== 'approved') return this.#end(bill);
    if (!bill.taken) this.#errands.sold(bill.ref);
    bill.taken = true;
    if (bill.forgets || this.#parts.chance.now('neverAcks')) {
      bill.forgets = true;
      // It goes on asking, as one does that knows nothing of an ack.
      return this.#polls && bill.asks < MOST_ASKS ? later(5_000, () => this.#look(bill)) : this.#end(bill);
    }
    this.#acknowledge(bill, 5);
  }

  /** Until it is heard: without it the sale would be owed. */
  #acknowledge(bill: Bill, left: number): void {
    const { time } = this.#parts;
    if (left === 0) return this.#end(bill);
    let over = false;
    this.#hangUp = this.wire.ask('POST', `/v1/sales/${bill.ref}/ack`, undefined, ({ status }) => {
      if (over || this.#bill !== bill) return;
      over = true;
      this.#stop();
      this.#ackIsTrue(bill, status);
      if (LATER.includes(status)) this.#stop = time.after(1_000, () => this.#acknowledge(bill, left - 1));
      else this.#end(bill);
    });
    this.#stop = time.after(PATIENCE_MS, () => {
      over = true;
      this.#acknowledge(bill, left - 1);
    });
  }

  /** Law 7: an end is an end, unless the money went back, or came after all. */
  #isTheSame(bill: Bill, { status, body }: Reply): void {
    const state = body['state'];
    if (status >= 300 || typeof state !== 'string' || GOING_ON.includes(state)) return;
    const before = bill.final;
    bill.final = state;
    if (before === undefined || before === state) return;
    if (['refunded', 'handed_over', 'seen_to'].includes(state)) return;
    if (state === 'approved' && before !== 'refunded') return;
    this.#parts.laws.broken('law 7', `${bill.ref} of ${this.name} was ${before}, and is now ${state}`);
  }

  #refunded(ref: string, { status, body }: Reply): void {
    if (LATER.includes(status)) return;
    const state = String(body['state']);
    const code = status < 300 ? state : status === 409 ? 'not_refunded' : 'no_such_sale';
    this.#errands.hear({ msg: 'answer', op: 'refund', ref, code });
  }

  #end(bill: Bill): void {
    this.#hangUp();
    this.#hangUp = none;
    this.#stop();
    if (this.#bill === bill) this.#rest();
  }

  /** Its connections go with it; its bills are on its disk. */
  #restarts(): void {
    const bill = this.#bill;
    this.#hangUp();
    this.#hangUp = none;
    this.#stop();
    this.#events.hangUp();
    this.#events = { last: undefined, hangUp: none, text: '' };
    if (bill === undefined) return;
    this.#stop = this.#parts.time.after(this.#random.between(500, 30_000), () => {
      this.#reads();
      this.#again(bill);
    });
  }

  /** From where it was: each event once and in its order, or it is told that it missed some. */
  #reads(): void {
    const events = this.#events;
    events.hangUp();
    events.text = '';
    events.hangUp = this.wire.read(events.last, (text) => {
      if (this.#events !== events) return;
      events.text += text;
      const blocks = events.text.split('\n\n');
      events.text = blocks.pop() ?? '';
      for (const block of blocks) this.#event(block);
    });
  }

  #event(block: string): void {
    const { laws } = this.#parts;
    const field = (key: string): string => new RegExp(`^${key}: (.*)$`, 'm').exec(block)?.[1] ?? '';
    const [id, name] = [field('id'), field('event')];
    if (name === 'missed') this.#events.last = undefined;
    if (id === '') return;
    const [start, number] = id.split('-');
    const [lastStart, last] = this.#events.last?.split('-') ?? [];
    if (lastStart === start && Number(number) !== Number(last) + 1)
      laws.broken('law 7', `${this.name} reads event ${id} after ${this.#events.last}`);
    this.#events.last = id;
    const { ref } = JSON.parse(field('data')) as { readonly ref?: string };
    const bill = this.#bill;
    if (name === 'ended' && bill?.ref === ref && bill !== undefined && !bill.taken && !this.#polls)
      this.#look(bill);
  }
}

function none(): void {}
