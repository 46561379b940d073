import { ulid } from '../base/ids.js';
import type { Rupiah } from '../base/rupiah.js';
import type { VendDenial, VendOutcome, VendRequest } from '../base/vending-words.js';
import { FAULT } from '../core/fault/table.js';
import type { Readiness } from '../core/readiness.js';
import type { SourceWord } from '../core/sale/effect.js';
import type { SaleEvent } from '../core/sale/event.js';
import { holdsCounter, type Sale, type Source } from '../core/sale/sale.js';
import { comesAgain } from '../core/source/same-request.js';
import {
  decideVend,
  denialOf,
  denialOfWord,
  requestOf,
  type VendDecision,
} from '../core/source/vending-session.js';
import type { JournalEvent } from '../journal/commit.js';
import type { SlotWord } from '../journal/slots.js';
import type { VendingEvent } from '../port/vending.js';
import type { Hall, VendingPlace } from './parts.js';
import type { Till } from './till.js';

export interface VendingParts {
  readonly till: () => Till;
  readonly readiness: () => Readiness;
  readonly began: () => void;
}

/** The vending machine's place at the counter: what it asks for becomes sales, and what is paid is vended once. */
export class VendingDesk {
  readonly #hall: Hall;
  readonly #parts: VendingParts;

  constructor(hall: Hall, parts: VendingParts) {
    this.#hall = hall;
    this.#parts = parts;
  }

  happened(event: VendingEvent): void {
    const { vending, log, clock } = this.#hall.roster;
    if (vending === undefined) return;
    const { name } = vending.machine;
    switch (event.kind) {
      case 'asked':
        return this.#asked(vending, event.request);
      case 'gaveUp':
        return this.#gaveUp(name, event.reference, event.why);
      case 'vended': {
        const sale = this.#saleOf(name, event.reference);
        if (sale !== undefined) return this.goods(sale.orderId, event.outcome);
        return this.#commit({ kind: 'vended', body: event, ignored: 'no sale of this terminal' });
      }
      case 'present':
      case 'gone': {
        log.info(`${name} ${event.kind}${event.kind === 'gone' ? `: ${event.why}` : ''}`);
        const found = event.kind === 'present' ? { code: 0, detail: 'connected' } : troubleIn(event.why);
        const reading = { ...found, atMs: clock.monoMs() };
        return this.#hall.post({ on: 'reading', fact: 'machine', reading });
      }
    }
  }

  /**
   * An amount that somebody typed, where the machine cannot ask for amounts itself.
   * @returns the source of its sale, or why it is not sold; undefined where typed amounts are the shop's own
   */
  entered(amount: Rupiah): { readonly source: Source } | { readonly denial: VendDenial } | undefined {
    const { vending, clock, random } = this.#hall.roster;
    if (vending === undefined || vending.machine.amounts !== 'entry') return undefined;
    const denial = denialOf({ amount }, this.#view(vending, amount, undefined));
    if (denial !== undefined) return { denial };
    const reference = ulid(clock.wallMs(), random.bytes(10));
    return { source: { kind: 'vending', name: vending.machine.name, reference, own: true } };
  }

  #view(vending: VendingPlace, amount: Rupiah, item: string | undefined) {
    const { journal } = this.#hall.roster;
    const { machine } = vending;
    return {
      open: this.#parts.till().open,
      failures: item === undefined ? 0 : journal.slots.failures(machine.name, item),
      mostFailures: vending.slotFailures,
      refuses: machine.refuses(amount),
      readiness: this.#parts.readiness(),
      limits: this.#hall.settings.limits,
    };
  }

