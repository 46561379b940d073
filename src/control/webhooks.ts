import { timesOf } from '../journal/commit.js';
import { type WebhookRow, webhookId } from '../journal/webhooks.js';
import {
  type ControlAnswer,
  type Family,
  misused,
  NEVER,
  refusal,
  type Subject,
  timeInShop,
} from './answer.js';

const MOST_LISTED = 50;

/** What other programs were told of sales, and what they have not taken. */
export const webhooks: Family = {
  help: [
    {
      usage: 'webhooks',
      about: 'what [[webhook]] receivers have not taken yet, and what they had last',
      afar: NEVER,
    },
    { usage: 'webhooks replay ID', about: 'sends it again, under the same id', afar: NEVER },
  ],
  run: (subject, request) => {
    const [verb, id, more] = request.args;
    if (verb === undefined) return list(subject);
    if (verb !== 'replay' || id === undefined || more !== undefined) return misused(webhooks);
    return replay(subject, id);
  },
};

function list(subject: Subject): ControlAnswer {
  const { journal } = subject;
  const waiting = journal.webhooks.list(true, MOST_LISTED);
  const ended = journal.webhooks.list(false, MOST_LISTED);
  const part = (title: string, rows: readonly WebhookRow[]): string[] =>
    rows.length === 0 ? [] : [`${title}:`, ...rows.map((row) => line(subject, row))];
  const lines = [...part('not taken yet', waiting), ...part('at their end', ended)];
  return {
    text: lines.length === 0 ? 'nothing was told to any receiver' : lines.join('\n'),
    data: [...waiting, ...ended].map((row) => ({ id: webhookId(row), ...row })),
    good: true,
  };
}

function line(subject: Subject, row: WebhookRow): string {
  const { hook, tries, dueMs, ended, atMs } = row;
  const end =
    dueMs === null ? (ended ?? '') : `${tries} times in vain, the next one at ${timeInShop(subject, dueMs)}`;
  return `  ${webhookId(row)} to ${hook}, of ${timeInShop(subject, atMs)}: ${end}`;
}

function replay({ journal, clock }: Subject, id: string): ControlAnswer {
  const rows = journal.webhooks.byId(id.split('.')[0] ?? '').filter((row) => webhookId(row) === id);
  if (rows.length === 0) return refusal(`nothing was told under ${id}; webhooks lists what was`);
  const again = rows.map((row) => ({ ...row, tries: 0, dueMs: clock.wallMs(), ended: null }));
  journal.commit({
    ...timesOf(clock),
    events: [{ kind: 'webhookReplayed', body: { id } }],
    webhooks: again.map((row) => ({ change: 'tried', ...row })),
  });
  return {
    text: `${id} is sent again to ${rows.map(({ hook }) => hook).join(', ')}`,
    data: again.map((row) => ({ id, ...row })),
    good: true,
  };
}
