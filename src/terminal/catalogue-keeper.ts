import { err, ok, type Result } from '../base/result.js';
import { type Catalogue, productOfSlot } from '../core/catalogue/catalogue.js';
import type { Product } from '../core/catalogue/product.js';
import { FAULT } from '../core/fault/table.js';
import { timesOf } from '../journal/commit.js';
import type { TerminalContext } from './context.js';

/** Nothing to choose, where the file is bad at the very first start: the rest of the terminal goes on. */
const NOTHING: Catalogue = { products: [], groups: [], cart: false, freeAmount: false, perPage: 1 };

/** The catalogue that holds now, and the one that is to hold when nobody chooses or pays. */
export class CatalogueKeeper {
  readonly #context: TerminalContext;
  #now: Catalogue | undefined;
  #next: Catalogue | undefined;
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

  /** Undefined where there is none. */
  get now(): Catalogue | undefined {
    return this.#now;
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
    return machine?.amounts === 'asks' && machine.drives !== true ? undefined : this.#now;
  }

  ofSlot(slot: string | undefined): Product | undefined {
    return slot === undefined || this.#now === undefined ? undefined : productOfSlot(this.#now, slot);
  }

  /**
   * Reads it again, or takes `text` for the file of products.
   * @param by who asked, for the journal
   * @returns every mistake, and the old catalogue stays
   */
  renew(by: string, text?: string): Result<Catalogue, readonly string[]> {
    const { catalogue: source, log, journal, clock } = this.#context.adapters;
    if (source === undefined) return err(['no catalogue is configured: [catalogue] in terminal.toml']);
    const read = text === undefined ? source.read() : source.replace(text);
    if (!read.ok) {
      this.#refused(read.error);
      return read;
    }
    this.#troubles = [];
    this.#next = read.value;
    const { length } = read.value.products;
    log.info(`catalogue of ${length} products, read for ${by}`);
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
    log.error(`E${FAULT.catalogueKept} the catalogue is not taken: ${troubles.length} mistakes`);
    for (const trouble of troubles) log.error(trouble);
  }
}
