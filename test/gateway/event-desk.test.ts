import { beforeEach, expect, it } from 'vitest';
import { type Fault, refused as refusal } from '../../src/base/fault.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { NamedBox } from '../../src/identity/token.js';
import type { WebhookAnswer, WebhookPost, WebhookReceiver } from '../../src/port/webhook.js';
import { EventDesk } from '../../src/relay/event-desk.js';
import { Metrics } from '../../src/relay/metrics.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime, settled } from '../kit/time.js';

const topic = (terminal: string) => `gopay-pos/v1/shop/${terminal}/event`;

function event(
  seq: number,
  terminal = 'T1',
  over: object = {},
): { readonly id: string; readonly body: string } {
  const order = `${terminal}-01JD${String(seq).padStart(22, '0')}`;
  const id = `${order}.paid.mrwdwv5s`;
  const said = { id, type: 'sale.paid', terminal, seq, sale: { order_id: order, amount: 15_000 } };
  return { id, body: JSON.stringify({ ...said, ...over }) };
}

let time: FakeTime;
let log: KeptLog;
let counters: Metrics;
let answers: Map<string, WebhookAnswer>;
/** Ids that nobody takes. */
let refused: RegExp | undefined;
let posts: string[];
let acknowledged: string[];
let fetched: number;
let desk: EventDesk;

const receiver = (name: string, kinds: readonly string[]): WebhookReceiver => ({
  ...{ name, kinds, stop: () => undefined },
  send: ({ id }: WebhookPost) => {
    posts.push(`${name} ${id}`);
    if (refused?.test(id) === true) return Promise.resolve({ taken: false, why: 'HTTP 400' });
    return Promise.resolve(answers.get(name) ?? { taken: true });
  },
});
const take = ({ id, body }: ReturnType<typeof event>, terminal = 'T1') =>
  desk.take(topic(terminal), body, () => acknowledged.push(id));

beforeEach(() => {
  [time, log, counters] = [new FakeTime(), new KeptLog(), new Metrics()];
  refused = undefined;
  [answers, posts, acknowledged, fetched] = [new Map(), [], [], 0];
  desk = new EventDesk({
    receivers: [receiver('books', ['paid', 'owed']), receiver('stock', ['paid'])],
    ...{ counters, strangers: log, log, clock: time, timers: time },
    fetchAgain: () => {
      fetched += 1;
    },
  });
});

it('acknowledges when each receiver has taken it, and asks only those that have not', async () => {
  answers.set('stock', { taken: false, why: 'HTTP 500' });
  const one = event(1);
  take(one);
  await settled();
  expect([posts, acknowledged]).toEqual([[`books ${one.id}`, `stock ${one.id}`], []]);
  expect(log.matching(/E427.*stock: HTTP 500; again in 1 s/)).toHaveLength(1);
  answers.clear();
  time.advance(1_000);
  await settled();
  expect(posts.slice(2)).toEqual([`stock ${one.id}`]);
  expect(acknowledged).toEqual([one.id]);
});

it('keeps each terminal in its order, and lets none wait for another', async () => {
  answers.set('books', { taken: false, why: 'HTTP 500' });
  const [first, second, other] = [event(1), event(2), event(1, 'T2')];
  take(first);
  take(second);
  await settled();
  answers.clear();
  take(other, 'T2');
  await settled();
  expect(acknowledged).toEqual([other.id]);
  time.advance(1_000);
  await settled();
  expect(acknowledged).toEqual([other.id, first.id, second.id]);
});

it('a broker that gives one again while it is under way, or just after, has it posted once', async () => {
  answers.set('books', { taken: false, why: 'HTTP 500' });
  const one = event(1);
  take(one);
  await settled();
  desk.take(topic('T1'), one.body, () => acknowledged.push('over the new connection'));
  answers.clear();
  time.advance(1_000);
  await settled();
  expect(acknowledged).toEqual(['over the new connection']);
  const before = posts.length;
  take(one);
  expect([posts.length, acknowledged.length]).toEqual([before, 2]);
  // What a technician replays later is passed on again.
  time.advance(60_000);
  take(one);
  await settled();
  expect(posts.length).toBe(before + 2);
});

