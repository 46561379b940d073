import type { Evidence } from '../base/evidence.js';
import type { ReceiptFacts } from '../base/receipt.js';
import type { Rupiah } from '../base/rupiah.js';
import { NewestMap } from '../bounds/newest-map.js';
import { RateWindow } from '../bounds/rate-window.js';
import { parseAnswer, parseEvidence } from '../midtrans/wire.js';
import type { Clock, Timers } from '../port/clock.js';
import type { Upstream } from './upstream.js';

/** What the gateway says of a receipt's sale now. */
export type GatewayStanding =
  | { readonly is: 'settled'; readonly evidence: Evidence; readonly atMs: number }
  | { readonly is: 'refunded'; readonly evidence: Evidence; readonly amount: Rupiah; readonly atMs: number }
  | {
      readonly is: 'partlyRefunded';
      readonly evidence: Evidence;
      readonly amount: Rupiah;
      readonly atMs: number;
    }
  /** It knows of no such payment, or of another amount. */
  | { readonly is: 'unconfirmed'; readonly atMs: number }
  /** It could not be asked, or not in time. */
  | { readonly is: 'unasked' };

/** An answer is good for so long: whoever looks again and again asks Midtrans once a minute. */
const FRESH_MS = 60_000;
const KEPT_MOST = 2_000;
/** Of all receipts together: a flood of good links must leave the relay's way to Midtrans to those who pay. */
const ASKED_A_MINUTE = 120;
/** Nobody looks at an empty page for longer; the answer is there when they look again. */
const PATIENCE_MS = 3_000;

/** Asks the gateway how the sale of a receipt stands: what was refunded since is not "paid" any more. */
export class ReceiptStandings {
  readonly #upstream: Pick<Upstream, 'call'>;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #known = new NewestMap<{ readonly atMonoMs: number; readonly standing: Promise<GatewayStanding> }>(
    KEPT_MOST,
  );
  readonly #rate: RateWindow;

  constructor(upstream: Pick<Upstream, 'call'>, clock: Clock, timers: Timers) {
    this.#upstream = upstream;
    this.#clock = clock;
    this.#timers = timers;
    this.#rate = new RateWindow(ASKED_A_MINUTE, clock);
  }

  /** Only of facts that a terminal has signed. */
  of(facts: ReceiptFacts): Promise<GatewayStanding> {
    const { orderId } = facts;
    const atMonoMs = this.#clock.monoMs();
    const known = this.#known.get(orderId);
    if (known !== undefined && atMonoMs - known.atMonoMs < FRESH_MS) return this.#inTime(known.standing);
    if (!this.#rate.admit('all')) return Promise.resolve({ is: 'unasked' });
    const standing = this.#ask(facts);
    this.#known.set(orderId, { atMonoMs, standing });
    return this.#inTime(standing);
  }

  #inTime(standing: Promise<GatewayStanding>): Promise<GatewayStanding> {
    return new Promise((resolve, reject) => {
      const stop = this.#timers.after(PATIENCE_MS, () => resolve({ is: 'unasked' }));
      standing.then(resolve, reject).finally(stop);
    });
  }

  async #ask({ orderId, amount }: ReceiptFacts): Promise<GatewayStanding> {
    const answer = await this.#upstream.call({ operation: 'status', orderId });
    const body = answer.ok
      ? parseAnswer(answer.value.status, Buffer.from(answer.value.bytes).toString('utf8'))
      : answer;
    if (!body.ok) return { is: 'unasked' };
    const atMs = this.#clock.wallMs();
    if (body.value.code === '404') return { is: 'unconfirmed', atMs };
    const parsed = parseEvidence(body.value);
    if (!parsed.ok || parsed.value.orderId !== orderId) return { is: 'unasked' };
    return standingIn(parsed.value, amount, atMs);
  }
}

function standingIn(evidence: Evidence, amount: Rupiah, atMs: number): GatewayStanding {
  const { status, fraud = 'accept', refundAmount } = evidence;
  const isSame = evidence.amount === amount || evidence.amount - (evidence.customerFee ?? 0) === amount;
  if (!isSame || evidence.currency !== 'IDR' || fraud !== 'accept') return { is: 'unconfirmed', atMs };
  if (status === 'refund') return { is: 'refunded', evidence, amount: refundAmount ?? amount, atMs };
  if (status === 'partial_refund')
    return { is: 'partlyRefunded', evidence, amount: refundAmount ?? (0 as Rupiah), atMs };
  return status === 'settlement' ? { is: 'settled', evidence, atMs } : { is: 'unconfirmed', atMs };
}
