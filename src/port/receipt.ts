import type { ReceiptFacts } from '../base/receipt.js';

/** Makes the receipt of a sale something that a phone opens from a code. */
export interface ReceiptLinks {
  /** An address of at most 512 characters; the same for the same facts. */
  linkOf(facts: ReceiptFacts): string;
}
