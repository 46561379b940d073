import type Database from 'better-sqlite3';
import type { Slip } from '../base/slip.js';
import type { SlipJob } from '../core/slip-job.js';

/** A slip that is to be printed; its number comes from the journal. */
export interface NewSlip {
  readonly slip: Slip;
  /** A person asked for it. */
  readonly asked: boolean;
}

/** A slip that waits, with what is to be on it. */
export interface WaitingSlip extends SlipJob {
  readonly slip: Slip;
}

/** A new slip, or where an older one stands now; a line of a commit. */
export type SlipWord = NewSlip | SlipJob;

/** Print jobs over the journal's database. What came to an end is kept without its text: that is in the sale. */
export class Slips {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database.Database) {
    this.#statements = prepareStatements(db);
  }

  /** Within the transaction of a commit. */
  write(word: SlipWord, wallMs: number): void {
    const s = this.#statements;
    if (!('id' in word)) {
      const { slip, asked } = word;
      const copy = slip.copy ? 1 : 0;
      const { orderId = null, kind } = slip;
      s.add.run(orderId, kind, copy, asked ? 1 : 0, JSON.stringify(slip), wallMs, wallMs);
      return;
    }
    const { id, copy, state, attempts, spoilt, why = null } = word;
    const ended = state === 'queued' || state === 'printing' ? 0 : 1;
    s.move.run(copy ? 1 : 0, state, attempts, spoilt, why, wallMs, ended, id);
  }

  /** What is queued or with the printer, oldest first. */
  waiting(): WaitingSlip[] {
    return (this.#statements.waiting.all() as Row[]).map((row) => ({
      ...toJob(row),
      slip: JSON.parse(row.body ?? '') as Slip,
    }));
  }

  /** The slips of a kind of one sale that came about by themselves, oldest first. */
  ofSale(orderId: string, kind: Slip['kind']): SlipJob[] {
    return (this.#statements.ofSale.all(orderId, kind) as Row[]).map(toJob);
  }

  /** The newest slip that says how a sale ended; its order id. */
  lastOrder(): string | undefined {
    return (this.#statements.lastOrder.get() as { order_id: string } | undefined)?.order_id;
  }

  /** Slips that were given up, newest first. */
  givenUp(most: number): SlipJob[] {
    return (this.#statements.givenUp.all(most) as Row[]).map(toJob);
  }
}

interface Row {
  readonly id: number;
  readonly order_id: string | null;
  readonly kind: Slip['kind'];
  readonly copy: number;
  readonly asked: number;
  readonly body: string | null;
  readonly state: SlipJob['state'];
  readonly attempts: number;
  readonly spoilt: number;
  readonly queued_at_ms: number;
  readonly why: string | null;
}

function toJob(row: Row): SlipJob {
  const { id, kind, state, attempts, spoilt } = row;
  return {
    id,
    ...(row.order_id === null ? {} : { orderId: row.order_id }),
    kind,
    copy: row.copy === 1,
    asked: row.asked === 1,
    state,
    attempts,
    spoilt,
    queuedAtMs: row.queued_at_ms,
    ...(row.why === null ? {} : { why: row.why }),
  };
}

function prepareStatements(db: Database.Database) {
  return {
    add: db.prepare(
      `INSERT INTO slip(order_id, kind, copy, asked, body, state, queued_at_ms, at_ms)
       VALUES (?, ?, ?, ?, ?, 'queued', ?, ?)`,
    ),
    move: db.prepare(
      `UPDATE slip SET copy = ?, state = ?, attempts = ?, spoilt = ?, why = ?, at_ms = ?,
         body = iif(?, NULL, body) WHERE id = ?`,
    ),
    waiting: db.prepare(`SELECT * FROM slip WHERE state IN ('queued', 'printing') ORDER BY id`),
    ofSale: db.prepare('SELECT * FROM slip WHERE order_id = ? AND kind = ? AND asked = 0 ORDER BY id'),
    lastOrder: db.prepare(
      `SELECT order_id FROM slip WHERE kind IN ('receipt', 'owed') AND order_id IS NOT NULL
       ORDER BY id DESC LIMIT 1`,
    ),
    givenUp: db.prepare(`SELECT * FROM slip WHERE state = 'failed' ORDER BY id DESC LIMIT ?`),
  };
}