it('lets no terminal speak of another, or say what is no event: told, counted, and not kept at the broker', () => {
  const { id } = event(1, 'T2');
  const wrong = [
    event(1, 'T2').body,
    event(1, 'T1', { id }).body,
    event(1, 'T1', { terminal: 'T2' }).body,
    event(1, 'T1', { sale: { order_id: 'T2-01JD0000000000000000000001' } }).body,
    // An order id that no String() can be made of, and one that is no text.
    event(1, 'T1', { sale: { order_id: { toString: 1, valueOf: 1 } } }).body,
    event(1, 'T1', { sale: { order_id: 7 } }).body,
    event(1, 'T1', { type: 'shift.closed' }).body,
    'no JSON',
    '[]',
  ];
  for (const body of wrong) desk.take(topic('T1'), body, () => acknowledged.push('dropped'));
  expect(posts).toEqual([]);
  expect(acknowledged).toHaveLength(wrong.length);
  expect(log.matching(/E429/)).toHaveLength(wrong.length);
  expect(counters.rows('events')).toContainEqual([{ outcome: 'malformed' }, wrong.length]);
});

it('ends nothing by an event at which its reader fails, and keeps none of it at the broker', () => {
  const body = {
    toString: () => {
      throw new RangeError('too deep');
    },
  };
  desk.take(topic('T1'), body as unknown as string, () => acknowledged.push('dropped'));
  expect(acknowledged).toEqual(['dropped']);
  expect(log.matching(/E429.*too deep/)).toHaveLength(1);
  expect(counters.rows('events')).toContainEqual([{ outcome: 'malformed' }, 1]);
});

it('holds a hundred of one terminal; the rest stays at the broker, and is fetched when these are gone', async () => {
  answers.set('books', { taken: false, why: 'HTTP 500' });
  for (let seq = 1; seq <= 105; seq += 1) take(event(seq));
  await settled();
  answers.clear();
  time.advance(1_000);
  for (let turn = 0; turn < 300 && fetched === 0; turn += 1) await settled();
  expect([acknowledged.length, fetched]).toEqual([100, 1]);
});

/** Turns of the loop in which answers come; far more than are needed. */
const turns = async (done: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 3_000 && !done(); turn += 1) await settled();
};

it('lets none overtake what stays at the broker, and takes all in their order by the next connection', async () => {
  const all = Array.from({ length: 102 }, (_, n) => event(n + 1));
  answers.set('books', { taken: false, why: 'HTTP 500' });
  for (const one of all.slice(0, 101)) take(one);
  await settled();
  answers.clear();
  refused = new RegExp(all[1]?.id ?? '');
  time.advance(1_000);
  await turns(() => acknowledged.length === 1);
  // There is room now, and the one before it is not here.
  for (const one of all.slice(101)) take(one);
  refused = undefined;
  time.advance(1_000);
  await turns(() => fetched > 0);
  expect([acknowledged.length, fetched]).toEqual([100, 1]);
  desk.connected();
  for (const one of all.slice(100)) take(one);
  await turns(() => acknowledged.length === all.length);
  expect(acknowledged).toEqual(all.map(({ id }) => id));
});

it('fetches what one terminal has left while another one is stuck, and what nobody had room for', async () => {
  refused = /^T1-/;
  for (let seq = 1; seq <= 100; seq += 1) take(event(seq));
  answers.set('books', { taken: false, why: 'HTTP 500' });
  for (let seq = 1; seq <= 101; seq += 1) take(event(seq, 'T2'), 'T2');
  await settled();
  answers.clear();
  time.advance(1_000);
  await turns(() => fetched > 0);
  expect([acknowledged.length, fetched]).toEqual([100, 1]);
  desk.connected();
  answers.set('books', { taken: false, why: 'HTTP 500' });
  for (let terminal = 2; terminal <= 10; terminal += 1)
    for (let seq = 102; seq <= 201; seq += 1) take(event(seq, `T${terminal}`), `T${terminal}`);
  take(event(1, 'T11'), 'T11');
  await settled();
  answers.clear();
  refused = /^T([13-9]|10)-/;
  time.advance(1_000);
  await turns(() => fetched > 1);
  expect([acknowledged.length, fetched]).toEqual([200, 2]);
});

