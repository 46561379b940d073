import { fromHex, hex } from '../base/bytes.js';
import type { RegisterQuestion, RegisterResult } from '../base/register-words.js';
import type { Effect } from '../core/effect.js';
import type { Readiness } from '../core/readiness.js';
import { decideRegister, type RegisterDecision, resultOf, resultOfWord } from '../core/register-session.js';
import type { Sale } from '../core/sale.js';
import type { JournalAnswer, JournalEvent } from '../journal/journal.js';
import type { Register, SendOutcome } from '../port/register.js';
import type { Hall } from './parts.js';
import type { Till } from './till.js';

export interface DeskParts {
  readonly till: () => Till;
  readonly readiness: () => Readiness;
  readonly began: () => void;
  readonly reprint: (sale: Sale) => void;
}

/** The register's place at the counter: its questions become sales or answers, and each answer is journalled first. */
export class RegisterDesk {
  readonly #hall: Hall;
  readonly #parts: DeskParts;
  /** The frame that the next answer about a sale replies to: the last one in which the register asked for it. */
  readonly #frames = new Map<string, string>();
  /**
   * Sales that the register has asked about since this start. After a power cut it may have given up and gone on, and
   * would take an answer that it did not ask for as that of its next sale: it must ask again.
   */
  readonly #asking = new Set<string>();
  /** Journalled, about to be sent. */
  readonly #ready = new Map<string, JournalAnswer>();
  /** How many answers to a frame are on the wire, or wait for it. */
  readonly #flying = new Map<string, number>();

  constructor(hall: Hall, parts: DeskParts) {
    this.#hall = hall;
    this.#parts = parts;
  }

  asked(register: Register, question: RegisterQuestion, bytes: Uint8Array): void {
    const { journal, log } = this.#hall.roster;
    const frame = hex(bytes);
    const last = journal.lastSaleOf('register', register.name);
    const made = decideRegister(question, frame, {
      open: this.#parts.till().open,
      last,
      lastAnswer:
        last === undefined ? undefined : journal.lastAnswerAbout(last.orderId, last.source.reference),
      byRrn:
        question.ask === 'inquiry' && question.sale.by === 'rrn'
          ? journal.saleByRrn(question.sale.rrn)
          : undefined,
      readiness: this.#parts.readiness(),
      limits: this.#hall.settings.limits,
    });
    const words = question.ask === 'sale' ? `sale ${question.amount}` : question.ask;
    log.info(`${register.name} asks ${words}: ${made.do === 'answer' ? made.result.result : made.do}`);
    this.#do(register, question, frame, made);
  }

