import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SystemClock, SystemRandom, SystemTimers } from '../../src/host/clock.js';
import { freeBytes, roomFor } from '../../src/host/disk.js';
import type { LogStream } from '../../src/host/log-stream.js';
import { EXIT, type ProcessLike, superviseProcess } from '../../src/host/process.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime } from '../kit/time.js';

describe('system timers', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('wait for longer than setTimeout can', () => {
    vi.useFakeTimers();
    const run = vi.fn();
    const days40 = 40 * 86_400_000;
    new SystemTimers().after(days40, run);
    vi.advanceTimersByTime(days40 - 1);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
  });

  it('can be taken back, also in a later piece of a long wait', () => {
    vi.useFakeTimers();
    const run = vi.fn();
    const cancel = new SystemTimers().after(40 * 86_400_000, run);
    vi.advanceTimersByTime(30 * 86_400_000);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('refuse a time that is none', () => {
    expect(() => new SystemTimers().after(Number.NaN, () => undefined)).toThrow('a timer of NaN ms');
    expect(() => new SystemTimers().after(-1, () => undefined)).toThrow('a timer of -1 ms');
  });
});

describe('the system clock and chance', () => {
  it('have a monotonic clock that a wall clock set back does not move', () => {
    const clock = new SystemClock();
    const before = clock.monoMs();
    vi.spyOn(Date, 'now').mockReturnValue(0);
    expect(clock.wallMs()).toBe(0);
    expect(clock.monoMs()).toBeGreaterThanOrEqual(before);
    vi.restoreAllMocks();
  });

  it('give as many bytes as asked, and fractions from 0 up to 1', () => {
    const random = new SystemRandom();
    expect(random.bytes(10)).toHaveLength(10);
    expect(random.bytes(16)).not.toEqual(random.bytes(16));
    for (let i = 0; i < 1_000; i += 1) {
      const fraction = random.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
    }
  });
});

describe('the disk', () => {
  it('says how much room it has, or that it cannot be asked', async () => {
    expect(await freeBytes(tmpdir())).toBeGreaterThan(0);
    await expect(freeBytes('/nowhere/at/all')).rejects.toThrow('/nowhere/at/all');
  });

  it('counts what is free within the journal, but not for the WAL', () => {
    const mib = 1024 * 1024;
    expect(roomFor(9 * mib, 100 * mib)).toBe(109 * mib);
    expect(roomFor(7 * mib, 100 * mib)).toBe(7 * mib);
  });
});

describe('the process', () => {
  function setUp(isService = false) {
    const events = new EventEmitter();
    const exits: number[] = [];
    const process = Object.assign(events, { exit: (code: number) => void exits.push(code) });
    const log = new KeptLog();
    const clock = new FakeTime();
    const drained: string[] = [];
    const drain = (signal: string) => void drained.push(signal);
    const disconnect = superviseProcess({ process, clock, log, drain, isService });
    return { events, exits, log, clock, drained, disconnect };
  }

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'])('drains once at %s', (signal) => {
    const { events, drained, exits, clock } = setUp();
    events.emit(signal);
    clock.advance(10_000);
    events.emit('SIGTERM');
    expect(drained).toEqual([signal]);
    expect(exits).toEqual([]);
  });

  it('of a service goes on at SIGHUP, says that nothing is read again, and drains at SIGTERM', () => {
    const { events, drained, exits, log } = setUp(true);
    events.emit('SIGHUP');
    events.emit('SIGHUP');
    expect([drained, exits]).toEqual([[], []]);
    expect(log.lines.join('\n')).toMatch(/SIGHUP: nothing is read again/);
    events.emit('SIGTERM');
    expect(drained).toEqual(['SIGTERM']);
  });

  it('ends at once with 130 at a second Ctrl-C', () => {
    const { events, clock, exits } = setUp();
    events.emit('SIGINT');
    clock.advance(1_000);
    events.emit('SIGINT');
    expect(exits).toEqual([EXIT.interrupted]);
  });

  it('takes one Ctrl-C that arrives twice, through a wrapper, for one', () => {
    const { events, clock, exits, drained } = setUp();
    events.emit('SIGINT');
    clock.advance(20);
    events.emit('SIGINT');
    expect(exits).toEqual([]);
    expect(drained).toEqual(['SIGINT']);
  });

  it.each(['uncaughtException', 'unhandledRejection'])('ends with 70 and one line after %s', (event) => {
    const { events, exits, log } = setUp();
    events.emit(event, new Error('no such state', { cause: new Error('deeper') }));
    expect(exits).toEqual([EXIT.misuse]);
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toMatch(/^error .*no such state.*[\s\S]*deeper/);
  });

  it('survives what cannot be described', () => {
    const { events, exits } = setUp();
    const circle: Record<string, unknown> = Object.create(null);
    circle['self'] = circle;
    events.emit('unhandledRejection', circle);
    expect(exits).toEqual([EXIT.misuse]);
  });

  it('is left alone after disconnecting', () => {
    const { events, disconnect } = setUp();
    disconnect();
    expect(events.eventNames()).toEqual([]);
  });

  it('may be the real one, with its real stream', () => {
    const real: ProcessLike = process;
    const stream: LogStream = process.stderr;
    expect([typeof real.exit, typeof stream.write]).toEqual(['function', 'function']);
  });
});
