import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/sale/decide.js';
import type { Effect } from '../../src/core/sale/effect.js';
import type { SaleEvent } from '../../src/core/sale/event.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { webhookKinds } from '../../src/core/sale/webhook-kind.js';
import { awaiting, decided, RULES, says, stepped } from './world.js';

const CLAIMED = { type: 'claimed' } as const;
const UNHEARD = { type: 'deliveryEnded', outcome: 'unclaimed', detail: 'silent' } as const;
const DUE = { type: 'timer', timer: 'claim' } as const;

function told(): Sale {
  const sale = awaiting('api');
  return stepped(sale, says(sale, 'settlement')).sale;
}

/** Where these lead, and everything that was done on the way. */
function run(begin: Sale, events: readonly SaleEvent[]): { sale: Sale; effects: readonly Effect[] } {
  const effects: Effect[] = [];
  let sale = begin;
  for (const event of events) {
    const made = stepped(sale, event);
    effects.push(...made.effects);
    ({ sale } = made);
  }
  return { sale, effects };
}

function timersIn(effects: readonly Effect[]): readonly Effect[] {
  return effects.filter(
    (effect) =>
      (effect.do === 'startTimer' && effect.timer === 'claim') ||
      (effect.do === 'cancelTimers' && effect.timers?.includes('claim') !== false),
  );
}

describe('who asks every second, and never says that it has heard', () => {
  it('has the time from the first answer on, and no more by asking again (law 14)', () => {
    const first = run(told(), [UNHEARD]);
    expect(timersIn(first.effects)).toEqual([{ do: 'startTimer', timer: 'claim', afterMs: RULES.claimMs }]);
    const polled = run(first.sale, Array.from({ length: 20 }, () => [CLAIMED, UNHEARD]).flat());
    expect(timersIn(polled.effects)).toEqual([]);
    expect(run(polled.sale, [DUE]).sale.state).toMatchObject({ at: 'owed', why: 'deliveryUnknown' });
    // The time is over while the answer is on its way: it may be heard yet.
    const late = run(polled.sale, [CLAIMED, DUE]).sale;
    expect(late.state).toMatchObject({ at: 'delivering', step: 'telling' });
    expect(run(late, [UNHEARD]).sale.state).toMatchObject({ at: 'owed', why: 'deliveryUnknown' });
    expect(run(late, [{ ...UNHEARD, outcome: 'done' }]).sale.state.at).toBe('delivered');
  });

  it('moves nothing by asking for what is owed: no second slip, no second word to others', () => {
    const owed = run(told(), [UNHEARD, DUE]).sale;
    const since = owed.state;
    const polled = run(owed, [CLAIMED, UNHEARD, CLAIMED, UNHEARD]);
    expect(polled.sale.state).toEqual(since);
    expect([...new Set(polled.effects.map((effect) => effect.do))]).toEqual(['deliver']);
    const telling = stepped(owed, CLAIMED).sale;
    expect([webhookKinds(owed, telling), webhookKinds(telling, polled.sale)]).toEqual([[], []]);
    expect(decided(telling, { type: 'resumed' })).toMatchObject({ sale: { state: since } });
    // When it says so at last, that is the end of it.
    const heard = stepped(telling, { ...UNHEARD, outcome: 'done' }).sale;
    expect([heard.state.at, webhookKinds(telling, heard)]).toEqual(['delivered', ['delivered']]);
  });

  it('begins no refund by asking for what is owed: a question is no silence', () => {
    const rules = { ...RULES, refund: { reason: 'owed', unknownDelivery: true } };
    const owed = run(told(), [UNHEARD, DUE]).sale;
    const telling = stepped(owed, CLAIMED).sale;
    const made = decide(telling, UNHEARD, rules, { wallMs: 0 });
    expect(made).toMatchObject({ kind: 'step', sale: { state: owed.state }, effects: [] });
    // That it was not taken is no question.
    const refused = decide(telling, { ...UNHEARD, outcome: 'failed' }, rules, { wallMs: 0 });
    expect(refused).toMatchObject({ sale: { state: { at: 'refunding' } } });
  });
});
