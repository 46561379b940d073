import type { Fault } from '../base/fault.js';

/** Longest foreign text that we put into a detail or a message. */
const TEXT_LIMIT = 300;

/** Nothing is known of what became of the request (law 2). */
export function unanswered(code: number, detail: string): Fault {
  return { kind: 'unanswered', code, detail };
}

/** The request certainly did nothing, and may work later. */
export function temporary(code: number, detail: string): Fault {
  return { kind: 'temporary', code, detail };
}

/** The gateway's final no. */
export function refused(code: number, detail: string): Fault {
  return { kind: 'refused', code, detail };
}

/** Words of ASCII with one space between them: nearly every text is that, and asks for nothing. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** Foreign text on one line and within bounds, so that no answer can forge or flood a log. */
export function boundedLine(text: string): string {
  const flat = PLAIN.test(text) ? text : text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return flat.length <= TEXT_LIMIT ? flat : `${flat.slice(0, TEXT_LIMIT)}...`;
}
