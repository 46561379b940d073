import { messageOf } from '../base/fault.js';
import { terminalOf, ulid } from '../base/ids.js';
import type { Notice } from '../base/notice.js';
import { err, ok, type Result } from '../base/result.js';
import { oneLine } from '../midtrans/faults.js';
import { signatureMatches } from '../midtrans/signature.js';
import { parseObject } from '../midtrans/wire.js';
import { encodeNotice } from '../mqtt/envelope.js';
import { noticeTopic } from '../mqtt/topics.js';
import type { Clock, Random, Timers } from '../port/clock.js';
import type { Log } from '../port/log.js';
import type { Publisher, PublishOutcome } from '../port/publisher.js';
import { plainAnswer, RELAY, type RelayAnswer } from './answer.js';
import type { Counters } from './counters.js';

export interface DoorOptions {
  readonly merchant: string;
  readonly serverKey: string;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly counters: Counters;
  /** How long the broker may take. Midtrans asks for an answer within 5 s. */
  readonly ackTimeoutMs: number;
  /** After this the terminal drops the notice. */
  readonly noticeLifeMs: number;
}

const UTF8 = new TextDecoder();

interface Notification {
  readonly orderId: string;
  readonly statusCode: string;
  readonly grossAmount: string;
  readonly signatureKey: string;
  readonly says: string;
}

/**
 * Midtrans' HTTP notifications in, notices out. It keeps nothing: 200 is said when the broker has the notice, and
 * until then Midtrans keeps the notification. Statuses are chosen by how often Midtrans tries again: 502, 403 and 413
 * five times within six hours, 400 twice (a body that cannot be read will not get better), 200 never.
 */
export class NotificationDoor {
  readonly #options: DoorOptions;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** @param body as it came, at most 64 KiB. */
  async receive(body: Uint8Array): Promise<RelayAnswer> {
    const { counters, log, serverKey } = this.#options;
    const parsed = parseNotification(body);
    if (!parsed.ok) {
      counters.notification('malformed');
      return plainAnswer(400, 'not a notification', `E${RELAY.malformedNotification} ${parsed.error}`);
    }
    const { orderId, signatureKey } = parsed.value;
    const order = `order=${oneLine(orderId).slice(0, 60)}`;
    if (!signatureMatches(parsed.value, signatureKey, serverKey)) {
      counters.notification('bad_signature');
      log.warn(`E${RELAY.badSignature} a notification with a wrong signature changed nothing ${order}`);
      return plainAnswer(403, 'wrong signature', `E${RELAY.badSignature} bad_signature ${order}`);
    }
    const terminal = terminalOf(orderId);
    if (terminal === undefined) {
      // Other sales of the same merchant. A refusal would make Midtrans try for hours.
      counters.notification('foreign');
      return plainAnswer(200, 'not an order of a terminal', `foreign ${order}`);
    }
    return this.#ring(terminal, parsed.value);
  }

  async #ring(terminal: string, notification: Notification): Promise<RelayAnswer> {
    const { counters, log, merchant } = this.#options;
    const notice = this.#notice(notification);
    const outcome = await this.#publish(noticeTopic(merchant, terminal), encodeNotice(notice));
    const about = `order=${notification.orderId} notice=${notice.id} says=${notice.says}`;
    if (outcome.kind === 'acknowledged') {
      // No session holds it when `reached` is false: the terminal learns by polling, and a retry would not help.
      const name = outcome.reached === false ? 'unreached' : 'published';
      counters.notification(name);
      return plainAnswer(200, 'ok', `${name} ${about}`);
    }
    const name = outcome.kind === 'refused' ? 'refused' : 'unacknowledged';
    const why = outcome.kind === 'refused' ? `reason ${outcome.reason}` : oneLine(outcome.why);
    counters.notification(name);
    log.warn(`E${RELAY.notTaken} the broker did not take a notice: ${why} ${about}`);
    return plainAnswer(502, 'try again', `E${RELAY.notTaken} ${name} ${about}`);
  }

  #notice(notification: Notification): Notice {
    const nowMs = this.#options.clock.wallMs();
    return {
      id: ulid(nowMs, this.#options.random.bytes(10)),
      at: new Date(nowMs).toISOString(),
      expiresAt: new Date(nowMs + this.#options.noticeLifeMs).toISOString(),
      orderId: notification.orderId,
      says: notification.says,
    };
  }

  async #publish(topic: string, payload: string): Promise<PublishOutcome> {
    const { publisher, timers, ackTimeoutMs } = this.#options;
    let disarm: () => void = () => undefined;
    const timeout = new Promise<PublishOutcome>((resolve) => {
      disarm = timers.after(ackTimeoutMs, () =>
        resolve({ kind: 'unanswered', why: `no acknowledgement within ${ackTimeoutMs} ms` }),
      );
    });
    try {
      return await Promise.race([publisher.publish(topic, payload), timeout]);
    } catch (thrown) {
      return { kind: 'unanswered', why: `the publisher threw: ${messageOf(thrown)}` };
    } finally {
      disarm();
    }
  }
}

/** The signed fields as the very strings that came, or which of them is missing. */
function parseNotification(bytes: Uint8Array): Result<Notification, string> {
  const body = parseObject(UTF8.decode(bytes));
  if (!body) return err('not a JSON object');
  const missing = ['order_id', 'status_code', 'gross_amount', 'signature_key'].find(
    (name) => typeof body[name] !== 'string' || body[name] === '',
  );
  if (missing !== undefined) return err(`no ${missing}`);
  const says = String(body['transaction_status'] ?? '').toLowerCase();
  return ok({
    orderId: String(body['order_id']),
    statusCode: String(body['status_code']),
    grossAmount: String(body['gross_amount']),
    signatureKey: String(body['signature_key']),
    // The signature does not cover it, so whatever is no plain word is not passed on.
    says: /^[a-z_]{1,32}$/.test(says) ? says : 'other',
  });
}
