import { fromHex, hex } from '../base/bytes.js';
import type { RegisterQuestion, RegisterResult } from '../base/register-messages.js';
import type { Effect } from '../core/sale/effect.js';
import type { Sale } from '../core/sale/sale.js';
import { registerResultOf, resultOf, resultOfRefund } from '../core/source/register-result.js';
import { decideRegister, type RegisterDecision } from '../core/source/register-session.js';
import { REPEAT_MS } from '../core/source/same-request.js';
import type { JournalAnswer } from '../journal/answers.js';
import { type JournalEvent, timesOf } from '../journal/commit.js';
import type { Register, RegisterEvent, SendOutcome } from '../port/register.js';
import type { RegisterPlace, TerminalContext, TerminalEvent } from './context.js';
import { ProgressTeller } from './progress-teller.js';
import { type Errands, errandOf } from './register-errands.js';
import { registerView } from './register-view.js';
import { type OnTheWire, RegisterWire } from './register-wire.js';
import type { SaleProcessor } from './sale-processor.js';

export interface RegisterDeskCallbacks extends Errands {
  readonly sales: () => SaleProcessor;
  readonly began: () => void;
  readonly reprint: (sale: Sale) => void;
}

/** Where the next answer about a sale goes: the register that asked for it last, and the frame in which it did. */
interface Asker {
  readonly place: RegisterPlace;
  readonly frame: string;
  /** Monotonic. */
  readonly atMs: number;
  /** It has asked the same again as one does that does not hear our ACK either. */
  readonly deaf?: boolean;
}

/** Where registers meet the sales: their questions become sales or answers, and each answer is journalled first. */
export class RegisterDesk {
  readonly #context: TerminalContext;
  readonly #callbacks: RegisterDeskCallbacks;
  /** The question about a sale that came last; the frame of the sale itself where none has since this start. */
  readonly #askers = new Map<string, Asker>();
  /** The same of those who want one given back. */
  readonly #refunds = new Map<string, Asker>();
  /**
   * Sales that a register has asked about since this start. After a power cut it may have given up and gone on, and
   * would take an answer that it did not ask for as that of its next sale: it must ask again.
   */
  readonly #asking = new Set<string>();
  /** Journalled, about to be sent. */
  readonly #ready = new Map<string, JournalAnswer>();
  readonly #wire: RegisterWire;
  readonly #progress = new ProgressTeller();

  constructor(context: TerminalContext, callbacks: RegisterDeskCallbacks) {
    this.#context = context;
    this.#callbacks = callbacks;
    this.#wire = new RegisterWire(context);
  }

  happened(place: RegisterPlace, event: RegisterEvent): void {
    if (event.kind === 'asked') return this.#asked(place, event.question, event.frame);
    if (event.kind === 'gone' && event.unread === true) this.#wire.unread(place.register.name);
    const why = event.kind === 'gone' ? `: ${event.why}` : '';
    this.#context.adapters.log.info(`${place.register.name} ${event.kind}${why}`);
  }

