import type { TerminalId } from '../../src/base/ids.js';
import type { ReceiptFacts } from '../../src/base/receipt.js';
import { RECEIPT_PATH, ReceiptSeals, SignedReceipts } from '../../src/relay/receipt-link.js';
import { tokenSha256 } from '../../src/relay/terminals.js';
import { TERMINAL } from './cloud.js';

const DIGEST = tokenSha256('the token of the storm');
const BASE = 'https://relay.test';

/** The terminal's own way to make links, for a relay that nobody has to reach. */
export const RECEIPTS = new SignedReceipts(BASE, TERMINAL as TerminalId, DIGEST);

const SEALS = new ReceiptSeals({ receiptKeys: () => [DIGEST] });

/** What the relay would show. */
export function readReceipt(link: string): ReceiptFacts | undefined {
  return SEALS.open(link.slice((BASE + RECEIPT_PATH).length));
}
