import { faultIn } from '../base/fault.js';
import { ulid } from '../base/ids.js';
import type { Rupiah } from '../base/rupiah.js';
import type { Given, SoldItem } from '../base/sold-item.js';
import type { VendDenial, VendOutcome, VendRequest } from '../base/vending-messages.js';
import { soldItem } from '../core/catalogue/product.js';
import { FAULT } from '../core/fault/table.js';
import type { SourceResult } from '../core/sale/effect.js';
import type { SaleEvent } from '../core/sale/event.js';
import { occupiesTerminal, type Sale, type Source } from '../core/sale/sale.js';
import { comesAgain } from '../core/source/same-request.js';
import {
  decideVend,
  denialOf,
  denialOfResult,
  givenOf,
  type VendDecision,
  vendRequest,
} from '../core/source/vending-session.js';
import { type JournalEvent, STORY_WAITS_MS, timesOf } from '../journal/commit.js';
import type { SlotChange } from '../journal/slots.js';
import type { VendingEvent } from '../port/vending.js';
import type { CatalogueKeeper } from './catalogue-keeper.js';
import type { TerminalContext, VendingPlace } from './context.js';
import type { CustomerDesk } from './customer-desk.js';
import type { ReadinessKeeper } from './readiness-keeper.js';
import type { SaleProcessor, ToPay } from './sale-processor.js';

interface Others {
  readonly sales: SaleProcessor;
  readonly keeper: ReadinessKeeper;
  readonly customerDesk: CustomerDesk;
  readonly catalogue: CatalogueKeeper;
}

/** Where the vending machine meets the sales: what it asks for becomes sales, and what is paid is vended once. */
export class VendingDesk {
  readonly #context: TerminalContext;
  readonly #sales: SaleProcessor;
  readonly #keeper: ReadinessKeeper;
  readonly #customerDesk: CustomerDesk;
  readonly #catalogue: CatalogueKeeper;

  constructor(context: TerminalContext, others: Others) {
    this.#context = context;
    this.#sales = others.sales;
    this.#keeper = others.keeper;
    this.#customerDesk = others.customerDesk;
    this.#catalogue = others.catalogue;
  }

