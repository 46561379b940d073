import { expect, it } from 'vitest';
import { BoundedLog } from '../../src/bounds/bounded-log.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime } from '../kit/time.js';

it('writes so many lines a minute, and says how many it left out, whether more follow or not', () => {
  const [log, time] = [new KeptLog(), new FakeTime()];
  const bounded = new BoundedLog(log, time, 'knocks', 2);
  for (const text of ['a', 'b', 'c', 'd']) bounded.warn(text);
  bounded.info('e');
  expect(log.lines).toEqual(['warn a', 'warn b']);
  time.advance(59_999);
  expect(log.lines).toHaveLength(2);
  time.advance(1);
  expect(log.lines.slice(2)).toEqual(['warn 3 more knocks in this minute are not written here']);
  bounded.error('f');
  time.advance(60_000);
  expect(log.lines.slice(3)).toEqual(['error f']);
  expect(time.waiting()).toEqual([]);
});

it('makes no text that is not written, and holds back nothing of debug', () => {
  const log = new KeptLog();
  const bounded = new BoundedLog(log, new FakeTime(), 'knocks', 1);
  let made = 0;
  const text = (): string => {
    made += 1;
    return String(made);
  };
  for (let i = 0; i < 9; i += 1) bounded.warn(text);
  for (let i = 0; i < 3; i += 1) bounded.debug('all');
  expect([made, log.lines]).toEqual([1, ['warn 1', 'debug all', 'debug all', 'debug all']]);
});

it('says what it left out when it is stopped, and waits for nothing more', () => {
  const [log, time] = [new KeptLog(), new FakeTime()];
  const bounded = new BoundedLog(log, time, 'knocks', 1);
  bounded.warn('a');
  bounded.warn('b');
  bounded.stop();
  bounded.stop();
  expect(log.lines).toEqual(['warn a', 'warn 1 more knocks in this minute are not written here']);
  expect(time.waiting()).toEqual([]);
});
