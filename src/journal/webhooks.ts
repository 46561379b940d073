import type Database from 'better-sqlite3';
import { Statements, WEBHOOK_SQL } from './statements.js';

/** Something to be told to a receiver, from the commit of what it tells until it was taken or given up. */
export interface WebhookRow {
  readonly hook: string;
  readonly orderId: string;
  readonly kind: string;
  /** Wall time of what it tells. */
  readonly atMs: number;
  /** Sent so often in vain. */
  readonly tries: number;
  /** Wall time of the next try; null where none follows. */
  readonly dueMs: number | null;
  readonly ended: 'taken' | 'given up' | null;
  /** What it tells beside that, as JSON, where sale and shift do not say it. */
  readonly about: string | null;
  /** Its place among all that is told to a receiver in order; null for others. */
  readonly seq: number | null;
}

export type WebhookName = Pick<WebhookRow, 'hook' | 'orderId' | 'kind' | 'atMs'>;

export type WebhookChange =
  | ({
      readonly change: 'told';
      readonly inOrder?: boolean;
      readonly about?: string | undefined;
    } & WebhookName)
  | ({ readonly change: 'tried' } & Pick<WebhookRow, 'tries' | 'dueMs' | 'ended'> & WebhookName)
  | { readonly change: 'forget'; readonly beforeMs: number };

/** By this a receiver knows what it has had, however often it comes: the same for all tries, and for no other. */
export function webhookId({ orderId, kind, atMs }: WebhookName): string {
  return `${orderId}.${kind}.${atMs.toString(36)}`;
}

/** What is told to receivers, over the journal's database: written in the commit of what it tells (law 1). */
export class Webhooks {
  readonly #statements: Statements<typeof WEBHOOK_SQL>;

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, WEBHOOK_SQL);
  }

  /** Within the transaction of the commit. */
  write(changed: WebhookChange): void {
    const s = this.#statements;
    switch (changed.change) {
      case 'told': {
        const { hook, orderId, kind, atMs, about = null, inOrder = false } = changed;
        const row = [hook, orderId, hook, orderId, kind, atMs, atMs, about];
        return void s.of('tell').run(...row, Number(inOrder), hook);
      }
      case 'tried': {
        const { hook, orderId, kind, atMs, tries, dueMs, ended } = changed;
        return void s.of('tried').run(tries, dueMs, ended, hook, orderId, kind, atMs);
      }
      case 'forget':
        return void s.of('forget').run(changed.beforeMs);
    }
  }

  /**
   * The oldest of each sale and receiver that is due: one that follows waits for the one before it.
   * @param farMs what is due behind this was written by a clock that was ahead
   */
  due(hook: string, nowMs: number, farMs: number, most: number): WebhookRow[] {
    return this.#statements.of('due').all(hook, nowMs, farMs, most) as WebhookRow[];
  }

  /** The first that wait for a receiver that is told in order, due or not. */
  inOrder(hook: string, most: number): WebhookRow[] {
    return this.#statements.of('inOrder').all(hook, most) as WebhookRow[];
  }

  /** How many wait for a receiver that is told in order. */
  waitingInOrder(hook: string): number {
    return this.#statements.of('waitingInOrder').pluck().get(hook) as number;
  }

  /** The newest first. @param waiting those that are not at their end */
  list(waiting: boolean, most: number): WebhookRow[] {
    return this.#statements.of(waiting ? 'waiting' : 'ended').all(most) as WebhookRow[];
  }

  /** All that have this id: one a receiver. */
  byId(orderId: string): WebhookRow[] {
    return this.#statements.of('ofOrder').all(orderId) as WebhookRow[];
  }
}
