import { describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { resultOf, resultOfRefund } from '../../src/core/source/register-result.js';
import {
  decideRegister,
  type GivenAnswer,
  type RegisterView,
} from '../../src/core/source/register-session.js';
import { awaiting, closed, NOTHING_SOLD, REFUNDS, says, stepped } from './world.js';

const ask = { ask: 'sale', amount: rupiah(15_000), reference: 'aa' } as const;
const LAST = { by: 'last' } as const;

function open(): Sale {
  return awaiting('register', { own: true });
}
function paid(): Sale {
  return stepped(open(), says(open(), 'settlement')).sale;
}
function delivered(): Sale {
  return stepped(paid(), { type: 'deliveryEnded', outcome: 'done', detail: '' }).sale;
}
function cancelled(): Sale {
  const giving = stepped(open(), { type: 'cancelAsked', by: 'pad' }).sale;
  return stepped(giving, closed(giving, 'cancel')).sale;
}
function given(frame: string, result: GivenAnswer['result'], acknowledged: boolean): GivenAnswer {
  return { frame, bytes: 'beef', result, acknowledged };
}

describe('a register that names its sales', () => {
  it('gets the first result again, also long after it acknowledged it', () => {
    for (const [named, result] of [
      [delivered(), 'approved'],
      [cancelled(), 'cancelled'],
    ] as const) {
      const view = { ...NOTHING_SOLD, named, lastAnswer: given('bb', result, true) };
      expect(decideRegister(ask, 'bb', view)).toMatchObject({ do: 'resend', bytes: 'beef' });
    }
  });

  it('gets the same result in an answer of its own where it acknowledged the answer to another question', () => {
    const view = { ...NOTHING_SOLD, named: delivered(), lastAnswer: given('inquiry', 'approved', true) };
    expect(decideRegister(ask, 'bb', view)).toEqual({ do: 'answer', result: resultOf(delivered()) });
  });

  it('is told of a conflict where the reference named another amount, and nothing is charged', () => {
    const other = { ...ask, amount: rupiah(16_000) };
    expect(decideRegister(other, 'bb', { ...NOTHING_SOLD, named: delivered() })).toMatchObject({
      result: { result: 'conflict', sale: { amount: 15_000, reference: 'aa' } },
    });
  });

  it('begins another sale of the same amount under another reference at once', () => {
    const view = { ...NOTHING_SOLD, last: delivered(), lastAnswer: given('aa', 'approved', false) };
    expect(decideRegister({ ...ask, reference: 'ab' }, 'cc', view)).toMatchObject({ do: 'open' });
  });

  it('waits when it asks again while it is served, and claims what it has not had', () => {
    const sale = open();
    expect(decideRegister(ask, 'bb', { ...NOTHING_SOLD, open: sale, named: sale })).toMatchObject({
      do: 'wait',
    });
    const owed = stepped(paid(), { type: 'deliveryEnded', outcome: 'failed', detail: '' }).sale;
    expect(decideRegister(ask, 'bb', { ...NOTHING_SOLD, named: owed })).toMatchObject({ do: 'claim' });
  });
});

describe('a register', () => {
  it('cancels what it waits for, and is told the end of what is over', () => {
    const sale = open();
    const cancel = { ask: 'cancel', sale: LAST } as const;
    expect(decideRegister(cancel, 'bb', { ...NOTHING_SOLD, open: sale, last: sale })).toMatchObject({
      do: 'cancel',
      result: { result: 'done' },
    });
    expect(decideRegister(cancel, 'bb', { ...NOTHING_SOLD, last: delivered() })).toMatchObject({
      result: { result: 'approved' },
    });
    expect(decideRegister(cancel, 'bb', NOTHING_SOLD)).toMatchObject({ result: { result: 'noSuchSale' } });
  });

  it('cannot touch what a customer at the keypad or a machine bought', () => {
    const theirs = awaiting('keypad');
    for (const ask of ['cancel', 'inquiry', 'reprint', 'refund'] as const) {
      const question = { ask, sale: { by: 'invoice', invoice: 1 } } as const;
      expect(decideRegister(question, 'bb', { ...NOTHING_SOLD, named: theirs })).toMatchObject({
        result: { result: 'noSuchSale' },
      });
    }
  });

  it('closes a shift once for one frame until it has taken the answer or there is another one to close, and not while a sale is open', () => {
    const question = { ask: 'endOfDay' } as const;
    expect(decideRegister(question, 'ee', NOTHING_SOLD)).toEqual({ do: 'closeShift' });
    const heard = given('ee', 'shiftClosed', false);
    expect(decideRegister(question, 'ee', { ...NOTHING_SOLD, heard })).toMatchObject({
      do: 'resend',
      bytes: 'beef',
    });
    expect(decideRegister(question, 'ee', { ...NOTHING_SOLD, heard, shiftIsEmpty: false })).toEqual({
      do: 'closeShift',
    });
    const taken = given('ee', 'shiftClosed', true);
    expect(decideRegister(question, 'ee', { ...NOTHING_SOLD, heard: taken })).toEqual({ do: 'closeShift' });
    expect(decideRegister(question, 'ee', { ...NOTHING_SOLD, open: open() })).toMatchObject({
      result: { result: 'busy' },
    });
  });
});

describe('a refund that a register asks for', () => {
  const refund = { ask: 'refund', sale: LAST } as const;
  const decide = (last: Sale, over: Partial<RegisterView> = {}) =>
    decideRegister(refund, 'rr', { ...NOTHING_SOLD, last, ...over });
  const giving = (): Sale => stepped(delivered(), { type: 'refundAsked', by: 'till' }, 0, REFUNDS).sale;

  it('begins where the merchant has refunds enabled, for the whole amount only', () => {
    expect(decide(delivered())).toMatchObject({ do: 'refund', begun: false });
    expect(decide(delivered(), { refunds: false })).toMatchObject({
      result: { result: 'notRefunded', code: 542 },
    });
    const part = { ...refund, amount: rupiah(1) };
    expect(decideRegister(part, 'rr', { ...NOTHING_SOLD, last: delivered() })).toMatchObject({
      result: { result: 'notRefunded', code: 543 },
    });
    expect(decide(cancelled())).toMatchObject({ result: { result: 'notRefunded', code: 544 } });
    expect(decide(giving())).toMatchObject({ do: 'refund', begun: true });
  });

  it('fixes its key in the commit, and tells the register when the gateway has said that all went back', () => {
    const made = stepped(delivered(), { type: 'refundAsked', by: 'till' }, 0, REFUNDS);
    expect(made.sale.state).toMatchObject({ at: 'refunding', why: 'returned', asked: true });
    expect(made.effects.at(-1)).toMatchObject({ do: 'refund', refundKey: `${made.sale.orderId}-R` });
    const evidence = { ...made.sale.evidence, status: 'refund' } as never;
    const event = { type: 'refundAnswered', outcome: { kind: 'refunded', evidence } } as const;
    const done = stepped(made.sale, event, 0, REFUNDS);
    expect(done.sale.state).toMatchObject({ at: 'resolved', how: 'refunded' });
    expect(done.effects).toContainEqual({ do: 'tellRefund' });
    expect(resultOfRefund(done.sale)).toMatchObject({ result: 'refunded' });
    expect(decide(done.sale)).toMatchObject({ result: { result: 'refunded' } });
  });

  it('stays delivered, and is told as not refunded, when the gateway refuses and says that nothing went back', () => {
    const no = { type: 'refundAnswered', outcome: { kind: 'rejected', code: '412', message: 'no' } } as const;
    const looking = stepped(giving(), no, 0, REFUNDS).sale;
    const back = stepped(looking, says(looking, 'settlement'), 0, REFUNDS);
    expect(back.sale.state).toMatchObject({ at: 'delivered', refund: { ended: 'rejected' } });
    expect(back.effects).toContainEqual({ do: 'tellRefund' });
    expect(resultOfRefund(back.sale)).toMatchObject({ result: 'notRefunded', code: 541 });
    expect(decide(back.sale)).toMatchObject({ result: { result: 'notRefunded', code: 541 } });
  });

  it('is ignored where refunds are off, and no second one begins', () => {
    const asked = { type: 'refundAsked', by: 'till' } as const;
    expect(() => stepped(delivered(), asked)).toThrow('refunds are not enabled');
    const again = stepped(
      { ...giving(), state: { ...giving().state, asked: undefined } as never },
      asked,
      0,
      REFUNDS,
    );
    expect(again.effects).toEqual([]);
    expect(() => stepped(giving(), asked, 0, REFUNDS)).toThrow('already');
  });
});
