import { beforeEach, expect, it } from 'vitest';
import type { TerminalId } from '../../src/base/ids.js';
import type { Json } from '../../src/base/json.js';
import { err, ok, type Result } from '../../src/base/result.js';
import type { TokenClaims } from '../../src/identity/token.js';
import { MosquittoDoor } from '../../src/relay/mosquitto-door.js';
import { AwaitedLog } from './kit/collect.js';

/** What the plugin knows: as Mosquitto 2.0.11 and 2.0.21 answer. */
let clients: Map<string, Json>;
let acls: Json[];
/** Commands, each with the name that it is about. */
let asked: string[];
/** What the plugin says instead. */
let broken: string | undefined;
/** Runs when the plugin is asked this. */
let meanwhile: Readonly<Record<string, () => void>>;
let revoked: Set<string>;
let log: AwaitedLog;

beforeEach(() => {
  clients = new Map();
  acls = ['publishClientSend', 'publishClientReceive', 'subscribe', 'unsubscribe'].map((acltype) => ({
    acltype,
    allow: false,
  }));
  [asked, broken, meanwhile, revoked] = [[], undefined, {}, new Set()];
  log = new AwaitedLog();
});

function plugin(question: Json): Result<Json, string> {
  const { command, username, count, offset, ...client } = question;
  const name = String(username);
  asked.push(username === undefined ? String(command) : `${command} ${name}`);
  meanwhile[String(command)]?.();
  if (broken !== undefined) return err(broken);
  if (command === 'getDefaultACLAccess') return ok({ acls });
  if (command === 'listClients')
    return ok({ clients: [...clients.values()].slice(Number(offset), Number(offset) + Number(count)) });
  if (command === 'createClient') {
    if (clients.has(name)) return err('Client already exists');
    clients.set(name, { username, ...client });
    return ok({});
  }
  const known = clients.get(name);
  if (known === undefined) return err('Client not found');
  if (command === 'getClient') return ok({ client: known });
  if (command === 'modifyClient') clients.set(name, { ...known, ...client });
  if (command === 'deleteClient') clients.delete(name);
  return ok({});
}

function makeDoor(): MosquittoDoor {
  return new MosquittoDoor({
    ask: (question) => Promise.resolve().then(() => plugin(question)),
    holds: ({ terminal, merchant, endsAtS }) =>
      !revoked.has(terminal) && !revoked.has(`${merchant}/${terminal}`) && endsAtS > 1_000,
    log,
  });
}

const claims = (terminal: string, endsAtS = 2_000): TokenClaims => ({
  ...{ terminal: terminal as TerminalId, merchant: 'shop', issuedAtS: 500, boxKey: 'k', caps: {} },
  endsAtS,
});
const passwords = (): string[] => [...clients].map(([name, { password }]) => `${name} ${password}`);
/** Questions that change something: each throws its client out. */
const changes = (): string[] => asked.filter((one) => /^(create|modify|delete)/.test(one));

it('tells the broker of a token once, by whichever relay it came first, and of the next one', async () => {
  const [one, other] = [makeDoor(), makeDoor()];
  one.connected();
  other.connected();
  for (const door of [one, other, one, other]) {
    door.opened(claims('T1'), 'first');
    await expect.poll(passwords).toEqual(['T1 first']);
  }
  other.opened(claims('T1'), 'second');
  await expect.poll(passwords).toEqual(['T1 second']);
  one.opened(claims('T1'), 'second');
  one.opened(claims('T2'), 'another');
  await expect.poll(passwords).toEqual(['T1 second', 'T2 another']);
  expect(changes()).toEqual(['createClient T1', 'modifyClient T1', 'createClient T2']);
});

