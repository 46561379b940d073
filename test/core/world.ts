import { assert } from '../../src/base/assert.js';
import { crc16ccitt } from '../../src/base/bytes.js';
import type { Evidence, TransactionStatus } from '../../src/base/evidence.js';
import type { Fault } from '../../src/base/fault.js';
import type { ChargeOutcome, CloseOutcome, StatusOutcome } from '../../src/base/gateway-answer.js';
import { orderId, parseTerminalId, ulid } from '../../src/base/ids.js';
import { rupiah } from '../../src/base/rupiah.js';
import { decide } from '../../src/core/sale/decide.js';
import type { Effect } from '../../src/core/sale/effect.js';
import type { Decision, Rules, SaleEvent } from '../../src/core/sale/event.js';
import { violation } from '../../src/core/sale/invariant.js';
import { openSale } from '../../src/core/sale/new-sale.js';
import type { Sale, Source, SourceKind } from '../../src/core/sale/sale.js';
import type { RegisterView } from '../../src/core/source/register-session.js';

export const RULES: Rules = {
  qrLifeMs: 300_000,
  unknownAfterMs: 60_000,
  claimMs: 60_000,
  denyAttempts: 3,
};

export const REFUNDS: Rules = { ...RULES, refund: { reason: 'not handed over', unknownDelivery: false } };

/** What a register's question meets at a terminal that has sold nothing yet. */
export const NOTHING_SOLD: RegisterView = {
  open: undefined,
  last: undefined,
  named: undefined,
  lastAnswer: undefined,
  heard: undefined,
  shiftIsEmpty: true,
  readiness: { ready: true, notes: [] },
  limits: { min: rupiah(1), max: rupiah(10_000_000) },
  refunds: true,
};

export const NO_ANSWER: Fault = { kind: 'unanswered', code: 510, detail: 'no answer' };

export function terminalId() {
  const id = parseTerminalId('T1');
  assert(id !== undefined, 'T1 is a terminal id');
  return id;
}

export function newSale(
  kind: SourceKind = 'keypad',
  amount = 15_000,
  attempt = 1,
  more: Partial<Source> = {},
): { sale: Sale; effects: readonly Effect[] } {
  return openSale({
    orderId: orderId(terminalId(), ulid(1_700_000_000_000, new Uint8Array(10))),
    amount: rupiah(amount),
    source: { kind, name: kind, reference: 'aa', ...more },
    invoice: 1,
    attempt,
    beginAfterMs: 0,
    wallMs: 0,
  });
}

export function evidence(sale: Sale, status: TransactionStatus, over: Partial<Evidence> = {}): Evidence {
  return {
    orderId: sale.orderId,
    transactionId: 'e48447d1-cfa9-4b02-b163-2e915d4417ac',
    status,
    wireStatus: status,
    statusCode: '200',
    statusMessage: '',
    amount: sale.amount,
    wireAmount: `${sale.amount}.00`,
    currency: 'IDR',
    ...over,
  };
}

/** A QRIS payload for `amount` with a good CRC. */
export function emvPayload(amount: number): string {
  const field = (tag: string, value: string): string =>
    `${tag}${String(value.length).padStart(2, '0')}${value}`;
  const merchant = field(
    '26',
    field('00', 'COM.GO-JEK.WWW') + field('01', '9360091434905263034') + field('02', 'G490526303'),
  );
  const head =
    field('00', '01') +
    field('01', '12') +
    merchant +
    field('52', '3414') +
    field('53', '360') +
    field('58', 'ID') +
    field('59', 'Test') +
    field('60', 'BANDUNG') +
    field('54', `${amount}.00`);
  const text = `${head}6304`;
  const crc = crc16ccitt(new TextEncoder().encode(text));
  return text + crc.toString(16).toUpperCase().padStart(4, '0');
}

/** Decides, and holds the decision against the laws as the terminal does. */
export function decided(sale: Sale, event: SaleEvent, wallMs = 0, rules = RULES): Decision {
  const decision = decide(sale, event, rules, { wallMs });
  if (decision.kind === 'step') {
    const broken = violation(sale, event, decision);
    assert(broken === undefined, broken ?? '');
  }
  return decision;
}

export function stepped(
  sale: Sale,
  event: SaleEvent,
  wallMs = 0,
  rules = RULES,
): { sale: Sale; effects: readonly Effect[]; successor?: unknown } {
  const decision = decided(sale, event, wallMs, rules);
  assert(decision.kind === 'step', `ignored: ${decision.kind === 'ignored' ? decision.because : ''}`);
  return decision;
}

export function created(sale: Sale): { type: 'chargeAnswered'; outcome: ChargeOutcome } {
  return {
    type: 'chargeAnswered',
    outcome: {
      kind: 'created',
      evidence: evidence(sale, 'pending'),
      qr: { payload: emvPayload(sale.amount) },
    },
  };
}

export function says(
  sale: Sale,
  status: TransactionStatus,
  over: Partial<Evidence> = {},
): { type: 'statusAnswered'; outcome: StatusOutcome } {
  return { type: 'statusAnswered', outcome: { kind: 'evidence', evidence: evidence(sale, status, over) } };
}

export function closed(
  sale: Sale,
  status: TransactionStatus,
): { type: 'closeAnswered'; outcome: CloseOutcome } {
  return { type: 'closeAnswered', outcome: { kind: 'evidence', evidence: evidence(sale, status) } };
}

/** A sale whose QR is being shown. */
export function awaiting(kind: SourceKind = 'keypad', more: Partial<Source> = {}): Sale {
  const opened = newSale(kind, 15_000, 1, more);
  const charged = stepped(opened.sale, created(opened.sale));
  const read = stepped(charged.sale, { type: 'qrRead', result: { ok: true, value: emvPayload(15_000) } });
  return stepped(read.sale, { type: 'presented', screen: true, paper: false }).sale;
}

export function does(effects: readonly Effect[]): string[] {
  return effects.map((effect) =>
    effect.do === 'startTimer' ? `wake ${effect.timer} ${effect.afterMs}` : effect.do,
  );
}