  #do(register: Register, question: RegisterQuestion, frame: string, made: RegisterDecision): void {
    const told: JournalEvent = {
      kind: 'registerAsked',
      body: { register: register.name, question, frame, made },
    };
    switch (made.do) {
      case 'open': {
        this.#parts.began();
        const reference = question.ask === 'sale' ? (question.reference ?? frame) : frame;
        const source = { kind: 'register', name: register.name, reference } as const;
        this.#asking.add(this.#parts.till().begin(made.amount, source, told).orderId);
        return;
      }
      case 'wait': {
        const orderId = this.#parts.till().open?.orderId ?? '';
        this.#asking.add(orderId);
        return this.#commit([{ ...told, orderId, ignored: made.because }], []);
      }
      case 'claim':
        this.#frames.set(made.orderId, frame);
        this.#asking.add(made.orderId);
        this.#commit([{ ...told, orderId: made.orderId }], []);
        return this.#hall.post({ on: 'sale', orderId: made.orderId, event: { type: 'claimed' } });
      case 'resend':
        this.#commit([{ ...told, orderId: made.orderId }], []);
        return this.#transmit(register, { ...made, frame });
      case 'answer': {
        // A register that asks for another sale has given this one up: it must ask for it again by itself.
        if (made.result.result === 'busy') this.#asking.delete(this.#parts.till().open?.orderId ?? '');
        const orderId = 'sale' in made.result ? made.result.sale.orderId : undefined;
        const answer = this.#answer(register, frame, made.result, orderId);
        this.#commit([orderId === undefined ? told : { ...told, orderId }], [answer]);
        if (made.reprint !== undefined) this.#parts.reprint(made.reprint);
        return this.#transmit(register, answer);
      }
    }
  }

  /** A denied sale goes on under a new order id: who waits for the one waits for the other. */
  succeeded(before: Sale, next: Sale): void {
    if (this.#asking.delete(before.orderId)) this.#asking.add(next.orderId);
  }

  /** The answers that these effects will send, for the commit of the step that causes them. */
  answersFor(sale: Sale, effects: readonly Effect[]): readonly JournalAnswer[] {
    const { register } = this.#hall.roster;
    if (sale.source.kind !== 'register' || register === undefined) return [];
    const frame = this.#frames.get(sale.orderId) ?? sale.source.reference ?? '';
    return effects.flatMap((effect) => {
      if (effect.do !== 'deliver' && effect.do !== 'tellSource') return [];
      const result = effect.do === 'deliver' ? resultOf(sale) : resultOfWord(sale, effect.word);
      const answer = this.#answer(register, frame, result, sale.orderId);
      this.#ready.set(sale.orderId, answer);
      return [answer];
    });
  }

  #answer(
    register: Register,
    frame: string,
    result: RegisterResult,
    orderId: string | undefined,
  ): JournalAnswer {
    const bytes = hex(register.encode(fromHex(frame) ?? new Uint8Array(), result));
    const base = { register: register.name, frame, bytes, result: result.result, acknowledged: false };
    return orderId === undefined ? base : { ...base, orderId };
  }

  /** Sends the answer that the last commit holds for `sale`. Whoever wants it once more asks once more. */
  send(sale: Sale): void {
    const { register } = this.#hall.roster;
    const { orderId } = sale;
    const answer = this.#ready.get(orderId);
    const asking = this.#asking.delete(orderId);
    this.#ready.delete(orderId);
    this.#frames.delete(orderId);
    if (register === undefined || answer === undefined || !asking) {
      const approved = sale.state.at === 'delivering';
      const frame = answer?.frame ?? '';
      return this.#hall.post({ on: 'sent', frame, orderId, approved, outcome: 'gone' });
    }
    this.#transmit(register, answer);
  }

  #transmit(register: Register, answer: Pick<JournalAnswer, 'frame' | 'bytes' | 'orderId' | 'result'>): void {
    const { frame, orderId } = answer;
    const approved = answer.result === 'approved';
    const about = orderId === undefined ? {} : { orderId };
    this.#flying.set(frame, (this.#flying.get(frame) ?? 0) + 1);
    const sent = register.send(fromHex(answer.bytes) ?? new Uint8Array());
    this.#hall.mind(
      sent.then((outcome) => {
        const left = (this.#flying.get(frame) ?? 1) - 1;
        if (left > 0) this.#flying.set(frame, left);
        else this.#flying.delete(frame);
        this.#hall.post({ on: 'sent', frame, approved, outcome, ...about });
      }),
    );
  }

  /** What became of an answer on the wire. */
  sent(frame: string, orderId: string | undefined, approved: boolean, outcome: SendOutcome): void {
    const { roster, settings } = this.#hall;
    const { clock, journal, log, register } = roster;
    // Who has asked the same again has not heard the answer, whatever is assumed of silence.
    const assumed = settings.acknowledge === 'assumed' && !this.#flying.has(frame);
    const believed = outcome === 'acknowledged' || (outcome === 'silent' && assumed);
    if (outcome !== 'acknowledged') log.warn(`${orderId ?? 'answer'}: the register was ${outcome}`);
    const about = orderId === undefined ? {} : { orderId };
    const why = { ...about, kind: 'registerAnswered', body: { outcome, believed } };
    const marks = believed ? { acknowledged: { register: register?.name ?? '', frame } } : {};
    // Only the word "approved" delivers; a "pending" that was acknowledged meanwhile does not.
    if (!approved || orderId === undefined || journal.sale(orderId)?.state.at !== 'delivering')
      return journal.commit({ wallMs: clock.wallMs(), monoMs: clock.monoMs(), events: [why], ...marks });
    const event = believed
      ? ({ type: 'deliveryEnded', outcome: 'done', detail: outcome } as const)
      : ({ type: 'deliveryEnded', outcome: 'unclaimed', detail: `the register was ${outcome}` } as const);
    this.#parts.till().happen(orderId, event, { why, ...marks });
  }

  #commit(events: readonly JournalEvent[], answers: readonly JournalAnswer[]): void {
    const { clock, journal } = this.#hall.roster;
    journal.commit({ wallMs: clock.wallMs(), monoMs: clock.monoMs(), events, answers });
  }
}
