import { asObject, type Json } from '../../base/json.js';
import type { Result } from '../../base/result.js';
import { formatWib } from '../../base/time.js';
import { readFaultRule } from '../fault/fault-rule.js';
import type { FaultPlan } from '../fault/faults.js';
import { readQr } from '../midtrans/picture.js';
import type { SandboxStatus, Transaction } from '../midtrans/transaction.js';
import type { PayHow, PayRefusal, TransactionStore } from '../midtrans/transaction-store.js';
import { type TransactionView, transactionView } from '../midtrans/view.js';
import type { NotificationSender } from '../notification/notification-sender.js';
import type { RequestLog } from '../request-log.js';
import type { Merchant } from '../settings.js';
import { asText, readJson } from './json.js';
import { decodePart } from './route.js';

export interface SandboxRequest {
  readonly method: string;
  /** Below `/sandbox/api/`, with the query. */
  readonly path: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

export interface SandboxAnswer {
  readonly httpStatus: number;
  readonly json: unknown;
}

export interface ControlOptions {
  readonly merchant: Merchant;
  readonly transactions: TransactionStore;
  readonly faults: FaultPlan;
  readonly sender: NotificationSender;
  readonly ledger: RequestLog;
  readonly wallMs: () => number;
  readonly advance: (ms: number) => Promise<void>;
  readonly reset: () => void;
}

const UNPROCESSABLE_CONTENT = 422;

const REFUSAL_HTTP: Readonly<Record<PayRefusal, number>> = {
  notFound: 404,
  notPending: 409,
  unreadable: UNPROCESSABLE_CONTENT,
  wrongAmount: UNPROCESSABLE_CONTENT,
};
/** A year: enough for every refund window, and far from where dates stop working. */
const MAX_ADVANCE_MS = 366 * 86_400_000;

/** The sandbox's own API under `/sandbox/api/`, JSON throughout. It needs no key: the money is not real. */
export class ControlApi {
  private readonly options: ControlOptions;

  constructor(options: ControlOptions) {
    this.options = options;
  }

