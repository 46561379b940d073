import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Evidence, TransactionStatus } from '../../src/base/evidence.js';
import { rupiah } from '../../src/base/rupiah.js';
import { decide } from '../../src/core/sale/decide.js';
import type { Effect, TimerName } from '../../src/core/sale/effect.js';
import type { Decision, Rules, SaleEvent } from '../../src/core/sale/event.js';
import type { Sale, SaleState } from '../../src/core/sale/sale.js';
import { isSettled } from '../../src/core/sale/sale.js';
import { emvPayload, evidence, NO_ANSWER, newSale, REFUNDS, RULES } from './world.js';

type At = SaleState['at'];
type Variants = { readonly [S in At]: readonly Extract<SaleState, { at: S }>[] };

const QR = { payload: emvPayload(15_000) };
const AWAITING = {
  at: 'awaitingPayment',
  transactionId: 't',
  qr: QR,
  endsAtMs: 300_000,
  downloads: 3,
  misses: 0,
};
const REFUND = { refundKey: 'K-R', ended: 'unknown', detail: '' } as const;

/** Each state in the forms that decisions tell apart. The type asks for every state. */
const STATES: Variants = {
  requested: [{ at: 'requested' }],
  charging: [{ at: 'charging' }],
  chargeUnknown: [
    { at: 'chargeUnknown', misses: 0, absent: 0, code: 511 },
    { at: 'chargeUnknown', misses: 0, absent: 3, code: 511 },
    { at: 'chargeUnknown', misses: 0, absent: 0, code: 501, refused: true },
  ],
  awaitingPayment: [
    { ...AWAITING, at: 'awaitingPayment' },
    { ...AWAITING, at: 'awaitingPayment', payload: QR.payload },
  ],
  closing: (['awaitCharge', 'look', 'close', 'pause'] as const).flatMap((step) =>
    (['waiting', 'released'] as const).map((source) => ({
      ...{ at: 'closing' as const, how: 'cancelled' as const, tries: 9, absent: 3 },
      ...{ step, source },
    })),
  ),
  delivering: [
    { at: 'delivering', step: 'telling', again: false },
    { at: 'delivering', step: 'claim', again: false },
    { at: 'delivering', step: 'telling', again: true, claim: 'over' },
    { at: 'delivering', step: 'telling', again: true, owedSinceMs: 0 },
  ],
  delivered: [{ at: 'delivered', atMs: 0 }],
  owed: (
    [
      'lateSettlement',
      'deliveryFailed',
      'deliveryUnknown',
      'partlyRefunded',
      'otherAmount',
      'otherPayee',
    ] as const
  ).flatMap((why) => [
    { at: 'owed' as const, why, sinceMs: 0 },
    { at: 'owed' as const, why, sinceMs: 0, refund: REFUND },
  ]),
  refunding: (['ask', 'look', 'pause'] as const).flatMap((step) =>
    (['returned', 'lateSettlement'] as const).map((why) => ({
      ...{ at: 'refunding' as const, sinceMs: 0, refundKey: 'K-R', tries: 399, refusal: '412' },
      ...{ step, why },
    })),
  ),
  resolved: [{ at: 'resolved', how: 'other', by: 'Sri', atMs: 0, note: '' }],
  refused: [{ at: 'refused', code: 502 }],
  closed: [
    { at: 'closed', how: 'cancelled' },
    { at: 'closed', how: 'cancelled', watch: { looks: 0, misses: 0 } },
  ],
};

const TIMERS: Record<TimerName, true> = {
  ...{ begin: true, look: true, qr: true, life: true, patience: true, claim: true, refund: true },
};

const SAID: readonly TransactionStatus[] = [
  ...(['pending', 'settlement', 'expire', 'cancel', 'deny', 'failure', 'partial_refund', 'refund'] as const),
];

type Makers = { readonly [T in SaleEvent['type']]: (sale: Sale) => readonly SaleEvent[] };

function answersOf(sale: Sale): Evidence[] {
  const part = rupiah(Math.floor(sale.amount / 3));
  return [
    ...SAID.map((status) =>
      evidence(sale, status, status === 'partial_refund' ? { refundAmount: sale.amount } : {}),
    ),
    evidence(sale, 'partial_refund', { refundAmount: part }),
  ];
}

function outcomes(sale: Sale) {
  return [
    ...answersOf(sale).map((said) => ({ kind: 'evidence', evidence: said }) as const),
    { kind: 'notFound' } as const,
    { kind: 'unknown', fault: NO_ANSWER } as const,
    // The very refusal that the charge got.
    { kind: 'unknown', fault: { kind: 'refused', code: 501, detail: '' } } as const,
  ];
}

