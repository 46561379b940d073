import { assert } from '../base/assert.js';
import { orderId, ulid } from '../base/ids.js';
import type { Rupiah } from '../base/rupiah.js';
import type { SoldItem } from '../base/sold-item.js';
import { decide } from '../core/sale/decide.js';
import type { Effect } from '../core/sale/effect.js';
import type { SaleEvent } from '../core/sale/event.js';
import { violation } from '../core/sale/invariant.js';
import { mustSurvive } from '../core/sale/must-survive.js';
import { type NewSale, openSale } from '../core/sale/new-sale.js';
import { occupiesTerminal, type Sale, type Source } from '../core/sale/sale.js';
import { recordOf } from '../core/sale/step-record.js';
import type { Step } from '../core/sale/transition.js';
import type { JournalAnswer } from '../journal/answers.js';
import { type Commit, type JournalEvent, STORY_WAITS_MS, timesOf } from '../journal/commit.js';
import type { SlipChange } from '../journal/slips.js';
import type { SlotChange } from '../journal/slots.js';
import type { WebhookChange } from '../journal/webhooks.js';
import type { TerminalContext } from './context.js';

/** What a step of a sale leads to elsewhere. */
export interface StepParts {
  /** Performs an effect, after the commit. */
  readonly perform: (sale: Sale, effect: Effect) => void;
  /** What a register is going to be sent because of these effects; it goes into the same commit (law 7). */
  readonly answersFor: (sale: Sale, effects: readonly Effect[]) => readonly JournalAnswer[];
  /** What is to be printed because of these effects; it goes into the same commit. */
  readonly slipsFor: (sale: Sale, effects: readonly Effect[]) => readonly SlipChange[];
  /** What other programs are to be told of this step. */
  readonly webhooksFor: (before: Sale, after: Sale, slots: readonly SlotChange[]) => readonly WebhookChange[];
  /** `next` is the same request as `before`, under a new order id. */
  readonly succeeded: (before: Sale, next: Sale) => void;
}

/** What is to be paid, and what for. */
export interface ToPay {
  readonly amount: Rupiah;
  readonly items?: readonly SoldItem[] | undefined;
}

/**
 * What made the event happen, for the same commit: a power cut between the two would leave a notice that counts as seen
 * and never led to a question, or an answer that counts as acknowledged of a sale that does not count as delivered.
 */
export type Cause = Pick<Commit, 'met' | 'noticeId' | 'slot'> & { readonly why?: JournalEvent };

/** The one place where sales change: decide, journal, perform. */
export class SaleProcessor {
  readonly #context: TerminalContext;
  #connected: StepParts | undefined;
  /** The sale that occupies the terminal (law 8). */
  #open: Sale | undefined;

  constructor(context: TerminalContext) {
    this.#context = context;
  }

  /** Desks begin sales, and sales ask desks for answers and slips: the one circle of the terminal is closed here, at its start. */
  connect(parts: StepParts): void {
    this.#connected = parts;
  }

  get #parts(): StepParts {
    assert(this.#connected !== undefined, 'a sale before the terminal is put together');
    return this.#connected;
  }

  get open(): Sale | undefined {
    return this.#open;
  }

  /** Takes up each open sale of the journal. */
  resume(): void {
    for (const sale of this.#context.adapters.journal.openSales()) {
      if (occupiesTerminal(sale)) this.#open = sale;
      this.#context.post({ on: 'sale', orderId: sale.orderId, event: { type: 'resumed' } });
    }
  }

