import { describe, expect, it } from 'vitest';
import { type BrokerIdentity, mayLeaveWill, mayPublish, maySubscribe } from '../../src/mqtt/permissions.js';
import { discoveryTopic } from '../../src/mqtt/topics.js';

const T1: BrokerIdentity = { role: 'terminal', merchant: 'toko' };
const RELAY: BrokerIdentity = { role: 'relay' };
const OPERATOR: BrokerIdentity = { role: 'operator', commands: false };
const COMMANDER: BrokerIdentity = { role: 'operator', commands: true };
const LEAVES = ['notice', 'state', 'presence', 'command', 'config', 'reply', 'event'];
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
  it('a terminal reads exactly its own notices, commands and configuration', () => {
    expect(LEAVES.filter((leaf) => maySubscribe(T1, 'T1', own(leaf)))).toEqual([
      'notice',
      'command',
      'config',
    ]);
    expect(FOREIGN.filter((filter) => maySubscribe(T1, 'T1', filter))).toEqual([]);
  });

  it('a terminal writes exactly its own state, presence, replies and events', () => {
    expect(LEAVES.filter((leaf) => mayPublish(T1, 'T1', own(leaf)))).toEqual([
      'state',
      'presence',
      'reply',
      'event',
    ]);
    expect(FOREIGN.filter((topic) => mayPublish(T1, 'T1', topic))).toEqual([]);
  });

  it('a will stands on the own presence or nowhere', () => {
    expect(LEAVES.filter((leaf) => mayLeaveWill(T1, 'T1', own(leaf)))).toEqual(['presence']);
    expect(mayLeaveWill(T1, 'T1', 'gopay-pos/v1/toko/T2/presence')).toBe(false);
    expect(mayLeaveWill(RELAY, 'relay1', own('presence'))).toBe(false);
  });

  it('an operator reads states and presences of everybody, and writes nothing', () => {
    expect(LEAVES.filter((leaf) => maySubscribe(OPERATOR, 'op', own(leaf)))).toEqual(['state', 'presence']);
    for (const filter of ['gopay-pos/v1/+/+/state', 'gopay-pos/v1/toko/+/presence'])
      expect(maySubscribe(OPERATOR, 'op', filter), filter).toBe(true);
    for (const filter of [
      'gopay-pos/v1/#',
      'gopay-pos/v1/toko/+/notice',
      'gopay-pos/v1/toko/+/+',
      '+/v1/toko/T1/state',
      '#',
    ])
      expect(maySubscribe(OPERATOR, 'op', filter), filter).toBe(false);
    for (const topic of [...LEAVES.map(own), ...FOREIGN]) {
      expect(mayPublish(OPERATOR, 'op', topic), topic).toBe(false);
      expect(mayLeaveWill(OPERATOR, 'op', topic), topic).toBe(false);
    }
  });

  it('an operator who commands writes commands and configurations, and reads replies of everybody beside that, and nothing more', () => {
    expect(LEAVES.filter((leaf) => mayPublish(COMMANDER, 'op', own(leaf)))).toEqual(['command', 'config']);
    expect(LEAVES.filter((leaf) => maySubscribe(COMMANDER, 'op', own(leaf)))).toEqual([
      'state',
      'presence',
      'reply',
    ]);
    expect(FOREIGN.filter((topic) => mayPublish(COMMANDER, 'op', topic))).toEqual([]);
    expect(maySubscribe(COMMANDER, 'op', 'gopay-pos/v1/+/+/reply')).toBe(true);
    expect(maySubscribe(COMMANDER, 'op', 'gopay-pos/v1/+/+/command')).toBe(false);
    expect(mayLeaveWill(COMMANDER, 'op', own('command'))).toBe(false);
  });

  it('Home Assistant reads what it shall show and how terminals are, says that it is there, and nothing more', () => {
    const home: BrokerIdentity = { role: 'operator', commands: false, homeAssistant: true };
    const [status, mine] = ['homeassistant/status', discoveryTopic('toko', 'T1')];
    for (const filter of ['homeassistant/#', 'homeassistant/device/+/+/config', 'gopay-pos/v1/toko/T1/state'])
      expect(maySubscribe(home, 'home', filter), filter).toBe(true);
    for (const filter of ['#', 'homeassistant', 'gopay-pos/v1/#', 'homeassistantx/#'])
      expect(maySubscribe(home, 'home', filter), filter).toBe(false);
    expect(mayPublish(home, 'home', status)).toBe(true);
    expect(mayLeaveWill(home, 'home', status)).toBe(true);
    for (const topic of [mine, ...LEAVES.map(own)]) {
      expect(mayPublish(home, 'home', topic), topic).toBe(false);
      expect(mayLeaveWill(home, 'home', topic), topic).toBe(false);
    }
    for (const other of [OPERATOR, COMMANDER, T1, RELAY]) {
      expect(maySubscribe(other, 'T1', 'homeassistant/#')).toBe(false);
      expect(mayPublish(other, 'T1', status)).toBe(false);
      expect(mayLeaveWill(other, 'T1', status)).toBe(false);
    }
  });

  it('a terminal says what Home Assistant shall show of itself alone', () => {
    expect(mayPublish(T1, 'T1', discoveryTopic('toko', 'T1'))).toBe(true);
    for (const topic of [
      discoveryTopic('toko', 'T2'),
      discoveryTopic('other', 'T1'),
      'homeassistant/lock/gopay-pos-toko/T1/config',
      'homeassistant/device/gopay-pos-toko/T1',
    ])
      expect(mayPublish(T1, 'T1', topic), topic).toBe(false);
    expect(mayPublish(T1, 'T/1', 'homeassistant/device/gopay-pos-toko/T/1/config')).toBe(false);
    expect(maySubscribe(T1, 'T1', discoveryTopic('toko', 'T1'))).toBe(false);
  });

  it('a relay has everything below the root of ours, and nothing else', () => {
    for (const topic of [own('notice'), 'gopay-pos/v1/#'])
      expect(maySubscribe(RELAY, 'relay1', topic)).toBe(true);
    for (const topic of ['#', '$SYS/#', 'gopay-pos/#', 'other/v1/x']) {
      expect(maySubscribe(RELAY, 'relay1', topic), topic).toBe(false);
      expect(mayPublish(RELAY, 'relay1', topic), topic).toBe(false);
    }
  });

  it('events are for an operator who may read them, and for the relay that passes them on, and nobody else', () => {
    const reader: BrokerIdentity = { role: 'operator', commands: false, events: true };
    const listener: BrokerIdentity = { role: 'listener' };
    const all = 'gopay-pos/v1/+/+/event';
    expect([all, own('event')].map((filter) => maySubscribe(reader, 'op', filter))).toEqual([true, true]);
    expect([all, own('event')].map((filter) => maySubscribe(OPERATOR, 'op', filter))).toEqual([false, false]);
    expect(maySubscribe(listener, 'events', all)).toBe(true);
    for (const filter of [...LEAVES.map(own), ...FOREIGN]) {
      expect(maySubscribe(listener, 'events', filter), filter).toBe(false);
      for (const who of [listener, reader]) expect(mayPublish(who, 'x', filter), filter).toBe(false);
    }
    expect(maySubscribe(T1, 'T1', own('event'))).toBe(false);
  });
});
