import type { Endpoint } from './http/route.js';

/** One request that the Core API received, and what it got. The credential is never kept. */
export interface Received {
  readonly id: number;
  readonly atWallMs: number;
  readonly endpoint: Endpoint | 'other';
  readonly method: string;
  readonly path: string;
  readonly orderId?: string;
  readonly idempotencyKey?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Undefined while it is being answered. */
  readonly outcome?: Outcome;
}

export type Outcome =
  | { readonly kind: 'answered'; readonly httpStatus: number; readonly statusCode?: string }
  /** Cut off before or after it was processed. */
  | { readonly kind: 'lostRequest' | 'lostAnswer' };

type Open = { -readonly [K in keyof Received]: Received[K] };

export interface Counts {
  /** By endpoint, everything that arrived. */
  readonly received: Readonly<Record<string, number>>;
  /** By endpoint, what reached the transactions (not replayed, refused at the door or lost on the way). */
  readonly processed: Readonly<Record<string, number>>;
}

/** Every request received, so that a test can prove that there was no second charge. */
export class RequestLog {
  private readonly keep: number;
  private entries: Open[] = [];
  private received: Record<string, number> = {};
  private processed: Record<string, number> = {};
  private count = 0;

  constructor(keep: number) {
    this.keep = keep;
  }

  enter(request: Omit<Received, 'id' | 'outcome'>): (outcome: Outcome) => void {
    this.count += 1;
    const entry: Open = { id: this.count, ...request };
    this.entries.push(entry);
    if (this.entries.length > this.keep) this.entries.shift();
    this.received[entry.endpoint] = (this.received[entry.endpoint] ?? 0) + 1;
    return (outcome) => {
      entry.outcome = outcome;
    };
  }

  countProcessed(endpoint: Endpoint): void {
    this.processed[endpoint] = (this.processed[endpoint] ?? 0) + 1;
  }

  list(): readonly Received[] {
    return this.entries;
  }

  counts(): Counts {
    return { received: { ...this.received }, processed: { ...this.processed } };
  }

  clear(): void {
    this.entries = [];
    this.received = {};
    this.processed = {};
    this.count = 0;
  }
}
