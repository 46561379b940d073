import { createHmac } from 'node:crypto';
import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Network } from '../bounds/network.js';
import type { Runtime } from '../port/runtime.js';
import type { WebhookAnswer, WebhookPost, WebhookReceiver } from '../port/webhook.js';

/** From the first byte to the head of the answer. */
const PATIENCE_MS = 10_000;

export interface WebhookPosterOptions extends Pick<Runtime, 'clock' | 'timers'> {
  /** Undefined: every connection is made straight. */
  readonly network?: Network | undefined;
  readonly name: string;
  readonly kinds: readonly string[];
  readonly url: string;
  /** Between the receiver and us: with it each request is signed. */
  readonly secret: string;
}

/** Sends over HTTP, a connection each. What the answer says beside its status is thrown away, and no redirect is followed. */
export class WebhookPoster implements WebhookReceiver {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly #options: WebhookPosterOptions;
  readonly #open = new Set<ClientRequest>();

  constructor(options: WebhookPosterOptions) {
    this.name = options.name;
    this.kinds = options.kinds;
    this.#options = options;
  }

  send({ id, body }: WebhookPost): Promise<WebhookAnswer> {
    const { clock, timers, secret, network } = this.#options;
    const url = new URL(this.#options.url);
    const isTls = url.protocol === 'https:';
    const begin = isTls ? requestHttps : requestHttp;
    const seconds = Math.floor(clock.wallMs() / 1_000);
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'gopay-pos-webhook',
      'gopay-pos-webhook-id': id,
      'gopay-pos-signature': `t=${seconds},v1=${signature(secret, seconds, body)}`,
    };
    return new Promise((resolve) => {
      const agent = isTls ? (network?.agent ?? false) : false;
      const request = begin(url, { method: 'POST', headers, agent });
      this.#open.add(request);
      const finish = (answer: WebhookAnswer): void => {
        cancel();
        resolve(answer);
      };
      const cancel = timers.after(PATIENCE_MS, () => {
        finish({ taken: false, why: `no answer within ${PATIENCE_MS / 1_000} s` });
        request.destroy();
      });
      request.on('error', (error) => finish({ taken: false, why: error.message }));
      request.on('close', () => this.#open.delete(request));
      request.on('response', (response) => {
        const status = response.statusCode ?? 0;
        finish(status >= 200 && status < 300 ? { taken: true } : { taken: false, why: `HTTP ${status}` });
        // Nothing of it is wanted.
        request.destroy();
      });
      request.end(body);
    });
  }

  stop(): void {
    for (const request of this.#open) request.destroy(new Error('the terminal stops'));
  }
}

/** HMAC-SHA256 over the time and the body, so that neither can be changed, nor the whole be sent again much later. */
function signature(secret: string, seconds: number, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}
