import { nowMs } from './clock.js';

/** What happened when, and a way to wait for the next such thing. */
export class Marks {
  readonly #marks: { readonly what: string; readonly atMs: number }[] = [];
  readonly #waiting = new Set<(what: string, atMs: number) => void>();

  set(what: string): void {
    const atMs = nowMs();
    this.#marks.push({ what, atMs });
    for (const look of [...this.#waiting]) look(what, atMs);
  }

  /** The first `what` at or after `sinceMs`. @throws after 20 s without one */
  after(what: string, sinceMs: number): Promise<number> {
    const found = this.#marks.find((mark) => mark.what === what && mark.atMs >= sinceMs);
    if (found !== undefined) return Promise.resolve(found.atMs);
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(late);
        this.#waiting.delete(look);
      };
      const look = (name: string, atMs: number): void => {
        if (name !== what || atMs < sinceMs) return;
        stop();
        resolve(atMs);
      };
      const late = setTimeout(() => {
        stop();
        const last = this.#marks
          .slice(-8)
          .map((mark) => `${mark.what} ${Math.round(mark.atMs - sinceMs)} ms`);
        reject(new Error(`no "${what}" within 20 s; the last were: ${last.join(', ')}`));
      }, 20_000);
      this.#waiting.add(look);
    });
  }
}
