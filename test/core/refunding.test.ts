import { expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { SaleEvent } from '../../src/core/sale/event.js';
import { violation } from '../../src/core/sale/invariant.js';
import { REFUND_TRIES } from '../../src/core/sale/refunding.js';
import type { Sale, SourceKind } from '../../src/core/sale/sale.js';
import { resultOf } from '../../src/core/source/register-result.js';
import { decideRegister } from '../../src/core/source/register-session.js';
import { awaiting, closed, decided, does, NO_ANSWER, REFUNDS, RULES, says, stepped } from './world.js';

const on = (sale: Sale, event: SaleEvent, rules = REFUNDS) => stepped(sale, event, 0, rules);
const REJECTED: SaleEvent = {
  type: 'refundAnswered',
  outcome: { kind: 'rejected', code: '412', message: 'Transaction status cannot be updated.' },
};
const SILENCE: SaleEvent = { type: 'refundAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } };
const TIMER: SaleEvent = { type: 'timer', timer: 'refund' };

/** Cancelled, closed, and settled all the same. */
function late(rules = REFUNDS) {
  const open = awaiting('register');
  const closing = on(open, { type: 'cancelAsked', by: 'pad' }, rules).sale;
  const over = on(closing, closed(closing, 'cancel'), rules).sale;
  return on(over, says(over, 'settlement'), rules);
}

it('begins in the commit that makes it owed: the key is fixed, slip and alarm come all the same', () => {
  const made = late();
  expect(made.sale.state).toMatchObject({
    ...{ at: 'refunding', why: 'lateSettlement', step: 'ask', tries: 0 },
    refundKey: `${made.sale.orderId}-R`,
  });
  expect(does(made.effects)).toEqual(['cancelTimers', 'alert', 'printOwed', 'refund']);
  expect(made.effects.at(-1)).toEqual({
    ...{ do: 'refund', refundKey: `${made.sale.orderId}-R` },
    ...{ amount: 15_000, reason: 'not handed over' },
  });
  expect(`${made.sale.orderId}-R`).toMatch(/^[A-Za-z0-9_-]{1,45}$/);
});

it('is off unless the merchant turns it on', () => {
  expect(late(RULES).sale.state).toMatchObject({ at: 'owed', why: 'lateSettlement' });
});

it('leaves the owed list when the gateway says that all of it went back', () => {
  const { sale } = late();
  const evidence = { ...sale.evidence, status: 'refund' } as never;
  const done = on(sale, { type: 'refundAnswered', outcome: { kind: 'refunded', evidence } });
  expect(done.sale.state).toMatchObject({ at: 'resolved', how: 'refunded', by: 'gateway' });
  const foreign = { ...sale.evidence, status: 'refund', orderId: 'T1-X' } as never;
  const other = on(sale, { type: 'refundAnswered', outcome: { kind: 'refunded', evidence: foreign } });
  expect(other.sale.state).toMatchObject({ at: 'refunding', step: 'pause' });
});

it('asks for the status after silence, and only then for the same refund again', () => {
  const { sale } = late();
  const silent = on(sale, SILENCE);
  expect(silent.sale.state).toMatchObject({ step: 'pause', tries: 1 });
  expect(does(silent.effects)).toEqual(['wake refund 10000']);
  const looking = on(silent.sale, TIMER);
  expect(does(looking.effects)).toEqual(['cancelTimers', 'askStatus']);
  expect(on(looking.sale, says(sale, 'refund')).sale.state).toMatchObject({ at: 'resolved' });
  const again = on(looking.sale, says(sale, 'settlement'));
  expect(again.effects).toEqual([expect.objectContaining({ do: 'refund', refundKey: `${sale.orderId}-R` })]);
});

it('does not take a refusal for the last word: an earlier try may have worked, and the status says', () => {
  const { sale } = late();
  const looking = on(sale, REJECTED);
  expect(does(looking.effects)).toEqual(['cancelTimers', 'askStatus']);
  expect(on(looking.sale, says(sale, 'refund')).sale.state).toMatchObject({
    at: 'resolved',
    how: 'refunded',
  });
  const back = on(looking.sale, says(sale, 'settlement'));
  expect(back.sale.state).toMatchObject({
    ...{ at: 'owed', why: 'lateSettlement' },
    refund: { ended: 'rejected', detail: '412 Transaction status cannot be updated.' },
  });
  expect(back.effects).toContainEqual(expect.objectContaining({ do: 'alert', code: 541 }));
  // And it stays there: nothing is tried a second time.
  expect(decided(back.sale, TIMER, 0, REFUNDS).kind).toBe('ignored');
});

it('asks the gateway after a power cut at whatever step, and never refunds on a guess', () => {
  const { sale } = late();
  const paused = on(sale, SILENCE).sale;
  for (const state of [sale, paused, on(paused, TIMER).sale]) {
    const resumed = on(state, { type: 'resumed' });
    expect(does(resumed.effects)).toEqual(['cancelTimers', 'askStatus']);
    expect(resumed.sale.state).toMatchObject({ at: 'refunding', step: 'look' });
  }
});

it('goes back to the list as unknown after days of silence, and then only a person clears it', () => {
  let { sale } = late();
  let turns = 0;
  for (; sale.state.at === 'refunding' && turns < 3 * REFUND_TRIES; turns += 1) {
    const { step } = sale.state;
    sale = on(sale, step === 'ask' ? SILENCE : step === 'pause' ? TIMER : says(sale, 'settlement')).sale;
  }
  expect(sale.state).toMatchObject({ at: 'owed', refund: { ended: 'unknown' } });
  // It may have been given back: no register gets goods for it any more.
  expect(decided(sale, { type: 'claimed' }, 0, REFUNDS)).toMatchObject({
    because: 'it may have been refunded',
  });
  expect(resultOf(sale)).toMatchObject({ result: 'unknown' });
  const hand: SaleEvent = {
    type: 'resolvedByHand',
    how: 'other',
    by: 'Sri',
    note: 'looked in the dashboard',
  };
  expect(on(sale, hand).sale.state).toMatchObject({ at: 'resolved', by: 'Sri' });
});

it('is nobody else’s while it runs: not a register’s, not a hand’s', () => {
  const { sale } = late();
  const hand: SaleEvent = { type: 'resolvedByHand', how: 'refunded', by: 'Sri', note: 'cash' };
  for (const event of [{ type: 'claimed' }, hand] as const)
    expect(decided(sale, event, 0, REFUNDS)).toMatchObject({ kind: 'ignored' });
  const question = { ask: 'sale', amount: rupiah(15_000) } as const;
  const view = {
    ...{
      open: undefined,
      last: sale,
      named: undefined,
      heard: undefined,
      shiftIsEmpty: true,
      refunds: true,
      readiness: { ready: true, notes: [] } as const,
    },
    ...{ limits: { min: rupiah(1), max: rupiah(20_000_000) } },
    lastAnswer: { frame: 'aa', bytes: '00', result: 'approved', acknowledged: false } as const,
  };
  expect(decideRegister(question, 'aa', view)).toMatchObject({ do: 'answer', result: { result: 'unknown' } });
});

function delivering(kind: SourceKind): Sale {
  const open = awaiting(kind);
  return on(open, says(open, 'settlement')).sale;
}

it('leaves to a person what may have been handed over, unless the merchant says otherwise', () => {
  const failed: SaleEvent = { type: 'deliveryEnded', outcome: 'failed', detail: 'no screen' };
  const silent: SaleEvent = { type: 'deliveryEnded', outcome: 'unclaimed', detail: 'silent' };
  expect(on(delivering('keypad'), failed).sale.state.at).toBe('refunding');
  // A cut hid whether the customer had been told before.
  const cut = on(delivering('keypad'), { type: 'resumed' }).sale;
  expect(on(cut, failed).sale.state).toMatchObject({ at: 'owed', why: 'deliveryFailed' });
  const unclaimed = on(delivering('register'), silent).sale;
  const claim: SaleEvent = { type: 'timer', timer: 'claim' };
  expect(on(unclaimed, claim).sale.state).toMatchObject({ at: 'owed', why: 'deliveryUnknown' });
  const all = { ...REFUNDS, refund: { reason: '', unknownDelivery: true } };
  expect(on(unclaimed, claim, all).sale.state).toMatchObject({ at: 'refunding' });
});

it('leaves to a person what somebody began to refund in parts', () => {
  const part = { refundAmount: rupiah(5_000) };
  const open = awaiting();
  expect(on(open, says(open, 'partial_refund', part)).sale.state).toMatchObject({ why: 'partlyRefunded' });
  const { sale } = late();
  const looking = on(sale, REJECTED).sale;
  expect(on(looking, says(sale, 'partial_refund', part)).sale.state).toMatchObject({
    ...{ at: 'owed', why: 'partlyRefunded' },
  });
  const whole = { refundAmount: rupiah(15_000) };
  expect(on(looking, says(sale, 'partial_refund', whole)).sale.state.at).toBe('resolved');
});

it('is resolved by hand only while it is owed', () => {
  const hand: SaleEvent = { type: 'resolvedByHand', how: 'other', by: 'Sri', note: 'x' };
  const open = awaiting();
  const given = on(delivering('keypad'), { type: 'deliveryEnded', outcome: 'done', detail: '' }).sale;
  const cleared = on(late(RULES).sale, hand, RULES).sale;
  for (const sale of [open, given, cleared]) expect(decided(sale, hand).kind).toBe('ignored');
});

it('has its law: a key that is not in the journal, a second key, or money for what was given, is a bug', () => {
  const { sale } = late();
  const owed: Sale = { ...sale, state: { at: 'owed', why: 'lateSettlement', sinceMs: 0 } };
  const refundKey: string = `${sale.orderId}-R`;
  const refund = { do: 'refund', refundKey, amount: sale.amount, reason: '' } as const;
  const broken = (before: Sale, after: Sale, ...effects: (typeof refund)[]) =>
    violation(before, TIMER, { kind: 'step', sale: after, effects });
  expect(broken(owed, sale, refund)).toBeUndefined();
  expect(broken(owed, owed, refund)).toContain('before it is journalled');
  expect(broken(owed, sale, { ...refund, refundKey: 'other' })).toContain('before it is journalled');
  const rekeyed = { ...sale, state: { ...sale.state, refundKey: 'other' } } as Sale;
  expect(broken(sale, rekeyed)).toContain('changed its key');
  expect(broken(owed, sale, refund, refund)).toContain('twice');
  expect(broken(owed, sale, { ...refund, amount: rupiah(1) })).toContain('refunds 1 of 15000');
  const given = { ...owed, state: { at: 'delivered', atMs: 1 } } as Sale;
  expect(broken(given, sale, refund)).toContain('refunds a sale that is delivered');
  const back = { ...sale, evidence: { ...sale.evidence, status: 'refund' } } as Sale;
  expect(broken(owed, back, refund)).toContain('what was given back');
});

it("of a sale of which a part was handed over is nobody's but a person's: not by itself, by a register or a late word", () => {
  const rules = { ...REFUNDS, refund: { reason: '', unknownDelivery: true } };
  const partly: SaleEvent = { type: 'deliveryEnded', outcome: 'partly', detail: 'a part came out' };
  const paid = on(awaiting('register'), says(awaiting('register'), 'settlement'), rules).sale;
  const made = on(paid, partly, rules);
  expect(made.sale.state).toMatchObject({ at: 'owed', why: 'partlyDelivered' });
  expect(does(made.effects)).not.toContain('refund');
  for (const event of [
    { type: 'refundAsked', by: 'register' },
    { type: 'claimed' },
    { ...partly, outcome: 'failed' },
    { ...partly, outcome: 'done' },
  ] as const)
    expect(decided(made.sale, event, 0, rules).kind).toBe('ignored');
  const last = made.sale;
  const ask = { ask: 'refund', sale: { by: 'last' } } as const;
  const view = { ...{ open: undefined, named: undefined, lastAnswer: undefined, heard: undefined }, last };
  const shop = {
    readiness: { ready: true, notes: [] },
    limits: { min: rupiah(1), max: rupiah(99_000) },
  } as const;
  expect(decideRegister(ask, 'aa', { ...view, ...shop, refunds: true, shiftIsEmpty: false })).toMatchObject({
    do: 'answer',
    result: { result: 'notRefunded' },
  });
  // Nor does a step that is no decision of ours.
  const refunding: Sale = {
    ...last,
    state: { at: 'refunding', why: 'partlyDelivered', sinceMs: 0, refundKey: 'k', step: 'ask', tries: 0 },
  };
  const effects = [{ do: 'refund', refundKey: 'k', amount: last.amount, reason: '' }] as const;
  expect(
    violation(last, { type: 'refundAsked', by: 'x' }, { kind: 'step', sale: refunding, effects }),
  ).toMatch(/law 6/);
});

it('does not take a refund that has begun for refused because refunds were turned off: it may still be on its way', () => {
  // Seed 43 of the coin machine: the box restarts with refunds off while the request is on its way, the status still says
  // "settlement", and a tenth of a second later the money goes back.
  let { sale } = late();
  sale = on(sale, { type: 'resumed' }, RULES).sale;
  const settled = says(sale, 'settlement');
  const looked = on(sale, settled, RULES);
  expect(looked.sale.state).toMatchObject({ at: 'refunding', step: 'pause' });
  expect(does(looked.effects)).not.toContain('refund');
  const back = { ...looked.sale.evidence, status: 'refund' } as never;
  const heard = on(
    on(looked.sale, TIMER, RULES).sale,
    { type: 'statusAnswered', outcome: { kind: 'evidence', evidence: back } },
    RULES,
  );
  expect(heard.sale.state).toMatchObject({ at: 'resolved', how: 'refunded' });
  for (sale = looked.sale; sale.state.at === 'refunding'; )
    sale = on(on(sale, TIMER, RULES).sale, settled, RULES).sale;
  expect(sale.state).toMatchObject({ at: 'owed', refund: { ended: 'unknown' } });
});
