import { assert } from '../base/assert.js';
import type { Fault } from '../base/fault.js';
import type {
  ChargeOrder,
  ChargeOutcome,
  CloseOutcome,
  GatewayHealth,
  PictureOutcome,
  RefundOutcome,
  StatusOutcome,
} from '../base/gateway-answer.js';
import { err, ok, type Result } from '../base/result.js';
import type { Rupiah } from '../base/rupiah.js';
import type { Network } from '../bounds/network.js';
import type { Gateway } from '../port/gateway.js';
import type { Runtime } from '../port/runtime.js';
import { classified, classifyCharge, classifyClose, classifyRefund, classifyStatus } from './classify.js';
import { secretsOf, withoutSecrets } from './credential.js';
import { type HttpTransport, httpTransport } from './exchange.js';
import { boundedLine } from './faults.js';
import { downloadPicture } from './picture.js';
import {
  type ChargeTemplate,
  chargeRequestBody,
  checkIdempotencyKey,
  checkTemplate,
  coreApiRequest,
  healthOrderId,
  idempotencyKey,
  refundRequestBody,
} from './request.js';

/** Milliseconds from connecting to the last byte, one a kind of call. */
export interface CoreApiTimeouts {
  readonly chargeMs: number;
  readonly statusMs: number;
  readonly closeMs: number;
  readonly refundMs: number;
  readonly pictureMs: number;
  readonly healthMs: number;
}

export interface CoreApiClientOptions extends ChargeTemplate, Runtime {
  /** Undefined: every connection is made straight. */
  readonly network?: Network | undefined;
  /** `https://api.midtrans.com`, the relay's address or the sandbox's; without `/v2`. */
  readonly baseUrl: string;
  /** The whole `Authorization` value (credential.ts), asked for at each request so that it is held in one place. */
  readonly authorization: () => string;
  /** Names the health probe's order id. */
  readonly terminalId: string;
  /** Only what differs from the defaults: charge 20 s, status 10 s, close 15 s, refund 20 s, picture 10 s, health 8 s. */
  readonly timeouts?: Partial<CoreApiTimeouts>;
  /** Direct mode: up to three addresses that get this transaction's notifications. A relay sets its own. */
  readonly notificationUrls?: readonly string[];
  /** A relay gives pictures below its own address to its terminals only; Midtrans gives them to everybody. */
  readonly picturesNeedCredential?: boolean;
  /** A turn of the loop, before health is asked: the first asks a process that starts, and that would say so later. */
  readonly turn?: () => Promise<unknown>;
  /** In place of Node's HTTP client, for a simulation. */
  readonly exchange?: HttpTransport;
}

/** The largest known answer is a status with refunds, some 3 kB. */
const ANSWER_LIMIT_BYTES = 256 * 1024;

const UTF8 = new TextDecoder();

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly orderId: string;
  readonly timeoutMs: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface TextAnswer {
  readonly status: number;
  readonly text: string;
  readonly dateMs?: number;
  readonly ageMs?: number;
}

/**
 * Midtrans' Core API as the terminal needs it, against Midtrans, the relay or the sandbox. Sends each request once:
 * whether it may be sent again is the core's to say. Never throws for what the network does.
 */
export class CoreApiClient implements Gateway {
  readonly #baseUrl: string;
  readonly #options: CoreApiClientOptions;
  readonly #timeouts: CoreApiTimeouts;
  readonly #exchange: HttpTransport;
  #known: { readonly authorization: string; readonly secrets: readonly string[] } | undefined;