/** Each event in the forms that decisions tell apart. The type asks for every event. */
const EVENTS: Makers = {
  chargeAnswered: (sale) => [
    ...answersOf(sale).map(
      (said) => ({ type: 'chargeAnswered', outcome: { kind: 'created', evidence: said, qr: QR } }) as const,
    ),
    ...[true, false].map(
      (retriable) =>
        ({
          type: 'chargeAnswered',
          outcome: { kind: 'denied', code: '900', message: '', retriable },
        }) as const,
    ),
    ...[501, 502].map(
      (code) =>
        ({
          type: 'chargeAnswered',
          outcome: { kind: 'refused', fault: { kind: 'refused', code, detail: '' } },
        }) as const,
    ),
    { type: 'chargeAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } },
  ],
  statusAnswered: (sale) => outcomes(sale).map((outcome) => ({ type: 'statusAnswered', outcome })),
  closeAnswered: (sale) =>
    [...outcomes(sale), { kind: 'cannotModify' } as const].map((outcome) => ({
      type: 'closeAnswered',
      outcome,
    })),
  refundAnswered: (sale) => [
    ...answersOf(sale).map(
      (said) => ({ type: 'refundAnswered', outcome: { kind: 'refunded', evidence: said } }) as const,
    ),
    { type: 'refundAnswered', outcome: { kind: 'rejected', code: '412', message: '' } },
    { type: 'refundAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } },
  ],
  qrRead: () => [
    { type: 'qrRead', result: { ok: true, value: QR.payload } },
    { type: 'qrRead', result: { ok: true, value: emvPayload(1) } },
    { type: 'qrRead', result: { ok: false, error: NO_ANSWER } },
  ],
  presented: () => [
    { type: 'presented', screen: true, paper: false },
    { type: 'presented', screen: false, paper: false },
  ],
  notified: () => ['settlement', 'refund', 'pending'].map((hint) => ({ type: 'notified', hint })),
  timer: () => (Object.keys(TIMERS) as TimerName[]).map((timer) => ({ type: 'timer', timer })),
  cancelAsked: () => [{ type: 'cancelAsked', by: 'pad' }],
  deliveryEnded: () =>
    (['done', 'unclaimed', 'failed'] as const).map((outcome) => ({
      type: 'deliveryEnded',
      outcome,
      detail: '',
    })),
  claimed: () => [{ type: 'claimed' }],
  refundAsked: () => [{ type: 'refundAsked', by: 'till' }],
  resolvedByHand: () => [{ type: 'resolvedByHand', how: 'delivered', by: 'Sri', note: '' }],
  resumed: () => [{ type: 'resumed' }],
};

/** A sale in `state`, with each word of the gateway that it may have heard there. */
function sales(state: SaleState): Sale[] {
  const sources = [
    newSale('keypad').sale,
    newSale('register').sale,
    newSale('vending').sale,
    newSale('vending', 15_000, 1, { own: true, repeats: true }).sale,
  ];
  return sources.flatMap((base) => {
    const sale = { ...base, state };
    const heard: (TransactionStatus | undefined)[] = isSettled(sale)
      ? ['settlement', 'partial_refund', 'refund']
      : state.at === 'requested' || state.at === 'charging' || state.at === 'refused'
        ? [undefined]
        : state.at === 'awaitingPayment'
          ? ['pending']
          : [undefined, 'pending'];
    return heard.map((status) =>
      status === undefined ? sale : { ...sale, evidence: evidence(sale, status) },
    );
  });
}

function edges(): Set<string> {
  const found = new Set<string>();
  const rules: readonly Rules[] = [RULES, REFUNDS];
  for (const sale of Object.values(STATES).flat().flatMap(sales))
    for (const event of Object.values(EVENTS).flatMap((make) => make(sale)))
      for (const rule of rules) {
        const made = decide(sale, event, rule, { wallMs: 0 });
        const to = made.kind === 'step' ? made.sale.state.at : sale.state.at;
        if (to !== sale.state.at) found.add(`${sale.state.at} --> ${to}`);
      }
  return found;
}

it('leads from state to state as the diagram in src/core/README.md shows, no more and no less', () => {
  const page = readFileSync(new URL('../../src/core/README.md', import.meta.url), 'utf8');
  const diagram = /```mermaid\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const drawn = [...diagram.matchAll(/^ +(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} --> ${to}`);
  expect(drawn.sort()).toEqual([...edges()].sort());
});

/** What asks the gateway about a sale again, and may do so sooner than 10 s after the last time. */
const REASONS: readonly SaleEvent['type'][] = [
  ...(['chargeAnswered', 'closeAnswered', 'refundAnswered'] as const),
  ...(['notified', 'cancelAsked', 'resumed', 'timer'] as const),
];

it("asks no sooner than after 10 s, where it is not for a reason, as Midtrans' page wants it", () => {
  const soon = new Set<string>();
  for (const sale of Object.values(STATES).flat().flatMap(sales))
    for (const event of Object.values(EVENTS).flatMap((make) => make(sale)))
      for (const effect of effectsOf(decide(sale, event, REFUNDS, { wallMs: 0 }))) {
        const timer =
          effect.do === 'startTimer' && ['look', 'refund'].includes(effect.timer) ? effect : undefined;
        if (timer !== undefined && timer.afterMs < 10_000) soon.add(`${sale.state.at}, ${event.type}: later`);
        if (effect.do === 'askStatus' && !REASONS.includes(event.type))
          soon.add(`${sale.state.at}, ${event.type}: at once`);
      }
  // A customer waits for the QR of a charge whose answer was lost: its first look comes after 1 s.
  expect([...soon].sort()).toEqual(['charging, chargeAnswered: later', 'charging, resumed: later']);
});

function effectsOf(made: Decision): readonly Effect[] {
  return made.kind === 'step' ? made.effects : [];
}
