import { timesOf } from '../journal/commit.js';
import type { SlotRow } from '../journal/slots.js';
import {
  byOf,
  type ControlAnswer,
  type ControlRequest,
  type Family,
  misused,
  NEVER,
  NO_NAME,
  refusal,
  type Subject,
  timeInShop,
} from './answer.js';

/** Slots of the vending machine that failed since a technician saw to them. */
export const slots: Family = {
  help: [
    {
      usage: 'slots',
      about: 'slots of the vending machine that failed, and which sell nothing more',
      afar: 'status',
    },
    {
      usage: 'slots clear SLOT [--machine NAME] [--by NAME]',
      about: 'it is mended: it sells again',
      afar: NEVER,
    },
  ],
  run: (subject, request) => {
    const [verb, item, more] = request.args;
    if (verb === undefined) return list(subject);
    if (verb !== 'clear' || item === undefined || more !== undefined) return misused(slots);
    return clear(subject, item, request);
  },
};

function list(subject: Subject): ControlAnswer {
  const { journal, terminal } = subject;
  const rows = journal.slots.all();
  const most = terminal.state().slotFailures;
  const line = ({ machine, item, failures, sinceMs }: SlotRow): string => {
    const off = most !== undefined && failures >= most ? 'OUT OF SERVICE, ' : '';
    return `  ${machine} slot ${item}: ${off}${failures} in a row failed, the first at ${timeInShop(subject, sinceMs)}`;
  };
  const text =
    rows.length === 0 ? 'no slot has failed' : ['slots that failed:', ...rows.map(line)].join('\n');
  return { text, data: rows, good: true };
}

/** Journalled with who said so: a slot that fails again tomorrow has a story. */
function clear({ journal, clock }: Subject, item: string, request: ControlRequest): ControlAnswer {
  const { flags, user } = request;
  const by = byOf(request);
  if (by === undefined) return refusal(NO_NAME);
  const rows = journal.slots.all().filter((row) => row.item === item);
  const found = rows.filter(({ machine }) => flags['machine'] === undefined || machine === flags['machine']);
  const [row, second] = found;
  if (row === undefined) return refusal(`slot ${item} has no failures; slots lists those that have`);
  if (second !== undefined)
    return refusal(`slot ${item} is on several machines: --machine ${found.map((r) => r.machine).join('|')}`);
  const { machine, failures } = row;
  journal.commit({
    ...timesOf(clock),
    events: [{ kind: 'slotCleared', body: { machine, item, failures, by, user } }],
    slot: { machine, item, failed: false },
  });
  return {
    text: `${machine} slot ${item} sells again (${failures} failures cleared by ${by})`,
    data: row,
    good: true,
  };
}