  /** @throws Misuse for an address that is none, a credential in it, or bounds that Midtrans does not accept. */
  constructor(options: CoreApiClientOptions) {
    checkAddress(options.baseUrl, 'baseUrl');
    checkTemplate(options);
    for (const url of options.notificationUrls ?? []) checkAddress(url, 'notificationUrls');
    assert((options.notificationUrls?.length ?? 0) <= 3, 'at most three notificationUrls');
    this.#baseUrl = options.baseUrl.replace(/\/+$/, '');
    this.#options = options;
    this.#timeouts = {
      chargeMs: 20_000,
      statusMs: 10_000,
      closeMs: 15_000,
      refundMs: 20_000,
      pictureMs: 10_000,
      healthMs: 8_000,
      ...options.timeouts,
    };
    this.#exchange = options.exchange ?? httpTransport(options.timers, options.network);
  }

  async charge(order: ChargeOrder): Promise<ChargeOutcome> {
    checkIdempotencyKey(order.idempotencyKey);
    const urls = this.#options.notificationUrls ?? [];
    const answer = await this.#call({
      method: 'POST',
      path: '/v2/charge',
      orderId: order.orderId,
      timeoutMs: this.#timeouts.chargeMs,
      body: chargeRequestBody(order, this.#options),
      headers: {
        'Idempotency-Key': order.idempotencyKey,
        ...(urls.length === 0 ? {} : { 'X-Override-Notification': urls.join(',') }),
      },
    });
    return classified(answer, (body) => classifyCharge(order.orderId, body));
  }

  async status(orderId: string): Promise<StatusOutcome> {
    return classified(await this.#status(orderId, this.#timeouts.statusMs), classifyStatus);
  }

  cancel(orderId: string): Promise<CloseOutcome> {
    return this.#close(orderId, 'cancel');
  }

  expire(orderId: string): Promise<CloseOutcome> {
    return this.#close(orderId, 'expire');
  }

  async refund(orderId: string, refundKey: string, amount: Rupiah, reason: string): Promise<RefundOutcome> {
    const answer = await this.#call({
      method: 'POST',
      path: pathOf(orderId, 'refund'),
      orderId,
      timeoutMs: this.#timeouts.refundMs,
      body: refundRequestBody(refundKey, amount, reason),
      headers: { 'Idempotency-Key': idempotencyKey('refund', orderId, refundKey) },
    });
    return classified(answer, classifyRefund);
  }

  pictureUrlOf(transactionId: string): string {
    return `${this.#baseUrl}/v2/${this.#options.paymentType}/${encodeURIComponent(transactionId)}/qr-code`;
  }

  /**
   * No credential goes with it, but to our own relay for an address that it did not give us itself. Plain http only where the
   * gateway itself is plain http.
   */
  async picture(url: string): Promise<PictureOutcome> {
    const { log, picturesNeedCredential = false } = this.#options;
    const isUnmarked = url.startsWith(`${this.#baseUrl}/`) && !url.includes('?');
    log.debug(() => `-> GET ${boundedLine(url)}`);
    const outcome = await downloadPicture(url, {
      exchange: this.#exchange,
      timeoutMs: this.#timeouts.pictureMs,
      clock: this.#options.clock,
      allowPlain: this.#baseUrl.startsWith('http:'),
      ...(picturesNeedCredential && isUnmarked ? { authorization: this.#options.authorization() } : {}),
    });
    log.debug(() =>
      outcome.kind === 'picture'
        ? `<- ${outcome.contentType}, ${outcome.bytes.length} bytes from ${boundedLine(url)}`
        : `<- E${outcome.fault.code} ${outcome.fault.detail} from ${boundedLine(url)}`,
    );
    return outcome;
  }

  async health(): Promise<GatewayHealth> {
    const { clock, terminalId } = this.#options;
    await this.#options.turn?.();
    const startMs = clock.monoMs();
    const answer = await this.#status(healthOrderId(terminalId), this.#timeouts.healthMs);
    // The gateway wrote its Date about half a round trip ago.
    const wallThenMs = clock.wallMs() - (clock.monoMs() - startMs) / 2;
    const dateMs = answer.ok ? answer.value.dateMs : undefined;
    const told = {
      ...(dateMs === undefined ? {} : { clockSkewMs: Math.round(dateMs - wallThenMs) }),
      ageMs: (answer.ok ? answer.value.ageMs : undefined) ?? 0,
    };
    const outcome = classified(answer, classifyStatus);
    return outcome.kind === 'unknown' ? { fault: outcome.fault, ...told } : told;
  }

  #status(orderId: string, timeoutMs: number): Promise<Result<TextAnswer, Fault>> {
    return this.#call({ method: 'GET', path: pathOf(orderId, 'status'), orderId, timeoutMs });
  }

  async #close(orderId: string, operation: 'cancel' | 'expire'): Promise<CloseOutcome> {
    const answer = await this.#call({
      method: 'POST',
      path: pathOf(orderId, operation),
      orderId,
      timeoutMs: this.#timeouts.closeMs,
      body: '{}',
      headers: { 'Idempotency-Key': idempotencyKey(operation, orderId) },
    });
    return classified(answer, classifyClose);
  }

  async #call(call: Call): Promise<Result<TextAnswer, Fault>> {
    const { log, clock } = this.#options;
    const authorization = this.#options.authorization();
    const secrets = this.#secretsOf(authorization);
    const request = coreApiRequest(call.method, this.#baseUrl + call.path, authorization, call);
    const startMs = clock.monoMs();
    log.debug(() => `-> ${call.method} ${call.path} order=${boundedLine(call.orderId)}`);
    const answer = await this.#exchange(request, {
      timeoutMs: call.timeoutMs,
      limitBytes: ANSWER_LIMIT_BYTES,
    });
    const tail = (): string =>
      `order=${boundedLine(call.orderId)} ${Math.round(clock.monoMs() - startMs)} ms`;
    if (!answer.ok) {
      const fault = { ...answer.error, detail: withoutSecrets(answer.error.detail, secrets) };
      log.debug(() => `<- E${fault.code} ${fault.detail} ${tail()}`);
      return err(fault);
    }
    const { status, bytes, dateMs, ageMs } = answer.value;
    const text = withoutSecrets(UTF8.decode(bytes), secrets);
    log.debug(() => `<- ${status} ${summary(text)} ${tail()}`);
    return ok({
      ...{ status, text },
      ...(dateMs === undefined ? {} : { dateMs }),
      ...(ageMs === undefined ? {} : { ageMs }),
    });
  }

  #secretsOf(authorization: string): readonly string[] {
    if (this.#known?.authorization !== authorization)
      this.#known = { authorization, secrets: secretsOf(authorization) };
    return this.#known.secrets;
  }
}

/** @throws Misuse for the two names that a URL would fold away. */
function pathOf(orderId: string, operation: string): string {
  assert(orderId !== '' && orderId !== '.' && orderId !== '..', 'an order id has a name');
  return `/v2/${encodeURIComponent(orderId)}/${operation}`;
}

function checkAddress(text: string, option: string): void {
  assert(URL.canParse(text), `${option} is not an address`);
  const url = new URL(text);
  assert(url.protocol === 'https:' || url.protocol === 'http:', `${option} is neither https nor http`);
  // The address may be logged, and Node's client would send the credential.
  assert(url.username === '' && url.password === '', `${option} must not hold a credential`);
  assert(!text.includes(','), `${option} must not hold a comma`);
}

/** The fields that a technician wants to see of an answer; never the whole, which holds a signature. */
function summary(text: string): string {
  const field = (name: string): string =>
    new RegExp(`"${name}"\\s*:\\s*"([^"]{0,120})"`).exec(text)?.[1] ?? '';
  const words = [field('status_code'), field('transaction_status'), field('status_message')];
  return boundedLine(words.filter((word) => word !== '').join(' ')) || `${text.length} characters`;
}
