/** Longer keys are ignored, silently. */
const MAX_KEY = 46;
const LIFETIME_MS = 5 * 60_000;

type Entry<Reply> = 'inFlight' | { readonly reply: Reply; readonly untilMs: number };

export type KeyLookup<Reply> =
  /** Nothing known under this key (or no usable key): process, then call `finish`. */
  | { readonly kind: 'fresh' }
  | { readonly kind: 'inFlight' }
  | { readonly kind: 'replay'; readonly reply: Reply };

/**
 * Midtrans' `Idempotency-Key`: one store for all POST endpoints, so a key used twice on different ones gives the first
 * one's answer; the body is not looked at; only successes are kept, for five minutes.
 */
export class IdempotencyStore<Reply> {
  private readonly entries = new Map<string, Entry<Reply>>();

  begin(key: string | undefined, monoMs: number): KeyLookup<Reply> {
    this.forget(monoMs);
    if (!usable(key)) return { kind: 'fresh' };
    const entry = this.entries.get(key);
    if (entry === 'inFlight') return { kind: 'inFlight' };
    if (entry !== undefined && entry.untilMs > monoMs) return { kind: 'replay', reply: entry.reply };
    this.entries.delete(key);
    this.entries.set(key, 'inFlight');
    return { kind: 'fresh' };
  }

  /** @param reply undefined when the request was not successful: the next one under this key is processed anew. */
  finish(key: string | undefined, reply: Reply | undefined, monoMs: number): void {
    if (!usable(key)) return;
    if (reply === undefined) this.entries.delete(key);
    else this.entries.set(key, { reply, untilMs: monoMs + LIFETIME_MS });
  }

  /** The oldest first, and no more than those: what is behind one that took longer goes with it. */
  private forget(monoMs: number): void {
    for (const [key, entry] of this.entries) {
      if (entry === 'inFlight' || entry.untilMs > monoMs) return;
      this.entries.delete(key);
    }
  }
}

function usable(key: string | undefined): key is string {
  return key !== undefined && key !== '' && key.length <= MAX_KEY;
}
