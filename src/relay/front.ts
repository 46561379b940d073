import type { Fault } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import { formatRupiah, type Rupiah } from '../base/rupiah.js';
import type { HttpAnswer } from '../midtrans/exchange.js';
import { GATEWAY, oneLine } from '../midtrans/faults.js';
import type { Log } from '../port/log.js';
import { apiError, RELAY, type RelayAnswer } from './answer.js';
import type { ChargeWindow } from './charge-window.js';
import type { Counters, RequestOutcome } from './counters.js';
import { rewritePictureUrl } from './picture-url.js';
import { mayAsk, mayCharge, parseChargeRequest, parseRefundRequest } from './request.js';
import type { RelayTerminal, Terminals } from './terminals.js';
import type { Upstream, UpstreamCall } from './upstream.js';

/** One Core API request of a terminal, freed from HTTP. */
export interface FrontRequest {
  readonly operation: UpstreamCall['operation'];
  /** From the path; a charge has it in its body. */
  readonly orderId?: string;
  readonly authorization?: string;
  readonly idempotencyKey?: string;
  readonly body: Uint8Array;
}

export interface FrontOptions {
  readonly terminals: Terminals;
  readonly maxAmount: Rupiah;
  readonly window: ChargeWindow;
  readonly upstream: Upstream;
  readonly counters: Counters;
  readonly log: Log;
  /** The relay's own base address and the address of its notification door. */
  readonly addresses: () => { readonly publicUrl: string; readonly notifyUrl: string };
}

/**
 * The Core API as terminals see it. A terminal can do what the API offers with its own orders and within its caps;
 * the server key never leaves this machine. What Midtrans answers is passed on as it is, except for one address.
 */
export class CoreApiFront {
  readonly #options: FrontOptions;

  constructor(options: FrontOptions) {
    this.#options = options;
  }

  async handle(request: FrontRequest): Promise<RelayAnswer> {
    const terminal = this.#options.terminals.authenticate(request.authorization);
    if (!terminal) {
      const refusal = apiError(
        401,
        RELAY.unknownTerminal,
        'Unknown terminal or wrong token',
        'unknown terminal',
      );
      this.#options.counters.request(request.operation, 'unauthorized');
      return { ...refusal, headers: { 'WWW-Authenticate': 'Basic realm="gopay-pos relay"' } };
    }
    const call = this.#check(terminal, request);
    if (!call.ok) return { ...call.error, note: `${call.error.note} terminal=${terminal.id}` };
    return this.#forward(call.value);
  }

  /** Without any credential on either side: terminals and browsers fetch pictures by their address alone. */
  async picture(paymentType: string, transactionId: string): Promise<RelayAnswer> {
    if (!/^(gopay|qris)$/.test(paymentType) || !/^[A-Za-z0-9-]{1,64}$/.test(transactionId))
      return this.#refusal('picture', 'malformed', 400, RELAY.malformedRequest, 'No such picture');
    const answer = await this.#options.upstream.picture(paymentType, transactionId);
    if (!answer.ok) return this.#silence('picture', answer.error, '');
    this.#options.counters.request('picture', 'passed');
    return pass(answer.value, answer.value.bytes, `picture ${transactionId}`);
  }

