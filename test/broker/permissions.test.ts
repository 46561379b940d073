import { describe, expect, it } from 'vitest';
import { type BrokerIdentity, mayLeaveWill, mayPublish, maySubscribe } from '../../src/mqtt/permissions.js';

const T1: BrokerIdentity = { role: 'terminal', merchant: 'toko' };
const RELAY: BrokerIdentity = { role: 'relay' };
const LEAVES = ['notice', 'state', 'command'];
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
  it('a terminal reads exactly its own notices', () => {
    expect(LEAVES.filter((leaf) => maySubscribe(T1, 'T1', own(leaf)))).toEqual(['notice']);
    expect(FOREIGN.filter((filter) => maySubscribe(T1, 'T1', filter))).toEqual([]);
  });

  it('a terminal writes exactly its own state', () => {
    expect(LEAVES.filter((leaf) => mayPublish(T1, 'T1', own(leaf)))).toEqual(['state']);
    expect(FOREIGN.filter((topic) => mayPublish(T1, 'T1', topic))).toEqual([]);
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
      expect(mayPublish(RELAY, 'relay1', topic), topic).toBe(false);
    }
  });
});