  #asked(vending: VendingPlace, request: VendRequest): void {
    const { machine } = vending;
    const before = this.#saleOf(machine.name, request.reference);
    const view = this.#view(vending, request.amount, request.item);
    const made = decideVend(request, { ...view, before, repeats: comesAgain(machine, request) });
    const slot = request.item === undefined ? '' : ` of slot ${request.item}`;
    this.#hall.roster.log.info(
      `${machine.name} asks ${request.amount}${slot}: ${made.do === 'deny' ? made.denial.why : made.do}`,
    );
    if (made.do === 'deny' && made.denial.why === 'slot')
      this.#hall.roster.log.warn(
        `E${FAULT.slotOutOfOrder} ${machine.name}${slot} failed too often: mend it, then slots clear`,
      );
    this.#do(vending, request, before, made);
  }

  #do(vending: VendingPlace, request: VendRequest, before: Sale | undefined, made: VendDecision): void {
    const { machine } = vending;
    const told: JournalEvent = { kind: 'vendAsked', body: { machine: machine.name, request, made } };
    switch (made.do) {
      case 'open': {
        this.#parts.began();
        const { reference, item, product, patienceMs = vending.patienceMs } = request;
        const source: Source = {
          kind: 'vending',
          name: machine.name,
          ...({ reference, own: true } as const),
          ...(item === undefined ? {} : { item }),
          ...(product === undefined ? {} : { product }),
          ...(comesAgain(machine, request) ? { repeats: true } : {}),
        };
        this.#parts.till().begin(made.amount, source, told, patienceMs);
        return;
      }
      case 'wait':
        return this.#commit({ ...told, orderId: made.orderId, ignored: made.because });
      case 'claim':
        this.#commit({ ...told, orderId: made.orderId });
        return this.#hall.post({ on: 'sale', orderId: made.orderId, event: { type: 'claimed' } });
      case 'vendAgain':
        this.#commit({ ...told, orderId: made.orderId });
        if (before !== undefined) this.vend(before);
        return;
      case 'deny':
        this.#commit(made.orderId === undefined ? told : { ...told, orderId: made.orderId });
        return machine.deny(request, made.denial);
    }
  }

  #gaveUp(name: string, reference: string, why: string): void {
    const sale = this.#saleOf(name, reference);
    const told: JournalEvent = { kind: 'vendGaveUp', body: { machine: name, reference, why } };
    if (sale === undefined || !holdsCounter(sale)) {
      const ignored = sale === undefined ? 'no sale of this terminal' : `it is ${sale.state.at}`;
      return this.#commit({ ...told, ...(sale === undefined ? {} : { orderId: sale.orderId }), ignored });
    }
    const { orderId } = sale;
    this.#commit({ ...told, orderId });
    this.#hall.post({ on: 'sale', orderId, event: { type: 'cancelAsked', by: `${name} (${why})` } });
  }

  /** Tells the machine that `sale` is paid. The commit before this says that it is being delivered. */
  vend(sale: Sale): void {
    const { orderId, source } = sale;
    const { vending } = this.#hall.roster;
    if (vending === undefined || vending.machine.name !== source.name) {
      const outcome: VendOutcome = { vend: 'failed', detail: `no machine ${source.name} is configured` };
      return this.#hall.post({ on: 'goods', orderId, outcome });
    }
    const vended = vending.machine.vend(requestOf(sale));
    this.#hall.mind(vended.then((outcome) => this.#hall.post({ on: 'goods', orderId, outcome })));
  }

  /** What became of the goods. A slot's failures are counted in the commit that puts the sale where it belongs. */
  goods(orderId: string, outcome: VendOutcome): void {
    const { journal, log } = this.#hall.roster;
    const sale = journal.sale(orderId);
    log.info(`${orderId} goods: ${outcome.vend} (${outcome.detail})`);
    const event: SaleEvent = { type: 'deliveryEnded', outcome: ENDED[outcome.vend], detail: outcome.detail };
    const slot = sale === undefined ? undefined : slotWord(sale, outcome);
    this.#parts.till().happen(orderId, event, slot === undefined ? {} : { slot });
  }

  deny(sale: Sale, word: SourceWord): void {
    const { vending } = this.#hall.roster;
    if (vending?.machine.name === sale.source.name) vending.machine.deny(requestOf(sale), denialOfWord(word));
  }

  #saleOf(name: string, reference: string): Sale | undefined {
    return this.#hall.roster.journal.saleByReference('vending', name, reference);
  }

  #commit(event: JournalEvent): void {
    const { clock, journal } = this.#hall.roster;
    journal.commit({ wallMs: clock.wallMs(), monoMs: clock.monoMs(), events: [event] });
  }
}

/**
 * A driver's words have the number in front: `FAULT.cashlessOff the machine ...`. Without one, it is not connected.
 */
function troubleIn(why: string): { readonly code: number; readonly detail: string } {
  const [, code, detail] = /^E(\d{3}) (.*)$/.exec(why) ?? [];
  return code === undefined || detail === undefined
    ? { code: FAULT.machineNotConnected, detail: why }
    : { code: Number(code), detail };
}

const ENDED = { done: 'done', failed: 'failed', unknown: 'unclaimed' } as const;

/** Only the first word about a sale counts: the same failure told twice is one. */
function slotWord({ source, state }: Sale, { vend }: VendOutcome): SlotWord | undefined {
  if (source.item === undefined || vend === 'unknown') return undefined;
  const news = state.at === 'delivering' || (state.at === 'owed' && state.why === 'deliveryUnknown');
  return news ? { machine: source.name, item: source.item, failed: vend === 'failed' } : undefined;
}