  happened(event: VendingEvent): void {
    const { vending, log, clock } = this.#context.adapters;
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
        return this.#note({ kind: 'vended', body: event, ignored: 'no sale of this terminal' });
      }
      case 'present':
      case 'gone': {
        log.info(`${name} ${event.kind}${event.kind === 'gone' ? `: ${event.why}` : ''}`);
        const found =
          event.kind === 'present'
            ? { code: 0, detail: 'connected' }
            : faultIn(event.why, FAULT.machineNotConnected);
        const reading = { ...found, atMs: clock.monoMs() };
        return this.#context.post({ on: 'reading', fact: 'machine', reading });
      }
    }
  }

  /**
   * What a customer typed or chose, where the machine cannot ask itself.
   * @returns the source of its sale, or why it is not sold; undefined where it is the shop's own: a typed amount without such
   * a machine, and products of which the machine gives nothing
   */
  entered({
    amount,
    items,
  }: ToPay): { readonly source: Source } | { readonly denial: VendDenial } | undefined {
    const { vending } = this.#context.adapters;
    const [first] = items ?? [];
    if (vending?.machine.drives && first?.slot !== undefined) return this.#driven(vending, amount, items);
    const gives = items?.some((item) => item.gives !== undefined);
    if (gives === false) return undefined;
    if (vending === undefined || vending.machine.amounts !== 'entry')
      return gives ? { denial: { why: 'amount', detail: 'no machine takes pulses' } } : undefined;
    const denial = denialOf({ amount }, this.#view(vending, { amount }, givenOf(items)));
    if (denial !== undefined) return { denial };
    return { source: this.#source(vending) };
  }

  /** A slot of a machine that gives from it when it is told to; one piece, since it tells of each by itself. */
  #driven(
    vending: VendingPlace,
    amount: Rupiah,
    items: readonly SoldItem[] = [],
  ): { readonly source: Source } | { readonly denial: VendDenial } {
    const [{ slot: item, quantity } = {}, second] = items;
    if (item === undefined || quantity !== 1 || second !== undefined)
      return { denial: { why: 'amount', detail: 'the machine gives one piece a sale' } };
    const denial = denialOf({ amount }, this.#view(vending, { amount, item }));
    if (denial !== undefined) return { denial };
    return { source: { ...this.#source(vending), item, driven: true } };
  }

  #source({ machine }: VendingPlace): Source {
    const { clock, random } = this.#context.adapters;
    const reference = ulid(clock.wallMs(), random.bytes(10));
    return { kind: 'vending', name: machine.name, reference, own: true };
  }

  #view(
    vending: VendingPlace,
    { amount, item }: Pick<VendRequest, 'amount' | 'item'>,
    gives?: readonly Given[],
  ) {
    const { journal } = this.#context.adapters;
    const { machine } = vending;
    const places = item === undefined ? (machine.places?.(gives) ?? []) : [item];
    return {
      open: this.#sales.open,
      failures: Math.max(0, ...places.map((place) => journal.slots.failures(machine.name, place))),
      mostFailures: vending.slotFailures,
      soldOut: this.#catalogue.isSlotSoldOut(item),
      refuses: machine.refuses(amount, gives, item),
      readiness: this.#keeper.judge('vending', false),
      limits: this.#context.settings.limits,
    };
  }

  /** The product whose slot it is, at the machine's price. */
  #itemsOf(name: string, { item, amount }: VendRequest): readonly SoldItem[] | undefined {
    const product = this.#catalogue.ofSlot(item);
    if (product === undefined) return undefined;
    if (product.price !== amount)
      this.#context.adapters.log.warn(
        `E${FAULT.machinePriceDiffers} ${name} asks ${amount} for ${product.id} of slot ${item}, and its price is ${product.price}`,
      );
    return [soldItem(product, 1, amount)];
  }

  #asked(vending: VendingPlace, request: VendRequest): void {
    const { machine } = vending;
    const before = this.#saleOf(machine.name, request.reference);
    const view = this.#view(vending, request);
    const made = decideVend(request, { ...view, before, repeats: comesAgain(machine, request) });
    const slot = request.item === undefined ? '' : ` of slot ${request.item}`;
    this.#context.adapters.log.info(
      `${machine.name} asks ${request.amount}${slot}: ${made.do === 'deny' ? made.denial.why : made.do}`,
    );
    if (made.do === 'deny' && made.denial.why === 'slot')
      this.#context.adapters.log.warn(
        `E${FAULT.slotOutOfOrder} ${machine.name}${slot} failed too often: mend it, then slots clear`,
      );
    this.#do(vending, request, before, made);
  }

  #do(vending: VendingPlace, request: VendRequest, before: Sale | undefined, made: VendDecision): void {
    const { machine } = vending;
    const { clock, journal } = this.#context.adapters;
    const told: JournalEvent = { kind: 'vendAsked', body: { machine: machine.name, request, made } };
    switch (made.do) {
      case 'open': {
        this.#customerDesk.forgetEntry();
        const { reference, item, product, patienceMs = vending.patienceMs } = request;
        const source: Source = {
          kind: 'vending',
          name: machine.name,
          ...({ reference, own: true } as const),
          ...(item === undefined ? {} : { item }),
          ...(product === undefined ? {} : { product }),
          ...(comesAgain(machine, request) ? { repeats: true } : {}),
        };
        const items = this.#itemsOf(machine.name, request);
        this.#sales.begin({ amount: made.amount, items }, source, told, patienceMs);
        return;
      }
      case 'wait':
        return this.#note({ ...told, orderId: made.orderId, ignored: made.because });
      case 'claim':
        this.#note({ ...told, orderId: made.orderId });
        return this.#context.post({ on: 'sale', orderId: made.orderId, event: { type: 'claimed' } });
      case 'vendAgain':
        // That it is told "paid" is on disk since it was told first.
        this.#note({ ...told, orderId: made.orderId });
        if (before !== undefined) this.vend(before);
        return;
      case 'deny':
        journal.commit({
          ...timesOf(clock),
          events: [made.orderId === undefined ? told : { ...told, orderId: made.orderId }],
        });
        return machine.deny(request, made.denial);
    }
  }

  #gaveUp(name: string, reference: string, why: string): void {
    const sale = this.#saleOf(name, reference);
    const told: JournalEvent = { kind: 'vendGaveUp', body: { machine: name, reference, why } };
    if (sale === undefined || !occupiesTerminal(sale)) {
      const ignored = sale === undefined ? 'no sale of this terminal' : `it is ${sale.state.at}`;
      return this.#note({ ...told, ...(sale === undefined ? {} : { orderId: sale.orderId }), ignored });
    }
    const { orderId } = sale;
    this.#note({ ...told, orderId });
    this.#context.post({ on: 'sale', orderId, event: { type: 'cancelAsked', by: `${name} (${why})` } });
  }

  /** Tells the machine that `sale` is paid. The commit before this says that it is being delivered. */
  vend(sale: Sale): void {
    const { orderId, source } = sale;
    const { vending } = this.#context.adapters;
    if (vending === undefined || vending.machine.name !== source.name) {
      const outcome: VendOutcome = { vend: 'failed', detail: `no machine ${source.name} is configured` };
      return this.#context.post({ on: 'goods', orderId, outcome });
    }
    const vended = vending.machine.vend(vendRequest(sale));
    this.#context.endOnRejection(
      vended.then((outcome) => this.#context.post({ on: 'goods', orderId, outcome })),
    );
  }

  /** What became of the goods. A slot's failures are counted in the commit that puts the sale where it belongs. */
  goods(orderId: string, outcome: VendOutcome): void {
    const { journal, log } = this.#context.adapters;
    const sale = journal.sale(orderId);
    log.info(`${orderId} goods: ${outcome.vend} (${outcome.detail})`);
    const event: SaleEvent = { type: 'deliveryEnded', outcome: ENDED[outcome.vend], detail: outcome.detail };
    const slot = sale === undefined ? [] : slotWords(sale, outcome);
    this.#sales.happen(orderId, event, slot.length === 0 ? {} : { slot });
    const most = this.#context.adapters.vending?.slotFailures ?? Number.POSITIVE_INFINITY;
    for (const { machine, item, failed } of slot)
      if (failed && journal.slots.failures(machine, item) >= most)
        log.warn(
          `E${FAULT.slotOutOfOrder} ${machine} ${item} failed too often: mend it, then slots clear ${item}`,
        );
  }

  deny(sale: Sale, result: SourceResult): void {
    const { vending } = this.#context.adapters;
    if (vending?.machine.name === sale.source.name)
      vending.machine.deny(vendRequest(sale), denialOfResult(result));
  }

  #saleOf(name: string, reference: string): Sale | undefined {
    return this.#context.adapters.journal.saleByReference('vending', name, reference);
  }

  /** What leads to a word or a request has a commit of its own before that. */
  #note(event: JournalEvent): void {
    const { clock, journal } = this.#context.adapters;
    journal.commit({ ...timesOf(clock), events: [event], mayWaitMs: STORY_WAITS_MS });
  }
}

const ENDED = { done: 'done', partly: 'partly', failed: 'failed', unknown: 'unclaimed' } as const;

/** Only the first report on a sale counts: the same failure told twice is one. */
function slotWords({ source, state }: Sale, { vend, places = [] }: VendOutcome): readonly SlotChange[] {
  const { name: machine, item } = source;
  const news = state.at === 'delivering' || (state.at === 'owed' && state.why === 'deliveryUnknown');
  if (!news) return [];
  if (item !== undefined) return vend === 'unknown' ? [] : [{ machine, item, failed: vend === 'failed' }];
  return places.map(({ place, good }) => ({ machine, item: place, failed: !good }));
}
