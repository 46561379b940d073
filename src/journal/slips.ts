import type Database from 'better-sqlite3';
import type { Slip } from '../base/slip.js';
import type { SlipJob } from '../core/slip-job.js';
import { SLIP_SQL, Statements } from './statements.js';

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
  readonly #statements: Statements<typeof SLIP_SQL>;

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, SLIP_SQL);
  }

  /** Within the transaction of a commit. */
  write(word: SlipWord, wallMs: number): void {
    const s = this.#statements;
    if (!('id' in word)) {
      const { slip, asked } = word;
      const copy = slip.copy ? 1 : 0;
      const { orderId = null, kind } = slip;
      s.of('add').run(orderId, kind, copy, asked ? 1 : 0, JSON.stringify(slip), wallMs, wallMs);
      return;
    }
    const { id, copy, state, attempts, spoilt, why = null } = word;
    const ended = state === 'queued' || state === 'printing' ? 0 : 1;
    s.of('move').run(copy ? 1 : 0, state, attempts, spoilt, why, wallMs, ended, id);
  }

  /** What is queued or with the printer, oldest first. */
  waiting(): WaitingSlip[] {
    return (this.#statements.of('waiting').all() as Row[]).map((row) => ({
      ...toJob(row),
      slip: JSON.parse(row.body ?? '') as Slip,
    }));
  }

  /** The slips of a kind of one sale that came about by themselves, oldest first. */
  ofSale(orderId: string, kind: Slip['kind']): SlipJob[] {
    return (this.#statements.of('ofSale').all(orderId, kind) as Row[]).map(toJob);
  }

  /** The newest slip that says how a sale ended; its order id. */
  lastOrder(): string | undefined {
    return (this.#statements.of('lastOrder').get() as { order_id: string } | undefined)?.order_id;
  }

  /** Slips that were given up, newest first. */
  givenUp(most: number): SlipJob[] {
    return (this.#statements.of('givenUp').all(most) as Row[]).map(toJob);
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
