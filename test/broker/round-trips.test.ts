import { describe, expect, it } from 'vitest';
import { RoundTrips } from '../../src/mqtt/round-trips.js';

describe('a round trip', () => {
  it('is that of a ping which left after one asked; one ping carries all who wait for it', () => {
    const said: string[] = [];
    let pings = 0;
    const trips = new RoundTrips(() => {
      pings += 1;
      trips.sent();
    });
    const ask = (who: string): void => trips.ask((whole) => said.push(`${who} ${whole}`));
    ask('a');
    ask('b');
    ask('c');
    expect(pings).toBe(1);
    trips.answered();
    expect([said, pings]).toEqual([['a true'], 2]);
    trips.answered();
    expect([said, pings]).toEqual([['a true', 'b true', 'c true'], 2]);
  });

  it('takes no answer to a ping of the library for its own', () => {
    const said: boolean[] = [];
    const trips = new RoundTrips(() => trips.sent());
    trips.sent();
    trips.ask((whole) => said.push(whole));
    trips.answered();
    expect(said).toEqual([]);
    trips.answered();
    expect(said).toEqual([true]);
    trips.answered();
    expect(said, 'an answer too many').toEqual([true]);
  });

  it('is none for anybody once the connection is over', () => {
    const said: boolean[] = [];
    const trips = new RoundTrips(() => trips.sent());
    trips.ask((whole) => said.push(whole));
    trips.ask((whole) => said.push(whole));
    trips.abandon();
    trips.answered();
    expect(said).toEqual([false, false]);
  });
});
