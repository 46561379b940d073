import { asObject } from '../../base/json.js';
import type { FaultRule } from '../fault/fault-rule.js';
import type { FaultPlan, Target } from '../fault/faults.js';
import type { Body } from '../midtrans/bodies.js';
import type { ApiRoute, OperationReply, Operations } from '../midtrans/operations.js';
import { framedQrPng, qrPng } from '../midtrans/picture.js';
import type { TransactionStore } from '../midtrans/transaction-store.js';
import type { Outcome, RequestLog } from '../request-log.js';
import type { SandboxClock } from '../sandbox-clock.js';
import { errorReply, noRoute, rateLimited, unauthorised } from './errors.js';
import { IdempotencyStore } from './idempotency.js';
import { asText, readJson } from './json.js';
import { type Route, routeOf } from './route.js';

export interface CoreRequest {
  readonly method: string;
  /** With the query, if any. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `hangUp`: the connection is cut without an answer. */
export type CoreApiAnswer =
  | {
      readonly kind: 'reply';
      readonly httpStatus: number;
      readonly contentType: string;
      readonly body: string | Uint8Array;
    }
  | { readonly kind: 'hangUp' };

export interface CoreApiOptions {
  readonly serverKey: string;
  readonly transactions: TransactionStore;
  readonly operations: Operations;
  readonly faults: FaultPlan;
  readonly ledger: RequestLog;
  readonly clock: SandboxClock;
  readonly newId: () => string;
}

interface Outcomes {
  readonly answer: CoreApiAnswer;
  readonly outcome: Outcome;
}

/** The Core API without a socket: request in, answer out, with whatever the fault plan does on the way. */
export class CoreApi {
  private readonly options: CoreApiOptions;
  /** What a request has to bring. */
  private readonly expected: string;
  private remembered = new IdempotencyStore<OperationReply>();
  /** Ends the waits of slow answers when the sandbox is reset or closed. */
  private readonly waiting = new Set<() => void>();

  constructor(options: CoreApiOptions) {
    this.options = options;
    this.expected = Buffer.from(`${options.serverKey}:`).toString('base64');
  }

  async answer(request: CoreRequest): Promise<CoreApiAnswer> {
    const { clock, ledger } = this.options;
    const route = routeOf(request.method, request.path);
    const orderId = this.orderIdOf(route, request.body);
    const key = request.headers['idempotency-key'];
    const { authorization: _credential, ...headers } = request.headers;
    const settle = ledger.enter({
      atWallMs: clock.wallMs(),
      endpoint: route.endpoint ?? 'other',
      method: request.method,
      path: request.path,
      ...(orderId !== undefined && { orderId }),
      ...(key !== undefined && { idempotencyKey: key }),
      headers,
      body: request.body,
    });
    const { answer, outcome } = await this.route(route, request, orderId);
    settle(outcome);
    return answer;
  }

  /** Forgets what was remembered; connections whose answer is still to come are cut. */
  clear(): void {
    this.remembered = new IdempotencyStore();
    for (const cut of [...this.waiting]) cut();
  }

  private async route(route: Route, request: CoreRequest, orderId: string | undefined): Promise<Outcomes> {
    const { faults, newId } = this.options;
    if (route.endpoint === undefined)
      return json(route.why === 'noRoute' ? noRoute() : errorReply('405', newId()));
    const target: Target = { orderId, endpoint: route.endpoint };
    if (faults.draw('lostRequest', target)) return hangUp('lostRequest');
    if (faults.draw('rateLimit', target)) return json(rateLimited());
    const masked = faults.draw('serverError', target) ?? faults.draw('htmlError', target);
    if (masked && !masked.commit) return this.mask(masked);
    if (route.endpoint !== 'picture' && !this.authorised(request.headers['authorization']))
      return json(unauthorised());
    const refuse = faults.draw('refuse', target);
    if (refuse) return json(errorReply(refuse.code, newId(), refuse.message, refuse.httpStatus));
    const slow = faults.draw('slow', target);
    const done =
      route.endpoint === 'picture'
        ? await this.picture(route.id, route.framed, target, slow)
        : await this.once(route, request, slow);
    if (faults.draw('lostAnswer', target)) return hangUp('lostAnswer');
    return masked ? this.mask(masked) : done;
  }

