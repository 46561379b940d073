import type { TerminalConfig } from '../config/terminal-tables.js';
import type { SoldTerms } from '../core/shift/sold-line.js';

/** What lists of sales take from the settings. */
export function soldTerms({ slip, report }: TerminalConfig): SoldTerms {
  const { feePercent } = report;
  const [whole = '', decimals = ''] = feePercent?.split('.') ?? [];
  return {
    zone: slip.zone,
    ...(feePercent === undefined ? {} : { feeRate: Number(`${whole}${decimals.padEnd(3, '0')}`) }),
  };
}