  #asked(place: RegisterPlace, question: RegisterQuestion, bytes: Uint8Array): void {
    const { name } = place.register;
    const frame = hex(bytes);
    const { sales, readiness } = this.#callbacks;
    const now = { open: sales().open, readiness: readiness() };
    const made = decideRegister(
      question,
      frame,
      registerView(this.#context, now, this.#wire, place, question, frame),
    );
    const words = question.ask === 'sale' ? `sale ${question.amount}` : question.ask;
    this.#context.adapters.log.info(
      `${name} asks ${words}: ${made.do === 'answer' ? made.result.result : made.do}`,
    );
    const told: JournalEvent = { kind: 'registerAsked', body: { register: name, question, frame, made } };
    this.#do({ place, frame, atMs: this.#context.adapters.clock.monoMs() }, question, told, made);
  }

  #do(asker: Asker, question: RegisterQuestion, told: JournalEvent, made: RegisterDecision): void {
    const { place, frame } = asker;
    switch (made.do) {
      case 'open':
        return this.#open(asker, question, told);
      case 'wait':
        this.#takeUp(made.orderId, { ...asker, deaf: this.#isDeaf(made.orderId, asker) });
        return this.#commit([{ ...told, orderId: made.orderId, ignored: made.because }], []);
      case 'claim':
        this.#takeUp(made.orderId, asker);
        this.#commit([{ ...told, orderId: made.orderId }], []);
        return this.#context.post({ on: 'sale', orderId: made.orderId, event: { type: 'claimed' } });
      case 'resend': {
        const { orderId } = made;
        this.#commit([orderId === undefined ? told : { ...told, orderId }], []);
        return this.#transmit(place, { ...made, frame });
      }
      case 'cancel': {
        const { orderId } = made;
        this.#reply(asker, { ...told, orderId }, made.result);
        const event = { type: 'cancelAsked', by: place.register.name } as const;
        return this.#context.post({ on: 'sale', orderId, event });
      }
      case 'refund': {
        const { orderId } = made;
        this.#refunds.set(orderId, asker);
        this.#commit([{ ...told, orderId }], []);
        const event = { type: 'refundAsked', by: place.register.name } as const;
        return this.#context.post({ on: 'sale', orderId, event });
      }
      case 'answer': {
        // Changes nothing, and a program may ask it every second: no write to the card for it.
        if (isPassing(place.register, question, made.result)) {
          const { bytes } = this.#answer(place, frame, made.result, undefined);
          return this.#wire.courtesy(place, bytes);
        }
        // A register that asks for another sale has given this one up: it must ask for it again by itself.
        if (made.result.result === 'busy') this.#gaveUpWaiting(place);
        const orderId = orderOf(made.result);
        this.#reply(asker, orderId === undefined ? told : { ...told, orderId }, made.result);
        if (made.reprint !== undefined) this.#callbacks.reprint(made.reprint);
        return;
      }
      default:
        return errandOf(made, this.#context, this.#callbacks, {
          register: place.register.name,
          told,
          answer: (result) => this.#answer(place, frame, result, undefined),
          reply: (result) => this.#reply(asker, told, result),
          transmit: (answer) => this.#transmit(place, answer),
        });
    }
  }

  #open(asker: Asker, question: RegisterQuestion, told: JournalEvent): void {
    if (question.ask !== 'sale') return;
    this.#callbacks.began();
    const { register, kind } = asker.place;
    const { amount, reference, till, patienceMs } = question;
    const source = {
      kind,
      name: register.name,
      ...(reference === undefined
        ? { reference: asker.frame }
        : ({ reference, own: true, ...(till === undefined ? {} : { till }) } as const)),
    };
    const { orderId } = this.#callbacks.sales().begin(amount, source, told, patienceMs);
    this.#takeUp(orderId, asker);
  }

  #takeUp(orderId: string, asker: Asker): void {
    this.#askers.set(orderId, asker);
    this.#asking.add(orderId);
    this.#progress.again(orderId);
  }

  #isDeaf(orderId: string, { frame, atMs }: Asker): boolean {
    const before = this.#askers.get(orderId);
    return before?.deaf === true || (before?.frame === frame && atMs - before.atMs < REPEAT_MS);
  }

  #gaveUpWaiting({ register }: RegisterPlace): void {
    const open = this.#callbacks.sales().open;
    // With a reference of its own no answer is taken for another's; and behind one place there may be several tills.
    if (open?.source.name === register.name && !open.source.own) this.#asking.delete(open.orderId);
  }

  #reply({ place, frame }: Asker, told: JournalEvent, result: RegisterResult): void {
    const answer = this.#answer(place, frame, result, told.orderId);
    this.#commit([told], [answer]);
    this.#transmit(place, answer);
  }

  /** A denied sale goes on under a new order id: who waits for the one waits for the other. */
  succeeded(before: Sale, next: Sale): void {
    const asker = this.#askers.get(before.orderId);
    this.#askers.delete(before.orderId);
    if (asker !== undefined) this.#askers.set(next.orderId, asker);
    if (this.#asking.delete(before.orderId)) this.#asking.add(next.orderId);
  }

  /** What the sale's register should see while it waits. */
  tellProgress(): void {
    const { open } = this.#callbacks.sales();
    const asker = open === undefined ? undefined : this.#askers.get(open.orderId);
    if (open === undefined || asker === undefined || !this.#asking.has(open.orderId)) return;
    const { register } = asker.place;
    if (register.progress === undefined) return;
    const told = this.#progress.next(open, fromHex(asker.frame) ?? new Uint8Array(), this.#context);
    if (told !== undefined) register.progress(told);
  }

  /** The answers that these effects will send, for the commit of the step that causes them. */
  answersFor(sale: Sale, effects: readonly Effect[]): readonly JournalAnswer[] {
    return effects.flatMap((effect) => {
      if (effect.do === 'tellRefund') return this.#refundAnswer(sale);
      if (effect.do !== 'deliver' && effect.do !== 'tellSource') return [];
      const asker = this.#askerOf(sale);
      if (asker === undefined) return [];
      const result = effect.do === 'deliver' ? resultOf(sale) : registerResultOf(sale, effect.result);
      const answer = this.#answer(asker.place, asker.frame, result, sale.orderId);
      this.#ready.set(sale.orderId, answer);
      return [answer];
    });
  }

  #refundAnswer(sale: Sale): readonly JournalAnswer[] {
    const asker = this.#refunds.get(sale.orderId);
    if (asker === undefined) return [];
    const answer = this.#answer(asker.place, asker.frame, resultOfRefund(sale), sale.orderId);
    this.#ready.set(`${sale.orderId} refund`, answer);
    return [answer];
  }

  /** The register that asked last; after a start, the one that the sale came from, with the frame that it sent then. */
  #askerOf({ orderId, source }: Sale): Asker | undefined {
    const asker = this.#askers.get(orderId);
    if (asker !== undefined || (source.kind !== 'register' && source.kind !== 'api')) return asker;
    const place = this.#context.adapters.registers.find(
      ({ kind, register }) => kind === source.kind && register.name === source.name,
    );
    // Where the reference is the register's own, its frame is gone with the process: it must ask again, and will.
    return place === undefined || source.own ? undefined : { place, frame: source.reference ?? '', atMs: 0 };
  }

  #answer(
    { register }: RegisterPlace,
    frame: string,
    result: RegisterResult,
    orderId: string | undefined,
  ): JournalAnswer {
    const bytes = hex(register.encode(fromHex(frame) ?? new Uint8Array(), result));
    const base = { register: register.name, frame, bytes, result: result.result, acknowledged: false };
    return orderId === undefined ? base : { ...base, orderId };
  }

  /** Sends the answer that the last commit holds for `sale`. A register that wants it once more asks once more. */
  send(sale: Sale): void {
    const { orderId } = sale;
    const asker = this.#askers.get(orderId);
    const answer = this.#ready.get(orderId);
    const asking = this.#asking.delete(orderId);
    this.#ready.delete(orderId);
    this.#askers.delete(orderId);
    if (asker === undefined || answer === undefined || !asking) {
      const approved = sale.state.at === 'delivering';
      const { frame = '', bytes = '' } = answer ?? {};
      const about = { register: sale.source.name, frame, bytes, orderId };
      return this.#context.post({ on: 'sent', ...about, approved, deaf: false, outcome: 'gone' });
    }
    this.#transmit(asker.place, answer, asker.deaf);
  }

  /** The same for the end of a refund. A register that asked before a restart asks again. */
  sendRefund({ orderId }: Sale): void {
    const asker = this.#refunds.get(orderId);
    const answer = this.#ready.get(`${orderId} refund`);
    this.#refunds.delete(orderId);
    this.#ready.delete(`${orderId} refund`);
    if (asker !== undefined && answer !== undefined) this.#transmit(asker.place, answer);
  }

  #transmit({ register }: RegisterPlace, answer: OnTheWire, deaf?: boolean): void {
    this.#wire.transmit(register, answer, deaf);
  }

  /** What became of an answer on the wire. */
  sent({
    register: name,
    frame,
    bytes,
    orderId,
    approved,
    deaf,
    outcome,
  }: Extract<TerminalEvent, { on: 'sent' }>): void {
    const { clock, journal, log, registers } = this.#context.adapters;
    const place = registers.find(({ register }) => register.name === name);
    // Who has asked the same again has not heard the answer, whatever is assumed of silence.
    const again = this.#wire.carries(name, frame);
    const assumed = place?.acknowledge === 'assumed' && !again;
    const believed = HEARD.includes(outcome) || (outcome === 'silent' && assumed);
    const met = outcome === 'silent' && (again || deaf) ? 'unheard' : outcome;
    if (outcome !== 'acknowledged')
      log[believed ? 'info' : 'warn'](`${orderId ?? 'answer'}: the register was ${outcome}`);
    const about = orderId === undefined ? {} : { orderId };
    const why = { ...about, kind: 'registerAnswered', body: { outcome, believed } };
    // Who has handed over a part has heard it: the same request again is the next customer's.
    const heard = believed || outcome === 'partly';
    const marks = { met: { register: name, frame, bytes, met, heard } };
    // Only the result "approved" delivers; a "pending" that was acknowledged meanwhile does not.
    if (!approved || orderId === undefined || journal.sale(orderId)?.state.at !== 'delivering')
      return journal.commit({ ...timesOf(clock), events: [why], ...marks });
    const ended = believed ? 'done' : (ENDED[outcome] ?? 'unclaimed');
    const detail = believed ? outcome : (OUTCOME_WORDS[outcome] ?? `the register was ${outcome}`);
    const event = { type: 'deliveryEnded', outcome: ended, detail } as const;
    this.#callbacks.sales().happen(orderId, event, { why, ...marks });
  }

  #commit(events: readonly JournalEvent[], answers: readonly JournalAnswer[]): void {
    const { clock, journal } = this.#context.adapters;
    journal.commit({ ...timesOf(clock), events, answers });
  }
}

const HEARD: readonly SendOutcome[] = ['acknowledged', 'assumed'];
const ENDED: Partial<Record<SendOutcome, 'partly' | 'failed'>> = { partly: 'partly', rejected: 'failed' };
const OUTCOME_WORDS: Partial<Record<SendOutcome, string>> = {
  partly: 'the register handed over a part of the goods',
};

/** Nothing is built on it: a greeting, or where a sale has come to in a journal that holds that already. */
function isPassing({ polls }: Register, { ask }: RegisterQuestion, { result }: RegisterResult): boolean {
  if (result === 'echo') return true;
  return polls === true && ask === 'inquiry' && ['pending', 'unknown', 'noSuchSale'].includes(result);
}

function orderOf(result: RegisterResult): string | undefined {
  return 'sale' in result ? result.sale?.orderId : undefined;
}
