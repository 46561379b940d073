import { expect, it } from 'vitest';
import { sourceWords } from '../../src/control/answer.js';
import type { SaleEvent } from '../../src/core/sale/event.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { recordOf } from '../../src/core/sale/step-record.js';
import { type HistoryRow, historyOf } from '../../src/core/text/history.js';
import { owedBecause } from '../../src/core/text/history-phrases.js';
import { created, decided, evidence, NO_ANSWER, newSale, says } from './world.js';

/** Rows as the terminal writes them: what happened, and what it led to or why it did not. */
class Book {
  readonly rows: HistoryRow[] = [];
  sale: Sale;
  boot = 1;
  wallMs = 1_000_000;

  constructor() {
    const { sale, effects } = newSale();
    this.sale = sale;
    this.write(
      'opened',
      { pad: 'pad', amount: sale.amount },
      { led: recordOf({ kind: 'step', sale, effects }) },
    );
  }

  write(kind: string, body: unknown, rest: Partial<HistoryRow> = {}): void {
    const { boot, wallMs } = this;
    this.rows.push({ seq: this.rows.length + 1, boot, wallMs, kind, body, ...rest });
  }

  happen(event: SaleEvent): void {
    const made = decided(this.sale, event, this.wallMs);
    if (made.kind === 'ignored') return this.write(event.type, event, { ignored: made.because });
    this.sale = made.sale;
    this.write(event.type, event, { led: recordOf(made) });
  }

  told(): string[] {
    return historyOf(this.sale, this.rows, 'WIB').map(({ text }) => text);
  }
}

