import { fromHex, hex } from '../base/bytes.js';
import type { RegisterQuestion, RegisterResult } from '../base/register-messages.js';
import type { Effect } from '../core/sale/effect.js';
import type { Sale } from '../core/sale/sale.js';
import { registerResultOf, registerShift, resultOf, resultOfRefund } from '../core/source/register-result.js';
import { decideRegister, type RegisterDecision, type RegisterView } from '../core/source/register-session.js';
import { type Meeting, REPEAT_MS } from '../core/source/same-request.js';
import { linesSlip } from '../core/text/receipt.js';
import { shiftSlip } from '../core/text/shift-slip.js';
import { isFinal, type JournalAnswer } from '../journal/answers.js';
import { type JournalEvent, STORY_WAITS_MS, timesOf } from '../journal/commit.js';
import type { RegisterEvent } from '../port/register.js';
import type { CatalogueKeeper } from './catalogue-keeper.js';
import type { RegisterPlace, TerminalContext, TerminalEvent } from './context.js';
import type { CustomerDesk } from './customer-desk.js';
import { saleNamedBy, whoAsks } from './named-sale.js';
import { ProgressTeller } from './progress-teller.js';
import type { ReadinessKeeper } from './readiness-keeper.js';
import type { RegisterLine } from './register-line.js';
import { ENDED, HEARD, isAsSaid, isPassing, OUTCOME_WORDS, orderOf, SAID } from './register-word.js';
import type { SaleProcessor } from './sale-processor.js';
import { answerShop } from './shop-order.js';
import type { SlipDesk } from './slip-desk.js';

/** A register's question, until its answer is sent. */
interface OpenQuestion {
  readonly place: RegisterPlace;
  /** As it came, and in hex, as the journal has it. */
  readonly bytes: Uint8Array;
  readonly frame: string;
  /** Monotonic. */
  readonly atMs: number;
  /**
   * Its register has asked since this start, and not gone on to another sale. Where it has not, it would take an answer as
   * that of its next sale (a power cut may have made it give up), and must ask again.
   */
  waits: boolean;
  /** It has asked the same again as one does that does not hear our ACK either. */
  readonly deaf?: boolean;
  /** In the commit that is being written; sent right after it. */
  answer?: Answer;
}

/** An answer as the journal has it, and as its register gets it. */
interface Answer {
  readonly entry: JournalAnswer;
  readonly bytes: Uint8Array;
}

/**
 * Where registers meet the sales, from a question to the acknowledgement of its answer: questions become sales or answers,
 * and each answer is journalled before it is sent.
 */
export class RegisterDesk {
  readonly #context: TerminalContext;
  readonly #sales: SaleProcessor;
  readonly #keeper: ReadinessKeeper;
  readonly #customerDesk: CustomerDesk;
  readonly #slips: SlipDesk;
  readonly #shop: Parameters<typeof answerShop>[2];
  /** By sale, the last question about it. */
  readonly #questions = new Map<string, OpenQuestion>();
  /** By sale, the last one for its money back. */
  readonly #refunds = new Map<string, OpenQuestion>();
  readonly #lines: ReadonlyMap<string, RegisterLine>;
  readonly #progress = new ProgressTeller();

  constructor(
    context: TerminalContext,
    sales: SaleProcessor,
    keeper: ReadinessKeeper,
    customerDesk: CustomerDesk,
    slips: SlipDesk,
    catalogue: CatalogueKeeper,
  ) {
    this.#shop = { opening: keeper.opening, catalogue };
    this.#context = context;
    this.#sales = sales;
    this.#keeper = keeper;
    this.#customerDesk = customerDesk;
    this.#slips = slips;
    this.#lines = new Map(context.adapters.registers.map(({ register }) => [register.name, { frames: [] }]));
  }

  happened(place: RegisterPlace, event: RegisterEvent): void {
    const { name } = place.register;
    this.#keeper.programs();
    if (event.kind === 'asked') return this.#asked(place, event);
    const line = this.#lines.get(name) ?? { frames: [] };
    // Reset: who asks again on another connection may not have heard what was sent on this one.
    if (event.kind === 'gone' && event.unread === true && line.newest !== undefined)
      line.newest.unread = true;
    line.away = event.kind === 'gone' ? event.why : '';
    this.#context.adapters.log.info(`${name} ${event.kind}${line.away && `: ${line.away}`}`);
  }

