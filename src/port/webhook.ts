/** One request to a receiver. */
export interface WebhookPost {
  /** The same for every try. */
  readonly id: string;
  /** The same bytes for every try. */
  readonly body: string;
}

/** `taken`: it was answered with 2xx. Anything else is tried again; the receiver may have had it all the same. */
export type WebhookAnswer = { readonly taken: true } | { readonly taken: false; readonly why: string };

/** A receiver of what happens to sales: another program's HTTP address. */
export interface WebhookReceiver {
  readonly name: string;
  /** What it wants to hear of. */
  readonly kinds: readonly string[];
  /** Bounded in time; never rejects. */
  send(post: WebhookPost): Promise<WebhookAnswer>;
  /** Cuts what is under way. */
  stop(): void;
}
