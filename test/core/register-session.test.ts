import { describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { Sale } from '../../src/core/sale/sale.js';
import {
  callersReference,
  registerResultOf,
  resultOf,
  rrnOf,
} from '../../src/core/source/register-result.js';
import {
  decideRegister,
  type GivenAnswer,
  type RegisterView,
} from '../../src/core/source/register-session.js';
import { awaiting, closed, created, evidence, NOTHING_SOLD, newSale, says, stepped } from './world.js';

const ask = { ask: 'sale', amount: rupiah(15_000) } as const;

function paid(): Sale {
  return stepped(awaiting('register'), says(awaiting('register'), 'settlement')).sale;
}
function delivered(): Sale {
  return stepped(paid(), { type: 'deliveryEnded', outcome: 'done', detail: '' }).sale;
}
function owed(): Sale {
  return stepped(paid(), { type: 'deliveryEnded', outcome: 'failed', detail: '' }).sale;
}
function cancelled(): Sale {
  const giving = stepped(awaiting('register'), { type: 'cancelAsked', by: 'pad' }).sale;
  return stepped(giving, closed(giving, 'cancel')).sale;
}
function given(result: GivenAnswer['result'], acknowledged: boolean): GivenAnswer {
  return { frame: 'aa', bytes: 'beef', result, acknowledged };
}

describe('a register', () => {
  it('opens a sale when the terminal is free and ready', () => {
    expect(decideRegister(ask, 'aa', NOTHING_SOLD)).toEqual({ do: 'open', amount: 15_000 });
  });

  it('is told busy, not ready, no connection or invalid instead', () => {
    const result = (view: Partial<RegisterView>, amount = 15_000) =>
      decideRegister({ ask: 'sale', amount: rupiah(amount) }, 'aa', { ...NOTHING_SOLD, ...view });
    expect(result({ open: awaiting('keypad') })).toMatchObject({ result: { result: 'busy' } });
    expect(result({ readiness: { ready: false, code: 401, detail: '' } })).toMatchObject({
      result: { result: 'notReady', code: 401 },
    });
    expect(result({ readiness: { ready: false, code: 550, detail: '' } })).toMatchObject({
      result: { result: 'noConnection', code: 550 },
    });
    // There is a way to the gateway: it is another thing that is wrong, and its number says which.
    for (const code of [501, 503, 504, 520, 551, 565, 675])
      expect(result({ readiness: { ready: false, code, detail: '' } })).toMatchObject({
        result: { result: 'notReady', code },
      });
    expect(result({}, 0)).toMatchObject({ result: { result: 'invalid' } });
  });

  it('hears of a charge that was answered with another amount (E520) at its end what it hears later', () => {
    const begun = newSale('register').sale;
    const { outcome } = created(begun);
    const other = { ...outcome, evidence: evidence(begun, 'pending', { amount: rupiah(14_999) }) } as const;
    const closing = stepped(begun, { type: 'chargeAnswered', outcome: other as typeof outcome }).sale;
    const ended = stepped(closing, closed(closing, 'cancel'));
    const told = ended.effects.find((effect) => effect.do === 'tellSource');
    const heard = registerResultOf(ended.sale, told?.result ?? { result: 'cancelled' });
    expect(heard).toMatchObject({ result: 'denied', code: 520 });
    expect(resultOf(ended.sale)).toEqual(heard);
  });

  it('waits when it repeats a request that is being served', () => {
    const sale = awaiting('register');
    expect(decideRegister(ask, 'aa', { ...NOTHING_SOLD, open: sale, last: sale })).toMatchObject({
      do: 'wait',
    });
  });

  it('gets the same bytes again until it has acknowledged them, and then a new sale', () => {
    for (const sale of [delivered(), cancelled()]) {
      const result = resultOf(sale).result;
      const view = { ...NOTHING_SOLD, last: sale, lastAnswer: given(result, false) };
      expect(decideRegister(ask, 'aa', view)).toEqual({
        do: 'resend',
        bytes: 'beef',
        orderId: sale.orderId,
        result,
      });
      expect(decideRegister(ask, 'aa', { ...view, lastAnswer: given(result, true) })).toMatchObject({
        do: 'open',
      });
    }
  });

  it('takes another request for a new sale', () => {
    const view = { ...NOTHING_SOLD, last: delivered(), lastAnswer: given('approved', false) };
    expect(decideRegister({ ask: 'sale', amount: rupiah(20_000) }, 'bb', view)).toMatchObject({ do: 'open' });
  });

  it('gets what was paid meanwhile when it repeats a request that it was told is unknown', () => {
    expect(
      decideRegister(ask, 'aa', { ...NOTHING_SOLD, last: owed(), lastAnswer: given('unknown', true) }),
    ).toMatchObject({ do: 'claim' });
    const waiting = stepped(paid(), { type: 'deliveryEnded', outcome: 'unclaimed', detail: '' }).sale;
    expect(decideRegister(ask, 'aa', { ...NOTHING_SOLD, last: waiting })).toMatchObject({ do: 'claim' });
    expect(
      decideRegister(ask, 'aa', { ...NOTHING_SOLD, last: cancelled(), lastAnswer: given('unknown', true) }),
    ).toMatchObject({
      do: 'answer',
      result: { result: 'cancelled' },
    });
  });

  it('gets its answer again when it repeats its request while that is on the wire', () => {
    const view = { ...NOTHING_SOLD, open: paid(), last: paid(), lastAnswer: given('approved', false) };
    expect(decideRegister(ask, 'aa', view)).toMatchObject({ do: 'resend', bytes: 'beef' });
  });

  it('claims a sale that became owed while its answer was not acknowledged, by repeat, inquiry and reprint', () => {
    const view = { ...NOTHING_SOLD, last: owed(), lastAnswer: given('approved', false) };
    expect(decideRegister(ask, 'aa', view)).toMatchObject({ do: 'claim' });
    expect(decideRegister({ ask: 'inquiry', sale: { by: 'last' } }, 'bb', view)).toMatchObject({
      do: 'claim',
    });
    expect(decideRegister({ ask: 'reprint', sale: { by: 'last' } }, 'cc', view)).toMatchObject({
      do: 'claim',
    });
  });

  it('that asks for money back hears no "not paid" of a sale that it was told is unknown (law 2)', () => {
    const made = awaiting('api');
    const open: Sale = { ...made, source: { ...made.source, own: true } };
    const question = { ask: 'refund', sale: { by: 'reference', reference: 'aa' } } as const;
    const asked = (sale: Sale) => decideRegister(question, 'aa', { ...NOTHING_SOLD, named: sale });
    expect(asked(open)).toMatchObject({ result: { result: 'notRefunded', code: 544 } });
    const closing = { at: 'closing', how: 'timedOut', step: 'look', tries: 0, absent: 0 } as const;
    expect(asked({ ...open, state: { ...closing, source: 'released' } })).toMatchObject({
      do: 'answer',
      result: { result: 'unknown' },
    });
  });

  it('is not given what was partly refunded meanwhile, and is always answered', () => {
    const last: Sale = { ...owed(), state: { at: 'owed', why: 'partlyRefunded', sinceMs: 0 } };
    const view = { ...NOTHING_SOLD, last, lastAnswer: given('unknown', true) };
    const answer = { do: 'answer', result: { result: 'unknown' } };
    expect(decideRegister(ask, 'aa', view)).toMatchObject(answer);
    expect(decideRegister({ ask: 'inquiry', sale: { by: 'last' } }, 'bb', view)).toMatchObject(answer);
  });

  it('asks for money that went back already: the same bytes while it has not confirmed them, then a copy', () => {
    const sale: Sale = {
      ...delivered(),
      state: { at: 'resolved', how: 'refunded', by: 'gateway', atMs: 1, note: '' },
    };
    const question = { ask: 'refund', sale: { by: 'last' } } as const;
    const view = { ...NOTHING_SOLD, refunds: true, last: sale };
    const copy = { do: 'answer', result: { result: 'refunded', again: true } };
    expect(decideRegister(question, 'aa', view)).toMatchObject(copy);
    expect(decideRegister(question, 'aa', { ...view, heard: given('refunded', true) })).toMatchObject(copy);
    expect(decideRegister(question, 'aa', { ...view, heard: given('refunded', false) })).toMatchObject({
      do: 'resend',
      bytes: 'beef',
    });
  });

  it('is not handed an owed sale for a request that was answered with a final no', () => {
    const view = { ...NOTHING_SOLD, last: owed(), lastAnswer: given('cancelled', true) };
    expect(decideRegister(ask, 'aa', view)).toMatchObject({ do: 'open' });
  });

  it('inquires: pending, approved, claimed, unknown or no such sale', () => {
    const inquire = (last: Sale | undefined) =>
      decideRegister({ ask: 'inquiry', sale: { by: 'last' } }, 'cc', { ...NOTHING_SOLD, last });
    expect(inquire(undefined)).toMatchObject({ result: { result: 'noSuchSale' } });
    expect(inquire(awaiting('register'))).toMatchObject({ result: { result: 'pending' } });
    expect(inquire(delivered())).toMatchObject({ result: { result: 'approved' } });
    expect(inquire(owed())).toMatchObject({ do: 'claim' });
    expect(inquire(cancelled())).toMatchObject({ result: { result: 'cancelled' } });
    const byRrn = { ...NOTHING_SOLD, last: cancelled(), named: delivered() };
    expect(
      decideRegister({ ask: 'inquiry', sale: { by: 'rrn', rrn: '307515001470' } }, 'cc', byRrn),
    ).toMatchObject({
      result: { result: 'approved' },
    });
  });

  it('has an echo, a reprint, and a plain word for everything else', () => {
    const to = (question: Parameters<typeof decideRegister>[0], last?: Sale) =>
      decideRegister(question, 'dd', { ...NOTHING_SOLD, last });
    expect(to({ ask: 'echo' })).toMatchObject({ result: { result: 'echo', ready: true, busy: false } });
    const busy = { ...NOTHING_SOLD, open: awaiting('register') };
    expect(decideRegister({ ask: 'echo' }, 'dd', busy)).toMatchObject({ result: { busy: true } });
    const readiness = { ready: false, code: 550, detail: 'gateway' } as const;
    expect(decideRegister({ ask: 'echo' }, 'dd', { ...NOTHING_SOLD, readiness })).toMatchObject({
      result: { ready: { code: 550, detail: 'gateway' } },
    });
    expect(to({ ask: 'unsupported', type: '10' })).toMatchObject({ result: { result: 'unsupported' } });
    expect(to({ ask: 'invalid', why: '' })).toMatchObject({ result: { result: 'invalid' } });
    expect(to({ ask: 'reprint', sale: { by: 'last' } })).toMatchObject({ result: { result: 'noSuchSale' } });
    expect(to({ ask: 'reprint', sale: { by: 'last' } }, cancelled())).toMatchObject({
      result: { result: 'noSuchSale' },
    });
    expect(to({ ask: 'reprint', sale: { by: 'last' } }, delivered())).toMatchObject({
      result: { result: 'approved' },
      reprint: { state: { at: 'delivered' } },
    });
  });

  it('is named to Midtrans by the RRN that it is told, never by a frame', () => {
    const sale = awaiting('register');
    expect(callersReference(sale)).toBe(rrnOf(sale.openedAtMs, sale.invoice));
    expect(callersReference(awaiting('keypad'))).toBe('aa');
  });

  it('numbers its sales as card terminals do', () => {
    // 2026-11-22 06:30 UTC is 13:30 in Jakarta, day 326 of the year.
    expect(rrnOf(Date.UTC(2026, 10, 22, 6, 30), 42)).toBe('632613000042');
  });
});
