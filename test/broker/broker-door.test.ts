import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BrokerIdentity } from '../../src/mqtt/permissions.js';
import { BrokerDoor } from '../../src/relay/broker-door.js';
import { AwaitedLog } from './kit/collect.js';

/** Tokens, and whether each still holds. */
let tokens: Map<string, boolean>;
let taken: string[];
let takePlace: (name: string, password: string) => Promise<void>;
/** Whose things were kept. */
let kept: string[];
/** Runs while somebody's signature is looked at. */
let looked: () => void;
/** Whom an earlier relay has let in, and what this one writes down of that. */
let guests: [string, BrokerIdentity][];
let written: string[];
let log: AwaitedLog;
let door: BrokerDoor;
let url: string;

beforeEach(() => {
  tokens = new Map([
    ['T1 first', true],
    ['T2 second', true],
  ]);
  [taken, kept, guests, written] = [[], [], [], []];
  looked = () => {};
  takePlace = () => Promise.resolve();
  log = new AwaitedLog();
});

async function open(): Promise<void> {
  const identify = (name: string, password: string): BrokerIdentity | undefined => {
    const token = `${name} ${password}`;
    const holds = (): boolean => tokens.get(token) === true;
    const mayReturn = (): boolean => tokens.get(token) === undefined;
    return holds() ? { role: 'terminal', merchant: 'shop', holds, mayReturn } : undefined;
  };
  door = new BrokerDoor({
    identify: (name, password) => {
      const identity = identify(name, password);
      looked();
      return Promise.resolve(identity);
    },
    known: (name) => ({ role: 'terminal', merchant: 'shop', holds: () => name === 'T9' }),
    guests,
    entered: (name) => written.push(`${name} in`),
    left: (name) => written.push(`${name} out`),
    takePlace: ({ name, password, keeps }) => {
      taken.push(name);
      if (keeps) kept.push(name);
      return takePlace(name, password);
    },
    log,
    strangers: log,
  });
  url = `http://127.0.0.1:${await door.listen(0)}`;
}
beforeEach(open);
afterEach(() => door.close());

async function ask(path: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ vhost: '/', ...fields });
  return (await fetch(url + path, { method: 'POST', body })).text();
}

const enter = (username: string, password: string, clientId = username) =>
  ask('/user', { username, password, client_id: clientId });
const topic = (username: string, permission: string, key: string) =>
  ask('/topic', { username, permission, resource: 'topic', name: 'amq.topic', routing_key: key });
const resource = (username: string, kind: string, name: string, permission: string) =>
  ask('/resource', { username, resource: kind, name, permission });

it('lets in who proves who he is under his own client id, and nobody else', async () => {
  expect(await enter('T1', 'first')).toBe('allow');
  expect(await enter('T1', 'second')).toBe('deny');
  expect(await enter('T1', '')).toBe('deny');
  expect(await enter('T1', 'first', 'T2')).toBe('deny');
  expect(await ask('/vhost', { username: 'T1' })).toBe('allow');
  expect(await ask('/vhost', { username: 'T2' })).toBe('deny');
  expect(await ask('/vhost', { username: 'T9' }), 'from before a restart').toBe('allow');
  expect(await ask('/nowhere', { username: 'T1' })).toBe('deny');
});

it.each([
  ['read', 'gopay-pos.v1.shop.T1.notice', 'allow'],
  ['read', 'gopay-pos.v1.shop.T2.notice', 'deny'],
  ['read', 'gopay-pos.v1.shop.*.notice', 'deny'],
  ['read', 'gopay-pos.v1.#', 'deny'],
  ['read', 'gopay-pos/v1/shop/T1/notice', 'deny'],
  ['read', 'gopay-pos.v1.shop.T1.state', 'deny'],
  ['write', 'gopay-pos.v1.shop.T1.state', 'allow'],
  ['write', 'gopay-pos.v1.shop.T1.notice', 'deny'],
  ['write', 'gopay-pos.v1.shop.T2.state', 'deny'],
  ['write', 'gopay-pos.v1.other.T1.state', 'deny'],
  ['write', 'homeassistant.device.gopay-pos-shop.T1.config', 'allow'],
  ['read', 'homeassistant.device.gopay-pos-shop.T1.config', 'deny'],
  ['write', 'homeassistant.device.gopay-pos-shop.T2.config', 'deny'],
  ['write', 'homeassistant.device.gopay-pos-other.T1.config', 'deny'],
  ['write', 'homeassistant.lock.gopay-pos-shop.T1.config', 'deny'],
])('of topics, to %s %s: %s', async (permission, key, verdict) => {
  await enter('T1', 'first');
  expect(await topic('T1', permission, key)).toBe(verdict);
});

