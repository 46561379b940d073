import { describe, expect, it } from 'vitest';
import { type BrokerIdentity, mayLeaveWill, mayPublish, maySubscribe } from '../../src/mqtt/permissions.js';

const T1: BrokerIdentity = { role: 'terminal', merchant: 'toko' };
const RELAY: BrokerIdentity = { role: 'relay' };
const LEAVES = ['notice', 'command', 'reply', 'state', 'event'];
const own = (leaf: string) => `gopay-pos/v1/toko/T1/${leaf}`;
const FOREIGN = [
  'gopay-pos/v1/toko/T2/notice',
  'gopay-pos/v1/other/T1/notice',
  'gopay-pos/v1/toko/T2/state',
  'gopay-pos/v1/toko/+/notice',
  'gopay-pos/v1/toko/T1/#',
  'gopay-pos/v1/#',
  '#',
  '+/+/+/+/+',
  '$SYS/#',
  '$share/g/gopay-pos/v1/toko/T1/notice',
  '',
];

describe('on the embedded broker', () => {
  it('a terminal reads exactly its own notices and commands', () => {
    expect(LEAVES.filter((leaf) => maySubscribe(T1, 'T1', own(leaf)))).toEqual(['notice', 'command']);
    expect(FOREIGN.filter((filter) => maySubscribe(T1, 'T1', filter))).toEqual([]);
  });

  it('a terminal writes its own replies, states and events, and leaves only its state behind', () => {
    expect(LEAVES.filter((leaf) => mayPublish(T1, 'T1', own(leaf), false))).toEqual([
      'reply',
      'state',
      'event',
    ]);
    expect(LEAVES.filter((leaf) => mayPublish(T1, 'T1', own(leaf), true))).toEqual(['state']);
    expect(FOREIGN.filter((topic) => mayPublish(T1, 'T1', topic, false))).toEqual([]);
  });

  it('a will stands on the own state topic or nowhere', () => {
    expect(LEAVES.filter((leaf) => mayLeaveWill(T1, 'T1', own(leaf)))).toEqual(['state']);
    expect(mayLeaveWill(T1, 'T1', 'gopay-pos/v1/toko/T2/state')).toBe(false);
    expect(mayLeaveWill(RELAY, 'relay1', own('state'))).toBe(false);
  });

  it('a relay has everything below the root of ours, and nothing else', () => {
    for (const topic of [own('notice'), 'gopay-pos/v1/#'])
      expect(maySubscribe(RELAY, 'relay1', topic)).toBe(true);
    for (const topic of ['#', '$SYS/#', 'gopay-pos/#', 'other/v1/x']) {
      expect(maySubscribe(RELAY, 'relay1', topic), topic).toBe(false);
      expect(mayPublish(RELAY, 'relay1', topic, false), topic).toBe(false);
    }
  });
});
