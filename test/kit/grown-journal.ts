import { join } from 'node:path';
import Database from 'better-sqlite3';

/** What is another's in another sale: transaction, ULID of an order or a notice, digest, mark of a picture. */
const OWN =
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|01[0-9A-HJKMNP-TV-Z]{24}|\b[0-9a-f]{24}\b|(?<=mark=)[\w-]{22}/g;
const DIGITS = '0123456789abcdef';
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

type Row = Record<string, string | number | null>;

export interface Growth {
  /** How many sales are added, copies of those that are there. */
  readonly sales: number;
  /**
   * `own`: each has names of its own in all that it says, as real ones have (default). `alike`: copies of one, a million rows in
   * some seconds. `none`: the sales alone, which is all that books and indexes have of them.
   */
  readonly stories?: 'own' | 'alike' | 'none';
  /** The copies came to their end in this shift. */
  readonly shift?: number;
  /** Copies of sales of this kind of source alone. */
  readonly source?: string;
}

/**
 * A journal of years: the sales that `directory` has, again and again, each with names of its own, as if the program had
 * written them. Writes past the program and without a sync; some thousand sales a second.
 */
export function growJournal(directory: string, { sales, stories = 'own', shift, source }: Growth): void {
  const db = new Database(join(directory, 'journal.db'));
  try {
    db.pragma('journal_mode = MEMORY');
    db.pragma('synchronous = OFF');
    db.pragma('cache_size = -262144');
    if (stories !== 'own') return alike(db, sales, stories === 'alike', shift);
    const templates = (db.prepare('SELECT * FROM sale ORDER BY invoice').all() as Row[]).filter(
      (row) => source === undefined || row['source_kind'] === source,
    );
    const events = db.prepare('SELECT * FROM event WHERE sale = ? ORDER BY seq');
    const answers = db.prepare('SELECT * FROM answer WHERE order_id = ? ORDER BY id');
    const slips = db.prepare('SELECT * FROM slip WHERE order_id = ? ORDER BY id');
    const notices = db.prepare("SELECT * FROM notice WHERE id > ? || ' ' AND id < ? || '!'");
    const parts = templates.map((sale) => ({
      sale,
      events: events.all(sale['invoice']) as Row[],
      others: [
        ['answer', answers.all(sale['order_id'])],
        ['slip', slips.all(sale['order_id'])],
        ['notice', notices.all(sale['order_id'], sale['order_id'])],
      ] as [string, Row[]][],
    }));
    const top = (of: string): number =>
      Number(
        db
          .prepare(`SELECT coalesce(max(${of}), 0) FROM ${of === 'seq' ? 'event' : 'sale'}`)
          .pluck()
          .get(),
      );
    let [seq, invoice] = [top('seq'), top('invoice')];
    const random = randomOf(invoice);
    const write = inserter(db);
    db.transaction(() => {
      for (let n = 0; n < sales; n += 1) {
        const part = parts[n % parts.length];
        if (part === undefined) throw new Error(`${directory} has no sale to copy`);
        invoice += 1;
        const names = new Map<string, string>();
        const away = seq + 1 - Number(part.events[0]?.['seq'] ?? seq + 1);
        const anew = (row: Row): Row => copied(row, names, random, invoice, away);
        const more = shift === undefined ? {} : { shift };
        write('sale', { ...anew(part.sale), ...more, invoice, rrn: String(invoice).padStart(12, '0') });
        for (const event of part.events) {
          const after = event['again_after'];
          const counted = typeof after === 'number' ? { again_after: after + away } : {};
          write('event', { ...anew(event), ...counted, seq: Number(event['seq']) + away, sale: invoice });
          seq = Number(event['seq']) + away;
        }
        for (const [table, rows] of part.others)
          for (const { id, ...row } of rows)
            write(table, anew(table === 'notice' ? { ...row, id: id ?? null } : row));
      }
    })();
    db.pragma('journal_mode = WAL');
  } finally {
    db.close();
  }
}

/** Copies of the first sale, made by SQLite itself. */
function alike(db: Database.Database, sales: number, stories: boolean, shift: number | undefined): void {
  const top = db.prepare('SELECT max(invoice) FROM sale').pluck().get();
  const columns = db.prepare("SELECT name FROM pragma_table_info('sale')").pluck().all() as string[];
  const order = "substr(order_id, 1, length(order_id) - 10) || printf('%010d', top + n)";
  const anew: Readonly<Record<string, string>> = {
    order_id: order,
    invoice: 'top + n',
    rrn: "printf('%012d', top + n)",
    body: `replace(replace(body, order_id, ${order}), '"invoice":' || invoice || ',', '"invoice":' || (top + n) || ',')`,
    ...(shift === undefined ? {} : { shift: String(shift) }),
  };
  db.exec(
    `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${sales}),
       old AS (SELECT *, (SELECT max(invoice) FROM sale) AS top FROM sale ORDER BY invoice LIMIT 1)
     INSERT INTO sale(${columns.join(', ')}) SELECT ${columns.map((name) => anew[name] ?? name).join(', ')} FROM n, old`,
  );
  if (!stories) return;
  db.prepare(
    `INSERT INTO event(boot, at_ms, mono_ms, sale, kind, body, ignored, led)
     SELECT boot, at_ms, mono_ms, invoice, kind, event.body, ignored, led FROM sale, event
     WHERE invoice > ? AND event.sale = (SELECT min(invoice) FROM sale) ORDER BY invoice, seq`,
  ).run(top);
}

function copied(
  row: Row,
  names: Map<string, string>,
  random: (below: number) => number,
  invoice: number,
  away: number,
): Row {
  const all = Object.entries(row).map(([column, value]) => {
    if (typeof value !== 'string') return [column, value];
    const named = value
      .replace(OWN, (name) => {
        const known = names.get(name) ?? fresh(name, random);
        names.set(name, known);
        return known;
      })
      .replace(/"invoice":\d+/, `"invoice":${invoice}`)
      .replace(/"(evidence|like)":(\d+)/g, (_all, word, at) => `"${word}":${Number(at) + away}`);
    return [column, named];
  });
  return Object.fromEntries(all) as Row;
}

function fresh(name: string, random: (below: number) => number): string {
  const letters = /^01[0-9A-Z]{24}$/.test(name) ? LETTERS : DIGITS;
  const head = letters === LETTERS ? name.slice(0, 10) : '';
  return head + name.slice(head.length).replace(/[^-_]/g, () => letters.charAt(random(letters.length)));
}

/** Marsaglia's xorshift, so that a run can be had again. */
function randomOf(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

function inserter(db: Database.Database): (table: string, row: Row) => void {
  const prepared = new Map<string, Database.Statement<unknown[]>>();
  return (table, row) => {
    const columns = Object.keys(row);
    const key = `${table} ${columns.length}`;
    let statement = prepared.get(key);
    if (statement === undefined) {
      statement = db.prepare(
        `INSERT INTO ${table}(${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      );
      prepared.set(key, statement);
    }
    statement.run(...Object.values(row));
  };
}
