import { describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { Sale } from '../../src/core/sale/sale.js';
import {
  decideVend,
  denialOfResult,
  type VendView,
  vendRequest,
} from '../../src/core/source/vending-session.js';
import { awaiting, closed, does, REFUNDS, RULES, says, stepped } from './world.js';

const FREE: VendView = {
  open: undefined,
  before: undefined,
  repeats: true,
  failures: 0,
  mostFailures: 3,
  soldOut: false,
  refuses: undefined,
  readiness: { ready: true, notes: [] },
  limits: { min: rupiah(1), max: rupiah(10_000_000) },
};
const REQUEST = { amount: rupiah(15_000), reference: 'aa', item: '7' };
const REPEATS = { own: true, repeats: true, item: '7' } as const;

function open(repeats = true): Sale {
  return awaiting('vending', repeats ? REPEATS : { own: true, item: '7' });
}
function paid(repeats = true): Sale {
  const sale = open(repeats);
  return stepped(sale, says(sale, 'settlement')).sale;
}
function ended(sale: Sale, outcome: 'done' | 'unclaimed' | 'failed', rules = RULES): Sale {
  return stepped(sale, { type: 'deliveryEnded', outcome, detail: 'x' }, 0, rules).sale;
}
const decide = (before: Sale | undefined, over: Partial<VendView> = {}) =>
  decideVend(REQUEST, { ...FREE, before, ...over });

describe('a new request of a machine', () => {
  it('is sold when every leg is good', () => {
    expect(decide(undefined)).toEqual({ do: 'open', amount: 15_000 });
  });

  it.each([
    [{ refuses: 'no multiple of 1000' }, { why: 'amount', detail: 'no multiple of 1000' }],
    [{ limits: { min: rupiah(20_000), max: rupiah(30_000) } }, { why: 'amount' }],
    [{ failures: 3 }, { why: 'slot' }],
    [{ open: awaiting('keypad') }, { why: 'busy' }],
    [{ readiness: { ready: false, code: 550, detail: '' } }, { why: 'notReady', code: 550 }],
  ] as const)('is denied before anything is charged: %j', (over, denial) => {
    expect(decide(undefined, over)).toMatchObject({ do: 'deny', denial });
  });
});

describe('the same request again', () => {
  it('waits while it is open, whatever readiness says by now', () => {
    const readiness = { ready: false, code: 550, detail: '' } as const;
    expect(decide(open(), { open: open(), readiness })).toMatchObject({ do: 'wait' });
  });

  it('is denied where it names another amount', () => {
    expect(decideVend({ ...REQUEST, amount: rupiah(1) }, { ...FREE, before: open() })).toMatchObject({
      do: 'deny',
      denial: { why: 'amount' },
    });
  });

  it('is told again that it is paid, where the machine vends once for one reference', () => {
    expect(decide(paid())).toMatchObject({ do: 'vendAgain' });
    expect(decide(ended(paid(), 'done'))).toMatchObject({ do: 'vendAgain' });
    expect(decide(ended(paid(), 'unclaimed'))).toMatchObject({ do: 'claim' });
    const silent = stepped(ended(paid(), 'unclaimed'), { type: 'timer', timer: 'claim' }).sale;
    expect(silent.state).toMatchObject({ at: 'owed', why: 'deliveryUnknown' });
    expect(decide(silent)).toMatchObject({ do: 'claim' });
  });

  it('is never told again on a guess where it may vend again', () => {
    const off = { repeats: false };
    expect(decide(paid(false), off)).toMatchObject({ do: 'wait' });
    expect(decide(ended(paid(false), 'done'), off)).toMatchObject({ do: 'deny', denial: { why: 'over' } });
    const unknown = ended(paid(false), 'unclaimed');
    expect(unknown.state).toMatchObject({ at: 'owed', why: 'deliveryUnknown' });
    expect(decide(unknown, off)).toMatchObject({ do: 'deny', denial: { why: 'over' } });
  });

  it('stays denied after a no: closed, failed to vend, settled too late', () => {
    const giving = stepped(open(), { type: 'cancelAsked', by: 'machine' }).sale;
    const over = stepped(giving, closed(giving, 'cancel')).sale;
    expect(decide(over)).toMatchObject({ do: 'deny', denial: { why: 'cancelled' } });
    const late = stepped(over, says(over, 'settlement')).sale;
    expect(late.state).toMatchObject({ at: 'owed', why: 'lateSettlement' });
    expect(decide(late)).toMatchObject({ do: 'deny', denial: { why: 'over' } });
    expect(decide(ended(paid(), 'failed'))).toMatchObject({ do: 'deny', denial: { why: 'over' } });
  });
});

describe('a paid machine', () => {
  it('is owed what did not fall, and given it back by itself where refunds are on', () => {
    expect(ended(paid(false), 'failed').state).toMatchObject({ at: 'owed', why: 'deliveryFailed' });
    expect(ended(paid(false), 'failed', REFUNDS).state).toMatchObject({ at: 'refunding' });
  });

  it('may say late that the goods fell, or that they did not', () => {
    const unknown = ended(paid(false), 'unclaimed');
    const fell = stepped(unknown, { type: 'deliveryEnded', outcome: 'done', detail: 'late' });
    expect(fell.sale.state.at).toBe('delivered');
    expect(does(fell.effects)).toEqual(['cancelTimers', 'printReceipt']);
    const jam = { type: 'deliveryEnded', outcome: 'failed', detail: 'jam' } as const;
    expect(stepped(unknown, jam).sale.state).toMatchObject({ at: 'owed', why: 'deliveryFailed' });
    expect(stepped(unknown, jam, 0, REFUNDS).sale.state).toMatchObject({
      ...{ at: 'refunding', why: 'deliveryFailed' },
      refundKey: `${unknown.orderId}-R`,
    });
    expect(() => stepped(ended(paid(false), 'done'), jam)).toThrow('it is delivered');
  });

  it('after a power cut waits for the machine that asks again, and owes for any other', () => {
    expect(stepped(paid(), { type: 'resumed' }).sale.state).toMatchObject({
      at: 'delivering',
      step: 'claim',
    });
    expect(stepped(paid(false), { type: 'resumed' }).sale.state).toMatchObject({
      at: 'owed',
      why: 'deliveryUnknown',
    });
  });
});

it('knows the request again from the journal, and what to tell the machine of each end', () => {
  expect(vendRequest(open())).toEqual(REQUEST);
  expect(denialOfResult({ result: 'expired' })).toEqual({ why: 'expired' });
  expect(denialOfResult({ result: 'denied', code: 530 })).toEqual({ why: 'failed', code: 530 });
  expect(denialOfResult({ result: 'unknown', code: 510 })).toEqual({ why: 'unknown', code: 510 });
});
