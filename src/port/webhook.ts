/** One request to a receiver. */
export interface WebhookPost {
  /** The same for every try. */
  readonly id: string;
  /** The same bytes for every try. */
  readonly body: string;
}

/** `taken`: it was answered with 2xx. Anything else is tried again, unless it is `never` taken; the receiver may have had it all the same. */
export type WebhookAnswer =
  | { readonly taken: true }
  | { readonly taken: false; readonly why: string; readonly never?: true };

/** A receiver of what happens to sales: another program's HTTP address. */
export interface WebhookReceiver {
  readonly name: string;
  /** What it wants to hear of. */
  readonly kinds: readonly string[];
  /**
   * It is told everything in the order in which it happened, one at a time, and however long it is away; so many may wait, then
   * the oldest is given up. Without it: in the order of each sale, and for three days.
   */
  readonly inOrder?: { readonly mostWaiting: number; readonly reachable: () => boolean };
  /** Bounded in time; never rejects. */
  send(post: WebhookPost): Promise<WebhookAnswer>;
  /** Cuts what is under way. */
  stop(): void;
}