  async answer(request: SandboxRequest): Promise<SandboxAnswer> {
    const url = new URL(`http://sandbox${request.path}`);
    const [what = '', rawId] = url.pathname.slice(1).split('/');
    const id = rawId === undefined ? undefined : decodePart(rawId);
    const verb = `${request.method} ${what}`;
    if (request.method === 'GET') return this.read(what, id, url.searchParams);
    if (verb === 'DELETE faults') return this.removeFault(id);
    if (request.method !== 'POST') return refused(405, 'use GET, POST or DELETE');
    if (/^image\//.test(request.contentType) && (what === 'scan' || what === 'pay'))
      return this.picture(what, request.body, url.searchParams);
    const json = asObject(readJson(Buffer.from(request.body).toString('utf8'))?.value);
    if (!json) return refused(400, 'the body must be a JSON object');
    return this.write(what, json);
  }

  private read(what: string, id: string | undefined, query: URLSearchParams): SandboxAnswer {
    const { transactions, sender, faults, ledger, merchant, wallMs } = this.options;
    const orderId = query.get('orderId');
    const prefix = query.get('orderIdPrefix');
    const about = <T extends { readonly orderId?: string }>(entries: readonly T[]): readonly T[] =>
      entries.filter(
        (entry) =>
          (orderId === null || entry.orderId === orderId) &&
          (prefix === null || entry.orderId?.startsWith(prefix) === true),
      );
    switch (what) {
      case 'transactions': {
        if (id !== undefined) return this.shown(transactions.find(id));
        const status = query.get('status');
        const some = about(transactions.list()).filter(
          ({ state }) => status === null || state.status === status,
        );
        const shown: readonly TransactionView[] = some.map((one) => transactionView(one, wallMs()));
        return good({ merchant, transactions: shown });
      }
      case 'summary':
        return good(transactions.summary());
      case 'requests':
        return good({ counts: ledger.counts(), requests: about(ledger.list()) });
      case 'notifications':
        return good({ notifications: about(sender.list()) });
      case 'faults':
        return good({ faults: faults.list() });
      case 'clock':
        return good({ wallMs: wallMs(), wib: formatWib(wallMs()) });
      default:
        return refused(404, `nothing at ${what}`);
    }
  }

  private async write(what: string, json: Json): Promise<SandboxAnswer> {
    const { advance, transactions, faults, reset } = this.options;
    switch (what) {
      case 'pay': {
        const how = payHow(json);
        return typeof how === 'string' ? refused(400, how) : this.pay(this.target(json), how);
      }
      case 'scan':
        return this.outcome(this.target(json));
      case 'wrong-pin':
      case 'decline': {
        const target = this.target(json);
        return this.outcome(target.ok ? transactions.failAttempt(target.value.transactionId) : target);
      }
      // Nothing happens, and that is the point; it answers so that a page can say so.
      case 'walk-away':
        return this.outcome(this.target(json));
      case 'settle-late': {
        const how = payHow(json);
        if (typeof how === 'string') return refused(400, how);
        const target = this.target(json, ['cancel', 'expire', 'pending']);
        return this.outcome(target.ok ? transactions.settleLate(target.value.transactionId, how) : target);
      }
      case 'faults': {
        const rule = readFaultRule(json);
        return rule.ok ? good({ id: faults.add(rule.value) }) : refused(400, rule.error.join('; '));
      }
      case 'clock': {
        const ms = json['advanceMs'];
        if (typeof ms !== 'number' || !(ms >= 0 && ms <= MAX_ADVANCE_MS))
          return refused(400, `advanceMs: a number from 0 to ${MAX_ADVANCE_MS}`);
        await advance(ms);
        return this.read('clock', undefined, new URLSearchParams());
      }
      case 'reset':
        reset();
        return good({});
      default:
        return refused(404, `nothing at ${what}`);
    }
  }

  private async picture(what: string, body: Uint8Array, query: URLSearchParams): Promise<SandboxAnswer> {
    const read = await readQr(body);
    if (!read.ok) return refused(422, 'unreadable', read.error.detail);
    const how = payHow(Object.fromEntries(query));
    if (typeof how === 'string') return refused(400, how);
    const target = this.options.transactions.scan(read.value);
    return what === 'pay' ? this.pay(target, how) : this.outcome(target);
  }

  private pay(target: Result<Transaction, PayRefusal>, how: PayHow): SandboxAnswer {
    return this.outcome(target.ok ? this.options.transactions.pay(target.value.transactionId, how) : target);
  }

  /**
   * The transaction that `id`, `deeplinkId` or a scanned `payload` names. `id`: of the order or transaction; or the caller's own
   * ref, which is in a custom field; or `last`, the newest that is at one of these.
   */
  private target(json: Json, last: readonly SandboxStatus[] = ['pending']): Result<Transaction, PayRefusal> {
    const { transactions } = this.options;
    const payload = asText(json['payload']);
    if (payload !== undefined) return transactions.scan(payload);
    const link = asText(json['deeplinkId']);
    const found =
      link === undefined
        ? this.named(asText(json['id']) ?? '', last)
        : transactions.list().find(({ deeplinkId }) => deeplinkId === link);
    return found ? { ok: true, value: found } : { ok: false, error: 'notFound' };
  }

  private named(name: string, last: readonly SandboxStatus[]): Transaction | undefined {
    const { transactions } = this.options;
    const found = transactions.find(name);
    if (found !== undefined) return found;
    const isMeant = ({ state, customFields }: Transaction): boolean =>
      name === 'last' ? last.includes(state.status) : customFields['custom_field3'] === name;
    return transactions.list().findLast(isMeant);
  }

  private outcome(result: Result<Transaction, PayRefusal>): SandboxAnswer {
    if (result.ok) return this.shown(result.value);
    return refused(REFUSAL_HTTP[result.error], result.error);
  }

  private shown(transaction: Transaction | undefined): SandboxAnswer {
    if (!transaction) return refused(404, 'notFound');
    return good({ transaction: transactionView(transaction, this.options.wallMs()) });
  }

  private removeFault(id: string | undefined): SandboxAnswer {
    const { faults } = this.options;
    if (id === undefined) faults.clear();
    else if (!faults.remove(Number(id))) return refused(404, 'no such fault');
    return good({ faults: faults.list() });
  }
}

function payHow(json: Json): PayHow | string {
  const { by, issuer } = json;
  if (by !== undefined && by !== 'scan' && by !== 'deeplink') return 'by: scan or deeplink';
  if (issuer !== undefined && (typeof issuer !== 'string' || issuer === '')) return 'issuer: a text';
  return { ...(by && { by }), ...(issuer && { issuer }) };
}

function good(json: unknown): SandboxAnswer {
  return { httpStatus: 200, json };
}

function refused(httpStatus: number, error: string, detail?: string): SandboxAnswer {
  return { httpStatus, json: { error, ...(detail !== undefined && { detail }) } };
}
