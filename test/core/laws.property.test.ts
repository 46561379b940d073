import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assert } from '../../src/base/assert.js';
import type { TransactionStatus } from '../../src/base/evidence.js';
import type { CloseOutcome, StatusOutcome } from '../../src/base/gateway-answer.js';
import type { Effect, TimerName } from '../../src/core/sale/effect.js';
import type { Rules, SaleEvent } from '../../src/core/sale/event.js';
import { rank } from '../../src/core/sale/evidence-rank.js';
import { isOpen, isSettled, type Sale, type SourceKind } from '../../src/core/sale/sale.js';
import { decided, emvPayload, evidence, NO_ANSWER, newSale, REFUNDS, RULES } from './world.js';

/** What really is the case at the gateway; the sale only ever sees its answers. */
type Truth = 'absent' | Extract<TransactionStatus, 'pending' | 'settlement' | 'cancel' | 'expire' | 'refund'>;

type Move =
  | { move: 'answer'; which: number; fate: 'good' | 'lost' | 'lostAfter' | 'doubled' | 'foreign' }
  | { move: 'timer'; which: number }
  | { move: 'pay' }
  | { move: 'gatewayExpires' }
  | { move: 'ring'; says: string }
  | { move: 'cancel' }
  | { move: 'claim' }
  /** The register wants the money given back. */
  | { move: 'giveBack' }
  /** The machine says of itself, and late, what became of the goods. */
  | { move: 'goods' }
  /** Somebody clears it by hand, with cash. */
  | { move: 'cash' }
  /** Somebody refunds it in the dashboard. */
  | { move: 'dashboard' }
  /** A charge that seemed lost reaches the gateway after all. */
  | { move: 'lateCharge' }
  /** The rare case: the gateway settles what it had closed, and notifies. */
  | { move: 'lateSettlement' }
  /** `reached`: what was in flight arrived, but nobody was there to hear the answer. */
  | { move: 'powerCut'; reached: boolean };

const moves: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      move: fc.constant('answer' as const),
      which: fc.nat(5),
      fate: fc.constantFrom('good', 'good', 'good', 'lost', 'lostAfter', 'doubled', 'foreign'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ move: fc.constant('timer' as const), which: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.constant({ move: 'pay' as const }) },
  { weight: 1, arbitrary: fc.constant({ move: 'gatewayExpires' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constant('ring' as const),
      says: fc.constantFrom('settlement', 'expire', 'refund'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ move: 'cancel' as const }) },
  { weight: 1, arbitrary: fc.constant({ move: 'claim' as const }) },
  { weight: 1, arbitrary: fc.constant({ move: 'giveBack' as const }) },
  { weight: 1, arbitrary: fc.constant({ move: 'goods' as const }) },
  { weight: 1, arbitrary: fc.constant({ move: 'cash' as const }) },
  { weight: 1, arbitrary: fc.constant({ move: 'dashboard' as const }) },
  { weight: 1, arbitrary: fc.constant({ move: 'lateCharge' as const }) },
  { weight: 1, arbitrary: fc.constant({ move: 'lateSettlement' as const }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('powerCut' as const), reached: fc.boolean() }) },
);

class World {
  truth: Truth = 'absent';
  sale: Sale;
  flying: Effect[] = [];
  /** Due times in virtual milliseconds. */
  timers = new Map<TimerName, number>();
  nowMs = 0;
  charges = 0;
  /** How often the source was given the goods. */
  delivered = 0;
  looksAfterClose = 0;
  /** Keys of the refunds that the gateway made; a key that it knows makes no second one. */
  readonly refunds: string[] = [];
  byDashboard = false;
  byCash = false;
  /** Its register asked for a refund, and was heard. */
  returned = false;
  readonly #rules: Rules;
  readonly #repeats: boolean;
  #chargeAstray = false;
  #toRing = false;
  readonly told: string[] = [];

  constructor(kind: SourceKind, refunds: boolean, repeats: boolean) {
    this.#rules = refunds ? REFUNDS : RULES;
    this.#repeats = repeats;
    const opened = newSale(kind, 15_000, 1, repeats ? { own: true, repeats: true } : {});
    this.sale = opened.sale;
    for (const effect of opened.effects) this.perform(effect);
  }

