import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/base/fault.js';
import { ok, type Result } from '../../src/base/result.js';
import { type Alive, Watchdog, watchdogUsec } from '../../src/host/watchdog.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime } from '../kit/time.js';

function setUp() {
  const time = new FakeTime();
  const log = new KeptLog();
  const pings: number[] = [];
  const state: { alive: Alive; sent: Result<void, Fault> } = { alive: { ok: true }, sent: ok(undefined) };
  const watchdog = new Watchdog({
    intervalUsec: 20_000_000,
    timers: time,
    clock: time,
    log,
    notifier: {
      watchdog: () => {
        pings.push(time.monoMs());
        return state.sent;
      },
    },
    alive: () => state.alive,
  });
  return { time, log, pings, state, watchdog };
}

describe('the watchdog', () => {
  it('pings at once and then four times an interval, while the loop moves', () => {
    const { time, pings, watchdog } = setUp();
    watchdog.start();
    time.advance(20_000);
    expect(pings).toEqual([0, 5_000, 10_000, 15_000, 20_000]);
  });

  it('pings no more when the loop stands still although its timer runs, and says once why', () => {
    const { time, log, pings, state, watchdog } = setUp();
    watchdog.start();
    time.advance(6_000);
    state.alive = { ok: false, why: 'tick 17 is still in the inbox' };
    time.advance(60_000);
    expect(pings).toEqual([0, 5_000]);
    expect(log.lines).toEqual([
      'error watchdog not fed any more: tick 17 is still in the inbox; systemd restarts us in 15.0 s if nothing moves',
    ]);
  });

  it('goes on, and says so, when the loop moves again in time', () => {
    const { time, log, pings, state, watchdog } = setUp();
    watchdog.start();
    state.alive = { ok: false, why: 'a slow commit' };
    time.advance(12_000);
    state.alive = { ok: true };
    time.advance(3_000);
    expect(pings).toEqual([0, 15_000]);
    expect(log.lines[1]).toBe('warn watchdog fed again, 15.0 s after the last time');
  });

  it('says once that systemd does not take its pings, and goes on trying', () => {
    const { time, log, pings, state, watchdog } = setUp();
    state.sent = { ok: false, error: { kind: 'temporary', code: 801, detail: 'EAGAIN' } };
    watchdog.start();
    time.advance(10_000);
    expect(pings).toHaveLength(3);
    expect(log.lines).toEqual(['warn E801 EAGAIN']);
  });

  it('leaves no timer behind when it stops', () => {
    const { time, pings, watchdog } = setUp();
    watchdog.start();
    watchdog.stop();
    time.advance(60_000);
    expect(pings).toEqual([0]);
    expect(time.waiting()).toEqual([]);
  });
});

describe('the watchdog interval', () => {
  it('is read when it is meant for this process', () => {
    expect(watchdogUsec({ WATCHDOG_USEC: '20000000', WATCHDOG_PID: '42' }, 42)).toEqual(ok(20_000_000));
    expect(watchdogUsec({ WATCHDOG_USEC: '20000000' }, 42)).toEqual(ok(20_000_000));
  });

  it('is none when systemd does not watch, or watches another process', () => {
    expect(watchdogUsec({}, 42)).toEqual(ok(undefined));
    expect(watchdogUsec({ WATCHDOG_USEC: '20000000', WATCHDOG_PID: '41' }, 42)).toEqual(ok(undefined));
  });

  it('is refused with E803 when it is no number', () => {
    expect(watchdogUsec({ WATCHDOG_USEC: '20s' }, 42)).toMatchObject({ ok: false, error: { code: 803 } });
    expect(watchdogUsec({ WATCHDOG_USEC: '0' }, 42)).toMatchObject({ ok: false, error: { code: 803 } });
  });
});
