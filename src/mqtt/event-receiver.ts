import type { Link } from '../port/link.js';
import type { WebhookAnswer, WebhookPost, WebhookReceiver } from '../port/webhook.js';

/** As many as a busy shop has in a month; some 200 bytes each. */
const MOST_WAITING = 10_000;
/** Brokers take larger ones; none of ours is, but a shift with hundreds of tills. */
const EVENT_MAX_BYTES = 16_384;

/** No `[[webhook]]` can be called so. */
export const EVENTS = 'MQTT events';

/** The terminal's events on its own topic: one more receiver of what `[[webhook]]` receivers are told, in the order of the terminal. */
export class EventReceiver implements WebhookReceiver {
  readonly name = EVENTS;
  readonly kinds: readonly string[];
  readonly inOrder = { mostWaiting: MOST_WAITING, reachable: (): boolean => this.#link.up };
  readonly #link: Link;

  constructor(link: Link, kinds: readonly string[]) {
    this.#link = link;
    this.kinds = kinds;
  }

  async send({ body }: WebhookPost): Promise<WebhookAnswer> {
    if (Buffer.byteLength(body) > EVENT_MAX_BYTES)
      return { taken: false, never: true, why: `longer than ${EVENT_MAX_BYTES} bytes` };
    const outcome = await this.#link.publishEvent(body);
    switch (outcome.kind) {
      case 'acknowledged':
        return { taken: true };
      case 'refused':
        return {
          taken: false,
          why: `the broker refused it, reason ${outcome.reason}: check the permissions`,
        };
      case 'unanswered':
        return { taken: false, why: outcome.why };
    }
  }

  /** The link ends by itself, and what is under way with it. */
  stop(): void {}
}
