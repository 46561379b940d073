import { isSettled, type Sale } from '../../../src/core/sale/sale.js';
import type { Laws, Violation } from '../laws.js';
import type { Story } from '../story.js';

/** What a machine asks to be paid for, once. */
export interface Wish {
  readonly amount: number;
  /** The machine's own number of it, or one for the story. */
  readonly number: number;
}

interface Kept {
  reference: string | undefined;
  /** The newest attempt to charge for it. */
  orderId: string | undefined;
  approvals: number;
  fell: boolean;
}

export interface GoodsParts {
  readonly laws: Laws;
  readonly story: Story;
}

/** What a machine has given out, and the laws about that. */
export class Goods {
  readonly #laws: Laws;
  readonly #story: Story;
  readonly #wishes = new Map<Wish, Kept>();
  readonly #byReference = new Map<string, Kept>();
  /** The machine never gives twice for one wish, so that it may be told "paid" again. */
  readonly #repeats: boolean;

  constructor({ laws, story }: GoodsParts, repeats: boolean) {
    this.#laws = laws;
    this.#story = story;
    this.#repeats = repeats;
  }

  /** A new sale is for `wish`. @returns the law that it breaks: one wish, one sale, of its amount */
  begins(sale: Sale, wish: Wish | undefined): Violation | undefined {
    const { orderId, amount, source } = sale;
    if (wish === undefined)
      return { law: 'law 13', words: `${orderId}: the machine did not ask for ${amount}` };
    if (wish.amount !== amount)
      return { law: 'law 4', words: `${orderId} is for ${amount}, the machine asked for ${wish.amount}` };
    let kept = this.#kept(wish);
    // One that counts by itself and asks again after a restart, or after "paid", may be another customer: he is charged.
    if (kept.reference !== undefined && !this.#repeats && !kept.fell) {
      kept = { reference: undefined, orderId: undefined, approvals: 0, fell: false };
      this.#wishes.set(wish, kept);
    }
    if (kept.reference !== undefined)
      return { law: 'law 7', words: `${orderId} is a second sale for request ${wish.number}` };
    kept.reference = source.reference ?? '';
    kept.orderId = orderId;
    this.#byReference.set(kept.reference, kept);
    return undefined;
  }

  sale(sale: Sale): void {
    const { orderId, source, state } = sale;
    const kept = this.#byReference.get(source.reference ?? '');
    if (kept === undefined) return;
    if (kept.orderId !== orderId && this.#laws.successors.get(kept.orderId ?? '') === orderId)
      kept.orderId = orderId;
    const failed = (state.at === 'owed' || state.at === 'refunding') && state.why === 'deliveryFailed';
    if (failed && kept.fell)
      this.#laws.broken('law 6', `${orderId} is ${state.at} because nothing fell, and its goods have fallen`);
  }

  hasWord({ source }: Sale): boolean {
    return this.#byReference.get(source.reference ?? '')?.fell === true;
  }

  /** "Paid" leaves the terminal, whether or not the machine hears it. */
  approves(wish: Wish | undefined): void {
    const kept = wish === undefined ? undefined : this.#wishes.get(wish);
    const sale = this.#saleOf(kept);
    if (kept === undefined || sale === undefined)
      return this.#laws.broken('law 1', 'the machine is told "paid" of a sale that is on no disk');
    const { orderId, state } = sale;
    this.#story.say(() => `machine is told "paid" of ${orderId}`);
    if (!isSettled(sale))
      return this.#laws.broken('law 4', `the machine is told "paid" of ${orderId}, which is ${state.at}`);
    kept.approvals += 1;
    if (kept.approvals > 1 && !this.#repeats)
      this.#laws.broken('law 6', `the machine is told "paid" of ${orderId} a second time`);
    const told = state.at === 'delivering' || state.at === 'delivered' || state.at === 'owed';
    if (!told && !this.#laws.refundsUnknown)
      this.#laws.broken('law 6', `the machine is told "paid" of ${orderId}, which is ${state.at}`);
  }

  /** They fall, and a hand takes them. */
  fall(wish: Wish): void {
    const kept = this.#kept(wish);
    const sale = this.#saleOf(kept);
    this.#story.say(() => `goods of request ${wish.number} fall, of ${sale?.orderId ?? 'no sale'}`);
    if (kept.fell) this.#laws.broken('law 6', `goods fall twice for request ${wish.number}`);
    kept.fell = true;
    if (sale === undefined || !isSettled(sale))
      return this.#laws.broken('law 4', `goods fall for ${sale?.orderId ?? 'nothing'}, which is not paid`);
    const { orderId, state } = sale;
    const gone = state.at === 'refunding' || (state.at === 'resolved' && state.how === 'refunded');
    if (gone && !this.#laws.refundsUnknown)
      this.#laws.broken('law 6', `goods fall for ${orderId}, whose money went back`);
  }

  #kept(wish: Wish): Kept {
    const known = this.#wishes.get(wish);
    if (known !== undefined) return known;
    const kept: Kept = { reference: undefined, orderId: undefined, approvals: 0, fell: false };
    this.#wishes.set(wish, kept);
    return kept;
  }

  #saleOf(kept: Kept | undefined): Sale | undefined {
    return kept?.orderId === undefined ? undefined : this.#laws.sales.get(kept.orderId);
  }
}
