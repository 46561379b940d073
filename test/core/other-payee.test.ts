import { expect, it } from 'vitest';
import type { Sale } from '../../src/core/sale/sale.js';
import { compareWithGateway } from '../../src/core/shift/reconcile.js';
import { awaiting, created, does, emvPayload, newSale, says, stepped } from './world.js';

const OURS = { merchantId: 'G490526303' };
const OTHERS = { merchantId: 'G000000001' };

/** A QR is out, and the answer to its charge named the merchant. */
function charged(): Sale {
  const { sale } = newSale('register');
  const { outcome } = created(sale);
  if (outcome.kind !== 'created') throw new Error('a created charge');
  const evidence = { ...outcome.evidence, ...OURS };
  const answered = stepped(sale, { type: 'chargeAnswered', outcome: { ...outcome, evidence } }).sale;
  return stepped(answered, { type: 'qrRead', result: { ok: true, value: emvPayload(15_000) } }).sale;
}

it('takes the QR away, and closes it at the gateway, once an answer names another merchant', () => {
  const { sale, effects } = stepped(charged(), says(charged(), 'pending', OTHERS));
  expect(sale.state).toMatchObject({ at: 'closing', how: 'badQr', code: 457 });
  expect(effects).toContainEqual({
    do: 'alert',
    code: 457,
    detail: 'it is of merchant G000000001, the charge was for G490526303',
  });
  expect(does(effects)).toContain('cancel');
});

it('hands nothing out for a settlement that names another merchant: it is owed, with a number of its own', () => {
  const { sale, effects } = stepped(charged(), says(charged(), 'settlement', OTHERS), 7);
  expect(sale.state).toEqual({ at: 'owed', why: 'otherPayee', sinceMs: 7 });
  expect(effects).toContainEqual(expect.objectContaining({ do: 'alert', code: 482 }));
  expect(effects).toContainEqual({ do: 'tellSource', result: { result: 'unknown', code: 482 } });
  expect(does(effects)).not.toContain('deliver');
  const closing = stepped(charged(), { type: 'cancelAsked', by: 'customer' }).sale;
  const late = stepped(closing, says(closing, 'settlement', OTHERS)).sale;
  expect(late.state).toMatchObject({ at: 'owed', why: 'otherPayee' });
});

it('is looked at again after a restart: what an older version showed is taken away', () => {
  const sale = charged();
  if (sale.state.at !== 'awaitingPayment') throw new Error('a QR is out');
  const payload = emvPayload(15_000).replace('G490526303', 'G490526304');
  const old = { ...sale, state: { ...sale.state, payload } };
  expect(stepped(sale, { type: 'resumed' }).sale.state.at).toBe('awaitingPayment');
  const resumed = stepped(old, { type: 'resumed' });
  expect(resumed.sale.state).toMatchObject({ at: 'closing', how: 'badQr', code: 459 });
  expect(does(resumed.effects)).not.toContain('present');
});

it('delivers where no other merchant of GoPay is named', () => {
  for (const named of [OURS, {}, { merchantId: 'M099098' }])
    expect(stepped(charged(), says(charged(), 'settlement', named)).sale.state.at).toBe('delivering');
});

it('has nothing to compare with when the answer to the charge named nobody', () => {
  const sale = awaiting('register');
  const settled = stepped(sale, says(sale, 'settlement', OTHERS)).sale;
  expect(settled.state.at).toBe('delivering');
  const answer = says(settled, 'settlement', OTHERS).outcome;
  expect(compareWithGateway(settled, answer)).toMatchObject({ result: 'same' });
});