it('says what happened, where it left the sale, and what followed', () => {
  const book = new Book();
  book.happen({ type: 'chargeAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } });
  book.happen({ type: 'timer', timer: 'look' });
  book.happen({ type: 'statusAnswered', outcome: { kind: 'notFound' } });
  book.happen(says(book.sale, 'settlement'));
  expect(book.told()).toEqual([
    'pad asked for Rp15.000. The charge is under way; the charge goes to the gateway.',
    'The charge got no usable answer: E510 The payment network is not available (no answer). Whether it was charged is unknown.',
    'It was time to ask the gateway. The gateway is asked for its status.',
    'The gateway knows no such transaction.',
    'The gateway says "settlement", Rp15.000, transaction e48447d1-cfa9-4b02-b163-2e915d4417ac. It is paid, and its source is being told; the source is told that it is paid.',
  ]);
});

it('tells rows of an earlier version as it tells its own', () => {
  const book = new Book();
  book.happen(created(book.sale));
  book.happen({ type: 'notified', hint: 'settlement' });
  book.happen({ type: 'cancelAsked', by: 'pad' });
  book.happen({ type: 'closeAnswered', outcome: says(book.sale, 'cancel').outcome });
  const closed = book.sale;
  book.happen(says(closed, 'settlement'));
  book.happen({ type: 'resolvedByHand', how: 'delivered', by: 'Sri', note: 'here' });
  expect(book.sale.state.at).toBe('resolved');
  const told = book.told();
  const before = JSON.stringify(book.rows)
    .replaceAll('"notified"', '"rang"')
    .replaceAll('"hint":', '"says":')
    .replaceAll('"resolvedByHand"', '"clearedByHand"')
    .replaceAll('"at":"resolved"', '"at":"cleared"')
    .replaceAll('"result":{"result":', '"word":{"word":');
  expect(before).toContain('"word":{"word":"cancelled"');
  expect(historyOf(book.sale, JSON.parse(before) as HistoryRow[], 'WIB').map(({ text }) => text)).toEqual(
    told,
  );
});

it('says what was ignored, and why', () => {
  const book = new Book();
  book.happen(created(book.sale));
  book.happen({ type: 'timer', timer: 'claim' });
  expect(book.told().at(-1)).toBe(
    'The source did not come for its answer in time. Ignored: timer claim means nothing here.',
  );
});

it('says why an answer of the gateway was not believed', () => {
  const book = new Book();
  book.happen(created(book.sale));
  book.happen(says(book.sale, 'settlement', { transactionId: 'another' }));
  expect(book.told().at(-1)).toContain('Not believed: E520');
  expect(book.told().at(-1)).toContain('it is about transaction another');
  expect(book.sale.state.at).toBe('awaitingPayment');
});

it('tells a notice and its ringing as one, and a repeated notice as what it is', () => {
  const book = new Book();
  book.happen(created(book.sale));
  const body = { id: 'N1', says: 'settlement' };
  book.write('notice', body);
  book.happen({ type: 'notified', hint: 'settlement' });
  book.write('notice', body, { ignored: 'seen before' });
  book.happen({ type: 'notified', hint: 'the link is back' });
  expect(book.told().slice(2)).toEqual([
    'A notice of the relay says "settlement". The gateway is asked for its status.',
    'Notice N1 came again: it says "settlement". Ignored: seen before.',
    'There is a reason to ask: the link is back. The gateway is asked for its status.',
  ]);
});

it('tells looks that find nothing new once, with how often and until when', () => {
  const book = new Book();
  book.happen(created(book.sale));
  for (let n = 0; n < 5; n += 1) {
    book.wallMs += 10_000;
    book.happen({ type: 'timer', timer: 'look' });
    book.happen(says(book.sale, 'pending'));
  }
  const lines = historyOf(book.sale, book.rows, 'WIB');
  expect(lines.slice(2).map(({ text }) => text)).toEqual([
    'It was time to ask the gateway. The gateway is asked for its status.',
    'The gateway says "pending", Rp15.000.',
    'The same again, 4 times, until this time.',
  ]);
  expect(lines.at(-1)?.atMs).toBe(1_050_000);
});

/** As the journal keeps it: the row `back` from the end came again, until now. */
function again(book: Book, back: number, times: number, after = book.rows.length): void {
  const at = book.rows.length - back;
  const row = book.rows[at - 1] as HistoryRow;
  book.rows[at - 1] = { ...row, again: { times, wallMs: book.wallMs, after } };
}

/** What is told behind the QR. */
const lines = (book: Book): string[] =>
  historyOf(book.sale, book.rows, 'WIB')
    .slice(2)
    .map(({ atMs, text }) => `${(atMs - 1_000_000) / 1_000} ${text}`);

const ASKED = 'It was time to ask the gateway. The gateway is asked for its status.';
const PENDING = 'The gateway says "pending", Rp15.000.';

function polled(): Book {
  const book = new Book();
  book.happen(created(book.sale));
  book.wallMs += 10_000;
  book.happen({ type: 'timer', timer: 'look' });
  book.happen(says(book.sale, 'pending'));
  return book;
}

it('tells looks that are counted in one row as it tells those that are rows of their own', () => {
  const book = polled();
  book.wallMs += 40_000;
  again(book, 1, 4);
  again(book, 0, 4);
  expect(lines(book)).toEqual([
    `10 ${ASKED}`,
    `10 ${PENDING}`,
    '50 The same again, 4 times, until this time.',
  ]);
  book.happen(says(book.sale, 'settlement'));
  expect(lines(book).at(-1)).toContain('50 The gateway says "settlement"');
});

it('tells of the last question when its answer was another one', () => {
  const book = polled();
  book.wallMs += 10_000;
  again(book, 0, 1);
  book.wallMs += 10_000;
  again(book, 1, 2);
  book.happen(says(book.sale, 'settlement'));
  expect(lines(book).slice(2)).toEqual([
    '20 The same again, until this time.',
    `30 ${ASKED}`,
    expect.stringContaining('30 The gateway says "settlement"'),
  ]);
});

it('tells of a question whose answer is not there yet', () => {
  const book = polled();
  book.wallMs += 10_000;
  again(book, 1, 1);
  expect(lines(book)).toEqual([`10 ${ASKED}`, `10 ${PENDING}`, `20 ${ASKED}`]);
});

it('tells by name what came again when something else had happened meanwhile, where it came last', () => {
  const book = polled();
  book.wallMs += 10_000;
  book.write('registerAsked', { register: 'till', question: { ask: 'totals' }, made: { do: 'totals' } });
  book.wallMs += 20_000;
  again(book, 2, 3);
  again(book, 1, 3);
  book.wallMs += 10_000;
  book.happen({ type: 'cancelAsked', by: 'pad' });
  expect(lines(book)).toEqual([
    `10 ${ASKED}`,
    `10 ${PENDING}`,
    '20 Register till asked for totals.',
    `40 Again, 3 times until this time: ${ASKED}`,
    `40 Again, 3 times until this time: ${PENDING}`,
    expect.stringContaining('50 pad asked to cancel.'),
  ]);
});

it('puts what came again before what happened behind it, whatever the clock says', () => {
  const book = polled();
  again(book, 0, 2);
  book.wallMs -= 3_600_000;
  book.happen({ type: 'resumed' });
  book.boot += 1;
  expect(lines(book).slice(2, 4)).toEqual([
    '10 The same again, 2 times, until this time.',
    expect.stringContaining('The clock went back'),
  ]);
});

it('says where the terminal was started again, and where its clock went back', () => {
  const book = new Book();
  book.boot = 7;
  book.wallMs -= 3_600_000;
  book.happen({ type: 'resumed' });
  expect(book.told().slice(1, 3)).toEqual([
    'The terminal has been started again (start 7).',
    'The clock went back by 3600 s; the order is right all the same.',
  ]);
});

it('names the order under which a denied sale goes on, and the one that it follows', () => {
  const book = new Book();
  const made = decided(book.sale, {
    type: 'chargeAnswered',
    outcome: { kind: 'denied', code: '900', message: 'busy', retriable: true },
  });
  if (made.kind !== 'step') throw new Error('ignored');
  book.write(
    'chargeAnswered',
    { outcome: { kind: 'denied', code: '900', message: 'busy' } },
    { led: recordOf(made, 'T1-B') },
  );
  expect(book.told().at(-1)).toContain('it goes on as T1-B');
  book.write('opened', { after: 'T1-A', attempt: 2 });
  expect(book.told().at(-1)).toBe('It is attempt 2 at T1-A.');
});

it('has words for every row of another version, and for an order that is none of ours', () => {
  const rows = [{ seq: 1, boot: 1, wallMs: 0, kind: 'somethingNew', body: { a: 1 } }];
  expect(historyOf(undefined, rows, 'WIB')).toEqual([
    { atMs: 0, text: 'somethingNew: {"type":"somethingNew","a":1}.' },
  ]);
  const { sale } = newSale();
  const foreign = {
    type: 'statusAnswered',
    outcome: { kind: 'evidence', evidence: evidence(sale, 'settlement') },
  };
  expect(
    historyOf(undefined, [{ seq: 1, boot: 1, wallMs: 0, kind: 'statusAnswered', body: foreign }], 'WIB'),
  ).toHaveLength(1);
});

it('calls a source that is called by its kind once, and says what nobody knows of any source', () => {
  const sources = ['vending', 'snacks'].map((name) => sourceWords({ kind: 'vending', name }));
  expect(sources).toEqual(['vending', 'vending snacks']);
  expect(owedBecause('deliveryUnknown')).toContain('the answer arrived, or the goods came out');
});