  #check(terminal: RelayTerminal, request: FrontRequest): Result<UpstreamCall, RelayAnswer> {
    const { operation, idempotencyKey: key } = request;
    const malformed = (why: string): Result<never, RelayAnswer> =>
      err(this.#refusal(operation, 'malformed', 400, RELAY.malformedRequest, why));
    // Midtrans ignores a longer key in silence, and with it the protection that the terminal counts on.
    if (key !== undefined && !/^[\x21-\x7e]{1,46}$/.test(key))
      return malformed('Idempotency-Key has more than 46 characters');
    const headers = key === undefined || operation === 'status' ? {} : { 'Idempotency-Key': key };
    if (operation === 'charge') return this.#checkCharge(terminal, request, headers);
    const orderId = request.orderId ?? '';
    if (!mayAsk(terminal.id, orderId)) return err(this.#foreign(operation, terminal, orderId));
    if (operation === 'status') return ok({ operation, orderId });
    if (operation !== 'refund') return ok({ operation, orderId, headers, body: '{}' });
    const refund = parseRefundRequest(request.body);
    return refund.ok ? ok({ operation, orderId, headers, body: refund.value }) : malformed(refund.error);
  }

  #checkCharge(
    terminal: RelayTerminal,
    request: FrontRequest,
    headers: Readonly<Record<string, string>>,
  ): Result<UpstreamCall, RelayAnswer> {
    const charge = parseChargeRequest(request.body);
    if (!charge.ok)
      return err(this.#refusal('charge', 'malformed', 400, RELAY.malformedRequest, charge.error));
    const { orderId, amount, body } = charge.value;
    if (!mayCharge(terminal.id, orderId)) return err(this.#foreign('charge', terminal, orderId));
    const limit = Math.min(this.#options.maxAmount, terminal.maxAmount ?? this.#options.maxAmount) as Rupiah;
    if (amount > limit) {
      const words = `Amount ${formatRupiah(amount)} is above the limit of ${formatRupiah(limit)}`;
      return err(this.#refusal('charge', 'above_limit', 400, RELAY.aboveLimit, words, orderId));
    }
    if (!this.#options.window.admit(terminal.id, orderId)) {
      const words = 'Too many charges in a minute, try again shortly';
      return err(this.#refusal('charge', 'too_many', 429, RELAY.tooManyCharges, words, orderId));
    }
    const { notifyUrl } = this.#options.addresses();
    return ok({
      operation: 'charge',
      orderId,
      body,
      headers: { ...headers, 'X-Override-Notification': notifyUrl },
    });
  }

  async #forward(call: UpstreamCall): Promise<RelayAnswer> {
    const answer = await this.#options.upstream.call(call);
    if (!answer.ok) return this.#silence(call.operation, answer.error, call.orderId);
    const { status, bytes } = answer.value;
    this.#options.counters.request(call.operation, 'passed');
    this.#options.counters.upstream(status);
    if (status === 401)
      this.#options.log.error(`E${RELAY.upstreamCredential} Midtrans refuses the server key of this relay`);
    const body =
      call.operation === 'charge' ? rewritePictureUrl(bytes, this.#options.addresses().publicUrl) : bytes;
    return pass(answer.value, body, `passed order=${call.orderId}`);
  }

  /** 504 and 502 are read as "unknown" by the terminal, also where the relay knows that nothing left. */
  #silence(operation: string, fault: Fault, orderId: string): RelayAnswer {
    const isTimeout = fault.code === GATEWAY.timedOut;
    this.#options.counters.request(operation, isTimeout ? 'timed_out' : 'unreachable');
    this.#options.log.warn(
      `E${RELAY.upstreamSilent} ${operation} E${fault.code} ${fault.detail} order=${orderId}`,
    );
    const words = isTimeout ? 'Midtrans did not answer in time' : 'No answer from Midtrans';
    return apiError(isTimeout ? 504 : 502, RELAY.upstreamSilent, words, `E${fault.code} order=${orderId}`);
  }

  #foreign(operation: string, terminal: RelayTerminal, orderId: string): RelayAnswer {
    const words = `Not an order of terminal ${terminal.id}`;
    return this.#refusal(operation, 'foreign_order', 400, RELAY.foreignOrder, words, orderId);
  }

  #refusal(
    operation: string,
    outcome: RequestOutcome,
    status: number,
    code: number,
    words: string,
    orderId?: string,
  ): RelayAnswer {
    this.#options.counters.request(operation, outcome);
    const order = orderId === undefined ? '' : ` order=${oneLine(orderId).slice(0, 60)}`;
    return apiError(status, code, words, `${outcome}${order}`);
  }
}

function pass(answer: HttpAnswer, body: Uint8Array, note: string): RelayAnswer {
  const contentType = answer.wireContentType === '' ? 'application/octet-stream' : answer.wireContentType;
  return { status: answer.status, contentType, body, note };
}
