import type { RegisterProgress } from '../base/register-messages.js';
import type { Sale } from '../core/sale/sale.js';
import type { TerminalContext } from './context.js';

/** Says each step of a sale once to the register that waits for it, and once more when it asks again. */
export class ProgressTeller {
  #told = '';

  /** `orderId`'s register has asked again: it may be another one, or have forgotten. */
  again(orderId: string): void {
    if (this.#told.startsWith(orderId)) this.#told = '';
  }

  /** @returns undefined where the register knows it already, or the protocol has no message for it */
  next(sale: Sale, frame: Uint8Array, { adapters, settings }: TerminalContext): RegisterProgress | undefined {
    const step = stepOf(sale);
    if (step === undefined) return undefined;
    const key = `${sale.orderId} ${step}`;
    if (key === this.#told) return undefined;
    this.#told = key;
    const { orderId, amount, source, state } = sale;
    const about = {
      frame,
      orderId,
      amount,
      ...(source.own && source.reference !== undefined ? { reference: source.reference } : {}),
    };
    if (state.at !== 'awaitingPayment' || state.payload === undefined)
      return { ...about, step: step === 'closing' ? 'closing' : 'charging' };
    const leftMs = Math.min(settings.rules.qrLifeMs, state.endsAtMs - adapters.clock.wallMs());
    return { ...about, step: 'scan', payload: state.payload, leftMs: Math.max(0, leftMs) };
  }
}

function stepOf({ state }: Sale): RegisterProgress['step'] | undefined {
  switch (state.at) {
    case 'requested':
    case 'charging':
    case 'chargeUnknown':
      return 'charging';
    case 'awaitingPayment':
      return state.payload === undefined ? 'charging' : 'scan';
    case 'closing':
      return 'closing';
    default:
      return undefined;
  }
}