  /** A new sale; the caller has seen to readiness, limits and law 8. */
  begin(wanted: ToPay, source: Source, why: JournalEvent, patienceMs?: number): Sale {
    assert(this.#open === undefined, `law 8: a second sale while ${this.#open?.orderId ?? ''} is open`);
    const opened = this.#newSale({ ...wanted, source, attempt: 1, beginAfterMs: 0, patienceMs });
    // Law 1: a charge that left before this is on disk would be nobody's after a power cut.
    this.#commit({
      events: [{ ...why, orderId: opened.sale.orderId, led: recordOf(opened) }],
      sales: [opened.sale],
      slips: this.#parts.slipsFor(opened.sale, opened.effects),
    });
    this.#after(opened);
    return opened.sale;
  }

  happen(id: string, event: SaleEvent, cause: Cause = {}): void {
    const { journal, clock, log } = this.#context.adapters;
    const { why } = cause;
    const first = why === undefined ? [] : [why];
    // What changes nothing need not survive; what became of a slot does, whatever the sale makes of it.
    const mayWaitMs = cause.slot === undefined ? STORY_WAITS_MS : undefined;
    const before = journal.sale(id);
    if (before === undefined) {
      log.warn(`${id} ${event.type}: no sale of this terminal`);
      const stray = { kind: event.type, body: { id, event }, ignored: 'no sale of this terminal' };
      return this.#commit({ events: [...first, stray], mayWaitMs }, cause);
    }
    const slots = cause.slot === undefined ? [] : [cause.slot].flat();
    const decision = decide(before, event, this.#context.settings.rules, { wallMs: clock.wallMs() });
    if (decision.kind === 'ignored') {
      log.debug(() => `${id} ${event.type} ignored: ${decision.because}`);
      const told = { orderId: id, kind: event.type, body: event, ignored: decision.because };
      const webhooks = cause.slot === undefined ? [] : this.#parts.webhooksFor(before, before, slots);
      return this.#commit({ events: [...first, told], webhooks, mayWaitMs }, cause);
    }
    const broken = violation(before, event, decision);
    if (broken !== undefined) journal.foundBroken(`${broken} (${id}, ${event.type})`);
    assert(broken === undefined, `${id} ${event.type}: ${broken}`);
    const { successor } = decision;
    const next =
      successor &&
      this.#newSale({ ...before, ...successor, patienceMs: patienceLeft(before, clock.wallMs()) });
    const answers = this.#parts.answersFor(decision.sale, decision.effects);
    const sales = next === undefined ? [decision.sale] : [decision.sale, next.sale];
    const led = recordOf(decision, next?.sale.orderId);
    const events: JournalEvent[] = [...first, { orderId: id, kind: event.type, body: event, led }];
    if (next !== undefined) {
      const body = { after: id, ...successor };
      events.push({ orderId: next.sale.orderId, kind: 'opened', body, led: recordOf(next) });
    }
    const slips = this.#parts.slipsFor(decision.sale, decision.effects);
    const webhooks = this.#parts.webhooksFor(before, decision.sale, slots);
    const told = answers.length + slips.length + webhooks.length;
    const waits = told === 0 && !mustSurvive(before, decision);
    const work = { events, sales, answers, slips, webhooks, mayWaitMs: waits ? mayWaitMs : undefined };
    this.#commit(work, cause);
    if (before.state.at !== decision.sale.state.at)
      log.info(`${id} ${before.state.at} -> ${describe(decision.sale)} (${event.type}${said(event)})`);
    if (next !== undefined) this.#parts.succeeded(before, next.sale);
    this.#after(decision);
    if (next !== undefined) this.#after(next);
  }

  #newSale(opening: ToPay & Pick<NewSale, 'source' | 'attempt' | 'beginAfterMs' | 'patienceMs'>): Step {
    const { amount, items, source, attempt, beginAfterMs, patienceMs } = opening;
    const { clock, random, journal } = this.#context.adapters;
    const wallMs = clock.wallMs();
    const id = orderId(this.#context.settings.terminalId, ulid(wallMs, random.bytes(10)));
    return openSale({
      orderId: id,
      amount,
      items,
      source,
      invoice: journal.nextInvoice(),
      attempt,
      beginAfterMs,
      patienceMs,
      wallMs,
    });
  }

  #commit(work: Omit<Commit, 'wallMs' | 'monoMs' | keyof Cause>, { met, noticeId, slot }: Cause = {}): void {
    const { clock, journal } = this.#context.adapters;
    const { wallMs, monoMs } = timesOf(clock);
    // Field by field, and always all of them: to put together what has other fields each time takes longer than to decide.
    const { mayWaitMs, events, sales, answers, slips, webhooks } = work;
    const told = { wallMs, monoMs, mayWaitMs, events, sales, answers, slips, webhooks, met, noticeId, slot };
    journal.commit(told);
  }

  #after(made: Step): void {
    const { sale, effects } = made;
    const mine = this.#open?.orderId === sale.orderId;
    // A register can claim an older sale while another one is open: its answer goes out beside that one.
    if (occupiesTerminal(sale)) this.#open = mine ? sale : (this.#open ?? sale);
    else if (mine) this.#open = undefined;
    for (const effect of effects) this.#parts.perform(sale, effect);
  }
}

/** Its source has waited since the first attempt. */
function patienceLeft({ patienceMs, openedAtMs }: Sale, wallMs: number): number | undefined {
  return patienceMs === undefined ? undefined : Math.max(0, patienceMs - Math.max(0, wallMs - openedAtMs));
}

/** The gateway's own reason for not having charged: its field, or the relay's number. */
function said(event: SaleEvent): string {
  if (event.type !== 'chargeAnswered') return '';
  const { outcome } = event;
  switch (outcome.kind) {
    case 'created':
      return '';
    case 'denied':
      return `: ${outcome.code} ${outcome.message}`;
    default:
      return `: E${outcome.fault.code} ${outcome.fault.detail}`;
  }
}

function describe(sale: Sale): string {
  const { state } = sale;
  if (state.at === 'closed' || state.at === 'closing')
    return `${state.at}(${state.how}${state.code === undefined ? '' : `, E${state.code}`})`;
  if (state.at === 'owed') return `owed(${state.why})`;
  if (state.at === 'refused' || state.at === 'chargeUnknown') return `${state.at}(E${state.code})`;
  return state.at;
}
