import type Database from 'better-sqlite3';
import type { Slip } from '../base/slip.js';
import { isWaiting, type SlipJob } from '../core/sale/slip-job.js';
import type { Bodies } from './bodies.js';
import { SLIP_SQL, Statements } from './statements.js';

/** A slip that is to be printed; its number comes from the journal. */
export interface NewSlip {
  readonly slip: Slip;
  /** A person asked for it. */
  readonly asked: boolean;
  /** The printer gets it as soon as this commit has returned; otherwise it is queued. */
  readonly handed?: boolean;
}

/** A slip that waits, with what is to be on it. */
export interface WaitingSlip extends SlipJob {
  readonly slip: Slip;
}

/** A slip that was begun with its top alone: what is to be on it now, and as what kind. */
export interface WholeSlip {
  readonly whole: Slip;
  readonly job: SlipJob;
}

/** A new slip, the rest of one, or where an older one stands now; a line of a commit. */
export type SlipChange = NewSlip | WholeSlip | SlipJob;

/** Orders whose slips are at hand; those of others are read from the disk. */
const ORDERS_MOST = 16;

/**
 * Print jobs over the journal's database. What came to an end is kept without its text: that is in the sale. The desk
 * asks after each event, and few of them change anything: what was asked for once is kept here, as the commits that have
 * returned left it.
 */
export class Slips {
  readonly #statements: Statements<typeof SLIP_SQL>;
  readonly #bodies: Bodies;
  /** By id, oldest first; undefined until it is read first, like all that follows. */
  #waiting: Map<number, WaitingSlip> | undefined;
  /** Those that came about by themselves, by order and id. */
  readonly #ofOrders = new Map<string, Map<number, SlipJob>>();
  #givenUp: { readonly most: number; readonly jobs: readonly SlipJob[] } | undefined;
  /** Written in the transaction that is open. */
  #written: Written[] = [];

  constructor(db: Database.Database, bodies: Bodies) {
    this.#statements = new Statements(db, SLIP_SQL);
    this.#bodies = bodies;
  }

  /** Within the transaction of a commit; {@link committed} or {@link forget} follows. */
  write(change: SlipChange, wallMs: number): void {
    const s = this.#statements;
    if ('whole' in change) {
      const { job, whole } = change;
      s.of('whole').run(whole.kind, JSON.stringify(whole), wallMs, job.id);
      this.#written.push({ job: { ...job, kind: whole.kind }, slip: whole });
      return;
    }
    if (!('id' in change)) {
      const { slip, asked, handed = false } = change;
      const { orderId = null, kind, copy } = slip;
      if (orderId !== null) this.#bodies.unpack(orderId);
      const state = handed ? 'printing' : 'queued';
      const attempts = handed ? 1 : 0;
      const row = [orderId, kind, copy ? 1 : 0, asked ? 1 : 0, JSON.stringify(slip), state, attempts];
      const id = Number(s.of('add').run(...row, wallMs, wallMs).lastInsertRowid);
      const about = slip.orderId === undefined ? {} : { orderId: slip.orderId };
      const job = {
        id,
        ...about,
        kind,
        copy,
        asked,
        state,
        attempts,
        spoilt: 0,
        queuedAtMs: wallMs,
      } as const;
      this.#written.push({ job, slip });
      return;
    }
    const { slip: _text, ...job } = change as SlipJob & { readonly slip?: Slip };
    const { id, copy, state, attempts, spoilt, why = null } = job;
    const ended = isWaiting(job) ? 0 : 1;
    s.of('move').run(copy ? 1 : 0, state, attempts, spoilt, why, wallMs, ended, id);
    this.#written.push({ job });
  }

  /** What was written is on disk. */
  committed(): void {
    if (this.#written.length === 0) return;
    for (const { job, slip } of this.#written) {
      const { id, orderId, asked, state } = job;
      const text = slip ?? this.#waiting?.get(id)?.slip;
      if (isWaiting(job) && text !== undefined) this.#waiting?.set(id, { ...job, slip: text });
      else this.#waiting?.delete(id);
      if (orderId !== undefined && !asked) this.#ofOrders.get(orderId)?.set(id, job);
      if (state === 'failed') this.#givenUp = undefined;
    }
    this.#written = [];
  }

  /** A transaction has failed, or its outcome is unknown: what the disk says is read again. */
  forget(): void {
    this.#written = [];
    this.#waiting = undefined;
    this.#ofOrders.clear();
    this.#givenUp = undefined;
  }

  /** What is queued or with the printer, oldest first. */
  waiting(): WaitingSlip[] {
    this.#waiting ??= new Map((this.#statements.of('waiting').all() as Row[]).map(toWaiting));
    return this.#waiting.size === 0 ? [] : [...this.#waiting.values()];
  }

  /** The slips of a kind of one sale that came about by themselves, oldest first. */
  ofSale(orderId: string, kind: Slip['kind']): SlipJob[] {
    const known = this.#ofOrders.get(orderId) ?? this.#readOrder(orderId);
    return [...known.values()].filter((job) => job.kind === kind);
  }

  #readOrder(orderId: string): ReadonlyMap<number, SlipJob> {
    const packed = this.#bodies.packed(orderId)?.slips as readonly Row[] | undefined;
    const rows =
      packed?.filter(({ asked }) => asked === 0) ?? (this.#statements.of('ofOrder').all(orderId) as Row[]);
    const jobs = new Map(rows.map((row) => [row.id, toJob(row)]));
    this.#ofOrders.set(orderId, jobs);
    if (this.#ofOrders.size > ORDERS_MOST)
      for (const oldest of this.#ofOrders.keys()) {
        this.#ofOrders.delete(oldest);
        break;
      }
    return jobs;
  }

  /** The newest slip that says how a sale ended; its order id. */
  lastOrder(): string | undefined {
    return (this.#statements.of('lastOrder').get() as { order_id: string } | undefined)?.order_id;
  }

  /** Slips that were given up, newest first. */
  givenUp(most: number): readonly SlipJob[] {
    if (this.#givenUp?.most !== most)
      this.#givenUp = { most, jobs: (this.#statements.of('givenUp').all(most) as Row[]).map(toJob) };
    return this.#givenUp.jobs;
  }
}

interface Written {
  readonly job: SlipJob;
  /** Of a new one, or of one that is whole now. */
  readonly slip?: Slip;
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

function toWaiting(row: Row): [number, WaitingSlip] {
  return [row.id, { ...toJob(row), slip: JSON.parse(row.body ?? '') as Slip }];
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