  /** Why each is away; '' where it is there. */
  get away(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#lines].map(([name, { away }]) => [name, away ?? '']));
  }

  #asked(
    place: RegisterPlace,
    { question: wanted, frame: bytes, judged }: Extract<RegisterEvent, { kind: 'asked' }>,
  ): void {
    const { clock, log } = this.#context.adapters;
    const { name } = place.register;
    const frame = hex(bytes);
    const view = this.#view(place, wanted, frame);
    const made = decideRegister(wanted, frame, { ...view, judged: judged === true });
    const words = wanted.ask === 'sale' ? `sale ${wanted.amount ?? 'of items'}` : wanted.ask;
    log.info(`${name} asks ${words}: ${made.do === 'answer' ? made.result.result : made.do}`);
    // A sale whose register gives it no reference has the frame as its reference: once is enough.
    const kept = made.do === 'open' && wanted.ask === 'sale' && wanted.reference === undefined;
    const body = { register: name, question: wanted, ...(kept ? {} : { frame }), made };
    const told = { kind: 'registerAsked', body };
    this.#do({ place, bytes, frame, atMs: clock.monoMs(), waits: true }, wanted, told, made);
  }

  /** What the decision needs to know. */
  #view({ register, kind }: RegisterPlace, wanted: RegisterQuestion, frame: string): RegisterView {
    const { adapters, settings } = this.#context;
    const { journal } = adapters;
    const { name } = register;
    // A request that says whose it is, is one by whichever door it comes.
    const doors =
      register.polls === true ? adapters.registers.filter((one) => one.register.polls === true) : [];
    const asked = doors.length === 0 ? [name] : doors.map((one) => one.register.name);
    const last = journal.lastSaleOf(kind, name);
    const named = saleNamedBy(wanted, adapters);
    const repeated = wanted.ask === 'sale' && wanted.reference !== undefined ? named : last;
    const request = repeated?.source.own ? frame : repeated?.source.reference;
    return {
      open: this.#sales.open,
      readiness: this.#keeper.judge(kind, register.shows !== undefined),
      ...(settings.rights === undefined ? {} : { rights: settings.rights }),
      ...(last === undefined || register.mayNeverAcknowledge !== true
        ? {}
        : { meeting: this.#meeting(name, last.orderId, frame) }),
      last,
      named,
      lastAnswer: repeated === undefined ? undefined : journal.answers.about(repeated.orderId, request),
      heard: journal.answers.to(asked, frame, wanted.ask === 'refund' ? (named ?? last)?.orderId : undefined),
      shelf: this.#customerDesk.shelf,
      shiftIsEmpty: journal.shifts.isEmpty(),
      limits: settings.limits,
      refunds: settings.rules.refund !== undefined && register.fromAfar !== true,
    };
  }

  #meeting(name: string, orderId: string, frame: string): Meeting {
    const { clock, journal } = this.#context.adapters;
    const { answers } = journal;
    const newest = this.#lines.get(name)?.newest;
    return {
      everAcknowledged: answers.everAcknowledged(name),
      silent: answers.metSilence(orderId, frame),
      lately: newest?.orderId === orderId && (newest.unread || clock.monoMs() - newest.atMs < REPEAT_MS),
    };
  }

  #do(question: OpenQuestion, wanted: RegisterQuestion, told: JournalEvent, made: RegisterDecision): void {
    const { place } = question;
    const { name } = place.register;
    switch (made.do) {
      case 'open':
        return this.#open(question, wanted, told, made);
      case 'wait':
        this.#takeUp(made.orderId, { ...question, deaf: this.#isDeaf(made.orderId, question) });
        return this.#note({ ...told, orderId: made.orderId, ignored: made.because });
      case 'claim':
        this.#takeUp(made.orderId, question);
        this.#note({ ...told, orderId: made.orderId });
        return this.#context.post({ on: 'sale', orderId: made.orderId, event: { type: 'claimed' } });
      case 'resend': {
        const { orderId, bytes, result } = made;
        // These bytes are on disk since they were said first.
        this.#note(about(told, orderId));
        const entry = { register: name, frame: question.frame, bytes, result, acknowledged: false };
        return this.#transmit(place, { entry: about(entry, orderId), bytes: stored(bytes) });
      }
      case 'cancel': {
        const { orderId } = made;
        this.#reply(question, { ...told, orderId }, made.result);
        return this.#context.post({
          on: 'sale',
          orderId,
          event: { type: 'cancelAsked', by: whoAsks(name, wanted) },
        });
      }
      case 'refund': {
        const { orderId } = made;
        this.#refunds.set(orderId, question);
        this.#note({ ...told, orderId });
        return this.#context.post({
          on: 'sale',
          orderId,
          event: { type: 'refundAsked', by: whoAsks(name, wanted) },
        });
      }
      case 'shown':
        this.#keeper.programScreen.shown(made.orderId);
        this.#note({ ...told, orderId: made.orderId });
        return this.#sayOnly(question, made.result);
      case 'answer':
        // Changes nothing, and a program may ask it every second: no write to the card for it.
        if (isPassing(place.register, wanted, made.result)) return this.#sayOnly(question, made.result);
        // A register that asks for another sale has given this one up: it must ask for it again by itself.
        if (made.result.result === 'busy') this.#gaveUpWaiting(place);
        this.#reply(question, about(told, orderOf(made.result)), made.result);
        if (made.reprint !== undefined) void this.#slips.reprint(made.reprint);
        return;
      default:
        return this.#doBesides(question, told, made);
    }
  }

  /** What a register wants done besides sales. */
  #doBesides(
    question: OpenQuestion,
    told: JournalEvent,
    made: Extract<RegisterDecision, { do: 'totals' | 'closeShift' | 'display' | 'print' | 'shop' }>,
  ): void {
    const { adapters, settings } = this.#context;
    switch (made.do) {
      case 'totals': {
        const shift = registerShift(adapters.journal.shifts.open());
        return this.#reply(question, told, { result: 'totals', shift });
      }
      case 'closeShift':
        return this.#closeShift(question, told);
      case 'shop':
        return this.#reply(question, told, answerShop(made, question.place.register, this.#shop));
      case 'display':
        this.#customerDesk.setLines(made.lines);
        return this.#reply(question, told, { result: 'done' });
      case 'print':
        if (adapters.printer === undefined) return this.#reply(question, told, { result: 'unsupported' });
        this.#reply(question, told, { result: 'done' });
        void this.#slips.print(linesSlip(made.lines, settings.head));
    }
  }

  /** The shift, its answer and the question are one commit: asked again after a cut, the answer is there. */
  #closeShift(question: OpenQuestion, told: JournalEvent): void {
    const { place } = question;
    let answer: Answer | undefined;
    const report = this.#context.closeShift({
      by: place.register.name,
      after: (closed) => {
        answer = answerTo(question, { result: 'shiftClosed', shift: registerShift(closed) });
        return { events: [told], answers: [answer.entry] };
      },
    });
    void this.#slips.print(shiftSlip(report, this.#context.settings.head, false));
    if (answer !== undefined) this.#transmit(place, answer);
  }

  #open(
    question: OpenQuestion,
    wanted: RegisterQuestion,
    told: JournalEvent,
    { amount, items }: Extract<RegisterDecision, { do: 'open' }>,
  ): void {
    if (wanted.ask !== 'sale') return;
    this.#customerDesk.forgetEntry();
    const { register, kind } = question.place;
    const { reference, till, patienceMs } = wanted;
    const source = {
      kind,
      name: register.name,
      ...(reference === undefined
        ? { reference: question.frame }
        : ({ reference, own: true, ...(till === undefined ? {} : { till }) } as const)),
    };
    const { orderId } = this.#sales.begin({ amount, items }, source, told, patienceMs);
    this.#takeUp(orderId, question);
  }

  #takeUp(orderId: string, question: OpenQuestion): void {
    this.#questions.set(orderId, question);
    this.#progress.again(orderId);
  }

  #isDeaf(orderId: string, { frame, atMs }: OpenQuestion): boolean {
    const before = this.#questions.get(orderId);
    return before?.deaf === true || (before?.frame === frame && atMs - before.atMs < REPEAT_MS);
  }

  #gaveUpWaiting({ register }: RegisterPlace): void {
    const { open } = this.#sales;
    // With a reference of its own no answer is taken for another's; and behind one place there may be several tills.
    if (open?.source.name !== register.name || open.source.own) return;
    const question = this.#questions.get(open.orderId);
    if (question !== undefined) question.waits = false;
  }

  /** A denied sale goes on under a new order id: who waits for the one waits for the other. */
  succeeded(before: Sale, next: Sale): void {
    const question = this.#questions.get(before.orderId);
    this.#questions.delete(before.orderId);
    if (question !== undefined) this.#questions.set(next.orderId, question);
  }

  /** What the sale's register should see while it waits. */
  tellProgress(): void {
    const { open } = this.#sales;
    const question = open === undefined ? undefined : this.#questions.get(open.orderId);
    if (open === undefined || question === undefined || !question.waits) return;
    const { register } = question.place;
    if (register.progress === undefined) return;
    const told = this.#progress.next(open, question.bytes, this.#context);
    if (told !== undefined) register.progress(told);
  }

  /** The answers that these effects will send, for the commit of the step that causes them. */
  answersFor(sale: Sale, effects: readonly Effect[]): readonly JournalAnswer[] {
    return effects.flatMap((effect) => {
      const refund = effect.do === 'tellRefund';
      if (!refund && effect.do !== 'deliver' && effect.do !== 'tellSource') return [];
      const question = refund ? this.#refunds.get(sale.orderId) : this.#questionOf(sale);
      if (question === undefined) return [];
      const result = refund
        ? resultOfRefund(sale)
        : effect.do === 'deliver'
          ? resultOf(sale)
          : registerResultOf(sale, effect.result);
      question.answer = answerTo(question, result, sale.orderId);
      return [question.answer.entry];
    });
  }

  /** The last one; after a start, that of the sale itself, whose register has not asked since. */
  #questionOf({ orderId, source }: Sale): OpenQuestion | undefined {
    const known = this.#questions.get(orderId);
    if (known !== undefined || (source.kind !== 'register' && source.kind !== 'api')) return known;
    const place = this.#context.adapters.registers.find(
      ({ kind, register }) => kind === source.kind && register.name === source.name,
    );
    // Where the reference is the register's own, its frame is gone with the process: it must ask again, and will.
    if (place === undefined || source.own) return undefined;
    const { reference: frame = '' } = source;
    const question = { place, bytes: stored(frame), frame, atMs: 0, waits: false };
    this.#questions.set(orderId, question);
    return question;
  }

  #reply(question: OpenQuestion, told: JournalEvent, result: RegisterResult): void {
    const { clock, journal } = this.#context.adapters;
    const answer = answerTo(question, result, told.orderId);
    const before = journal.answers.to([answer.entry.register], answer.entry.frame, told.orderId);
    // The same words to the same question, heard or not: a restart learns nothing from their being said once more.
    if (before?.bytes === answer.entry.bytes) this.#note(told);
    // Law 7: the same question again, also after a power cut, gets these bytes.
    else journal.commit({ ...timesOf(clock), events: [told], answers: [answer.entry] });
    this.#transmit(question.place, answer);
  }

  /** Sends the answer that the last commit holds for `sale`. A register that wants it once more asks once more. */
  send(sale: Sale): void {
    const { orderId } = sale;
    const question = this.#questions.get(orderId);
    this.#questions.delete(orderId);
    const answer = question?.answer;
    if (question?.waits === true && answer !== undefined)
      return this.#transmit(question.place, answer, question.deaf);
    const { frame = '', bytes = '' } = answer?.entry ?? {};
    const unsent = {
      register: sale.source.name,
      frame,
      bytes,
      orderId,
      deaf: false,
      outcome: 'gone',
    } as const;
    this.#context.post({ on: 'sent', ...unsent, approved: sale.state.at === 'delivering' });
  }

  /** The same for the end of a refund. A register that asked before a restart asks again. */
  sendRefund({ orderId }: Sale): void {
    const { place, answer } = this.#refunds.get(orderId) ?? {};
    this.#refunds.delete(orderId);
    if (place !== undefined && answer !== undefined) this.#transmit(place, answer);
  }

  /** What becomes of it comes back as an event. @param deaf the register has repeated its question as one that hears nothing */
  #transmit({ register }: RegisterPlace, { entry, bytes }: Answer, deaf = false): void {
    const { frame, orderId, result } = entry;
    const { name } = register;
    const line = this.#lines.get(name);
    if (line !== undefined && orderId !== undefined && isFinal(result))
      line.newest = { orderId, atMs: this.#context.adapters.clock.monoMs(), unread: false };
    line?.frames.push(frame);
    this.#context.endOnRejection(
      register.send(bytes, stored(frame)).then((outcome) => {
        line?.frames.splice(line.frames.indexOf(frame), 1);
        const sent = { on: 'sent', register: name, frame, bytes: entry.bytes } as const;
        this.#context.post(about({ ...sent, approved: result === 'approved', deaf, outcome }, orderId));
      }),
    );
  }

  /** An answer that is not remembered. */
  #sayOnly({ place, bytes }: OpenQuestion, result: RegisterResult): void {
    const { log, journal } = this.#context.adapters;
    const { register, acknowledge } = place;
    const { name } = register;
    this.#context.endOnRejection(
      register.send(register.encode(bytes, result), bytes).then((outcome) => {
        const expected = outcome === 'silent' && acknowledge === 'assumed';
        if (outcome !== 'acknowledged')
          log[expected ? 'info' : 'warn'](`answer: the register was ${outcome}`);
        // Once: from then on its silence means that it has not heard.
        else if (!journal.answers.everAcknowledged(name)) {
          const none = { frame: '', bytes: '', approved: false, deaf: false };
          this.#context.post({ on: 'sent', register: name, ...none, outcome });
        }
      }),
    );
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
    const again = this.#lines.get(name)?.frames.includes(frame) === true;
    const assumed = place?.acknowledge === 'assumed' && !again;
    const believed = HEARD.includes(outcome) || (outcome === 'silent' && assumed);
    const met = outcome === 'silent' && (again || deaf) ? 'unheard' : outcome;
    if (outcome !== 'acknowledged')
      log[believed ? 'info' : 'warn'](`${orderId ?? 'answer'}: the register was ${outcome}`);
    const why = about({ kind: 'registerAnswered', body: { outcome, believed } }, orderId);
    // Who has handed over a part has heard it: the same request again is the next customer's.
    const heard = believed || outcome === 'partly';
    const marks = { met: about({ register: name, frame, bytes, met, heard }, orderId) };
    // That a register has heard an answer is news once (see Answers.meet): what it asks next is judged by it (law 7).
    // Only the result "approved" delivers; a "pending" that was acknowledged meanwhile does not.
    const at = approved && orderId !== undefined ? journal.sale(orderId)?.state.at : undefined;
    // What is said of an answer that was given counts, whenever it comes: another question may have ended the wait for it.
    if (orderId === undefined || !(at === 'delivering' || (at === 'owed' && SAID.includes(outcome))))
      journal.commit({ ...timesOf(clock), events: [why], ...marks, mayWaitMs: STORY_WAITS_MS });
    else {
      const ended = believed ? 'done' : (ENDED[outcome] ?? 'unclaimed');
      const detail = believed ? outcome : (OUTCOME_WORDS[outcome] ?? `the register was ${outcome}`);
      const event = { type: 'deliveryEnded', outcome: ended, detail } as const;
      this.#sales.happen(orderId, event, { why, ...marks });
    }
    if (!SAID.includes(outcome)) return;
    const sale = approved && orderId !== undefined ? journal.sale(orderId) : undefined;
    place?.register.heard?.(stored(bytes), sale === undefined || isAsSaid(sale, outcome));
  }

  /** Nothing leaves because of it but an answer that is on disk, or what a commit of its own comes before. */
  #note(event: JournalEvent): void {
    const { clock, journal } = this.#context.adapters;
    journal.commit({ ...timesOf(clock), events: [event], mayWaitMs: STORY_WAITS_MS });
  }
}

/** With the sale that it is about, where it is about one. */
function about<T extends object>(what: T, orderId: string | undefined): T & { readonly orderId?: string } {
  return orderId === undefined ? what : { ...what, orderId };
}

function answerTo(
  { place, bytes: asked, frame }: OpenQuestion,
  result: RegisterResult,
  orderId?: string,
): Answer {
  const { register } = place;
  const bytes = register.encode(asked, result);
  const entry = {
    register: register.name,
    frame,
    bytes: hex(bytes),
    result: result.result,
    acknowledged: false,
  };
  return { entry: about(entry, orderId), bytes };
}

/** Bytes that the journal has in hex. */
function stored(text: string): Uint8Array {
  return fromHex(text) ?? new Uint8Array();
}
