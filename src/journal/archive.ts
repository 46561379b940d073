import { gunzipSync, gzipSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { messageOf } from '../base/fault.js';
import type { ArchiveStore } from './archive-folder.js';
import type { Bodies } from './bodies.js';
import type { Packed } from './packed.js';
import { asTold, type EventRow, type ToldEvent } from './rows.js';
import { ARCHIVE_SQL, Statements } from './statements.js';

/** Rows of events that are looked at for one piece: the loop is held for some milliseconds. */
const LOOKED_AT = 400;
/** Sales in one piece: more of them compress better, and reading one costs the reading of all. */
const SALES = 32;
/** Bytes from which on another file is begun. */
const FILE_BYTES = 16 * 1024 * 1024;

/** One line of a file: a sale, or what happened to none; to be read without us. */
type Line = Partial<Packed> & { readonly order?: string; readonly events: readonly ToldEvent[] };

interface PieceRow {
  readonly file: string;
  readonly begins: number;
  readonly length: number;
}

interface Piece {
  /** Lines by order id. */
  readonly sales: ReadonlyMap<string, string>;
  /** Events about no sale. */
  readonly strays: readonly EventRow[];
  /** The last event that was looked at. */
  readonly to: number;
}

/**
 * `moved`: on the medium. `passed`: of what was looked at nothing is to be moved. There may be more after both. `rest`: nothing
 * is old enough. `failed`: the medium did not take it; all is where it was.
 */
export type Moved =
  | { readonly kind: 'moved'; readonly sales: number }
  | { readonly kind: 'passed' }
  | { readonly kind: 'rest' }
  | { readonly kind: 'failed'; readonly why: string };

/** What a story has in the archive. */
export interface ArchivedStory {
  readonly file: string;
  readonly rows: readonly ToldEvent[];
  /** Why it cannot be read, where it cannot. */
  readonly unread?: string;
}

export interface ArchiveParts {
  readonly db: Database.Database;
  readonly bodies: Bodies;
  readonly store: ArchiveStore;
  /** Runs it in one transaction, which is on disk when this returns. */
  readonly commit: <T>(work: () => T) => T;
  /** Told of sales that are packed now: what is remembered of their rows is no more. */
  readonly packed: (orderIds: readonly string[]) => void;
}

/**
 * Stories of sales that are over for long, in files of gzip members, a line of JSON a sale. Where a sale stands stays in the
 * journal, packed: what a register, a notice or a settlement may still need is never on another medium. A piece is on disk
 * and was read back before a row goes, and rows go in the transaction that says where the piece is. So a power cut leaves
 * the rows, and at most bytes behind the last recorded piece that nothing names.
 */
export class Archive {
  readonly #parts: ArchiveParts;
  readonly #statements: Statements<typeof ARCHIVE_SQL>;
  /** Events up to here have been looked at in this round. */
  #from = 0;
  /** Where this process has written last. */
  #tried: Omit<PieceRow, 'length'> | undefined;

  constructor(parts: ArchiveParts) {
    this.#parts = parts;
    this.#statements = new Statements(parts.db, ARCHIVE_SQL);
  }

  /**
   * Moves the next piece of what came to its end in a shift that was closed by then.
   * @throws Failure FAULT.diskFull, FAULT.journalWrite: the outcome is unknown, the caller ends the process
   */
  async move(closedByMs: number): Promise<Moved> {
    const old = this.#statements.of('oldShift').get(closedByMs) as { readonly number: number } | undefined;
    const piece = old === undefined ? undefined : this.#pick(old.number);
    this.#from = piece?.to ?? 0;
    if (old === undefined || piece === undefined) return { kind: 'rest' };
    const lines = [...piece.sales.values()];
    if (piece.strays.length > 0) lines.push(JSON.stringify({ events: piece.strays.map(asTold) }));
    if (lines.length === 0) return { kind: 'passed' };
    const written = await this.#write(`${lines.join('\n')}\n`);
    // The terminal was stopped meanwhile: all rows are where they were.
    if (!this.#parts.db.open) return { kind: 'rest' };
    if (typeof written === 'object')
      return { kind: 'moved', sales: this.#record(piece, old.number, written) };
    this.#from = 0;
    return { kind: 'failed', why: written };
  }

  /** What the archive tells of a sale; undefined where that has told nothing yet. */
  toldOf(orderId: string): ArchivedStory | undefined {
    const piece = this.#statements.of('pieceOf').get(orderId) as PieceRow | undefined;
    if (piece === undefined) return undefined;
    const { file } = piece;
    try {
      return { file, rows: this.#read(piece, orderId) };
    } catch (thrown) {
      return { file, rows: [], unread: messageOf(thrown) };
    }
  }

  /** @returns undefined where nothing is left until the first sale that is too young */
  #pick(shift: number): Piece | undefined {
    const s = this.#statements;
    const sales = new Map<string, string>();
    const strays: EventRow[] = [];
    const seen = new Set<string>();
    // A sale has a dozen events.
    const named = new Set<string | number>();
    let to = this.#from;
    for (const row of s.of('events').all(this.#from, LOOKED_AT) as EventName[]) {
      if (sales.size === SALES) break;
      const name = row.sale ?? row.order_id;
      const sale = name === null || named.has(name) ? undefined : this.#saleOf(row);
      if ((sale?.shift ?? 0) > shift) break;
      to = row.seq;
      if (name === null) strays.push(s.of('event').get(row.seq) as EventRow);
      else named.add(name);
      if (sale === undefined || seen.has(sale.order_id)) continue;
      seen.add(sale.order_id);
      const line = this.#tell(sale.order_id, shift);
      if (line !== undefined) sales.set(sale.order_id, line);
    }
    return to === this.#from ? undefined : { sales, strays, to };
  }

  #saleOf({
    sale,
    order_id,
  }: EventName): { readonly order_id: string; readonly shift: number | null } | undefined {
    const row =
      sale === null ? this.#statements.of('byOrder').get(order_id) : this.#statements.of('bySale').get(sale);
    return row as { readonly order_id: string; readonly shift: number | null } | undefined;
  }

  /** Its line as it is now; undefined for a sale that is not over, and where there is nothing that its piece has not. */
  #tell(orderId: string, shift: number): string | undefined {
    if (this.#statements.of('over').get(orderId, shift) === undefined) return undefined;
    const before = this.toldOf(orderId);
    // The next piece has all of its story. Until what was told of it can be read, it stays.
    if (before?.unread !== undefined) return undefined;
    const known = new Map(before?.rows.map((event) => [event.seq, event]));
    const news = this.#events(orderId).filter(({ seq }) => !known.has(seq));
    if (news.length === 0) return undefined;
    for (const row of news) {
      const event = asTold(row);
      known.set(event.seq, { ...event, body: this.#parts.bodies.whole(event.body, orderId, row.seq) });
    }
    return JSON.stringify({ order: orderId, ...this.#stands(orderId), events: [...known.values()] });
  }

  #events(orderId: string): EventRow[] {
    const s = this.#statements;
    return [...s.of('ofOrder').all(orderId), ...s.of('ofSale').all(orderId)] as EventRow[];
  }

  #stands(orderId: string): Packed {
    const { bodies } = this.#parts;
    const s = this.#statements;
    return (
      bodies.packed(orderId) ?? {
        sale: bodies.toSale(s.of('sale').get(orderId)),
        answers: s.of('answers').all(orderId) as object[],
        slips: s.of('slips').all(orderId) as object[],
      }
    );
  }

  #read({ file, begins, length }: PieceRow, orderId: string): readonly ToldEvent[] {
    const text = gunzipSync(this.#parts.store.read(file, begins, length)).toString();
    const line = text.split('\n').find((one) => one.startsWith(`{"order":"${orderId}"`));
    if (line === undefined) throw new Error(`${file} does not tell ${orderId}`);
    return (JSON.parse(line) as Line).events;
  }

  /** @returns where it is, on disk and read back; or why it is not */
  async #write(text: string): Promise<PieceRow | string> {
    const { store } = this.#parts;
    const bytes = gzipSync(text);
    try {
      const { file, begins } = this.#place();
      this.#tried = { file, begins };
      await store.append(file, begins, bytes);
      if (gunzipSync(store.read(file, begins, bytes.length)).toString() === text)
        return { file, begins, length: bytes.length };
      return `${file} does not hold what was written`;
    } catch (thrown) {
      return messageOf(thrown);
    }
  }

  /**
   * Behind the last piece; in the next file where that one is long enough, or is not as it was left. What is there is never
   * written over: it may be of a journal that was set aside, or was put back as it was before. But for what was tried just now.
   */
  #place(): Omit<PieceRow, 'length'> {
    const newest = this.#statements.of('newest').get() as
      | { readonly file: string; readonly ends: number }
      | undefined;
    const isFree = (file: string, begins: number): boolean =>
      this.#parts.store.size(file) === begins ||
      (this.#tried?.file === file && this.#tried.begins === begins);
    const { file, ends } = newest ?? { file: nameOf(0), ends: FILE_BYTES };
    if (ends < FILE_BYTES && isFree(file, ends)) return { file, begins: ends };
    for (let number = Number.parseInt(file.slice(FILE_HEAD.length), 10) + 1; ; number += 1)
      if (isFree(nameOf(number), 0)) return { file: nameOf(number), begins: 0 };
  }

  /** Rows go, but for sales that something has happened to since. @returns how many sales went */
  #record({ sales, strays, to }: Piece, shift: number, { file, begins, length }: PieceRow): number {
    const s = this.#statements;
    const { bodies, commit, packed } = this.#parts;
    const same = [...sales].filter(([orderId, line]) => this.#tell(orderId, shift) === line);
    const orderIds = same.map(([orderId]) => orderId);
    if (orderIds.length === 0 && strays.length === 0) return 0;
    commit(() => {
      const { strays_to = 0 } = (s.of('newest').get() ?? {}) as { readonly strays_to?: number };
      const { lastInsertRowid } = s.of('record').run(file, begins, length, Math.max(to, strays_to));
      for (const orderId of orderIds) {
        const events = this.#events(orderId);
        s.of('pack').run(bodies.pack(this.#stands(orderId)), lastInsertRowid, orderId);
        for (const { seq } of events) s.of('dropEvent').run(seq);
        s.of('dropAnswers').run(orderId);
        s.of('dropSlips').run(orderId);
        s.of('dropNotices').run(orderId, orderId);
      }
      for (const orderId of orderIds) s.of('packedBack').run(orderId);
      for (const { seq } of strays) s.of('dropEvent').run(seq);
      bodies.packedSome();
    });
    packed(orderIds);
    return orderIds.length;
  }
}

interface EventName {
  readonly seq: number;
  readonly sale: number | null;
  readonly order_id: string | null;
}

const FILE_HEAD = 'journal-';

function nameOf(number: number): string {
  return `${FILE_HEAD}${String(number).padStart(6, '0')}.jsonl.gz`;
}