it('gives up after three days what is never taken, so that what follows is heard', async () => {
  answers.set('books', { taken: false, why: 'HTTP 400' });
  const [first, second] = [event(1), event(2)];
  take(first);
  take(second);
  for (let minute = 0; minute < 3 * 1_440 + 10 && acknowledged.length === 0; minute += 1) {
    await settled();
    time.advance(60_000);
  }
  expect(acknowledged).toEqual([first.id]);
  expect(log.matching(/E428/)).toHaveLength(1);
  await settled();
  expect(posts.at(-1)).toContain(second.id);
});

it('tells a receiver of one merchant of his terminals alone, and takes none for another’s of the same id', async () => {
  desk.stop();
  const ofOne = Object.assign(receiver('kopi', ['paid']), { merchant: 'kopi' });
  const ofAll = receiver('all', ['paid']);
  const both = new EventDesk({
    ...{ receivers: [ofOne, ofAll], counters, strangers: log, log, clock: time, timers: time },
    fetchAgain: () => undefined,
  });
  const { id, body } = event(1);
  for (const merchant of ['shop', 'kopi', 'kopi2'])
    both.take(topic('T1').replace(/v1\/[^/]+/, `v1/${merchant}`), body, () => acknowledged.push(merchant));
  await settled();
  expect(posts).toEqual([`all ${id}`, `kopi ${id}`, `all ${id}`, `all ${id}`]);
  expect(acknowledged).toEqual(['shop', 'kopi', 'kopi2']);
});

/** What a receiver of all is posted of what comes by this topic of T1. */
async function postsOf(
  merchants: readonly string[],
  body: string,
  objection?: (box: NamedBox) => Fault | undefined,
): Promise<WebhookPost[]> {
  const posted: WebhookPost[] = [];
  const all = {
    ...{ name: 'all', kinds: ['paid', 'shift.closed'], stop: () => undefined },
    send: (post: WebhookPost) => Promise.resolve({ taken: posted.push(post) > 0 } as const),
  };
  const some = new EventDesk({
    ...{ receivers: [all as WebhookReceiver], counters, strangers: log, log, clock: time, timers: time },
    ...{ home: 'shop', fetchAgain: () => undefined, ...(objection === undefined ? {} : { objection }) },
  });
  for (const merchant of merchants)
    some.take(topic('T1').replace('/shop/', `/${merchant}/`), body, () => acknowledged.push(merchant));
  await settled();
  some.stop();
  return posted;
}

it('says in what is signed whose terminal it was, so that none speaks of another merchant’s sales', async () => {
  const { id, body } = event(1, 'T1', { merchant: 'shop', __proto__: { merchant: 'shop' } });
  const twice = body.replace('}}', '},"merchant":"shop"}');
  for (const [n, said] of [body, twice].entries()) {
    const posted = await postsOf(['kopi', 'shop'], said);
    const told = posted.map((post) => JSON.parse(post.body) as Record<string, unknown>);
    expect(
      told.map(({ merchant }) => merchant),
      `body ${n}`,
    ).toEqual(['kopi', 'shop']);
    for (const post of posted) expect(post.body.match(/"merchant"/g)).toHaveLength(1);
    // Ids of one are no ids of another's: whoever knows one drops what comes under it again.
    expect(posted.map((post) => post.id)).toEqual([`kopi/${id}`, id]);
    expect(told.map((post) => post['id'])).toEqual([`kopi/${id}`, id]);
    expect(told.map((post) => post['sale'])).toEqual([JSON.parse(body).sale, JSON.parse(body).sale]);
  }
  const shift = { id: 'T1-shift-000007.shift.closed.mrwdwv5s', type: 'shift.closed', terminal: 'T1' };
  const ids = (await postsOf(['kopi', 'shop'], JSON.stringify(shift))).map((post) => post.id);
  expect(new Set(ids).size).toBe(2);
});

it('hears nobody at the word of another merchant, where a broker lets him write there', async () => {
  const objection = ({ merchant, terminal }: NamedBox): Fault | undefined =>
    merchant === 'shop' ? undefined : refusal(FAULT.terminalNameTaken, `${terminal} is a terminal of shop`);
  const { id, body } = event(1);
  expect((await postsOf(['kopi', 'shop'], body, objection)).map((post) => post.id)).toEqual([id]);
  expect(acknowledged.sort()).toEqual(['kopi', 'shop']);
  expect(log.matching(/E429 gopay-pos\/v1\/kopi\/T1\/event: T1 is a terminal of shop/)).toHaveLength(1);
});
