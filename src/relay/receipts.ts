import { isIPv6 } from 'node:net';
import type { ReceiptFacts } from '../base/receipt.js';
import { RateWindow } from '../bounds/rate-window.js';
import { FAULT, faultText } from '../core/fault/table.js';
import type { Runtime } from '../port/runtime.js';
import { type RelayAnswer, toAnybody } from './answer.js';
import type { Metrics, ReceiptOutcome } from './metrics.js';
import { ReceiptSeals } from './receipt-link.js';
import { languageOf, linkEndsMs, PAGE_HEADERS, receiptPage, refusalPage } from './receipt-page.js';
import { ReceiptStandings } from './receipt-standing.js';
import type { Terminals } from './terminals.js';
import type { Upstream } from './upstream.js';

export interface ReceiptOptions extends Pick<Runtime, 'clock'> {
  /** Of each merchant; who has signed a link says whose it is. */
  readonly sources: () => Iterable<ReceiptSource>;
  /** From one address, of whatever link. */
  readonly requestsPerMinute: number;
  /** For what is refused before that is known. */
  readonly counters: Metrics;
}

/** What one merchant's terminals have signed, and his account at Midtrans, which is asked about it. */
export class ReceiptSource {
  readonly counters: Metrics;
  readonly seals: ReceiptSeals;
  readonly standings: ReceiptStandings;

  constructor(
    terminals: Pick<Terminals, 'receiptKeys'>,
    upstream: Pick<Upstream, 'call'>,
    counters: Metrics,
    { clock, timers }: Pick<Runtime, 'clock' | 'timers'>,
  ) {
    this.counters = counters;
    this.seals = new ReceiptSeals(terminals);
    this.standings = new ReceiptStandings(upstream, clock, timers);
  }
}

/** Who wants to see a receipt. */
export interface ReceiptVisit {
  /** What follows `/r/`. */
  readonly token: string;
  readonly query: string;
  readonly caller: string;
  /** `Accept-Language`. */
  readonly accepted: string | undefined;
}

/**
 * Receipts for customers' phones. What they say is in the link, which the terminal has signed, so that any relay that knows the
 * terminal can show it; the gateway is asked whether it still holds.
 */
export class Receipts {
  readonly #options: ReceiptOptions;
  readonly #rate: RateWindow;

  constructor(options: ReceiptOptions) {
    const { clock, requestsPerMinute } = options;
    this.#options = options;
    this.#rate = new RateWindow(requestsPerMinute, clock);
  }

  show({ token, query, caller, accepted }: ReceiptVisit): RelayAnswer | Promise<RelayAnswer> {
    if (!this.#rate.admit(networkOf(caller))) return this.#refusal(429, FAULT.receiptsTooMany, 'too_many');
    const opened = this.#open(token);
    if (opened === undefined) return this.#refusal(404, FAULT.receiptUnknown, 'unknown');
    const { facts, source } = opened;
    const { orderId } = facts;
    if (this.#options.clock.wallMs() >= linkEndsMs(facts))
      return this.#refusal(410, FAULT.receiptEnded, 'ended', orderId);
    return source.standings.of(facts).then((standing) => {
      const body = receiptPage(facts, standing, languageOf(query, facts, accepted));
      source.counters.receipt(standing.is);
      return page(200, body, `receipt order=${orderId} ${standing.is}`);
    });
  }

  #open(token: string): { readonly facts: ReceiptFacts; readonly source: ReceiptSource } | undefined {
    for (const source of this.#options.sources()) {
      const facts = source.seals.open(token);
      if (facts !== undefined) return { facts, source };
    }
    return undefined;
  }

  #refusal(status: number, code: number, outcome: ReceiptOutcome, orderId?: string): RelayAnswer {
    this.#options.counters.receipt(outcome);
    const order = orderId === undefined ? '' : ` order=${orderId}`;
    return page(status, refusalPage(faultText(code), code), `E${code} ${outcome}${order}`);
  }
}

/** Where no receipts are to be had: a customer who comes all the same reads so. */
export function noReceipts(): RelayAnswer {
  const code = FAULT.receiptsOff;
  return page(404, refusalPage(faultText(code), code), `E${code} receipts are off`);
}

/** Kept by nobody: what a link shows changes, and a shared computer forgets it. */
function page(status: number, body: string, note: string): RelayAnswer {
  const headers = { ...PAGE_HEADERS, Vary: 'Accept-Language' };
  return toAnybody({ status, contentType: 'text/html; charset=utf-8', body, headers, note });
}

/** Whoever has one address of IPv6 has 2^64 of them. */
export function networkOf(caller: string): string {
  if (!isIPv6(caller) || caller.startsWith('::ffff:')) return caller;
  const [head = '', tail = ''] = caller.split('::');
  const parts = head.split(':').filter((part) => part !== '');
  const missing = caller.includes('::')
    ? 8 - parts.length - tail.split(':').filter((part) => part !== '').length
    : 0;
  return [...parts, ...Array.from({ length: missing }, () => '0')].slice(0, 4).join(':');
}
