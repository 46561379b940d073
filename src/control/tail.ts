import type { Zone } from '../base/time.js';
import { FAULT } from '../core/fault/table.js';
import type { RecentLine } from '../host/recent-lines.js';
import { type Family, misused, NEVER, refusal } from './answer.js';

/** What the caller prints, and where its next question goes on. */
export interface TailPage {
  /** Of the process: its numbers begin anew with each. */
  readonly began: number;
  readonly zone: Zone;
  readonly lines: readonly RecentLine[];
}

/**
 * The newest lines of the log. The caller asks again and again, and chooses among them: the terminal keeps nothing of who watches, and a
 * restart ends no watching.
 */
export const tail: Family = {
  help: [
    {
      usage: `tail [--order ORDER] [--device NAME] [--code E${FAULT.qrMismatch}] [--level error|warn|info|debug] [--lines N] [--no-follow]`,
      about: 'what happens, one line an event, as it comes; --no-follow: the newest lines only; at most 400',
      afar: NEVER,
    },
  ],
  run: ({ recent, head: { zone = 'WIB' } }, { args, flags }) => {
    if (args.length > 0) return misused(tail);
    if (recent === undefined) return refusal('this terminal keeps no lines of its log');
    const seen = flags['began'] === String(recent.began) ? Number(flags['after']) || 0 : 0;
    const page: TailPage = { began: recent.began, zone, lines: recent.after(seen) };
    return { text: page.lines.map(({ text }) => text).join('\n'), data: page, good: true };
  },
};
