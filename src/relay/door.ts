import { hash } from 'node:crypto';
import { messageOf } from '../base/fault.js';
import { terminalOf } from '../base/ids.js';
import { parseObject } from '../base/json.js';
import type { Notice } from '../base/notice.js';
import { err, ok, type Result } from '../base/result.js';
import { NewestMap } from '../bounds/newest-map.js';
import { FAULT } from '../core/fault/table.js';
import { boundedLine } from '../midtrans/faults.js';
import { signatureMatches } from '../midtrans/signature.js';
import { encodeNotice } from '../mqtt/envelope.js';
import { noticeTopic } from '../mqtt/topics.js';
import type { Log } from '../port/log.js';
import type { PublishOutcome } from '../port/publisher.js';
import { plainAnswer, type RelayAnswer, toAnybody } from './answer.js';
import type { Forwarder } from './forwarder.js';
import type { Metrics } from './metrics.js';
import type { RelayOptions } from './options.js';

/** What a notification that is published says: the same once more says nothing new for so long. */
const KNOWN_MS = 600_000;
const ORDERS_MOST = 10_000;
const MINUTE_MS = 60_000;
/** Different notifications about one order within a minute, and so many are remembered. A sale has four in its life. */
const NOTICES_A_MINUTE = 10;

/** One notification of an order that is remembered. */
interface Heard {
  readonly said: string;
  /** When it came first, in whole milliseconds: a fraction is an object of its own. */
  readonly atMs: number;
  /** While the broker has not answered; then, when it took it. Neither where it did not: it may come again. */
  underWay: Promise<RelayAnswer> | undefined;
  takenMs: number | undefined;
}

/** `transaction_status` of Midtrans. The signature does not cover it, so whatever is none of these is not passed on. */
const STATUSES = new Set(
  'pending authorize capture settlement deny cancel expire failure refund partial_refund chargeback partial_chargeback'.split(
    ' ',
  ),
);

export interface DoorOptions
  extends Pick<RelayOptions, 'merchant' | 'serverKey' | 'publisher' | 'clock' | 'log'> {
  /** For what any caller can cause. */
  readonly strangers: Log;
  readonly counters: Metrics;
  /** After this the terminal drops the notice. */
  readonly noticeLifeMs: number;
  /** Where notifications go that are not of our terminals. */
  readonly forwarder?: Forwarder;
}

const UTF8 = new TextDecoder();

interface Notification {
  readonly orderId: string;
  readonly statusCode: string;
  readonly grossAmount: string;
  readonly signatureKey: string;
  readonly status: string;
  /** See {@link Notice.said}. What is signed is part of it: a replay that claims another status does not hide the true one. */
  readonly said: string;
}

/**
 * Midtrans' HTTP notifications in, notices out. It keeps nothing: 200 is said when the broker has the notice, and
 * until then Midtrans keeps the notification. Statuses are chosen by how often Midtrans tries again: 502, 403 and 413
 * five times within six hours, 400 twice (a body that cannot be read will not get better), 200 never.
 */
export class NotificationDoor {
  readonly #options: DoorOptions;
  /** By order, the newest last. */
  readonly #heard = new NewestMap<readonly Heard[]>(ORDERS_MOST);

