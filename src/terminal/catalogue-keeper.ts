import { counted } from '../base/counted.js';
import { err, ok, type Result } from '../base/result.js';
import { rupiah } from '../base/rupiah.js';
import { type SoldItem, sumOf } from '../base/sold-item.js';
import { type Catalogue, productOfSlot } from '../core/catalogue/catalogue.js';
import type { Product } from '../core/catalogue/product.js';
import { FAULT } from '../core/fault/table.js';
import { givenOf } from '../core/source/vending-session.js';
import { timesOf } from '../journal/commit.js';
import type { HandSet, HandSetName, NamedHandSet } from '../journal/hand-sets.js';
import type { SlotRow } from '../journal/slots.js';
import type { TerminalContext, VendingPlace } from './context.js';

/** A product, or a slot of the machine, that somebody has called sold out. */
export type SoldOut = HandSet & { readonly name: Exclude<HandSetName, { readonly of: 'maintenance' }> };

/** A slot for each product of the largest catalogue, and each of them. */
const MOST_SOLD_OUT = 1_000;
/** As machines say them. */
const SLOT = /^[^\p{Cc}]{1,16}$/u;

/** What takes products off sale, beside the file of them. */
interface Out {
  readonly byHand: ReadonlyMap<string, NamedHandSet>;
  readonly slots: readonly SlotRow[];
}

/** Nothing to choose, where the file is bad at the very first start: the rest of the terminal goes on. */
const NOTHING: Catalogue = { products: [], groups: [], cart: false, freeAmount: false, perPage: 1 };

/** The catalogue that holds now, and the one that is to hold when nobody chooses or pays. */
export class CatalogueKeeper {
  readonly #context: TerminalContext;
  #now: Catalogue | undefined;
  #next: Catalogue | undefined;
  /** It, with what is sold out by hand, or is of a slot that failed too often. */
  #sold: (Out & { readonly of: Catalogue; readonly catalogue: Catalogue }) | undefined;
  #troubles: readonly string[] = [];

  constructor(context: TerminalContext) {
    this.#context = context;
    const source = context.adapters.catalogue;
    if (source === undefined) return;
    const read = source.read();
    this.#now = read.ok ? read.value : (source.last() ?? NOTHING);
    this.#prepare();
    if (!read.ok) this.#refused(read.error);
  }

