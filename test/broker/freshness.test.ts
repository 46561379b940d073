import { describe, expect, it } from 'vitest';
import { Freshness } from '../../src/mqtt/freshness.js';
import { FakeTime } from '../kit/time.js';
import { someNotice } from './kit/collect.js';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const MINUTE = 60_000;
const YEAR = 365 * 24 * 3_600_000;
const at = (ms: number) => new Date(ms).toISOString();

/** Valid for 20 minutes from `writtenMs`. */
const notice = (writtenMs: number) => someNotice({ at: at(writtenMs) });

describe('a notice', () => {
  it('rings within its life, and an hour late is dropped', () => {
    const time = new FakeTime(NOON);
    const freshness = new Freshness(time);
    expect(freshness.staleness(notice(NOON))).toBeUndefined();
    time.advance(60 * MINUTE);
    expect(freshness.staleness(notice(NOON))).toBe('expired 2400 s ago');
    expect(
      freshness.staleness(notice(NOON + 45 * MINUTE)),
      'a younger one of the same queue',
    ).toBeUndefined();
  });

  it('rings when it is the first that a process hears, since nothing tells how late it is but our own clock', () => {
    expect(new Freshness(new FakeTime(NOON)).staleness(notice(NOON - 24 * 60 * MINUTE))).toBeUndefined();
  });

  it('rings on a box whose clock stands years back', () => {
    const time = new FakeTime(NOON - 5 * YEAR);
    const freshness = new Freshness(time);
    expect(freshness.staleness(notice(NOON))).toBeUndefined();
    time.advance(5 * MINUTE);
    expect(freshness.staleness(notice(NOON + 5 * MINUTE))).toBeUndefined();
  });

  it('rings on a box whose clock runs years ahead', () => {
    const time = new FakeTime(NOON + 5 * YEAR);
    const freshness = new Freshness(time);
    expect(freshness.staleness(notice(NOON))).toBeUndefined();
    time.advance(19 * MINUTE);
    expect(freshness.staleness(notice(NOON))).toBeUndefined();
    time.advance(2 * MINUTE);
    expect(freshness.staleness(notice(NOON)), 'by the relay and our monotonic clock').toBeDefined();
  });

  it('rings although our clock jumps while we wait', () => {
    const time = new FakeTime(NOON - 5 * YEAR);
    const freshness = new Freshness(time);
    freshness.staleness(notice(NOON));
    time.setWall(NOON + 5 * YEAR);
    expect(freshness.staleness(notice(NOON))).toBeUndefined();
  });

  it('of one relay is not silenced by another whose clock runs ahead', () => {
    const time = new FakeTime(NOON);
    const freshness = new Freshness(time);
    expect(freshness.staleness(notice(NOON + YEAR))).toBeUndefined();
    expect(freshness.staleness(notice(NOON))).toBeUndefined();
  });
});
