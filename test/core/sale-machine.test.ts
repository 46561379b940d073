import { describe, expect, it } from 'vitest';
import { assert } from '../../src/base/assert.js';
import type { SourceKind } from '../../src/core/sale/sale.js';
import {
  awaiting,
  closed,
  created,
  decided,
  does,
  emvPayload,
  evidence,
  NO_ANSWER,
  newSale,
  says,
  stepped,
} from './world.js';

const unknownStatus = { type: 'statusAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } } as const;
const absent = { type: 'statusAnswered', outcome: { kind: 'notFound' } } as const;

describe('the sale machine', () => {
  it('charges, reads the QR, shows it, settles and delivers', () => {
    const opened = newSale();
    expect(does(opened.effects)).toEqual(['charge']);
    const charged = stepped(opened.sale, created(opened.sale));
    expect(does(charged.effects)).toEqual(['readQr', 'wake life 300000']);
    const read = stepped(charged.sale, { type: 'qrRead', result: { ok: true, value: emvPayload(15_000) } });
    expect(does(read.effects)).toEqual(['present', 'wake look 10000']);
    const paid = stepped(read.sale, says(read.sale, 'settlement'));
    expect(paid.sale.state).toMatchObject({ at: 'delivering' });
    expect(does(paid.effects)).toEqual(['cancelTimers', 'deliver']);
    const done = stepped(paid.sale, { type: 'deliveryEnded', outcome: 'done', detail: '' });
    expect(done.sale.state).toMatchObject({ at: 'delivered' });
    expect(does(done.effects)).toEqual(['cancelTimers', 'printReceipt']);
  });

  it('never shows a QR for another amount, and closes it at the gateway', () => {
    const opened = newSale();
    const charged = stepped(opened.sale, created(opened.sale));
    const read = stepped(charged.sale, { type: 'qrRead', result: { ok: true, value: emvPayload(15_001) } });
    expect(read.sale.state).toMatchObject({ at: 'closing', how: 'badQr', code: 455 });
    expect(does(read.effects)).not.toContain('present');
    expect(does(read.effects)).toContain('cancel');
  });

  it('never shows a QR that pays another one than whom the charge did not name', () => {
    const opened = newSale();
    const answer = created(opened.sale);
    assert(answer.outcome.kind === 'created', 'it was created');
    const named = { ...answer.outcome.evidence, merchantId: 'G000000001' };
    const charged = stepped(opened.sale, {
      type: 'chargeAnswered',
      outcome: { ...answer.outcome, evidence: named },
    });
    const read = stepped(charged.sale, { type: 'qrRead', result: { ok: true, value: emvPayload(15_000) } });
    expect(read.sale.state).toMatchObject({ at: 'closing', how: 'badQr', code: 457 });
    expect(does(read.effects)).toContain('cancel');
    expect(does(read.effects)).not.toContain('present');
  });

  it.each([451, 452, 454, 480])('gives up at once on a picture that will be the same again (E%i)', (code) => {
    const opened = newSale();
    const charged = stepped(opened.sale, created(opened.sale));
    const error = { kind: 'refused', code, detail: 'as it was' } as const;
    const read = stepped(charged.sale, { type: 'qrRead', result: { ok: false, error } });
    expect(read.sale.state).toMatchObject({ at: 'closing', how: 'noQr', code });
    expect(read.effects).toContainEqual({ do: 'alert', code, detail: 'as it was' });
  });

  it.each([450, 453, 564, 570])('asks again for a picture that may come later (E%i)', (code) => {
    const opened = newSale();
    const charged = stepped(opened.sale, created(opened.sale));
    const error = { kind: code === 570 ? 'refused' : 'temporary', code, detail: '' } as const;
    const read = stepped(charged.sale, { type: 'qrRead', result: { ok: false, error } });
    expect(read.sale.state).toMatchObject({ at: 'awaitingPayment', downloads: 1 });
  });

  it('asks the status, and charges nothing again, when the answer to the charge is lost', () => {
    const { sale } = newSale();
    const lost = stepped(sale, { type: 'chargeAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } });
    expect(lost.sale.state.at).toBe('chargeUnknown');
    const looked = stepped(lost.sale, { type: 'timer', timer: 'look' });
    expect(does(looked.effects)).toEqual(['askStatus']);
    const found = stepped(looked.sale, says(sale, 'pending'));
    expect(found.sale.state).toMatchObject({ at: 'awaitingPayment' });
    expect(does(found.effects)).toContain('readQr');
  });

  it('calls a lost charge one that never was only after the gateway has said so several times', () => {
    const { sale } = newSale();
    let at = stepped(sale, { type: 'chargeAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } }).sale;
    for (let look = 1; look <= 3; look += 1) at = stepped(at, absent).sale;
    expect(at.state.at).toBe('chargeUnknown');
    const ended = stepped(at, absent);
    expect(ended.sale.state).toMatchObject({ at: 'closed', how: 'neverCharged', watch: { looks: 0 } });
    // The request may still arrive: what turns up pending is closed before anybody can pay it.
    const turnedUp = stepped(ended.sale, says(sale, 'pending'));
    expect(turnedUp.sale.state).toMatchObject({ at: 'closing', source: 'released' });
    expect(does(turnedUp.effects)).toContain('cancel');
  });

  it('takes a refused key, which any request gets, for no answer to this charge before the gateway was asked of it', () => {
    const { sale } = newSale();
    const fault = { kind: 'refused', code: 501, detail: 'HTTP 401' } as const;
    const told = stepped(sale, { type: 'chargeAnswered', outcome: { kind: 'refused', fault } });
    expect(told.sale.state).toMatchObject({ at: 'chargeUnknown', code: 501 });
    expect(does(told.effects)).toEqual(['askStatus', 'wake patience 60000']);
    const found = stepped(told.sale, says(sale, 'pending'));
    expect(found.sale.state).toMatchObject({ at: 'awaitingPayment' });
    let at = told.sale;
    for (let look = 1; look <= 4; look += 1) at = stepped(at, absent).sale;
    expect(at.state).toMatchObject({ at: 'closed', how: 'neverCharged', code: 501 });
    const again = stepped(told.sale, { type: 'statusAnswered', outcome: { kind: 'unknown', fault } });
    expect(again.sale.state).toEqual({ at: 'refused', code: 501 });
    expect(does(stepped(told.sale, unknownStatus).effects)).toEqual(['wake look 10000']);
  });

  it('looks for a charge whose answer was a refused key when the customer has cancelled meanwhile', () => {
    const { sale } = newSale();
    const cancelled = stepped(sale, { type: 'cancelAsked', by: 'pad' });
    const fault = { kind: 'refused', code: 501, detail: 'HTTP 401' } as const;
    const told = stepped(cancelled.sale, { type: 'chargeAnswered', outcome: { kind: 'refused', fault } });
    expect(told.sale.state).toMatchObject({ at: 'closing', step: 'look' });
    expect(does(told.effects)).toEqual(['askStatus']);
  });

  it('tries a deny with 900 again under a new order id, a bounded number of times', () => {
    const denied = (attempt: number) => {
      const { sale } = newSale('keypad', 15_000, attempt);
      return stepped(sale, {
        type: 'chargeAnswered',
        outcome: { kind: 'denied', code: '900', message: 'GENERIC_SERVICE_ERROR', retriable: true },
      });
    };
    expect(denied(1)).toMatchObject({
      sale: { state: { how: 'denied' } },
      successor: { attempt: 2, beginAfterMs: 2000 },
    });
    expect(denied(3).successor).toBeUndefined();
    expect(does(denied(3).effects)).toContain('tellSource');
  });

  it('looks before it declares a sale expired, then closes it at the gateway', () => {
    const late = stepped(awaiting(), { type: 'timer', timer: 'life' });
    expect(late.sale.state).toMatchObject({ at: 'closing', how: 'timedOut', step: 'look' });
    expect(does(late.effects)).toContain('askStatus');
    const asked = stepped(late.sale, says(late.sale, 'pending'));
    expect(does(asked.effects)).toEqual(['expire']);
    const over = stepped(asked.sale, closed(asked.sale, 'expire'));
    expect(over.sale.state).toMatchObject({ at: 'closed', how: 'expired' });
    expect(does(over.effects)).toEqual(['cancelTimers', 'tellSource', 'wake look 30000']);
  });

  it('reads 412 on cancel as "it may just have been paid", and delivers when it was', () => {
    const cancelling = stepped(awaiting(), { type: 'cancelAsked', by: 'pad' });
    expect(does(cancelling.effects)).toContain('cancel');
    const refused = stepped(cancelling.sale, { type: 'closeAnswered', outcome: { kind: 'cannotModify' } });
    expect(does(refused.effects)).toEqual(['askStatus']);
    const paid = stepped(refused.sale, says(refused.sale, 'settlement'));
    expect(does(paid.effects)).toEqual(['cancelTimers', 'deliver']);
  });

  it('tells nobody an end before the gateway has said one, only "unknown" after its patience', () => {
    const cancelling = stepped(awaiting('register'), { type: 'cancelAsked', by: 'pad' });
    const silent = stepped(cancelling.sale, {
      type: 'closeAnswered',
      outcome: { kind: 'unknown', fault: NO_ANSWER },
    });
    expect(does(silent.effects)).toEqual(['askStatus']);
    const pausing = stepped(silent.sale, unknownStatus);
    expect(does(pausing.effects)).toEqual(['wake look 10000']);
    const released = stepped(pausing.sale, { type: 'timer', timer: 'patience' });
    expect(released.effects[0]).toMatchObject({ do: 'tellSource', result: { result: 'unknown' } });
    // Behind its back it goes on, and a settlement is then owed, not lost.
    const looked = stepped(released.sale, { type: 'timer', timer: 'look' });
    const paid = stepped(looked.sale, says(looked.sale, 'settlement'));
    expect(paid.sale.state).toMatchObject({ at: 'owed', why: 'lateSettlement' });
    expect(does(paid.effects)).toEqual(['cancelTimers', 'alert', 'printOwed']);
  });

  it.each(['cancel', 'expire'] as const)('owes a settlement that comes after our %s', (end) => {
    const cancelling = stepped(awaiting(), { type: 'cancelAsked', by: 'pad' });
    const over = stepped(cancelling.sale, closed(cancelling.sale, end));
    const rung = stepped(over.sale, { type: 'notified', hint: 'settlement' });
    expect(does(rung.effects)).toContain('askStatus');
    expect(stepped(rung.sale, says(rung.sale, 'settlement')).sale.state).toMatchObject({
      at: 'owed',
      why: 'lateSettlement',
    });
  });

  it('asks at once when a notice rings, and every 10 s while the status lags behind it', () => {
    const rung = stepped(awaiting(), { type: 'notified', hint: 'settlement' });
    expect(does(rung.effects)).toEqual(['cancelTimers', 'askStatus']);
    expect(decided(rung.sale, { type: 'notified', hint: 'settlement' }).kind).toBe('ignored');
    const lagging = stepped(rung.sale, says(rung.sale, 'pending'));
    expect(does(lagging.effects)).toEqual(['wake look 10000']);
    expect(decided(lagging.sale, { type: 'notified', hint: 'settlement' }).kind).toBe('ignored');
    const looking = stepped(lagging.sale, { type: 'timer', timer: 'look' });
    expect(does(looking.effects)).toEqual(['askStatus']);
    // Whoever rings after that may mean something that this look came too early for.
    expect(does(stepped(looking.sale, { type: 'notified', hint: 'settlement' }).effects)).toContain(
      'askStatus',
    );
  });

  it('while it is being closed looks at once after the first request that was refused or lost, then every 10 s and more', () => {
    const cannot = { type: 'closeAnswered', outcome: { kind: 'cannotModify' } } as const;
    const lost = { type: 'closeAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } } as const;
    const limited = { ...NO_ANSWER, kind: 'temporary', code: 512 } as const;
    const tooMany = { type: 'closeAnswered', outcome: { kind: 'unknown', fault: limited } } as const;
    const follows = (...answers: (typeof cannot | typeof lost | typeof tooMany)[]): string[] => {
      let made = stepped(awaiting(), { type: 'timer', timer: 'life' });
      return answers.flatMap((answer) => {
        const at = made.sale.state;
        if (at.at === 'closing' && at.step === 'pause')
          made = stepped(made.sale, { type: 'timer', timer: 'look' });
        made = stepped(made.sale, says(made.sale, 'pending'));
        expect(does(made.effects)).toEqual(['expire']);
        made = stepped(made.sale, answer);
        return does(made.effects);
      });
    };
    const paced = ['wake look 10000', 'wake look 10000', 'wake look 20000', 'wake look 40000'];
    expect(follows(cannot, cannot, cannot, cannot, lost)).toEqual(['askStatus', ...paced]);
    expect(follows(lost, cannot, lost, lost, cannot)).toEqual(['askStatus', ...paced]);
    // It was not done, and asking more is not what "too many requests" asks for.
    expect(follows(tooMany, lost)).toEqual(['wake look 10000', 'wake look 10000']);
  });

  it('backs off while the gateway is silent and never polls faster than every 10 s', () => {
    let sale = awaiting();
    const waits: string[] = [];
    for (let look = 0; look < 6; look += 1) {
      const answered = stepped(sale, unknownStatus);
      waits.push(...does(answered.effects));
      sale = answered.sale;
    }
    expect(waits.map((wait) => Number(wait.split(' ')[2]))).toEqual([
      10_000, 20_000, 40_000, 60_000, 60_000, 60_000,
    ]);
  });

  it.each([
    ['another order', { orderId: 'T1-01ARZ3NDEKTSV4RRFFQ69G5FAV' }],
    ['another transaction', { transactionId: '00000000-0000-0000-0000-000000000000' }],
    ['a fraud verdict', { fraud: 'deny' }],
  ])('does not settle on a settlement of %s', (_what, over) => {
    const sale = awaiting();
    const answered = stepped(sale, says(sale, 'settlement', over));
    expect(answered.sale.state.at).toBe('awaitingPayment');
    expect(answered.sale.evidence?.status).toBe('pending');
  });

  it.each<[SourceKind, string]>([
    ['keypad', 'deliver'],
    ['register', 'wake claim 60000'],
    ['vending', 'printOwed'],
  ])('after a power cut in mid-delivery: %s -> %s', (kind, effect) => {
    const paid = stepped(awaiting(kind), says(awaiting(kind), 'settlement'));
    expect(does(stepped(paid.sale, { type: 'resumed' }).effects)).toContain(effect);
  });

  it('owes what its register does not come for, and delivers it when it comes later', () => {
    const paid = stepped(awaiting('register'), says(awaiting('register'), 'settlement'));
    const silent = stepped(paid.sale, { type: 'deliveryEnded', outcome: 'unclaimed', detail: 'silent' });
    const owed = stepped(silent.sale, { type: 'timer', timer: 'claim' });
    expect(owed.sale.state).toMatchObject({ at: 'owed', why: 'deliveryUnknown' });
    const claimed = stepped(owed.sale, { type: 'claimed' });
    expect(does(claimed.effects)).toEqual(['deliver']);
  });

  it('never gives out what was refunded', () => {
    const paid = stepped(awaiting('register'), says(awaiting('register'), 'settlement'));
    const owed = stepped(paid.sale, { type: 'deliveryEnded', outcome: 'failed', detail: 'gone' });
    const cleared = stepped(owed.sale, {
      type: 'resolvedByHand',
      how: 'refunded',
      by: 'technician',
      note: 'dashboard',
    });
    expect(decided(cleared.sale, { type: 'claimed' }).kind).toBe('ignored');
  });

  it('shows the QR again after a restart, for what is left of its life and never longer', () => {
    const sale = awaiting();
    const later = stepped(sale, { type: 'resumed' }, 100_000);
    expect(does(later.effects)).toEqual(['askStatus', 'wake life 200000', 'present']);
    // A clock that jumped back over the outage does not lengthen it.
    const jumped = stepped(sale, { type: 'resumed' }, -9_000_000_000);
    expect(does(jumped.effects)).toContain('wake life 300000');
    expect(stepped(sale, { type: 'resumed' }, 300_001).sale.state).toMatchObject({
      at: 'closing',
      how: 'timedOut',
    });
  });

  it('waits for a charge that is on its way before it cancels it', () => {
    const { sale } = newSale();
    const asked = stepped(sale, { type: 'cancelAsked', by: 'pad' });
    expect(does(asked.effects)).toEqual(['wake patience 60000']);
    expect(does(stepped(asked.sale, created(sale)).effects)).toEqual(['cancel']);
  });

  it('keeps the higher word when answers come out of order', () => {
    const paid = stepped(awaiting(), says(awaiting(), 'settlement'));
    const done = stepped(paid.sale, { type: 'deliveryEnded', outcome: 'done', detail: '' });
    expect(decided(done.sale, says(done.sale, 'pending')).kind).toBe('ignored');
    const refunded = stepped(done.sale, says(done.sale, 'refund'));
    expect(refunded.sale).toMatchObject({ state: { at: 'delivered' }, evidence: { status: 'refund' } });
    expect(evidence(done.sale, 'pending').status).toBe('pending');
  });
});