it('knows by what the broker keeps who is to go: at its start, each minute, and who was just revoked', async () => {
  const first = makeDoor();
  first.connected();
  for (let n = 1; n <= 205; n += 1) first.opened(claims(`T${n}`), `token-${n}`);
  clients.set('someone', { username: 'someone', textdescription: 'of somebody else' });
  await expect.poll(() => clients.size).toBe(206);
  revoked.add('T205');
  const second = makeDoor();
  second.connected();
  await expect.poll(() => clients.has('T205')).toBe(false);
  revoked.add('T7').add('someone');
  second.review(['T7', 'someone', 'T999']);
  await expect.poll(() => clients.has('T7')).toBe(false);
  // Of another relay.
  clients.set('T300', { username: 'T300', textdescription: `gopay-pos 500 900 ${'a'.repeat(22)}` });
  second.review();
  await expect.poll(() => clients.has('T300')).toBe(false);
  expect(clients.has('someone')).toBe(true);
  expect(log.matching(/was thrown out/)).toHaveLength(3);
});

it('knows of each whose it is, by what the broker keeps; one that was written before says nothing of it', async () => {
  const first = makeDoor();
  first.connected();
  first.opened({ ...claims('T1'), merchant: 'kopi' }, 'token-1');
  first.opened(claims('T2'), 'token-2');
  await expect.poll(() => clients.size).toBe(2);
  clients.set('T3', { username: 'T3', textdescription: `gopay-pos 500 2000 ${'a'.repeat(22)}` });
  revoked.add('kopi/T1').add('undefined/T3');
  makeDoor().connected();
  await expect.poll(() => [...clients.keys()]).toEqual(['T2']);
});

it('lets nobody in who was revoked while the broker was asked about him', async () => {
  const door = makeDoor();
  door.connected();
  meanwhile = { createClient: () => revoked.add('T1'), getClient: () => revoked.add('T2') };
  door.opened(claims('T1'), 'first');
  await log.said.nextWhere((line) => line.includes('T1 may not be at the broker any more'));
  door.opened(claims('T2'), 'second');
  door.opened(claims('T3'), 'third');
  await expect.poll(passwords).toEqual(['T3 third']);
  expect(changes()).toEqual(['createClient T1', 'deleteClient T1', 'createClient T3']);
});

it('leaves a token alone that another relay has renewed, though the one it knows has ended', async () => {
  const description = (endsAtS: number): string => `gopay-pos 500 ${endsAtS} ${'a'.repeat(22)}`;
  clients.set('T1', { username: 'T1', textdescription: description(900) });
  meanwhile = {
    getClient: () => clients.set('T1', { username: 'T1', textdescription: description(5_000) }),
  };
  const door = makeDoor();
  door.connected();
  door.opened(claims('T2'), 'second');
  await expect.poll(() => clients.has('T2')).toBe(true);
  expect(changes()).toEqual(['createClient T2']);
});

it('tells no token to a broker whose plugin lets everybody read what he likes (E651), and does when that is mended', async () => {
  acls = [
    { acltype: 'publishClientReceive', allow: true },
    { acltype: 'unsubscribe', allow: true },
  ];
  const door = makeDoor();
  door.connected();
  door.opened(claims('T1'), 'first');
  await log.said.nextWhere((line) => /^warn E651 .*publishClientReceive/.test(line));
  expect(door.trouble).toMatch(/^E651 /);
  door.opened(claims('T2'), 'second');
  acls = [];
  door.review();
  await expect.poll(passwords).toEqual(['T1 first', 'T2 second']);
  expect(door.trouble).toBeUndefined();
});

it('says E780 of who may still be there, each minute, and asks again then', async () => {
  const door = makeDoor();
  door.connected();
  door.opened(claims('T1'), 'first');
  await expect.poll(passwords).toEqual(['T1 first']);
  door.down('E601 away');
  revoked.add('T1');
  door.review(['T1']);
  expect(log.matching(/^warn E780 T1 may .*: not connected$/)).toHaveLength(1);
  expect(door.trouble).toBe('E601 away');
  broken = 'no answer';
  door.connected();
  await log.said.nextWhere((line) => /^warn E780 T1 .*no answer/.test(line));
  broken = undefined;
  door.review();
  await expect.poll(passwords).toEqual([]);
});