  #serverKey: string;
  #lifeOf = { nowMs: Number.NaN, life: { at: '', expiresAt: '' } };

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#serverKey = options.serverKey;
  }

  /** What the former key has signed is refused from now on: Midtrans signs with the new one, and terminals ask by themselves. */
  renewKey(serverKey: string): void {
    this.#serverKey = serverKey;
  }

  /**
   * @param body as it came, at most 64 KiB.
   * @param forwarded it has been passed on by a relay already.
   */
  receive(body: Uint8Array, forwarded = false): RelayAnswer | Promise<RelayAnswer> {
    const { counters, strangers } = this.#options;
    const parsed = parseNotification(body);
    if (!parsed.ok) {
      // Midtrans' other notifications (accounts, subscriptions) have no order; only their receiver can judge them.
      if (parsed.error.isAnother) return this.#passOn(body, forwarded, parsed.error.why, 'malformed');
      counters.notification('malformed');
      const note = `E${FAULT.notificationMalformed} ${parsed.error.why}`;
      return toAnybody(plainAnswer(400, 'not a notification', note));
    }
    const { orderId, signatureKey } = parsed.value;
    const order = `order=${boundedLine(orderId).slice(0, 60)}`;
    if (!signatureMatches(parsed.value, signatureKey, this.#serverKey)) {
      counters.notification('bad_signature');
      strangers.warn(
        `E${FAULT.notificationSignature} a notification with a wrong signature changed nothing ${order}`,
      );
      return toAnybody(
        plainAnswer(403, 'wrong signature', `E${FAULT.notificationSignature} bad_signature ${order}`),
      );
    }
    const terminal = terminalOf(orderId);
    if (terminal === undefined) return this.#passOn(body, forwarded, order);
    return this.#once(terminal, parsed.value);
  }

  /** Other sales of the same merchant, whose web shop waits for this. What is not taken Midtrans keeps, and we say so. */
  async #passOn(
    body: Uint8Array,
    forwarded: boolean,
    about: string,
    // What is not signed may come from anywhere, and must not stand in the status as a sale.
    outcome: 'foreign' | 'malformed' = 'foreign',
  ): Promise<RelayAnswer> {
    const { counters, strangers, forwarder } = this.#options;
    const refuse = (why: string): RelayAnswer => {
      counters.notification(outcome);
      strangers.warn(
        `E${FAULT.foreignNotification} a notification that is not of our terminals was not taken: ${why}; ${about}`,
      );
      const note = `E${FAULT.foreignNotification} ${outcome} ${about}`;
      return toAnybody(plainAnswer(502, 'not an order of a terminal here', note));
    };
    if (forwarder === undefined)
      return refuse("relay.forward_url is not set; Midtrans' dashboard should not point at this relay");
    if (forwarded) return refuse('it has been forwarded before, relay.forward_url leads back here');
    const answer = await forwarder.pass(body);
    if (!answer.ok) return refuse(`relay.forward_url: ${boundedLine(answer.error)}`);
    counters.notification('forwarded');
    return toAnybody({ ...answer.value, note: `${answer.value.note} ${about}` });
  }

  /** The same notification again is answered as the first time, and reaches no terminal: a replay costs the terminal nothing. */
  #once(terminal: string, notification: Notification): RelayAnswer | Promise<RelayAnswer> {
    const { counters, clock, strangers } = this.#options;
    const { orderId, status, said } = notification;
    const nowMs = Math.floor(clock.monoMs());
    const heard = this.#heard.get(orderId) ?? [];
    const before = heard.find((one) => one.said === said && isKnown(one, nowMs));
    if (before?.underWay !== undefined) return before.underWay;
    if (before !== undefined) {
      counters.notification('known');
      const note = `known order=${orderId} says=${status}`;
      return toAnybody(plainAnswer(200, 'ok', note));
    }
    if (heard.filter(({ atMs }) => nowMs - atMs < MINUTE_MS).length >= NOTICES_A_MINUTE) {
      counters.notification('crowded');
      strangers.warn(
        `E${FAULT.tooManyNotifications} more than ${NOTICES_A_MINUTE} notifications a minute order=${orderId}`,
      );
      const note = `E${FAULT.tooManyNotifications} crowded order=${orderId}`;
      return toAnybody(plainAnswer(502, 'try again', note));
    }
    const one: Heard = { said, atMs: nowMs, underWay: undefined, takenMs: undefined };
    this.#heard.set(orderId, heard.length === 0 ? [one] : [...heard, one].slice(-NOTICES_A_MINUTE));
    one.underWay = this.#ring(terminal, notification, one);
    return one.underWay;
  }

  #ring(terminal: string, notification: Notification, one: Heard): Promise<RelayAnswer> {
    const { merchant, publisher } = this.#options;
    const notice = this.#notice(notification);
    const published = publisher.publish(noticeTopic(merchant, terminal), encodeNotice(notice));
    const rung = (outcome: PublishOutcome): RelayAnswer => this.#rung(notice, one, outcome);
    return published.then(rung, (thrown: unknown) => rung(thrownOutcome(thrown)));
  }

  #rung({ orderId, id, says }: Notice, one: Heard, outcome: PublishOutcome): RelayAnswer {
    const { counters, log, clock } = this.#options;
    one.underWay = undefined;
    const about = `order=${orderId} notice=${id} says=${says}`;
    if (outcome.kind === 'acknowledged') {
      one.takenMs = Math.floor(clock.monoMs());
      // No session holds it when `reached` is false: the terminal learns by polling, and a retry would not help.
      const name = outcome.reached === false ? 'unreached' : 'published';
      counters.notification(name);
      return plainAnswer(200, 'ok', `${name} ${about}`);
    }
    const name = outcome.kind === 'refused' ? 'refused' : 'unacknowledged';
    const why = outcome.kind === 'refused' ? `reason ${outcome.reason}` : boundedLine(outcome.why);
    counters.notification(name);
    log.warn(`E${FAULT.noticeNotTaken} the broker did not take a notice: ${why} ${about}`);
    return plainAnswer(502, 'try again', `E${FAULT.noticeNotTaken} ${name} ${about}`);
  }

  #notice({ said, orderId, status: says }: Notification): Notice {
    const { at, expiresAt } = this.#life();
    return { id: said, at, expiresAt, orderId, says, said };
  }

  /** Notices of one millisecond live as long as each other; spelling two times costs more than verifying a signature. */
  #life(): Pick<Notice, 'at' | 'expiresAt'> {
    const { clock, noticeLifeMs } = this.#options;
    const nowMs = clock.wallMs();
    if (this.#lifeOf.nowMs !== nowMs) {
      const at = new Date(nowMs).toISOString();
      this.#lifeOf = { nowMs, life: { at, expiresAt: new Date(nowMs + noticeLifeMs).toISOString() } };
    }
    return this.#lifeOf.life;
  }
}

