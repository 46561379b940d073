import type Database from 'better-sqlite3';
import { assert } from '../base/assert.js';
import type { Evidence } from '../base/evidence.js';
import { parseOrderId } from '../base/ids.js';
import type { Sale } from '../core/sale/sale.js';
import { type Packed, pack, unpacked } from './packed.js';
import { longRuns, shortRuns } from './runs.js';
import { BODY_SQL, Statements } from './statements.js';

/**
 * As it is written: where there is an answer before it, what differs from that; a field that is gone is null. Without the order
 * id of its sale, and without status and, in the first one, amount as they came where they follow from the others.
 */
type WrittenEvidence = Partial<Record<keyof Evidence, unknown>> & { readonly like?: number };

const LATELY_MOST = 16;

/** What a row of an event is about. */
interface Happening {
  readonly orderId?: string;
  readonly kind: string;
  readonly body: unknown;
}

/**
 * What is in the rows of events and sales. Answers of the gateway stand in one row alone: that of the event which brought
 * it. A sale names that event, and an answer that is like one before it (that of a status which is asked for every ten
 * seconds is) is written as what differs.
 */
export class Bodies {
  readonly #statements: Statements<typeof BODY_SQL>;
  /** Undefined until it is read. */
  #anyPacked: boolean | undefined;
  /** Of answers at hand, the event that has it. */
  readonly #seqs = new WeakMap<Evidence, number>();
  /** Those that were read last, by event: each of a story is written as what differs from the one before it. */
  readonly #lately = new Map<number, Evidence>();

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, BODY_SQL);
  }

  /** Body of an event, without what its row or the rows before it say already. @param known the sale's answer until now */
  eventBody({ orderId, kind, body }: Happening, known: Evidence | undefined): string {
    if (typeof body !== 'object') return JSON.stringify(body);
    const fields = body as Record<string, unknown>;
    const said = evidenceIn(body);
    const written: Record<string, unknown> = {};
    for (const name in fields) {
      const value = fields[name];
      if ((name === 'type' && value === kind) || (name === 'orderId' && value === orderId)) continue;
      if (kind === 'notice' && name === 'said' && value === fields['id']) continue;
      written[name] =
        name === 'outcome' && said !== undefined
          ? { ...(value as object), evidence: this.#written(said, known, orderId) }
          : value;
    }
    return JSON.stringify(written);
  }

  /** The event that brought it has this number, and is written. */
  keep(body: unknown, seq: number): void {
    const said = evidenceIn(body);
    if (said !== undefined) this.#seqs.set(said, seq);
  }

  saleBody(sale: Sale): string {
    const seq = sale.evidence === undefined ? undefined : this.#seqs.get(sale.evidence);
    const short = shortSale(sale);
    return JSON.stringify(seq === undefined ? short : { ...short, evidence: seq });
  }

  /** The sale of a row; what it names is read, and one that is packed is unpacked. */
  readonly toSale = (row: unknown): Sale => {
    const { body } = row as { readonly body: string | Buffer };
    const stored = (typeof body === 'string' ? JSON.parse(body) : unpacked(body).sale) as Sale;
    const sale: Sale & { evidence?: Evidence | number } = longSale(stored);
    assert(
      parseOrderId(sale.orderId) !== undefined,
      `the journal holds a sale without a valid order id: ${sale.orderId}`,
    );
    if (typeof sale.evidence !== 'number') return sale;
    const evidence = this.#read(sale.evidence, sale.orderId);
    assert(evidence !== undefined, `event ${sale.evidence} of the journal holds no answer of the gateway`);
    return { ...sale, evidence };
  };

  /** What is packed of this sale; undefined where it stands in rows. */
  packed(orderId: string): Packed | undefined {
    this.#anyPacked ??= this.#statements.of('anyPacked').get() !== undefined;
    const row = this.#anyPacked ? this.#statements.of('packed').get(orderId) : undefined;
    if (row === undefined) return undefined;
    const packed = unpacked((row as { readonly packed: Buffer }).packed);
    return { ...packed, sale: longSale(packed.sale) };
  }

  /** To be kept in its row. */
  pack(whole: Packed): Buffer {
    return pack({ ...whole, sale: shortSale(whole.sale) });
  }

  /** Something is going to be written about this sale: it stands in rows again. Within the transaction that writes it. */
  unpack(orderId: string): void {
    const packed = this.packed(orderId);
    if (packed === undefined) return;
    const { sale, answers, slips } = packed;
    this.#statements.of('unpack').run(JSON.stringify(shortSale(sale)), orderId);
    this.#statements.of('answer').run(JSON.stringify(answers));
    this.#statements.of('slip').run(JSON.stringify(slips));
  }

  /** Something has been packed, or may have been. */
  packedSome(): void {
    this.#anyPacked = undefined;
  }

  /** Body of an event, with what it leaves to rows before it; as it is where those are in an archive that cannot be read. */
  whole(body: unknown, orderId: string, seq: number): unknown {
    const evidence = this.#filled(evidenceIn(body), orderId);
    if (evidence === undefined) return body;
    // The next one of a story is written as what differs from this one.
    this.#keepLately(seq, evidence);
    const { outcome } = body as { readonly outcome: object };
    return { ...(body as object), outcome: { ...outcome, evidence } };
  }

  #written(said: Evidence, known: Evidence | undefined, orderId: string | undefined): WrittenEvidence {
    const like = known === undefined ? undefined : this.#seqs.get(known);
    const { wireStatus, ...others } = said;
    const asItCame = wireStatus === said.status ? {} : { wireStatus };
    if (known === undefined || like === undefined) {
      const { orderId: own, wireAmount, ...rest } = others;
      const amount = wireAmount === wireAmountOf(said.amount) ? {} : { wireAmount };
      return { ...rest, ...amount, ...(own === orderId ? {} : { orderId: own }), ...asItCame };
    }
    const names = new Set([...Object.keys(known), ...Object.keys(said)]) as Set<keyof Evidence>;
    const written: Record<string, unknown> = { like };
    for (const name of names) if (known[name] !== said[name]) written[name] = said[name] ?? null;
    if (written['status'] === undefined) return written;
    const { wireStatus: _came, ...differs } = written;
    return { ...differs, ...asItCame };
  }

  #read(seq: number, orderId: string): Evidence | undefined {
    const known = this.#lately.get(seq);
    if (known !== undefined) return known;
    const row = this.#statements.of('event').get(seq) as { readonly body: string } | undefined;
    const evidence = this.#filled(evidenceIn(row === undefined ? null : JSON.parse(row.body)), orderId);
    if (evidence === undefined) return undefined;
    this.#keepLately(seq, evidence);
    return evidence;
  }

  #keepLately(seq: number, evidence: Evidence): void {
    this.#seqs.set(evidence, seq);
    this.#lately.set(seq, evidence);
    if (this.#lately.size <= LATELY_MOST) return;
    for (const oldest of this.#lately.keys()) {
      this.#lately.delete(oldest);
      return;
    }
  }

  #filled(said: WrittenEvidence | Evidence | undefined, orderId: string): Evidence | undefined {
    if (said === undefined) return undefined;
    const { like, ...own } = said as WrittenEvidence;
    const first = { orderId, wireAmount: wireAmountOf(own.amount) };
    const base = like === undefined ? first : this.#read(like, orderId);
    if (base === undefined) return undefined;
    const asItCame = own.status === undefined ? {} : { wireStatus: own.status };
    const all: Record<string, unknown> = { ...base, ...asItCame, ...own };
    for (const name in own) if (all[name] === null) delete all[name];
    return all as unknown as Evidence;
  }
}

/** As Midtrans writes it, nearly always. */
function wireAmountOf(amount: unknown): string {
  return `${amount}.00`;
}

function evidenceIn(body: unknown): Evidence | undefined {
  return (body as { readonly outcome?: { readonly evidence?: Evidence } } | null)?.outcome?.evidence;
}

/** A register without references of its own has its frame as the reference. */
function shortSale(sale: Sale): Sale {
  const { reference, own } = sale.source;
  if (reference === undefined || own) return sale;
  return { ...sale, source: { ...sale.source, reference: shortRuns(reference) } };
}

function longSale(sale: Sale): Sale {
  const { reference, own } = sale.source;
  if (reference === undefined || own) return sale;
  return { ...sale, source: { ...sale.source, reference: longRuns(reference) } };
}
