import { expect, it } from 'vitest';
import type { Key } from '../../src/base/key.js';
import { rupiah } from '../../src/base/rupiah.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { CatalogueKeeper } from '../../src/terminal/catalogue-keeper.js';
import type { TerminalContext } from '../../src/terminal/context.js';
import { CustomerDesk } from '../../src/terminal/customer-desk.js';
import { newSale } from './world.js';

/** A counter with one pad, a clock that the test turns, and what was confirmed at it. */
function bench(paperless = true) {
  const at = { ms: 0 };
  const waits: number[] = [];
  const entered: number[] = [];
  let open: Sale | undefined;
  let shut = false;
  const silent = { error: none, warn: none, info: none, debug: none };
  const context = {
    adapters: {
      clock: { wallMs: () => at.ms, monoMs: () => at.ms },
      timers: {
        after: (ms: number) => {
          waits.push(ms);
          return none;
        },
      },
      receipts: { linkOf: ({ orderId }: { orderId: string }) => `receipt of ${orderId}` },
      displays: [],
      journal: { handSets: { all: new Map(), get: none } },
      log: { ...silent, child: () => silent },
    },
    settings: {
      ...{ head: {}, limits: { min: rupiah(100), max: rupiah(10_000_000) }, paidMs: 3_000 },
      rules: { qrLifeMs: 60_000 },
      receipt: { days: 30, when: 'paperless', stayMs: 20_000 },
    },
    post: none,
    endOnRejection: none,
  } as unknown as TerminalContext;
  const sales = {
    get open() {
      return open;
    },
  };
  const keeper = {
    judge: () =>
      shut
        ? ({ ready: false, code: 761, detail: 'closed', closed: { why: 'maintenance' } } as const)
        : ({ ready: true, notes: [] } as const),
    paperNote: () => undefined,
    paperless,
  };
  const counter = new CustomerDesk(context, sales, keeper, new CatalogueKeeper(context));
  return {
    counter,
    entered,
    waits,
    type: (...keys: readonly Key[]) => {
      for (const key of keys) {
        at.ms += 150;
        const toPay = counter.key('pad', key);
        if (toPay !== undefined) entered.push(toPay.amount);
      }
    },
    wait: (ms: number) => {
      at.ms += ms;
    },
    /** A sale of the register takes the counter, or leaves it. */
    busy: (yes: boolean) => {
      if (yes) counter.forgetEntry();
      open = yes ? newSale('register').sale : undefined;
    },
    shut: (yes: boolean) => {
      shut = yes;
    },
    claim: (yes: boolean) => {
      open = yes ? newSale('register').sale : undefined;
    },
  };
}

function none(): void {}

it('does not take the rest of an amount that a sale of the register has cut in two', () => {
  const { type, busy, entered } = bench();
  type('6', '8');
  busy(true);
  type('4');
  busy(false);
  type('5', '0', '0', 'enter');
  expect(entered).toEqual([]);
  type('6', '8', '4', '000', 'enter');
  expect(entered).toEqual([684_000]);
});

it('does not take an amount whose digit was lost while an older sale was claimed', () => {
  const { type, claim, entered } = bench();
  type('6', '8');
  claim(true);
  type('4');
  claim(false);
  type('000', 'enter');
  expect(entered).toEqual([]);
});

it('does not take the rest of an amount that was begun under a closed sign', () => {
  const { type, shut, wait, entered } = bench();
  shut(true);
  type('3', '0', '7');
  shut(false);
  type('7', '00', 'enter');
  expect(entered).toEqual([]);
  shut(true);
  type('1');
  shut(false);
  wait(3_000);
  type('5', '000', 'enter');
  expect(entered).toEqual([5_000]);
});

it('takes what is typed after a look up from the pad as a new amount', () => {
  const { type, busy, wait, entered } = bench();
  busy(true);
  type('7');
  busy(false);
  wait(3_000);
  type('5', '000', 'enter');
  expect(entered).toEqual([5_000]);
});

it('clears the amount under the ending of another sale, and does not confirm it unseen', () => {
  const { type, counter, entered } = bench();
  const { sale } = newSale('keypad');
  type('9', '3', '1');
  counter.end({ end: 'owed', sale });
  type('enter');
  expect(entered).toEqual([]);
  counter.end({ end: 'owed', sale });
  type('clear', '4', '8', '6', '00', 'enter');
  expect(entered).toEqual([48_600]);
});

it('has a code for the receipt where its slip does not come out, and stays for it', () => {
  const sale: Sale = { ...newSale('keypad').sale, state: { at: 'delivered', atMs: 1 } };
  const link = `receipt of ${sale.orderId}`;
  const paper = bench(false);
  paper.counter.end({ end: 'paid', sale, receipt: 'none' });
  expect(paper.counter.face()).toMatchObject({ show: 'paid', orderId: sale.orderId });
  expect(paper.counter.face()).not.toHaveProperty('receipt');
  paper.counter.end({ end: 'paid', sale, receipt: 'failed' });
  expect(paper.counter.face()).toMatchObject({ show: 'paid', receipt: link });
  const none = bench();
  none.counter.end({ end: 'paid', sale, receipt: 'none' });
  expect(none.counter.face()).toMatchObject({ show: 'paid', receipt: link });
  expect([...paper.waits, ...none.waits]).toEqual([3_000, 20_000, 20_000]);
});
