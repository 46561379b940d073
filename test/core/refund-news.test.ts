import { expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { SaleEvent } from '../../src/core/sale/event.js';
import { isOpen, type Sale } from '../../src/core/sale/sale.js';
import { awaiting, closed, decided, does, NO_ANSWER, REFUNDS, RULES, says, stepped } from './world.js';

const RANG: SaleEvent = { type: 'notified', hint: 'refund' };
const TIMER: SaleEvent = { type: 'timer', timer: 'refund' };
const SILENCE: SaleEvent = { type: 'statusAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } };

function owed(): Sale {
  const open = awaiting('register');
  const closing = stepped(open, { type: 'cancelAsked', by: 'pad' }).sale;
  const over = stepped(closing, closed(closing, 'cancel')).sale;
  return stepped(over, says(over, 'settlement')).sale;
}

function telling(): Sale {
  return stepped(awaiting('register'), says(awaiting('register'), 'settlement')).sale;
}

it('asks until it is answered where a notice tells of a refund, so that what went back does not stay owed', () => {
  const rung = stepped(owed(), RANG);
  expect(does(rung.effects)).toEqual(['cancelTimers', 'askStatus']);
  const waits = stepped(rung.sale, SILENCE);
  expect(waits.sale.state.at).toBe('owed');
  expect(does(waits.effects)).toEqual(['wake refund 30000']);
  expect(does(stepped(waits.sale, TIMER).effects)).toEqual(['askStatus']);
  const told = stepped(waits.sale, says(owed(), 'refund'));
  expect(told.sale.state).toMatchObject({ at: 'resolved', how: 'refunded' });
  expect(isOpen(told.sale)).toBe(false);
});

it('asks again after a power cut, which nothing else would do for a sale that is over', () => {
  const { sale } = stepped(owed(), RANG);
  expect(isOpen(sale)).toBe(true);
  expect(does(stepped(sale, { type: 'resumed' }).effects)).toEqual(['askStatus']);
  expect(decided(owed(), { type: 'resumed' }).kind).toBe('ignored');
});

it('looks again while the status lags behind the notice, and not for ever', () => {
  let { sale } = stepped(owed(), RANG);
  for (let look = 1; look < 10; look += 1) {
    const made = stepped(sale, says(sale, 'settlement'));
    expect(does(made.effects)).toEqual(['wake refund 30000']);
    sale = stepped(made.sale, TIMER).sale;
  }
  const last = stepped(sale, says(sale, 'settlement'));
  expect(last.effects).toEqual([]);
  expect(isOpen(last.sale)).toBe(false);
  expect(decided(last.sale, TIMER).kind).toBe('ignored');
});

it('asks ever more rarely, up to every 15 minutes, where no answer is of any use, and often again after one that was', () => {
  let { sale } = stepped(owed(), RANG);
  const waits: string[] = [];
  for (let miss = 1; miss <= 8; miss += 1) {
    const made = stepped(sale, SILENCE);
    waits.push(...does(made.effects));
    sale = stepped(made.sale, TIMER).sale;
  }
  const seconds = [30, 60, 120, 240, 480, 900, 900, 900];
  expect(waits).toEqual(seconds.map((after) => `wake refund ${after * 1000}`));
  const heard = stepped(sale, says(sale, 'settlement'));
  expect(does(heard.effects)).toEqual(['wake refund 30000']);
  expect(does(stepped(heard.sale, SILENCE).effects)).toEqual(['wake refund 30000']);
});

it('takes no "no such transaction", and no answer about another, for the word that nothing went back', () => {
  for (const outcome of [{ kind: 'notFound' }, { kind: 'unknown', fault: NO_ANSWER }] as const) {
    let { sale } = stepped(owed(), RANG);
    for (let look = 0; look < 15; look += 1) {
      const made = stepped(sale, { type: 'statusAnswered', outcome });
      expect(isOpen(made.sale)).toBe(true);
      sale = stepped(made.sale, TIMER).sale;
    }
    expect(stepped(sale, says(owed(), 'refund')).sale.state).toMatchObject({
      at: 'resolved',
      how: 'refunded',
    });
  }
});

it('does not forget when the delivery ends meanwhile and calls its timers off, nor after a power cut in it', () => {
  const rung = stepped(stepped(telling(), RANG).sale, SILENCE);
  expect(does(rung.effects)).toEqual(['wake refund 30000']);
  const done = stepped(rung.sale, { type: 'deliveryEnded', outcome: 'done', detail: '' });
  expect(does(done.effects)).toEqual(['cancelTimers', 'printReceipt', 'wake refund 30000']);
  expect(does(stepped(done.sale, TIMER).effects)).toEqual(['askStatus']);
  const resumed = stepped(rung.sale, { type: 'resumed' });
  expect(does(resumed.effects)).toContain('wake refund 30000');
  const failed = stepped(rung.sale, { type: 'deliveryEnded', outcome: 'failed', detail: 'jam' });
  expect(failed.sale.state.at).toBe('owed');
  expect(does(failed.effects)).toContain('wake refund 30000');
});

const back = (sum: number) => ({ refundAmount: rupiah(sum) });

it('learns each further part that goes back, whatever order the answers come in, and the whole as that', () => {
  const first = stepped(stepped(owed(), RANG).sale, says(owed(), 'partial_refund', back(4_000)));
  expect(first.sale).toMatchObject({ state: { at: 'owed' }, evidence: { refundAmount: 4_000 } });
  // There may have been two refunds, and two notices, before this answer.
  expect(does(first.effects)).toEqual(['wake refund 30000']);
  const more = stepped(first.sale, says(owed(), 'partial_refund', back(9_000))).sale;
  expect(more.evidence).toMatchObject({ refundAmount: 9_000 });
  const late = stepped(more, says(owed(), 'partial_refund', back(4_000))).sale;
  expect(late.evidence).toMatchObject({ refundAmount: 9_000 });
  const unsaid = stepped(more, says(owed(), 'partial_refund')).sale;
  expect(unsaid.evidence).toMatchObject({ refundAmount: 9_000 });
  const whole = stepped(more, says(owed(), 'partial_refund', back(15_000))).sale;
  expect(whole).toMatchObject({ state: { at: 'resolved', how: 'refunded' } });
  expect(isOpen(whole)).toBe(false);
  expect(decided(whole, RANG)).toMatchObject({ kind: 'ignored' });
});

it('learns of what went back without a notice as well, since a comparison with the gateway may bring it', () => {
  const part = stepped(owed(), says(owed(), 'partial_refund', back(4_000)));
  expect(part).toMatchObject({ sale: { evidence: { refundAmount: 4_000 } }, effects: [] });
  expect(isOpen(part.sale)).toBe(false);
  expect(stepped(part.sale, says(owed(), 'partial_refund', back(9_000))).sale.evidence).toMatchObject(
    back(9_000),
  );
});

it('tells a person where a part went back and the gateway does not say how much', () => {
  const { effects } = stepped(owed(), says(owed(), 'partial_refund'));
  expect(effects).toMatchObject([{ do: 'alert', code: 731 }]);
});

it('stops looking after ten answers, also where a part is known', () => {
  let { sale } = stepped(owed(), RANG);
  for (let look = 1; look <= 10; look += 1)
    sale = stepped(sale, says(sale, 'partial_refund', back(4_000))).sale;
  expect(isOpen(sale)).toBe(false);
});

it('never gives out what went back while its source was being told, nor after a cut (laws 6 and 11)', () => {
  for (const [status, over] of [
    ['refund', {}],
    ['partial_refund', back(15_000)],
  ] as const) {
    const gone = stepped(telling(), says(telling(), status, over)).sale;
    expect(gone.state.at).toBe('delivering');
    const cut = stepped(gone, { type: 'resumed' });
    expect(cut.sale.state).toMatchObject({ at: 'resolved', how: 'refunded' });
    expect(decided(cut.sale, { type: 'claimed' }).kind).toBe('ignored');
    const failed = stepped(gone, { type: 'deliveryEnded', outcome: 'unclaimed', detail: 'silence' });
    expect(failed.sale.state).toMatchObject({ at: 'resolved', how: 'refunded' });
  }
});

it('is over when the whole went back', () => {
  const back = stepped(stepped(telling(), RANG).sale, says(telling(), 'refund')).sale;
  expect(back).not.toHaveProperty('refundNews');
  expect(stepped(back, { type: 'deliveryEnded', outcome: 'done', detail: '' }).effects).toHaveLength(2);
});

it('leaves it to a refund of our own to ask, and is over with that', () => {
  const rung = stepped(telling(), RANG).sale;
  const failed = stepped(rung, { type: 'deliveryEnded', outcome: 'failed', detail: 'jam' }, 0, REFUNDS);
  expect(failed.sale.state.at).toBe('refunding');
  expect(does(failed.effects)).not.toContain('wake refund 30000');
  const evidence = { ...rung.evidence, status: 'refund' } as never;
  const done = stepped(
    failed.sale,
    { type: 'refundAnswered', outcome: { kind: 'refunded', evidence } },
    0,
    REFUNDS,
  );
  expect(done.sale.state.at).toBe('resolved');
  expect(isOpen(done.sale)).toBe(false);
});

it('asks nothing for the echo of a settlement', () => {
  expect(decided(owed(), { type: 'notified', hint: 'settlement' }, 0, RULES).kind).toBe('ignored');
});
