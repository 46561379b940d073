import { shareOf } from '../base/share.js';
import { RateWindow } from '../bounds/rate-window.js';
import { httpTransport } from '../midtrans/exchange.js';
import type { Log } from '../port/log.js';
import { NotificationDoor } from './door.js';
import { Forwarder } from './forwarder.js';
import { CoreApiFront } from './front.js';
import { withoutSlash } from './http-visit.js';
import { Metrics } from './metrics.js';
import { checkMerchant, type MerchantOptions, type RelayOptions } from './options.js';
import { PictureAddresses } from './picture-url.js';
import { ReceiptSource } from './receipts.js';
import { RefundBook } from './refund-book.js';
import type { Terminals } from './terminals.js';
import { Upstream } from './upstream.js';

/** Midtrans asks for an answer within 5 s. */
const FORWARD_TIMEOUT_MS = 4_000;

/** What the merchants of one relay share. */
type Shared = Pick<
  RelayOptions,
  'clock' | 'timers' | 'network' | 'log' | 'publisher' | 'relaysHeard' | 'timeouts' | 'noticeLifeMs'
> & {
  readonly relays: number;
  /** For what anybody may cause. */
  readonly strangers: Log;
  /** The relay's base address, once it listens. */
  readonly publicUrl: () => string;
};

/**
 * One merchant at the relay: an account at Midtrans with its key, the path at which it notifies, his terminals, and what is counted of
 * them. Nothing of it is shared with another merchant, so that nothing can be taken for another's.
 */
export class MerchantDesk {
  /** The word in the topics. */
  readonly merchant: string;
  readonly notifyPath: string;
  readonly terminals: Terminals;
  readonly counters = new Metrics();
  readonly door: NotificationDoor;
  readonly front: CoreApiFront;
  readonly upstream: Upstream;
  readonly receipts: ReceiptSource;
  readonly #pictures: PictureAddresses;
  #serverKey: string;

  /** @throws Misuse for a name or address that is none. */
  constructor(options: MerchantOptions, shared: Shared) {
    const { merchant, terminals, limits, refund, serverKey, forwardUrl: url, upstreamUrl: baseUrl } = options;
    const { notifyPath = '/notify' } = options;
    checkMerchant(options, notifyPath);
    const { clock, timers, network, log, relays, relaysHeard = () => relays } = shared;
    const { counters } = this;
    this.merchant = merchant;
    this.terminals = terminals;
    this.notifyPath = withoutSlash(notifyPath);
    this.#serverKey = serverKey;
    this.#pictures = new PictureAddresses(serverKey);
    this.upstream = new Upstream({ ...shared, serverKey, baseUrl });
    this.door = new NotificationDoor({
      ...shared,
      ...{ merchant, serverKey, counters },
      noticeLifeMs: shared.noticeLifeMs ?? 1_200_000,
      ...(url === undefined
        ? {}
        : {
            forwarder: new Forwarder({
              ...{ url, timeoutMs: FORWARD_TIMEOUT_MS },
              exchange: httpTransport(timers, network),
            }),
          }),
    });
    this.front = new CoreApiFront({
      ...{ terminals, relays, clock, counters, log, maxAmount: limits.maxAmount, upstream: this.upstream },
      charges: new RateWindow(shareOf(limits.chargesPerMinute, relays), clock),
      requests: new RateWindow(shareOf(limits.requestsPerMinute, relays), clock),
      pictures: this.#pictures,
      ...(refund === undefined
        ? {}
        : { refunds: new RefundBook({ ...refund, relays, relaysHeard }, refund.lines, clock, log) }),
      addresses: () => {
        const publicUrl = shared.publicUrl();
        return { publicUrl, notifyUrl: publicUrl + this.notifyPath };
      },
    });
    this.receipts = new ReceiptSource(terminals, this.upstream, counters, shared);
  }

  /** What is counted and under way stays. @returns whether it is another one */
  renewKey(serverKey: string): boolean {
    if (serverKey === this.#serverKey) return false;
    this.#serverKey = serverKey;
    this.#pictures.renewKey(serverKey);
    this.upstream.renewKey(serverKey);
    this.door.renewKey(serverKey);
    return true;
  }
}
