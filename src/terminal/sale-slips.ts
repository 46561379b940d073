import type { Slip } from '../base/slip.js';
import type { Effect } from '../core/sale/effect.js';
import { awaitsQr, type Sale } from '../core/sale/sale.js';
import { isWaiting, type SlipJob } from '../core/sale/slip-job.js';
import { asCopy, noQrSlip, owedSlip, qrSlip, qrTop, receiptSlip } from '../core/text/receipt.js';
import type { NewSlip, WholeSlip } from '../journal/slips.js';
import type { TerminalContext } from './context.js';

/**
 * Which slips the steps of a sale ask for, and the one slip that may be begun with its top alone, while its charge is
 * under way.
 */
export class SaleSlips {
  readonly #context: TerminalContext;
  #begun: { readonly job: SlipJob; readonly complete: (whole: Slip) => void } | undefined;

  constructor(context: TerminalContext) {
    this.#context = context;
  }

  /** @param free whether the printer would begin at once */
  of(sale: Sale, effects: readonly Effect[], free: boolean): readonly (NewSlip | WholeSlip)[] {
    const { adapters, settings } = this.#context;
    const { head, printQr, printReceipt } = settings;
    const nowMs = adapters.clock.wallMs();
    const begun = this.#begun?.job.orderId === sale.orderId ? this.#begun.job : undefined;
    const slips = effects.flatMap((effect): readonly (NewSlip | WholeSlip)[] => {
      if (effect.do === 'charge' && printQr) return free ? this.#top(sale) : [];
      if (effect.do === 'present' && printQr) {
        const whole = qrSlip(sale, effect.payload, head, nowMs, false);
        return begun === undefined ? this.once(sale, whole) : [{ whole, job: begun }];
      }
      if (effect.do === 'printReceipt' && printReceipt) return this.receipt(sale);
      if (effect.do === 'printOwed') return this.once(sale, owedSlip(sale, head, nowMs));
      return [];
    });
    if (begun === undefined || awaitsQr(sale) || slips.some((slip) => 'whole' in slip)) return slips;
    return [{ whole: noQrSlip(sale, head), job: begun }, ...slips];
  }

  /** Only for a customer's first slip: what comes after trouble is printed whole, marked as what it is. */
  #top(sale: Sale): readonly NewSlip[] {
    const { adapters, settings } = this.#context;
    if (!settings.printEarly || adapters.journal.slips.ofSale(sale.orderId, 'qr').length > 0) return [];
    return [{ slip: qrTop(sale, settings.head), asked: false }];
  }

  receipt(sale: Sale): readonly NewSlip[] {
    const { adapters, settings } = this.#context;
    return this.once(sale, receiptSlip(sale, settings.head, adapters.clock.wallMs(), false));
  }

  /** One slip of a kind for a sale, however often its cause comes again: after a restart, or told twice. */
  once(sale: Sale, slip: Slip): readonly NewSlip[] {
    const before = this.#context.adapters.journal.slips.ofSale(sale.orderId, slip.kind);
    if (before.some((job) => isWaiting(job) || job.state === 'done')) return [];
    return [{ slip: before.some(({ spoilt }) => spoilt > 0) ? asCopy(slip) : slip, asked: false }];
  }

  /** The printer gets the top of `job` now. @returns the whole slip, when it is on disk */
  begin(job: SlipJob): Promise<Slip> {
    return new Promise((complete) => {
      this.#begun = { job, complete };
    });
  }

  /** Gives the printer the rest of what it has begun, once a commit held it. @returns the job, if it has changed */
  complete(): SlipJob | undefined {
    const begun = this.#begun;
    if (begun === undefined) return undefined;
    const now = this.#context.adapters.journal.slips.waiting().find(({ id }) => id === begun.job.id);
    if (now === undefined || now.slip.rest === 'follows') return undefined;
    this.#begun = undefined;
    const { slip, ...job } = now;
    begun.complete(slip);
    return job;
  }

  /** The printer has given the slip up. @returns whether it never had more than the top of it */
  abandon(job: SlipJob): boolean {
    if (this.#begun?.job.id !== job.id) return false;
    this.#begun = undefined;
    return true;
  }
}
