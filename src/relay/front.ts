import { Failure, type Fault } from '../base/fault.js';
import { terminalOf } from '../base/ids.js';
import { err, ok, type Result } from '../base/result.js';
import { formatRupiah, type Rupiah } from '../base/rupiah.js';
import { shareOf } from '../base/share.js';
import type { RateWindow } from '../bounds/rate-window.js';
import { FAULT } from '../core/fault/table.js';
import type { HttpAnswer } from '../midtrans/exchange.js';
import { boundedLine } from '../midtrans/faults.js';
import { healthOrderId } from '../midtrans/request.js';
import type { Clock } from '../port/clock.js';
import type { Log } from '../port/log.js';
import { apiError, type RelayAnswer, toAnybody } from './answer.js';
import { DaySums } from './day-sums.js';
import { GatewayWord } from './gateway-word.js';
import type { Metrics, RequestOutcome } from './metrics.js';
import type { PictureAddresses, PictureName } from './picture-url.js';
import type { RefundBook } from './refund-book.js';
import {
  type AskedRefund,
  chargedOrder,
  isKeyOf,
  mayAsk,
  parseChargeRequest,
  parseRefundRequest,
} from './request.js';
import type { RelayTerminal, Terminals } from './terminals.js';
import type { Upstream, UpstreamCall } from './upstream.js';

/** Less than the 8 s that a terminal gives it, so that the terminal hears why. */
const PROBE_MS = 6_000;

/** One Core API request of a terminal, freed from HTTP. */
export interface FrontRequest {
  readonly operation: UpstreamCall['operation'];
  /** From the path; a charge has it in its body. */
  readonly orderId?: string;
  readonly authorization?: string;
  readonly idempotencyKey?: string;
  readonly body: Uint8Array;
}

/** A picture is asked for by its address alone, or, where no charge's answer brought one, by the terminal's credential. */
export interface PictureRequest extends PictureName {
  readonly terminal?: string;
  readonly mark?: string;
  readonly authorization?: string;
}