  /** Processes a request, or repeats what its idempotency key is known for. */
  private async once(route: ApiRoute, request: CoreRequest, slow: Slow): Promise<Outcomes> {
    const { clock } = this.options;
    const key = request.method === 'POST' ? request.headers['idempotency-key'] : undefined;
    const opening = this.remembered.begin(key, clock.monoMs());
    if (opening.kind === 'inFlight') return raw(202, 'application/json', '');
    if (opening.kind === 'replay') return json(opening.reply);
    const { remembered } = this;
    if (slow?.commit === 'last' && (await this.wait(slow.ms)) === 'cut') return hangUp('lostRequest');
    const reply = this.options.operations.perform(route, request.headers, request.body);
    this.options.ledger.countProcessed(route.endpoint);
    if (slow && slow.commit !== 'last' && (await this.wait(slow.ms)) === 'cut') return hangUp('lostAnswer');
    remembered.finish(key, reply.success ? reply : undefined, clock.monoMs());
    return json(reply);
  }

  private async picture(id: string, framed: boolean, target: Target, slow: Slow): Promise<Outcomes> {
    const { transactions, faults, newId, operations } = this.options;
    if (slow && (await this.wait(slow.ms)) === 'cut') return hangUp('lostRequest');
    const transaction = framed ? transactions.findByFrame(id) : transactions.find(id);
    if (!transaction || (!framed && transaction.transactionId !== id))
      return json(errorReply('404', newId(), "Transaction doesn't exist.", 404));
    const down = faults.draw('pictureUnavailable', target);
    if (down) return json(errorReply('503', transaction.transactionId, undefined, down.httpStatus));
    const broken = faults.draw('pictureBroken', target);
    if (broken) return raw(200, broken.contentType ?? 'image/png', 'this is not a picture');
    const wrong = faults.draw('pictureWrongAmount', target);
    const payload = wrong ? operations.wrongPayload(transaction, wrong.amount) : transaction.payload;
    this.options.ledger.countProcessed('picture');
    return raw(200, 'image/png', await (framed ? framedQrPng(payload) : qrPng(payload)));
  }

  private mask(rule: Extract<FaultRule, { fault: 'serverError' | 'htmlError' }>): Outcomes {
    if (rule.fault === 'serverError') {
      const code = String(rule.status ?? 503);
      return json(errorReply(code, this.options.newId(), undefined, rule.status ?? 503));
    }
    return raw(rule.status ?? 502, 'text/html; charset=UTF-8', BAD_GATEWAY);
  }

  private authorised(header: string | undefined): boolean {
    // How long a local stand-in takes is of no use.
    return /^Basic +(\S+)$/i.exec(header ?? '')?.[1] === this.expected;
  }

  private orderIdOf(route: Route, body: string): string | undefined {
    if (route.endpoint === undefined) return undefined;
    if (route.endpoint === 'charge') {
      const details = asObject(asObject(readJson(body)?.value)?.['transaction_details']);
      return asText(details?.['order_id']);
    }
    const { transactions } = this.options;
    const framed = route.endpoint === 'picture' && route.framed;
    return (framed ? transactions.findByFrame(route.id) : transactions.find(route.id))?.orderId ?? route.id;
  }

  private wait(ms: number): Promise<'over' | 'cut'> {
    return new Promise((resolve) => {
      const end = (how: 'over' | 'cut'): void => {
        this.waiting.delete(cut);
        stop();
        resolve(how);
      };
      const cut = (): void => end('cut');
      const stop = this.options.clock.after(ms, () => end('over'));
      this.waiting.add(cut);
    });
  }
}

type Slow = Extract<FaultRule, { fault: 'slow' }> | undefined;

const BAD_GATEWAY =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n';

function hangUp(kind: 'lostRequest' | 'lostAnswer'): Outcomes {
  return { answer: { kind: 'hangUp' }, outcome: { kind } };
}

function raw(httpStatus: number, contentType: string, body: string | Uint8Array): Outcomes {
  return {
    answer: { kind: 'reply', httpStatus, contentType, body },
    outcome: { kind: 'answered', httpStatus },
  };
}

function json(reply: { readonly httpStatus: number; readonly body: Body }): Outcomes {
  const { httpStatus, body } = reply;
  const statusCode = asText(body['status_code']);
  return {
    answer: { kind: 'reply', httpStatus, contentType: 'application/json', body: JSON.stringify(body) },
    outcome: { kind: 'answered', httpStatus, ...(statusCode !== undefined && { statusCode }) },
  };
}
