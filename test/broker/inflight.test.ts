import { describe, expect, it } from 'vitest';
import { InFlight, type Outgoing } from '../../src/mqtt/inflight.js';
import type { PublishOutcome } from '../../src/port/publisher.js';

function make(window: number) {
  const sent: Outgoing[] = [];
  const flight: InFlight = new InFlight((outgoing) => {
    sent.push(outgoing);
    flight.sent(sent.length, outgoing);
  });
  flight.setWindow(window);
  const outcomes: PublishOutcome[] = [];
  const offer = (name: string) =>
    flight.offer({
      topic: 't',
      payload: name,
      retain: false,
      settle: (outcome) => outcomes.push(outcome),
    });
  return { flight, sent: () => sent.map((outgoing) => outgoing.payload), outcomes, offer };
}

describe('publishes under way', () => {
  it('are never more than the broker allows; the next leaves when one is acknowledged', () => {
    const { flight, sent, offer } = make(2);
    for (const name of ['a', 'b', 'c', 'd']) offer(name);
    expect(sent()).toEqual(['a', 'b']);
    flight.acknowledged(2, undefined);
    expect(sent()).toEqual(['a', 'b', 'c']);
  });

  it('that were taken back before they left never leave', () => {
    const { flight, sent, outcomes, offer } = make(1);
    offer('a');
    const takeBack = offer('b');
    offer('c');
    takeBack();
    flight.acknowledged(1, undefined);
    expect(sent()).toEqual(['a', 'c']);
    expect(outcomes).toEqual([{ kind: 'acknowledged' }]);
  });

  it('are told what the PUBACK says', () => {
    const { flight, outcomes, offer } = make(9);
    for (const name of ['a', 'b', 'c', 'd']) offer(name);
    [0, 16, 135].forEach((reason, index) => {
      flight.acknowledged(index + 1, reason);
    });
    flight.acknowledged(77, 0);
    flight.abandon('connection closed');
    expect(outcomes).toEqual([
      { kind: 'acknowledged' },
      { kind: 'acknowledged', reached: false },
      { kind: 'refused', reason: 135 },
      { kind: 'unanswered', why: 'connection closed' },
    ]);
  });

  it('are at most a thousand in the queue; one more is told at once', () => {
    const { outcomes, offer } = make(1);
    for (let n = 0; n < 1001; n += 1) offer(String(n));
    expect(outcomes).toEqual([]);
    offer('one too many');
    expect(outcomes).toEqual([{ kind: 'unanswered', why: '1000 publishes wait for the broker' }]);
  });
});
