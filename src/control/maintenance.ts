import type { HandSet } from '../journal/hand-sets.js';
import { MOST_WORDS } from '../terminal/opening-keeper.js';
import {
  byOf,
  type ControlAnswer,
  type ControlRequest,
  type Family,
  misused,
  NO_NAME,
  refusal,
  type Subject,
  timeInShop,
} from './answer.js';

/** Closed by hand, until a hand opens it. */
export const maintenance: Family = {
  help: [
    {
      usage: 'maintenance',
      about: 'whether the terminal is closed by hand, by whom and since when',
      afar: 'maintenance',
    },
    {
      usage: 'maintenance on [WORDS] [--by NAME]',
      about: `no new sale, and the screen says so with WORDS (at most ${MOST_WORDS}; "Indonesian / English"); over restarts`,
      afar: 'maintenance',
    },
    { usage: 'maintenance off [--by NAME]', about: 'it sells again', afar: 'maintenance' },
  ],
  run: (subject, request) => {
    const [verb, ...words] = request.args;
    if (verb === undefined) return standing(subject);
    if (verb === 'on') return begin(subject, request, words.length === 0 ? undefined : words.join(' '));
    return verb === 'off' && words.length === 0 ? end(subject, request) : misused(maintenance);
  },
};

/** One line for a person. */
export function maintenanceLine(subject: Pick<Subject, 'head'>, { by, sinceMs, words }: HandSet): string {
  return `closed for maintenance by ${by} since ${timeInShop(subject, sinceMs)}${words === undefined ? '' : `: ${words}`}`;
}

function standing(subject: Subject): ControlAnswer {
  const set = subject.terminal.opening.maintenance;
  const text = set === undefined ? 'not closed by hand' : maintenanceLine(subject, set);
  return { text, data: set ?? null, good: true };
}

function begin(subject: Subject, request: ControlRequest, words: string | undefined): ControlAnswer {
  const by = byOf(request);
  if (by === undefined) return refusal(NO_NAME);
  const { terminal } = subject;
  const set = terminal.opening.close(by, request.user, words);
  if (!set.ok) return refusal(`${set.error}. Nothing was changed.`);
  const { open } = terminal.state();
  const goesOn = open === undefined ? '' : `; ${open.orderId} goes on to its end`;
  return { text: `${maintenanceLine(subject, set.value)}${goesOn}`, data: set.value, good: true };
}

function end(subject: Subject, request: ControlRequest): ControlAnswer {
  const by = byOf(request);
  if (by === undefined) return refusal(NO_NAME);
  const before = subject.terminal.opening.reopen(by, request.user);
  if (before === undefined) return { text: 'it was not closed by hand', data: null, good: true };
  return { text: `it sells again; it was ${maintenanceLine(subject, before)}`, data: before, good: true };
}
