import type { Random, Timers } from '../../port/clock.js';
import type { FaultRule } from '../fault/fault-rule.js';
import type { FaultPlan } from '../fault/faults.js';
import { type BodyContext, notificationBody } from '../midtrans/bodies.js';
import { sandboxSignature } from '../midtrans/signature.js';
import type { Transaction } from '../midtrans/transaction.js';
import type { Notification, NotificationSender } from './notification-sender.js';

export interface NotificationWriterOptions {
  readonly context: BodyContext;
  readonly sender: NotificationSender;
  readonly faults: FaultPlan;
  readonly timers: Timers;
  readonly random: Random;
}

/** How long a notification that is to be overtaken waits for the one that overtakes it. */
const REORDER_MS = 60_000;

/** Writes the notification of each change, and does to it what the fault plan says before it is sent. */
export class NotificationWriter {
  private readonly options: NotificationWriterOptions;
  /** By transaction id and address: notifications that wait to be overtaken. */
  private readonly held = new Map<string, (() => void)[]>();

  constructor(options: NotificationWriterOptions) {
    this.options = options;
  }

  /** Called with the new state of a transaction. */
  notify(transaction: Transaction): void {
    for (const url of transaction.notifyUrls) this.notifyOne(transaction, url);
  }

  clear(): void {
    this.held.clear();
  }

  private notifyOne(transaction: Transaction, url: string): void {
    const { context, sender, faults, random, timers } = this.options;
    const status = transaction.state.status;
    const target = { orderId: transaction.orderId, about: status };
    const tamper = faults.draw('notificationTamper', target);
    const genuine = notificationBody(transaction, context);
    const body = tamper ? tampered(genuine, tamper, context.serverKey) : genuine;
    const thread = `${transaction.transactionId} ${url}`;
    const held = this.release(thread);
    const delayMs =
      faults.draw('notificationDelay', target)?.ms ?? random.fraction() * context.settings.notifyWithinMs;
    const notification: Notification = {
      orderId: transaction.orderId,
      transactionId: transaction.transactionId,
      status,
      url,
      body: JSON.stringify(body),
      afterMs: delayMs,
      ...(held && { onFirstAttempt: held }),
    };
    if (faults.draw('notificationDrop', target)) {
      sender.drop(notification);
      held?.();
      return;
    }
    const times = faults.draw('notificationDuplicate', target)?.times ?? 1;
    const reorder = faults.draw('notificationReorder', target);
    const send = (): void => {
      for (let i = 0; i < times; i += 1)
        sender.send(i === 0 ? notification : { ...notification, onFirstAttempt: none });
    };
    if (!reorder) send();
    else this.hold(thread, send, reorder.ms ?? REORDER_MS, timers);
  }

  private hold(thread: string, send: () => void, ms: number, timers: Timers): void {
    let sent = false;
    const once = (): void => {
      if (sent) return;
      sent = true;
      stop();
      send();
    };
    const stop = timers.after(ms, once);
    this.held.set(thread, [...(this.held.get(thread) ?? []), once]);
  }

  private release(thread: string): (() => void) | undefined {
    const held = this.held.get(thread);
    if (!held) return undefined;
    this.held.delete(thread);
    return () => {
      for (const send of held) send();
    };
  }
}

function none(): void {}

function tampered(
  genuine: Readonly<Record<string, unknown>>,
  rule: Extract<FaultRule, { fault: 'notificationTamper' }>,
  serverKey: string,
): Readonly<Record<string, unknown>> {
  const body: Record<string, unknown> = { ...genuine, ...rule.set };
  if (rule.resign) {
    const { order_id: orderId, status_code: code, gross_amount: amount } = body;
    body['signature_key'] = sandboxSignature(String(orderId), String(code), String(amount), serverKey);
  }
  return body;
}