function thrownOutcome(thrown: unknown): PublishOutcome {
  return { kind: 'unanswered', why: `the publisher threw: ${messageOf(thrown)}` };
}

function isKnown({ underWay, takenMs }: Heard, nowMs: number): boolean {
  return underWay !== undefined || (takenMs !== undefined && nowMs - takenMs < KNOWN_MS);
}

/** The signed fields as the very strings that came, or which of them is missing. */
function parseNotification(bytes: Uint8Array): Result<Notification, { why: string; isAnother: boolean }> {
  const body = parseObject(UTF8.decode(bytes));
  if (!body) return err({ why: 'not a JSON object', isAnother: false });
  if (body['order_id'] === undefined) return err({ why: 'no order_id', isAnother: true });
  const missing = ['order_id', 'status_code', 'gross_amount', 'signature_key'].find(
    (name) => typeof body[name] !== 'string' || body[name] === '',
  );
  if (missing !== undefined) return err({ why: `no ${missing}`, isAnother: false });
  const status = String(body['transaction_status'] ?? '').toLowerCase();
  const known = STATUSES.has(status) ? status : 'other';
  return ok({
    orderId: String(body['order_id']),
    statusCode: String(body['status_code']),
    grossAmount: String(body['gross_amount']),
    signatureKey: String(body['signature_key']),
    status: known,
    said: saidOf(body, known),
  });
}

/** The signature is a digest already, of the order too; more is told apart only where there is more. */
function saidOf(body: Readonly<Record<string, unknown>>, status: string): string {
  const { signature_key: signature, refund_amount: amount, refunds, fraud_status: fraud = 'accept' } = body;
  const more =
    amount === undefined && refunds === undefined && fraud === 'accept'
      ? status.replace('_', '')
      : hash('sha256', JSON.stringify([status, amount, refunds, fraud])).slice(0, 18);
  return String(signature).slice(0, 22) + more;
}
