import type { Fault } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import type { Network } from '../bounds/network.js';
import type { CoreApiTimeouts } from '../midtrans/client.js';
import { basicAuthorization, bytesMask, secretsOf, withoutSecrets } from '../midtrans/credential.js';
import { type HttpAnswer, type HttpTransport, httpTransport } from '../midtrans/exchange.js';
import { getPublic } from '../midtrans/picture.js';
import { coreApiRequest } from '../midtrans/request.js';
import type { Runtime } from '../port/runtime.js';

/** Shorter than the terminal's own, so that it hears why instead of nothing. */
export type UpstreamTimeouts = Omit<CoreApiTimeouts, 'healthMs'>;

export interface UpstreamOptions extends Pick<Runtime, 'clock' | 'timers'> {
  /** Undefined: every connection is made straight. */
  readonly network?: Network | undefined;
  readonly baseUrl: string;
  readonly serverKey: string;
  readonly timeouts?: Partial<UpstreamTimeouts>;
  /** In place of Node's HTTP client, for a simulation. */
  readonly exchange?: HttpTransport;
}

export interface UpstreamCall {
  readonly operation: 'charge' | 'status' | 'cancel' | 'expire' | 'refund';
  readonly orderId: string;
  readonly body?: string;
  /** In place of what its operation has. */
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const ANSWER_LIMIT_BYTES = 256 * 1024;

/** Midtrans as the relay calls it: with the server key, except for pictures. Each request is sent once. */
export class Upstream {
  readonly #baseUrl: string;
  /** Made once for a server key: its mask has a pattern of thousands of characters. */
  #key: { authorization: string; secrets: readonly string[]; masked: (bytes: Uint8Array) => Uint8Array };
  readonly #timeouts: UpstreamTimeouts;
  readonly #options: UpstreamOptions;
  readonly #exchange: HttpTransport;
  /** Wall time and HTTP status of the newest answer, of whatever kind. */
  lastSeen: { readonly wallMs: number; readonly status: number } | undefined;

  constructor(options: UpstreamOptions) {
    this.#baseUrl = options.baseUrl.replace(/\/+$/, '');
    this.#key = keyOf(options.serverKey);
    this.#options = options;
    this.#timeouts = {
      chargeMs: 15_000,
      statusMs: 8_000,
      closeMs: 10_000,
      refundMs: 15_000,
      pictureMs: 8_000,
      ...options.timeouts,
    };
    this.#exchange = options.exchange ?? httpTransport(options.timers, options.network);
  }

  /** What is under way ends under the key with which it was sent. */
  renewKey(serverKey: string): void {
    this.#key = keyOf(serverKey);
  }

  async call(call: UpstreamCall): Promise<Result<HttpAnswer, Fault>> {
    const { operation } = call;
    const { authorization, secrets, masked } = this.#key;
    const path =
      operation === 'charge' ? '/v2/charge' : `/v2/${encodeURIComponent(call.orderId)}/${operation}`;
    const answer = await this.#exchange(
      coreApiRequest(operation === 'status' ? 'GET' : 'POST', this.#baseUrl + path, authorization, call),
      { timeoutMs: call.timeoutMs ?? this.#timeoutOf(operation), limitBytes: ANSWER_LIMIT_BYTES },
    );
    const seen = this.#seen(answer, secrets);
    if (!seen.ok) return seen;
    // What of it goes on to a terminal.
    const { bytes, wireContentType } = seen.value;
    return ok({
      ...seen.value,
      bytes: masked(bytes),
      wireContentType: withoutSecrets(wireContentType, secrets),
    });
  }

  /** The picture of a QR, as anybody may fetch it. */
  async picture(paymentType: string, transactionId: string): Promise<Result<HttpAnswer, Fault>> {
    const url = `${this.#baseUrl}/v2/${paymentType}/${encodeURIComponent(transactionId)}/qr-code`;
    const answer = await getPublic(url, {
      exchange: this.#exchange,
      timeoutMs: this.#timeouts.pictureMs,
      clock: this.#options.clock,
      allowPlain: this.#baseUrl.startsWith('http:'),
    });
    return this.#seen(answer, this.#key.secrets);
  }

  #seen(answer: Result<HttpAnswer, Fault>, secrets: readonly string[]): Result<HttpAnswer, Fault> {
    if (!answer.ok) return err({ ...answer.error, detail: withoutSecrets(answer.error.detail, secrets) });
    this.lastSeen = { wallMs: this.#options.clock.wallMs(), status: answer.value.status };
    return answer;
  }

  #timeoutOf(operation: UpstreamCall['operation']): number {
    if (operation === 'charge') return this.#timeouts.chargeMs;
    if (operation === 'status') return this.#timeouts.statusMs;
    return operation === 'refund' ? this.#timeouts.refundMs : this.#timeouts.closeMs;
  }
}

function keyOf(serverKey: string) {
  const authorization = basicAuthorization(serverKey, '');
  const secrets = secretsOf(authorization);
  return { authorization, secrets, masked: bytesMask(secrets) };
}
