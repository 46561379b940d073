import { formatRupiah } from '../base/rupiah.js';
import { timeIn, type Zone } from '../base/time.js';
import { FAULT } from '../core/fault/table.js';
import { type Sale, slipNumber } from '../core/sale/sale.js';
import { recordOf } from '../core/sale/step-record.js';
import { adviceIfDeducted, askFirst } from '../core/text/advice.js';
import { historyOf } from '../core/text/history.js';
import { standing } from '../core/text/history-phrases.js';
import {
  type Answering,
  type ControlAnswer,
  type Family,
  misused,
  readNumbers,
  refusal,
  type Subject,
  salesNamed,
  sourceWords,
} from './answer.js';

export const why: Family = {
  help: [
    {
      usage: 'why ORDER',
      about: 'the story of one sale; by its No., RRN, transaction id, reference or approval code, too',
      afar: 'why',
    },
    {
      usage: `why E${FAULT.qrMismatch}`,
      about: 'what the fault with that number is, and what to do',
      afar: 'why',
    },
  ],
  run: (subject, { args: [name, more] }) =>
    name === undefined || more !== undefined ? misused(why) : storyOf(subject, name),
};

/** From the journal alone. The first who asks for an old sale by a number that was not kept then waits for all of them. */
function storyOf(subject: Subject, name: string): Answering {
  const [sale, other] = salesNamed(subject, name);
  const orderId = sale?.orderId ?? name;
  const rows = subject.journal.eventsOf(orderId);
  if (sale === undefined && rows.length === 0) {
    if (subject.journal.hasUnreadNumbers) return storyAfterReading(subject, name);
    return refusal(`the journal has nothing about ${name}. ${setAside(subject)}`.trimEnd());
  }
  const { zone = 'WIB' } = subject.head;
  const lines = historyOf(sale, rows, zone);
  const head = sale === undefined ? `${orderId}: no sale of this terminal` : heading(sale, zone);
  const text = [
    head,
    '',
    ...lines.map((line) => `${timeIn(zone, line.atMs).slice(0, -zone.length)} ${line.text}`),
  ];
  const told = subject.journal.archive?.toldOf(orderId);
  if (told?.unread !== undefined)
    text.push(
      '',
      `What happened first is told in ${told.file} of the archive, which cannot be read: ${told.unread}.`,
    );
  if (sale !== undefined) {
    const advice = adviceIfDeducted(sale);
    const first = askFirst(sale);
    const link = subject.receiptOf(sale);
    text.push(
      '',
      `Now: ${now(sale)}.${first === undefined ? '' : ` But ${first}`}`,
      ...(advice.length === 0 ? [] : ['', ...advice]),
      ...(link === undefined ? [] : ['', `Receipt for a phone: ${link}`]),
    );
  }
  if (other !== undefined)
    text.push('', `${name} is a number of ${other.orderId} as well, No. ${slipNumber(other)}.`);
  return { text: text.join('\n'), data: { orderId, sale, lines }, good: true };
}

async function storyAfterReading(subject: Subject, name: string): Promise<ControlAnswer> {
  await readNumbers(subject);
  return await subject.terminal.run(() => storyOf(subject, name));
}

function heading(sale: Sale, zone: Zone): string {
  const { orderId, amount, source, attempt, openedAtMs } = sale;
  const again = attempt > 1 ? `, attempt ${attempt}` : '';
  return `${orderId}: ${formatRupiah(amount)} from ${sourceWords(source)}, No. ${slipNumber(sale)}${again}, opened ${timeIn(zone, openedAtMs)}. All times are ${zone} by the clock of this box.`;
}

function now(sale: Sale): string {
  const { at, ...rest } = recordOf({ kind: 'step', sale, effects: [] });
  const by = sale.state.at === 'resolved' ? ` (${sale.state.by}: ${sale.state.note})` : '';
  return `${standing({ at, ...rest })}${by}`;
}

function setAside({ journal }: Subject): string {
  return journal.setAside === undefined
    ? ''
    : `A damaged journal was set aside as ${journal.setAside}: look there.`;
}