  perform(effect: Effect): void {
    if (effect.do === 'startTimer') this.timers.set(effect.timer, this.nowMs + effect.afterMs);
    else if (effect.do === 'cancelTimers')
      for (const timer of effect.timers ?? [...this.timers.keys()]) this.timers.delete(timer);
    else if (effect.do === 'tellSource') this.told.push(effect.result.result);
    else if (!['alert', 'printOwed', 'printReceipt'].includes(effect.do)) this.flying.push(effect);
  }

  happen(event: SaleEvent): void {
    const before = this.sale;
    const decision = decided(before, event, 0, this.#rules);
    if (decision.kind === 'ignored') return;
    this.sale = decision.sale;
    expect(rank(this.sale.evidence)).toBeGreaterThanOrEqual(rank(before.evidence));
    if (isSettled(this.sale)) expect(['settlement', 'refund']).toContain(this.truth);
    for (const effect of decision.effects) {
      if (effect.do === 'tellSource' && effect.result.result !== 'unknown')
        expect(this.truth).not.toBe('settlement');
      this.perform(effect);
    }
  }

  /** Runs the request behind an effect at the gateway or at the source, and brings its answer back (or not). */
  answer(effect: Effect, fate: Extract<Move, { move: 'answer' }>['fate']): void {
    if (fate === 'lost') {
      this.#chargeAstray ||= effect.do === 'charge';
      return this.lost(effect);
    }
    switch (effect.do) {
      case 'charge': {
        this.charges += 1;
        assert(this.truth === 'absent', 'a second charge reached the gateway');
        this.truth = 'pending';
        if (fate === 'lostAfter') return this.lost(effect);
        const qr = { payload: emvPayload(fate === 'foreign' ? 1 : this.sale.amount) };
        return this.happen({
          type: 'chargeAnswered',
          outcome: { kind: 'created', evidence: evidence(this.sale, 'pending'), qr },
        });
      }
      case 'askStatus': {
        if (this.sale.state.at === 'closed') this.looksAfterClose += 1;
        const event = { type: 'statusAnswered', outcome: this.status(fate) } as const;
        this.happen(event);
        if (fate === 'doubled') this.happen(event);
        return;
      }
      case 'cancel':
      case 'expire': {
        const outcome = this.close(effect.do === 'cancel' ? 'cancel' : 'expire');
        if (fate === 'lostAfter') return this.lost(effect);
        return this.happen({ type: 'closeAnswered', outcome });
      }
      case 'refund':
        return this.refund(effect.refundKey, fate);
      case 'readQr':
        return this.happen({
          type: 'qrRead',
          result: { ok: true, value: effect.qr.payload ?? emvPayload(this.sale.amount) },
        });
      case 'present':
        return this.happen({ type: 'presented', screen: fate !== 'lostAfter', paper: false });
      case 'deliver': {
        if (fate === 'foreign')
          return this.happen({ type: 'deliveryEnded', outcome: 'failed', detail: 'line cut' });
        this.give();
        const outcome = fate === 'lostAfter' ? 'unclaimed' : 'done';
        return this.happen({ type: 'deliveryEnded', outcome, detail: '' });
      }
      default:
        return;
    }
  }

  refund(key: string, fate: string): void {
    const allowed = fate !== 'foreign' && (this.truth === 'settlement' || this.refunds.includes(key));
    if (allowed) this.giveBack(key);
    if (fate === 'lostAfter')
      return this.happen({ type: 'refundAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } });
    const event: SaleEvent = allowed
      ? {
          type: 'refundAnswered',
          outcome: { kind: 'refunded', evidence: evidence(this.sale, 'refund') },
        }
      : { type: 'refundAnswered', outcome: { kind: 'rejected', code: '412', message: 'cannot' } };
    this.happen(event);
    if (fate === 'doubled') this.happen(event);
  }

  giveBack(key: string): void {
    if (!this.refunds.includes(key)) this.refunds.push(key);
    this.truth = 'refund';
  }

  /** A machine that repeats its requests gives once for one reference, however often it is told. */
  give(): void {
    this.delivered = this.#repeats ? 1 : this.delivered + 1;
  }

  lost(effect: Effect): void {
    switch (effect.do) {
      case 'refund':
        return this.happen({ type: 'refundAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } });
      case 'charge':
        return this.happen({ type: 'chargeAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } });
      case 'askStatus':
        return this.happen({ type: 'statusAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } });
      case 'cancel':
      case 'expire':
        return this.happen({ type: 'closeAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } });
      case 'readQr':
        return this.happen({ type: 'qrRead', result: { ok: false, error: NO_ANSWER } });
      case 'present':
        return this.happen({ type: 'presented', screen: false, paper: false });
      case 'deliver':
        return this.happen({ type: 'deliveryEnded', outcome: 'unclaimed', detail: 'silent' });
      default:
        return;
    }
  }

  status(fate: string): StatusOutcome {
    if (this.truth === 'absent') return { kind: 'notFound' };
    const over = fate === 'foreign' ? { orderId: 'T9-01ARZ3NDEKTSV4RRFFQ69G5FAV' } : {};
    return { kind: 'evidence', evidence: evidence(this.sale, this.truth, over) };
  }

  close(how: 'cancel' | 'expire'): CloseOutcome {
    if (this.truth === 'absent') return { kind: 'notFound' };
    if (this.truth !== 'pending') return { kind: 'cannotModify' };
    this.truth = how;
    return { kind: 'evidence', evidence: evidence(this.sale, how) };
  }

  powerCut(reached: boolean): void {
    for (const effect of this.flying) {
      if (effect.do === 'charge' && reached && this.truth === 'absent') this.truth = 'pending';
      if (effect.do === 'charge' && !reached) this.#chargeAstray = true;
      if (effect.do === 'deliver' && reached) this.give();
      if (effect.do === 'refund' && reached && this.truth === 'settlement') this.giveBack(effect.refundKey);
    }
    this.flying = [];
    this.timers.clear();
    if (isOpen(this.sale)) this.happen({ type: 'resumed' });
  }

  take(move: Move): void {
    switch (move.move) {
      case 'answer': {
        const [effect] = this.flying.splice(move.which % Math.max(1, this.flying.length), 1);
        if (effect !== undefined) this.answer(effect, move.fate);
        return;
      }
      case 'timer': {
        const name = [...this.timers.keys()][move.which % Math.max(1, this.timers.size)];
        if (name === undefined) return;
        this.timers.delete(name);
        return this.happen({ type: 'timer', timer: name });
      }
      case 'pay':
        if (this.truth === 'pending') this.truth = 'settlement';
        return;
      case 'gatewayExpires':
        if (this.truth === 'pending') this.truth = 'expire';
        return;
      case 'lateCharge':
        // A request can be minutes late, but not later than the third look after the sale was closed.
        if (this.#chargeAstray && this.truth === 'absent' && this.looksAfterClose < 2) this.truth = 'pending';
        return;
      case 'lateSettlement':
        if (this.truth !== 'cancel' && this.truth !== 'expire') return;
        this.truth = 'settlement';
        this.#toRing = true;
        return;
      case 'ring':
        return this.happen({ type: 'notified', hint: move.says });
      case 'cancel':
        return this.happen({ type: 'cancelAsked', by: 'pad' });
      case 'claim':
        return this.happen({ type: 'claimed' });
      case 'giveBack':
        this.happen({ type: 'refundAsked', by: 'till' });
        this.returned ||= this.sale.state.at === 'refunding' && this.sale.state.asked === true;
        return;
      case 'goods': {
        if (this.sale.source.kind !== 'vending' || this.flying.some(({ do: what }) => what === 'deliver'))
          return;
        const outcome = this.delivered > 0 ? 'done' : 'failed';
        return this.happen({ type: 'deliveryEnded', outcome, detail: 'late' });
      }
      case 'cash':
        this.happen({ type: 'resolvedByHand', how: 'refunded', by: 'Sri', note: 'cash' });
        this.byCash ||= this.sale.state.at === 'resolved' && this.sale.state.by === 'Sri';
        return;
      case 'dashboard':
        if (this.truth !== 'settlement') return;
        this.truth = 'refund';
        this.byDashboard = true;
        return;
      case 'powerCut':
        return this.powerCut(move.reached);
    }
  }

  /** Faults off: everything in flight is answered and timers run in order, until nothing is left to happen. */
  settleDown(): void {
    if (this.#toRing) this.happen({ type: 'notified', hint: 'settlement' });
    for (let turn = 0; turn < 200; turn += 1) {
      const [effect] = this.flying.splice(0, 1);
      if (effect !== undefined) this.answer(effect, 'good');
      else {
        const next = [...this.timers].sort((a, b) => a[1] - b[1])[0];
        if (next === undefined) return;
        [, this.nowMs] = next;
        this.timers.delete(next[0]);
        this.happen({ type: 'timer', timer: next[0] });
      }
    }
    throw new Error(`law 14: still ${JSON.stringify(this.sale.state)} after 200 quiet turns`);
  }
}

/** Chance alone rarely loses a charge and then keeps the gateway saying "no such transaction" until we believe it. */
const lostCharge: readonly Move[] = [
  { move: 'answer', which: 0, fate: 'lost' },
  ...Array.from({ length: 4 }, () => [
    { move: 'timer' as const, which: 0 },
    { move: 'answer' as const, which: 0, fate: 'good' as const },
  ]).flat(),
];

const answered: Move = { move: 'answer', which: 0, fate: 'good' };

/** Charged, shown, cancelled, settled all the same: owed, and given back where the merchant has that. */
const lateMoney: readonly Move[] = [
  ...[answered, answered, answered],
  { move: 'cancel' },
  answered,
  { move: 'lateSettlement' },
  { move: 'ring', says: 'settlement' },
  answered,
];

const stories = fc.oneof(
  { weight: 4, arbitrary: fc.array(moves, { maxLength: 60 }) },
  { weight: 1, arbitrary: fc.array(moves, { maxLength: 20 }).map((rest) => [...lostCharge, ...rest]) },
  { weight: 1, arbitrary: fc.array(moves, { maxLength: 30 }).map((rest) => [...lateMoney, ...rest]) },
);

it('keeps every law under any order of answers, losses, repeats, payments, cancels and power cuts', () => {
  const kinds = fc.constantFrom<SourceKind>('keypad', 'register', 'vending');
  fc.assert(
    fc.property(kinds, fc.boolean(), fc.boolean(), stories, (kind, refunds, asks, story) => {
      const world = new World(kind, refunds, kind === 'vending' && asks);
      for (const move of story) world.take(move);
      world.settleDown();
      const { at } = world.sale.state;
      expect(isOpen(world.sale)).toBe(false);
      expect(world.charges).toBeLessThanOrEqual(1);
      // Law 5 and 11: money taken is delivered, owed or cleared; and no money, no goods.
      const ends = { settlement: ['delivered', 'owed'], refund: ['resolved', 'delivered', 'owed'] };
      if (world.truth === 'settlement' || world.truth === 'refund')
        expect([...ends[world.truth], ...(world.byCash ? ['resolved'] : [])]).toContain(at);
      else expect(['closed', 'refused']).toContain(at);
      // What was given back by itself is known to be, was given back once, and was not given out.
      expect(world.refunds.length + (world.byDashboard ? 1 : 0) + (world.byCash ? 1 : 0)).toBeLessThanOrEqual(
        // A merchant who refunds in the dashboard and pays cash does so at his own will.
        world.byDashboard && world.byCash ? 2 : 1,
      );
      if (world.refunds.length > 0) expect(at).toBe('resolved');
      if (world.refunds.length > 0 && !world.returned) expect(world.delivered).toBe(0);
      if (!refunds) expect(world.refunds).toEqual([]);
      // Law 10: nothing stays payable at the gateway.
      expect(world.truth).not.toBe('pending');
      if (kind === 'vending') expect(world.delivered).toBeLessThanOrEqual(1);
    }),
    { numRuns: 4_000 },
  );
});
