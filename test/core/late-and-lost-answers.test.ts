import { describe, expect, it } from 'vitest';
import type { Sale } from '../../src/core/sale/sale.js';
import { isOpen } from '../../src/core/sale/sale.js';
import {
  awaiting,
  closed,
  created,
  decided,
  does,
  evidence,
  NO_ANSWER,
  newSale,
  says,
  stepped,
} from './world.js';

const OTHER = 'T1-01ARZ3NDEKTSV4RRFFQ69G5FAV';
const lost = { type: 'chargeAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } } as const;
const absent = { type: 'statusAnswered', outcome: { kind: 'notFound' } } as const;
const silence = { type: 'statusAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } } as const;
const notified = { type: 'notified', hint: 'the link is back' } as const;

function cancelled(): Sale {
  const giving = stepped(awaiting(), { type: 'cancelAsked', by: 'pad' }).sale;
  return stepped(giving, closed(giving, 'cancel')).sale;
}

function claiming(): Sale {
  const settled = stepped(awaiting('register'), says(awaiting('register'), 'settlement')).sale;
  return stepped(settled, { type: 'deliveryEnded', outcome: 'unclaimed', detail: '' }).sale;
}

describe('a charge that was cancelled on its way', () => {
  for (const status of ['pending', 'settlement'] as const)
    it(`believes no answer (${status}) about another transaction, and still sees its own settlement`, () => {
      const opened = newSale().sale;
      const leaving = stepped(opened, { type: 'cancelAsked', by: 'pad' }).sale;
      const foreign = evidence(opened, status, { orderId: OTHER, transactionId: 'another' });
      const answered = stepped(leaving, {
        type: 'chargeAnswered',
        outcome: { kind: 'created', evidence: foreign, qr: {} },
      });
      expect(answered.sale.evidence).toBeUndefined();
      expect(does(answered.effects)).toEqual(['askStatus']);
      expect(stepped(answered.sale, says(opened, 'settlement')).sale.state.at).toBe('delivering');
    });
});

describe('a refund', () => {
  it('is asked about when its notice rings while the source has not come for its answer', () => {
    expect(does(stepped(claiming(), { type: 'notified', hint: 'refund' }).effects)).toEqual([
      'cancelTimers',
      'askStatus',
    ]);
  });

  it('takes a sale off the list of what is to be given, and nothing is owed or given after it', () => {
    const refunded = stepped(claiming(), says(claiming(), 'refund')).sale;
    expect(refunded.state).toMatchObject({ at: 'resolved', how: 'refunded' });
    expect(isOpen(refunded)).toBe(false);
    expect(decided(refunded, { type: 'claimed' }).kind).toBe('ignored');
  });

  it('that comes while the answer is on its way leaves nothing owed when the answer is not taken', () => {
    const telling = stepped(awaiting('register'), says(awaiting('register'), 'settlement')).sale;
    const refunded = stepped(telling, says(telling, 'refund')).sale;
    expect(refunded.state.at).toBe('delivering');
    for (const outcome of ['unclaimed', 'failed'] as const)
      expect(stepped(refunded, { type: 'deliveryEnded', outcome, detail: '' }).sale.state).toMatchObject({
        at: 'resolved',
        how: 'refunded',
      });
    expect(
      stepped(refunded, { type: 'deliveryEnded', outcome: 'done', detail: '' }).sale.state,
    ).toMatchObject({ at: 'delivered' });
  });
});

describe('the watch over a closed QR', () => {
  /** Runs the looks that are still due; gives back the waits between them. */
  function waits(sale: Sale): string[] {
    const seen: string[] = [];
    let now = sale;
    for (let looks = 0; looks < 9; looks += 1) {
      const next = stepped(now, says(now, 'cancel'));
      seen.push(...does(next.effects));
      now = next.sale;
      if (!isOpen(now)) return seen;
      now = stepped(now, { type: 'timer', timer: 'look' }).sale;
    }
    throw new Error('it never ends');
  }

  it('is as long as ever when the link comes back again and again', () => {
    const plain = waits(stepped(cancelled(), { type: 'timer', timer: 'look' }).sale);
    expect(plain).toEqual(['wake look 120000', 'wake look 900000']);
    let flapping = cancelled();
    for (let flaps = 0; flaps < 5; flaps += 1) {
      flapping = stepped(flapping, notified).sale;
      flapping = stepped(flapping, says(flapping, 'cancel')).sale;
    }
    expect(flapping.state).toMatchObject({ watch: { looks: 0 } });
    expect(waits(stepped(flapping, { type: 'timer', timer: 'look' }).sale)).toEqual(plain);
  });

  it('is as long as ever when several notices come at once, before any of their looks is answered', () => {
    let sale = stepped(cancelled(), { type: 'resumed' }).sale;
    for (let rings = 0; rings < 5; rings += 1) sale = stepped(sale, notified).sale;
    for (let answers = 0; answers < 6; answers += 1) sale = stepped(sale, says(sale, 'cancel')).sale;
    expect(sale.state).toMatchObject({ watch: { looks: 0 } });
    expect(waits(stepped(sale, { type: 'timer', timer: 'look' }).sale)).toEqual([
      'wake look 120000',
      'wake look 900000',
    ]);
  });

  it('is as long as ever over restarts', () => {
    let sale = cancelled();
    for (let starts = 0; starts < 5; starts += 1) {
      sale = stepped(sale, { type: 'resumed' }).sale;
      sale = stepped(sale, says(sale, 'cancel')).sale;
    }
    expect(sale.state).toMatchObject({ watch: { looks: 0 } });
  });

  it('ends after one look that a notice asked for, and after silence when the gateway speaks again', () => {
    let sale = cancelled();
    for (let looks = 0; looks < 3; looks += 1) {
      sale = stepped(sale, { type: 'timer', timer: 'look' }).sale;
      sale = stepped(sale, says(sale, 'cancel')).sale;
    }
    expect(isOpen(sale)).toBe(false);
    sale = stepped(sale, { type: 'notified', hint: 'settlement' }).sale;
    const silent = stepped(sale, silence);
    expect(does(silent.effects)).toEqual(['wake look 10000']);
    expect(isOpen(stepped(silent.sale, says(sale, 'cancel')).sale)).toBe(false);
  });

  it('hears a settlement in the answer to a second cancel', () => {
    const sale = cancelled();
    expect(stepped(sale, closed(sale, 'settlement')).sale.state).toMatchObject({ at: 'owed' });
  });
});

describe('a charge whose answer was lost', () => {
  it('is not called one that never was because several notices came at once', () => {
    let sale = stepped(newSale().sale, lost).sale;
    for (let rings = 0; rings < 6; rings += 1) sale = stepped(sale, notified).sale;
    for (let answers = 0; answers < 6; answers += 1) sale = stepped(sale, absent).sale;
    expect(sale.state).toMatchObject({ at: 'chargeUnknown', absent: 0 });
  });

  it('is not called one that never was because a link that flaps made us ask often', () => {
    let sale = stepped(newSale().sale, lost).sale;
    for (let flaps = 0; flaps < 6; flaps += 1) {
      sale = stepped(sale, notified).sale;
      sale = stepped(sale, absent).sale;
    }
    expect(sale.state.at).toBe('chargeUnknown');
    let leaving = stepped(sale, { type: 'cancelAsked', by: 'pad' }).sale;
    leaving = stepped(leaving, absent).sale;
    for (let flaps = 0; flaps < 6; flaps += 1) {
      leaving = stepped(leaving, notified).sale;
      leaving = stepped(leaving, absent).sale;
    }
    expect(leaving.state.at).toBe('closing');
  });
});

describe('a charge whose answer a power cut took', () => {
  it('is not called one that never was because the terminal started several times in a row', () => {
    const start = (sale: Sale): Sale => stepped(stepped(sale, { type: 'resumed' }).sale, absent).sale;
    let sale = stepped(newSale().sale, lost).sale;
    let leaving = stepped(sale, { type: 'cancelAsked', by: 'pad' }).sale;
    for (let starts = 0; starts < 6; starts += 1) {
      sale = start(sale);
      leaving = start(leaving);
    }
    expect(sale.state.at).toBe('chargeUnknown');
    expect(leaving.state.at).toBe('closing');
  });
});

describe('the reason that a source is told', () => {
  it('stays that of the giving up, when the gateway is silent for a while afterwards', () => {
    const charged = stepped(newSale().sale, created(newSale().sale)).sale;
    const giving = stepped(charged, { type: 'qrRead', result: { ok: true, value: 'no QR' } }).sale;
    expect(giving.state).toMatchObject({ at: 'closing', how: 'badQr', code: 454 });
    const looking = stepped(giving, { type: 'closeAnswered', outcome: silence.outcome }).sale;
    const over = stepped(looking, says(looking, 'cancel'));
    expect(over.effects).toContainEqual({ do: 'tellSource', result: { result: 'failed', code: 454 } });
  });
});

describe('a vending machine', () => {
  it('never vends again on a guess: neither after silence nor when it is owed', () => {
    const settled = stepped(awaiting('vending'), says(awaiting('vending'), 'settlement')).sale;
    const silent = stepped(settled, {
      type: 'deliveryEnded',
      outcome: 'unclaimed',
      detail: 'no answer',
    }).sale;
    expect(silent.state).toMatchObject({ at: 'owed', why: 'deliveryUnknown' });
    expect(decided(silent, { type: 'claimed' }).kind).toBe('ignored');
  });
});