  /**
   * As it is sold: what a person has called sold out is so at once, and what is of a slot that failed too often. Undefined where
   * there is none.
   */
  get now(): Catalogue | undefined {
    if (this.#now === undefined) return undefined;
    const { journal, vending } = this.#context.adapters;
    const out = { byHand: journal.handSets.all, slots: journal.slots.all() };
    if (this.#sold?.of !== this.#now || this.#sold.byHand !== out.byHand || this.#sold.slots !== out.slots)
      this.#sold = { ...out, of: this.#now, catalogue: soldOutOf(this.#now, out, vending) };
    return this.#sold.catalogue;
  }

  /** The file says so, whatever else does. */
  isSoldOutInFile(id: string): boolean {
    return this.#now?.products.find((product) => product.id === id)?.soldOut === true;
  }

  /** Whether nothing more of a machine's slot is to be sold: by itself, or by the product whose slot it is. */
  isSlotSoldOut(slot: string | undefined): boolean {
    if (slot === undefined) return false;
    const { handSets } = this.#context.adapters.journal;
    return handSets.get({ of: 'slot', id: slot }) !== undefined || this.ofSlot(slot)?.soldOut === true;
  }

  /** What people have called sold out. */
  get soldOut(): readonly SoldOut[] {
    return [...this.#context.adapters.journal.handSets.all.values()].filter(
      (one): one is SoldOut => one.name.of !== 'maintenance',
    );
  }

  /**
   * Nothing more of it is sold from now on, over restarts, until it is back: the one road of the command line, the API and
   * whatever comes later. A sale that is open goes on.
   * @param by a name
   * @param user as the door knows who asks
   * @returns why not
   */
  setSoldOut(name: SoldOut['name'], by: string, user: string): Result<SoldOut, string> {
    const { clock, journal, log } = this.#context.adapters;
    const trouble = this.#unknown(name);
    if (trouble !== undefined) return err(trouble);
    const before = journal.handSets.get(name);
    // Said again, it is as it was said first.
    if (before !== undefined) return ok({ ...before, name });
    if (this.soldOut.length >= MOST_SOLD_OUT)
      return err(`${MOST_SOLD_OUT} are sold out already: products sold-out lists them`);
    const at = timesOf(clock);
    const set = { by, sinceMs: at.wallMs };
    journal.commit({
      ...at,
      events: [{ kind: 'soldOut', body: { ...name, by, user } }],
      handSet: { name, set },
    });
    log.info(`${name.of} ${name.id} is sold out, says ${by}`);
    return ok({ ...set, name });
  }

  /** @returns what it was; undefined where nobody had called it sold out */
  back(name: SoldOut['name'], by: string, user: string): HandSet | undefined {
    const { clock, journal, log } = this.#context.adapters;
    const before = journal.handSets.get(name);
    if (before === undefined) return undefined;
    const events = [{ kind: 'backAgain', body: { ...name, by, user, since: before.sinceMs } }];
    journal.commit({ ...timesOf(clock), events, handSet: { name } });
    log.info(`${name.of} ${name.id} is back, says ${by}`);
    return before;
  }

  #unknown({ of, id }: SoldOut['name']): string | undefined {
    if (of === 'product')
      return this.#now?.products.some((product) => product.id === id)
        ? undefined
        : `the id of a product of the catalogue: no product has the id ${id}`;
    if (!SLOT.test(id)) return 'a slot has 1 to 16 characters';
    const { vending } = this.#context.adapters;
    const isMachines = vending !== undefined && vending.machine.amounts === 'asks';
    return isMachines || this.ofSlot(id) !== undefined
      ? undefined
      : `nothing is sold from slots here; say which product is sold out`;
  }

  /** What is wrong with the files since they were read last. */
  get troubles(): readonly string[] {
    return this.#troubles;
  }

  /** Whether one was read that does not hold yet. */
  get waits(): boolean {
    return this.#next !== undefined;
  }

  /** At the terminal: a machine that asks has its own way to choose. */
  get offered(): Catalogue | undefined {
    const machine = this.#context.adapters.vending?.machine;
    return machine?.amounts === 'asks' && machine.drives !== true ? undefined : this.now;
  }

  ofSlot(slot: string | undefined): Product | undefined {
    const catalogue = this.now;
    return slot === undefined || catalogue === undefined ? undefined : productOfSlot(catalogue, slot);
  }

  /**
   * Why the machine would not give these; asked while they are chosen, and before anything is charged.
   * @returns in words for the log
   */
  refuses(items: readonly SoldItem[]): string | undefined {
    const machine = this.#context.adapters.vending?.machine;
    const amount = rupiah(sumOf(items));
    const slot = items.find((item) => item.slot !== undefined)?.slot;
    if (machine?.drives === true && slot !== undefined) return machine.refuses(amount, undefined, slot);
    const gives = givenOf(items);
    return gives === undefined ? undefined : machine?.refuses(amount, gives);
  }

  /** What is worth knowing of the catalogue as it is read now, a line each. */
  get notes(): readonly string[] {
    return this.#context.adapters.catalogue?.notes?.() ?? [];
  }

  /**
   * Reads it again, or takes `file` for the file of products.
   * @param by who asked, for the journal
   * @returns every mistake, and the old catalogue stays
   */
  renew(
    by: string,
    file?: { readonly text: string; readonly name: string },
  ): Result<Catalogue, readonly string[]> {
    const { catalogue: source, log, journal, clock } = this.#context.adapters;
    if (source === undefined) return err(['no catalogue is configured: [catalogue] in terminal.toml']);
    const read = file === undefined ? source.read() : source.replace(file.text, file.name);
    if (!read.ok) {
      this.#refused(read.error);
      return read;
    }
    this.#troubles = [];
    this.#next = read.value;
    const { length } = read.value.products;
    log.info(`catalogue of ${counted(length, 'product')}, read for ${by}`);
    journal.commit({
      ...timesOf(clock),
      events: [{ kind: 'catalogueRead', body: { by, products: length } }],
    });
    return ok(read.value);
  }

  /** @param idle nobody is choosing, and no sale is open: who has seen a price pays that one */
  settle(idle: boolean): void {
    if (!idle || this.#next === undefined) return;
    this.#now = this.#next;
    this.#next = undefined;
    this.#prepare();
  }

  #prepare(): void {
    const paths = this.#now?.products.flatMap(({ picture }) => (picture === undefined ? [] : [picture]));
    const { pictures, vending } = this.#context.adapters;
    pictures?.prepare(paths ?? []);
    vending?.machine.mind?.(this.#now?.products.flatMap(({ gives }) => gives?.line ?? []) ?? []);
  }

  #refused(troubles: readonly string[]): void {
    this.#troubles = troubles;
    const { log } = this.#context.adapters;
    log.error(`E${FAULT.catalogueKept} the catalogue is not taken: ${counted(troubles.length, 'mistake')}`);
    for (const trouble of troubles) log.error(trouble);
  }
}

/** The same one where nothing of it is. */
function soldOutOf(
  catalogue: Catalogue,
  { byHand, slots: failing }: Out,
  vending: VendingPlace | undefined,
): Catalogue {
  const named = (of: HandSetName['of']): Set<string> =>
    new Set([...byHand.values()].flatMap(({ name }) => (name.of === of && 'id' in name ? [name.id] : [])));
  const [products, slots] = [named('product'), named('slot')];
  for (const { machine, item, failures } of failing)
    if (machine === vending?.machine.name && failures >= vending.slotFailures) slots.add(item);
  const isOut = ({ id, slot, gives }: Product): boolean =>
    products.has(id) ||
    (slot !== undefined && slots.has(slot)) ||
    (gives !== undefined && vending?.machine.places?.([gives]).some((place) => slots.has(place)) === true);
  if (!catalogue.products.some(isOut)) return catalogue;
  return {
    ...catalogue,
    products: catalogue.products.map((product) => (isOut(product) ? { ...product, soldOut: true } : product)),
  };
}