it.each([
  ['queue', 'mqtt-subscription-T1qos1', 'configure', 'allow'],
  ['queue', 'mqtt-subscription-T2qos1', 'read', 'deny'],
  ['queue', 'mqtt-subscription-T1qos1qos1', 'read', 'deny'],
  ['exchange', 'amq.topic', 'write', 'allow'],
  ['exchange', 'amq.topic', 'configure', 'deny'],
  ['exchange', '', 'write', 'deny'],
])('of the broker’s own things, %s %s to %s: %s', async (kind, name, permission, verdict) => {
  await enter('T1', 'first');
  expect(await resource('T1', kind, name, permission)).toBe(verdict);
});

it('throws out who may not be there any more, once, by a password that is good once', async () => {
  await enter('T1', 'first');
  await enter('T2', 'second');
  const heard: string[] = [];
  takePlace = async (name, password) => {
    heard.push(await enter(name, 'wrong'), await enter(name, password), await enter(name, password));
    heard.push(await topic(name, 'read', 'gopay-pos.v1.shop.T1.notice'));
  };
  tokens.set('T1 first', false);
  door.review();
  await log.said.nextWhere((line) => line.includes('was thrown out'));
  expect(heard).toEqual(['deny', 'allow', 'deny', 'deny']);
  door.review();
  expect(await enter('T1', 'first')).toBe('deny');
  expect(taken).toEqual(['T1']);
});

it('tries again where it could not, and says E780; who is enrolled again meanwhile stays', async () => {
  await enter('T1', 'first');
  takePlace = () => Promise.reject(new Error('no broker'));
  tokens.set('T1 first', false);
  for (const times of [1, 2]) {
    door.review();
    await log.said.nextWhere((line) => /E780 T1 .*no broker/.test(line));
    expect(taken).toHaveLength(times);
  }
  tokens.set('T1 third', true);
  expect(await enter('T1', 'third')).toBe('allow');
  door.review();
  expect(await topic('T1', 'read', 'gopay-pos.v1.shop.T1.notice')).toBe('allow');
  expect(taken).toHaveLength(2);
});

it('lets nobody in who was revoked while his signature was looked at', async () => {
  looked = () => void tokens.set('T1 first', false);
  expect(await enter('T1', 'first')).toBe('deny');
});

it('keeps what waits for a terminal whose token has merely ended, and nothing for one that was revoked', async () => {
  await enter('T1', 'first');
  await enter('T2', 'second');
  tokens.delete('T1 first');
  tokens.set('T2 second', false);
  door.review();
  await log.said.nextWhere((line) => line.includes('T1 may not'));
  await log.said.nextWhere((line) => line.includes('T2 may not'));
  expect([taken, kept]).toEqual([['T1', 'T2'], ['T1']]);
});

it('throws out who was revoked and whom the broker let in before this relay began, and nobody who is enrolled anew', async () => {
  await enter('T1', 'first');
  door.review(['T1', 'T9']);
  await log.said.nextWhere((line) => line.includes('T9 may not'));
  door.review();
  expect(taken).toEqual(['T9']);
  expect(await topic('T1', 'read', 'gopay-pos.v1.shop.T1.notice')).toBe('allow');
});

it('one who waits for his turn is not queued again, and at the end nobody’s turn comes any more', async () => {
  await enter('T1', 'first');
  await enter('T2', 'second');
  tokens.set('T1 first', false);
  takePlace = (name) => (name === 'T1' ? Promise.reject(new Error('no broker')) : Promise.resolve());
  for (let times = 0; times < 3; times += 1) door.review();
  tokens.set('T2 second', false);
  door.review();
  await log.said.nextWhere((line) => line.includes('T2 may not'));
  expect(taken).toEqual(['T1', 'T2']);
  let letGo = (): void => {};
  takePlace = () => new Promise((resolve) => (letGo = resolve));
  door.review(['T8']);
  await expect.poll(() => taken).toEqual(['T1', 'T2', 'T1']);
  const closed = door.close();
  letGo();
  await closed;
  expect(taken).toEqual(['T1', 'T2', 'T1']);
});

it('throws out at its start who was let in before and may not be there any more, and writes down who comes and goes', async () => {
  await door.close();
  guests = [
    ['T5', { role: 'terminal', merchant: 'shop', holds: () => false, mayReturn: () => true }],
    ['T6', { role: 'terminal', merchant: 'shop', holds: () => true }],
  ];
  await open();
  door.review();
  await log.said.nextWhere((line) => line.includes('T5 may not'));
  expect([taken, kept, written]).toEqual([['T5'], ['T5'], ['T5 out']]);
  expect(await topic('T6', 'read', 'gopay-pos.v1.shop.T6.notice')).toBe('allow');
  await enter('T1', 'first');
  expect(written).toEqual(['T5 out', 'T1 in']);
});
