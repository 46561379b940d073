import { merchantPan, withCrc } from '../../src/sandbox/midtrans/emv.js';
import type { Chance } from './chance.js';

/** Codes that are sound in themselves, and that nobody may be shown. */

/** Merchant of the sandbox here, and somebody else. */
export const OURS = 'G490526303';
export const OTHERS = 'G123456785';

const FEES = ['550201', '5502025603500', '55020357015', '5603500'];

/** Another wallet's account beside ours. */
const SECOND_ACCOUNT = '27250011ID.DANA.WWW0106936009';

/** What a gateway that lies, or whoever stands between, makes of a payload; most often nothing. */
export function asSent(payload: string, chance: Chance): string {
  if (chance.now('qrWithFee'))
    return before63(payload, FEES[chance.detail('qrWithFee', 0, FEES.length - 1)] ?? '');
  if (!chance.now('qrOfAnother')) return payload;
  if (chance.detail('qrOfAnother', 0, 1) === 1) return before63(payload, SECOND_ACCOUNT);
  return before63(payload.replace(merchantPan(OURS), merchantPan(OTHERS)).replace(OURS, OTHERS), '');
}

/** Two codes in one picture, which is a text here. */
export const asTwo = (one: string, other: string): string => `${one}\n${other}`;

function before63(payload: string, more: string): string {
  return withCrc(payload.slice(0, -8) + more);
}