export interface FrontOptions {
  readonly terminals: Terminals;
  readonly maxAmount: Rupiah;
  readonly charges: RateWindow;
  /** Requests of any kind, pictures too, a terminal. */
  readonly requests: RateWindow;
  readonly pictures: PictureAddresses;
  /** How many relays serve these terminals: what a token allows is shared as relay.toml's limits are. 1 by default. */
  readonly relays?: number;
  /** Without one no terminal can refund. */
  readonly refunds?: RefundBook;
  readonly upstream: Upstream;
  readonly clock: Pick<Clock, 'monoMs'>;
  readonly counters: Metrics;
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
  readonly #gateway: GatewayWord;
  readonly #daySums: DaySums;

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#daySums = new DaySums(options.clock);
    this.#gateway = new GatewayWord(() => this.#probe(), options.clock);
  }

  /** As Midtrans said when it was asked last; undefined while nobody has wanted to know. */
  get gatewayUp(): boolean | undefined {
    const status = this.#gateway.lastStatus;
    return status === undefined ? undefined : status < 500 && status !== 401;
  }

  async handle(request: FrontRequest): Promise<RelayAnswer> {
    const admitted = this.#options.terminals.authenticate(request.authorization);
    const terminal = admitted instanceof Promise ? await admitted : admitted;
    if (!terminal) return this.#unknown(request.operation);
    if (!this.#options.requests.admit(terminal.id)) return this.#tooMany(request.operation, terminal.id);
    if (request.operation === 'status' && request.orderId === healthOrderId(terminal.id))
      return this.#health();
    const call = this.#check(terminal, request);
    if (!call.ok) return { ...call.error, note: `${call.error.note} terminal=${terminal.id}` };
    return this.#forward(call.value, terminal);
  }

  /** A terminal asks how Midtrans is every 20 s. The log keeps what the probe itself said. */
  async #health(): Promise<RelayAnswer> {
    this.#options.counters.request('health', 'passed');
    return toAnybody(await this.#gateway.answer());
  }

  #probe(): Promise<RelayAnswer> {
    return this.#forward({ operation: 'status', orderId: healthOrderId('RELAY'), timeoutMs: PROBE_MS });
  }

  /** Without any credential towards Midtrans, which gives pictures to everybody. */
  async picture(request: PictureRequest): Promise<RelayAnswer> {
    const { paymentType, transactionId } = request;
    if (!/^(gopay|qris)$/.test(paymentType) || !/^[A-Za-z0-9-]{1,64}$/.test(transactionId))
      return this.#refusal('picture', 'malformed', 400, FAULT.relayRequestMalformed, 'No such picture');
    const terminal = await this.mayFetch(request);
    if (terminal === undefined) return this.#unknown('picture');
    if (!this.#options.requests.admit(terminal)) return this.#tooMany('picture', terminal);
    const answer = await this.#options.upstream.picture(paymentType, transactionId);
    if (!answer.ok) return this.#silence('picture', answer.error, '');
    this.#options.counters.request('picture', 'passed');
    return pass(answer.value, answer.value.bytes, `picture ${transactionId}`);
  }

  /** The terminal on whose account it goes. */
  async mayFetch(request: PictureRequest): Promise<string | undefined> {
    const { terminals, pictures } = this.#options;
    const { terminal, mark, authorization } = request;
    const isMarked =
      terminal !== undefined &&
      mark !== undefined &&
      terminals.has(terminal) &&
      pictures.isMark(terminal, request, mark);
    return isMarked ? terminal : (await terminals.authenticate(authorization))?.id;
  }

  #unknown(operation: string): RelayAnswer {
    const words = 'Unknown terminal or wrong token';
    const refusal = apiError(401, FAULT.terminalUnknown, words, 'unknown terminal');
    this.#options.counters.request(operation, 'unauthorized');
    const headers = { 'WWW-Authenticate': 'Basic realm="gopay-pos relay"' };
    return toAnybody({ ...refusal, headers });
  }

  #tooMany(operation: string, terminal: string): RelayAnswer {
    const words = 'Too many requests in a minute, try again shortly';
    const refusal = this.#refusal(operation, 'too_many', 429, FAULT.relayTooManyRequests, words);
    return toAnybody({ ...refusal, note: `${refusal.note} terminal=${terminal}` });
  }

  #check(terminal: RelayTerminal, request: FrontRequest): Result<UpstreamCall, RelayAnswer> {
    const { operation, idempotencyKey: key } = request;
    const malformed = (why: string): Result<never, RelayAnswer> =>
      err(this.#refusal(operation, 'malformed', 400, FAULT.relayRequestMalformed, why));
    // Midtrans ignores a longer key in silence, and with it the protection that the terminal counts on.
    if (key !== undefined && !/^[\x21-\x7e]{1,46}$/.test(key))
      return malformed('Idempotency-Key has more than 46 characters');
    // Midtrans' keys are the whole account's: one of another terminal would bring back, or block, what it asked for.
    const owner = operation === 'charge' ? chargedOrder(request.body) : request.orderId;
    if (key !== undefined && !isKeyOf(key, operation, owner ?? '', request.body))
      return malformed('Idempotency-Key does not begin with its own order id');
    const headers = key === undefined || operation === 'status' ? {} : { 'Idempotency-Key': key };
    if (operation === 'charge') return this.#checkCharge(terminal, request, headers);
    const orderId = request.orderId ?? '';
    if (!mayAsk(terminal.id, orderId)) return err(this.#foreign(operation, terminal, orderId));
    if (operation === 'status') return ok({ operation, orderId });
    if (operation !== 'refund') return ok({ operation, orderId, headers, body: '{}' });
    const refund = parseRefundRequest(request.body);
    if (!refund.ok) return malformed(refund.error);
    const why = this.#mayRefund(terminal, { orderId, ...refund.value });
    return why === undefined ? ok({ operation, orderId, headers, body: refund.value.body }) : err(why);
  }

  /** Final refusals, so that the terminal puts the sale on its owed list, for a person; why not, or undefined. */
  #mayRefund(terminal: RelayTerminal, refund: AskedRefund & { orderId: string }): RelayAnswer | undefined {
    const { refunds, log } = this.#options;
    const { orderId, refundKey, amount } = refund;
    const about = `refund of ${amount} by terminal ${terminal.id} order=${orderId}`;
    if (refunds === undefined) {
      log.warn(`E${FAULT.relayRefundsOff} ${about} refused: relay.toml has no [refund]`);
      const words = 'Refunds are off at this relay';
      return this.#refusal('refund', 'refund_off', 400, FAULT.relayRefundsOff, words, orderId);
    }
    try {
      const why = refunds.admit(
        { terminal: terminal.id, orderId, refundKey, amount },
        terminal.isListed ? undefined : this.#share(terminal.refundADay ?? 0),
      );
      if (why === undefined) return undefined;
      log.warn(`E${FAULT.relayRefundLimit} ${about} refused: above ${why}`);
      const words = `Above the limit of ${why}`;
      return this.#refusal('refund', 'above_limit', 400, FAULT.relayRefundLimit, words, orderId);
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      log.error(`E${thrown.fault.code} ${about} not sent: ${thrown.fault.detail}`);
      return this.#refusal('refund', 'unreachable', 502, thrown.fault.code, 'Not now', orderId);
    }
  }

  #checkCharge(
    terminal: RelayTerminal,
    request: FrontRequest,
    headers: Readonly<Record<string, string>>,
  ): Result<UpstreamCall, RelayAnswer> {
    const charge = parseChargeRequest(request.body);
    if (!charge.ok)
      return err(this.#refusal('charge', 'malformed', 400, FAULT.relayRequestMalformed, charge.error));
    const { orderId, amount, body } = charge.value;
    // A charge must be notifiable: its order id is one of ours in full and names the caller.
    if (terminalOf(orderId) !== terminal.id) return err(this.#foreign('charge', terminal, orderId));
    const limit = Math.min(this.#options.maxAmount, terminal.maxAmount ?? this.#options.maxAmount) as Rupiah;
    if (amount > limit) {
      const words = `Amount ${formatRupiah(amount)} is above the limit of ${formatRupiah(limit)}`;
      return err(this.#refusal('charge', 'above_limit', 400, FAULT.amountAboveLimit, words, orderId));
    }
    // Midtrans answers a repeated charge from its memory, and a terminal that lost an answer must be able to ask.
    const { chargesPerMinute, maxADay } = terminal;
    if (!this.#options.charges.admit(terminal.id, orderId, this.#share(chargesPerMinute))) {
      const words = 'Too many charges in a minute, try again shortly';
      return err(this.#refusal('charge', 'too_many', 429, FAULT.tooManyCharges, words, orderId));
    }
    const most = this.#share(maxADay);
    if (most !== undefined && !this.#daySums.admit(terminal.id, orderId, amount, most)) {
      const words = `Above the limit of ${formatRupiah(most as Rupiah)} a day of terminal ${terminal.id}`;
      return err(this.#refusal('charge', 'above_limit', 400, FAULT.amountAboveLimit, words, orderId));
    }
    const { notifyUrl } = this.#options.addresses();
    return ok({
      operation: 'charge',
      orderId,
      body,
      headers: { ...headers, 'X-Override-Notification': notifyUrl },
    });
  }

  #share<T extends number | undefined>(limit: T): T {
    return (limit === undefined ? undefined : shareOf(limit, this.#options.relays ?? 1)) as T;
  }

  async #forward(call: UpstreamCall, terminal?: RelayTerminal): Promise<RelayAnswer> {
    const answer = await this.#options.upstream.call(call);
    if (!answer.ok) return this.#silence(call.operation, answer.error, call.orderId);
    const { status, bytes } = answer.value;
    this.#options.counters.request(call.operation, 'passed');
    this.#options.counters.upstream(status);
    if (status === 401)
      this.#options.log.error(`E${FAULT.upstreamKeyRefused} Midtrans refuses the server key of this relay`);
    const body =
      call.operation === 'charge' && terminal !== undefined
        ? this.#options.pictures.rewrite(bytes, this.#options.addresses().publicUrl, terminal.id)
        : bytes;
    if (call.operation === 'refund')
      this.#options.log.info(
        `refund order=${call.orderId} by terminal ${terminal?.id}: Midtrans says HTTP ${status}`,
      );
    return pass(answer.value, body, `passed order=${call.orderId}`);
  }

  /** 504 and 502 are read as "unknown" by the terminal, also where the relay knows that nothing left. */
  #silence(operation: string, fault: Fault, orderId: string): RelayAnswer {
    const isTimeout = fault.code === FAULT.gatewayTimedOut;
    if (operation !== 'picture') this.#gateway.doubt();
    this.#options.counters.request(operation, isTimeout ? 'timed_out' : 'unreachable');
    this.#options.log.warn(
      `E${FAULT.upstreamSilent} ${operation} E${fault.code} ${fault.detail} order=${orderId}`,
    );
    const words = isTimeout ? 'Midtrans did not answer in time' : 'No answer from Midtrans';
    return apiError(isTimeout ? 504 : 502, FAULT.upstreamSilent, words, `E${fault.code} order=${orderId}`);
  }

  #foreign(operation: string, terminal: RelayTerminal, orderId: string): RelayAnswer {
    const words = `Not an order of terminal ${terminal.id}`;
    return this.#refusal(operation, 'foreign_order', 400, FAULT.foreignOrder, words, orderId);
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
    const order = orderId === undefined ? '' : ` order=${boundedLine(orderId).slice(0, 60)}`;
    return apiError(status, code, words, `${outcome}${order}`);
  }
}

function pass(answer: HttpAnswer, body: Uint8Array, note: string): RelayAnswer {
  const contentType = answer.wireContentType === '' ? 'application/octet-stream' : answer.wireContentType;
  return { status: answer.status, contentType, body, note };
}
