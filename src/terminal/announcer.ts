import type { Announcement } from '../base/announcement.js';
import { err, ok, type Result } from '../base/result.js';
import { formatRupiah } from '../base/rupiah.js';
import type { Effect } from '../core/sale/effect.js';
import type { Sale } from '../core/sale/sale.js';
import type { SpeakOutcome } from '../port/speaker.js';
import type { TerminalContext } from './context.js';
import type { SaleProcessor } from './sale-processor.js';

/** Longer than a QR lives, its closing included, no customer waits at the counter for a payment. */
const OLD_MS = 300_000;

/**
 * Says each payment as it is being handed over. Nothing depends on it, so it is no effect of its own and nothing of it is
 * journalled: what was paid stands on the screen, the slip or the register.
 */
export class Announcer {
  readonly #context: TerminalContext;
  readonly #sales: SaleProcessor;
  #last: Extract<Announcement, { say: 'paid' }> | undefined;

  constructor(context: TerminalContext, sales: SaleProcessor) {
    this.#context = context;
    this.#sales = sales;
  }

  start(): void {
    this.#context.adapters.speaker?.start((fault) => {
      const atMs = this.#context.adapters.clock.monoMs();
      const { code, detail } = fault ?? { code: 0, detail: 'speaks' };
      this.#context.post({ on: 'reading', fact: 'speaker', reading: { code, detail, atMs } });
    });
  }

  /**
   * A sale is delivered for the first time exactly once, with its settlement. What settles late is owed; what is told
   * again, after a restart or because its source asked, has been heard or is old. So is a payment of before a long power
   * cut.
   */
  performed({ orderId, amount, openedAtMs }: Sale, effect: Effect): void {
    const { adapters, settings } = this.#context;
    if (effect.do !== 'deliver' || effect.again || adapters.speaker === undefined) return;
    const ageMs = adapters.clock.wallMs() - openedAtMs;
    if (ageMs > settings.rules.qrLifeMs + OLD_MS)
      return adapters.log.info(`${orderId} not announced: it is ${Math.round(ageMs / 60_000)} min old`);
    this.#last = { say: 'paid', amount, again: false };
    this.#context.endOnRejection(this.#say(this.#last, orderId));
  }

  /** The last one once more, for a technician. @returns in words why there is nothing to be said */
  again(by: string): Result<Promise<SpeakOutcome>, string> {
    if (this.#context.adapters.speaker === undefined) return err('no speaker is configured');
    // A customer who has not paid yet must not be the one to hear it.
    const { open } = this.#sales;
    if (open !== undefined) return err(`${open.orderId} is open: its payment would seem to be there`);
    if (this.#last === undefined) return err('nothing was announced since the start');
    const said = this.#say({ ...this.#last, again: true }, by);
    this.#context.endOnRejection(said);
    return ok(said);
  }

  pressed(pad: string): void {
    const asked = this.again(pad);
    if (!asked.ok) this.#context.adapters.log.info(`${pad} wants to hear it again: ${asked.error}`);
  }

  async #say(announcement: Extract<Announcement, { say: 'paid' }>, why: string): Promise<SpeakOutcome> {
    const { speaker, log } = this.#context.adapters;
    if (speaker === undefined) return { kind: 'quiet' };
    const about = `${why} ${formatRupiah(announcement.amount)}${announcement.again ? ' again' : ''}`;
    const outcome = await speaker.say(announcement);
    if (outcome.kind === 'unsaid')
      log.warn(`${about} not announced: E${outcome.fault.code} ${outcome.fault.detail}`);
    else log.info(`${about} ${outcome.kind === 'said' ? 'announced' : 'not announced: quiet hours'}`);
    return outcome;
  }
}
