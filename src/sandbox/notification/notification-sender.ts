import { messageOf } from '../../base/fault.js';
import type { Random } from '../../port/clock.js';
import type { Runtime } from '../../port/runtime.js';

/** What came of one HTTP request of a notification. */
export type PostAnswer =
  | { readonly kind: 'status'; readonly httpStatus: number; readonly location?: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'unreachable'; readonly detail: string };

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

/** Sends one POST and follows nothing: redirects are the sender's business. */
export type PostNotification = (post: Post) => Promise<PostAnswer>;

export interface Attempt {
  readonly atWallMs: number;
  /** Where it ended, after redirects. */
  readonly url: string;
  readonly hops: number;
  readonly answer: PostAnswer;
}

export interface Delivery {
  readonly id: number;
  readonly orderId: string;
  readonly transactionId: string;
  /** `transaction_status` in the body. */
  readonly status: string;
  readonly url: string;
  readonly body: string;
  readonly attempts: readonly Attempt[];
  readonly state: 'waiting' | 'underWay' | 'accepted' | 'givenUp' | 'dropped';
}

export interface Notification
  extends Pick<Delivery, 'orderId' | 'transactionId' | 'status' | 'url' | 'body'> {
  readonly afterMs: number;
  /** Called when the first attempt is over, whatever came of it. */
  readonly onFirstAttempt?: () => void;
}

export interface NotificationSenderOptions extends Runtime {
  readonly random: Random;
  readonly post: PostNotification;
  /** Part of an interval that chance may take off, 0 to 1. */
  readonly retryShift: number;
  /** Deliveries remembered. */
  readonly keep: number;
}

/** Time-out of one request, and the longest waits before the first to the fifth retry. */
export const POST_TIMEOUT_MS = 15_000;
export const RETRY_INTERVALS_MS: readonly number[] = [2, 10, 30, 90, 210].map((minutes) => minutes * 60_000);
const MAX_HOPS = 5;

/**
 * How often Midtrans tries again after this answer: not after 2xx and 301 to 303, once after 500, twice after 400 and
 * 404, four times after 503, five times after everything else and after silence.
 */
function retriesAfter(answer: PostAnswer): number {
  if (answer.kind !== 'status') return 5;
  const { httpStatus } = answer;
  if (httpStatus >= 200 && httpStatus < 300) return 0;
  if (httpStatus === 301 || httpStatus === 302 || httpStatus === 303) return 0;
  if (httpStatus === 500) return 1;
  if (httpStatus === 400 || httpStatus === 404) return 2;
  return httpStatus === 503 ? 4 : 5;
}

type Open = { -readonly [K in keyof Delivery]: Delivery[K] } & { attempts: Attempt[] };

/** Delivers notifications by Midtrans' retry table. Each address has its own delivery, order is not promised. */
export class NotificationSender {
  private readonly options: NotificationSenderOptions;
  private deliveries: Open[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private count = 0;
  private era = 0;

  constructor(options: NotificationSenderOptions) {
    this.options = options;
  }

  send(notification: Notification): void {
    const delivery = this.enter(notification, 'waiting');
    this.options.timers.after(notification.afterMs, () => this.start(delivery, notification.onFirstAttempt));
  }

  /** Enters a notification that is never sent, so that a test sees it was due. */
  drop(notification: Notification): void {
    this.enter(notification, 'dropped');
  }

  list(): readonly Delivery[] {
    return this.deliveries;
  }

  /** Resolves when no request is under way. Retries that are still due do not count. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  /** Forgets all deliveries; the answers of requests under way come to nothing. */
  clear(): void {
    this.era += 1;
    this.deliveries = [];
    this.count = 0;
  }

  private enter(notification: Notification, state: Delivery['state']): Open {
    const { orderId, transactionId, status, url, body } = notification;
    this.count += 1;
    const delivery: Open = { id: this.count, orderId, transactionId, status, url, body, attempts: [], state };
    this.deliveries.push(delivery);
    if (this.deliveries.length > this.options.keep) this.deliveries.shift();
    return delivery;
  }

  private start(delivery: Open, onFirstAttempt?: () => void): void {
    const run = this.attempt(delivery).then(() => onFirstAttempt?.());
    this.underWay.add(run);
    const over = (): void => {
      this.underWay.delete(run);
    };
    run.then(over, over);
  }

  private async attempt(delivery: Open): Promise<void> {
    const { clock, log, random, retryShift, timers } = this.options;
    const { era } = this;
    delivery.state = 'underWay';
    const atWallMs = clock.wallMs();
    const { url, hops, answer } = await this.follow(delivery);
    if (era !== this.era) return;
    delivery.attempts.push({ atWallMs, url, hops, answer });
    const said = answer.kind === 'status' ? `HTTP ${answer.httpStatus}` : answer.kind;
    log.debug(
      () => `-> ${delivery.orderId} ${delivery.status} attempt ${delivery.attempts.length}, answered ${said}`,
    );
    const retry = delivery.attempts.length - 1;
    const interval = RETRY_INTERVALS_MS[retry];
    if (answer.kind === 'status' && answer.httpStatus >= 200 && answer.httpStatus < 300)
      delivery.state = 'accepted';
    else if (retry >= retriesAfter(answer) || interval === undefined) delivery.state = 'givenUp';
    else {
      delivery.state = 'waiting';
      timers.after(interval * (1 - retryShift * random.fraction()), () => this.start(delivery));
    }
  }

  /** 307 and 308 are followed with the same body, five hops at most; one more counts as an answer of its own. */
  private async follow(delivery: Delivery): Promise<Omit<Attempt, 'atWallMs'>> {
    let { url } = delivery;
    for (let hops = 0; ; hops += 1) {
      const answer = await this.postOnce(url, delivery.body);
      const onward =
        answer.kind === 'status' && (answer.httpStatus === 307 || answer.httpStatus === 308)
          ? resolve(answer.location, url)
          : undefined;
      if (onward === undefined || hops === MAX_HOPS) return { url, hops, answer };
      url = onward;
    }
  }

  private async postOnce(url: string, body: string): Promise<PostAnswer> {
    const headers = {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'User-Agent': 'Veritrans',
    };
    try {
      return await this.options.post({ url, headers, body, timeoutMs: POST_TIMEOUT_MS });
    } catch (thrown) {
      return { kind: 'unreachable', detail: messageOf(thrown) };
    }
  }
}

function resolve(location: string | undefined, base: string): string | undefined {
  if (location === undefined || !URL.canParse(location, base)) return undefined;
  return new URL(location, base).href;
}
