import { afterEach, describe, expect, it } from 'vitest';
import { sandboxSignature } from '../../src/sandbox/midtrans/signature.js';
import {
  POST_TIMEOUT_MS,
  type PostAnswer,
  type PostNotification,
  RETRY_INTERVALS_MS,
} from '../../src/sandbox/notification/notification-sender.js';
import { type Bench, bench, type Json, merchant, SERVER_KEY, sample } from './sandbox-kit.js';
import { differences } from './sandbox-shape.js';

let at: Bench | undefined;
let shop: Awaited<ReturnType<typeof merchant>> | undefined;

afterEach(async () => {
  await at?.sandbox.close();
  await shop?.close();
  at = undefined;
  shop = undefined;
});

const URL_OF_SHOP = 'http://merchant.test/notify';
/** Longer than all intervals together. */
const ALL_MS = 400 * 60_000;

/** A network that answers with this, time after time; the last one again and again. */
function network(...answers: (number | PostAnswer)[]): PostNotification & { readonly urls: string[] } {
  const urls: string[] = [];
  const post = async ({ url }: { url: string }): Promise<PostAnswer> => {
    const answer = answers[Math.min(urls.length, answers.length - 1)] ?? 200;
    urls.push(url);
    return typeof answer === 'number' ? { kind: 'status', httpStatus: answer } : answer;
  };
  return Object.assign(post, { urls });
}

function minutesOf(bench: Bench): number[] {
  const attempts = bench.sandbox.notifications.list()[0]?.attempts ?? [];
  return attempts.map(({ atWallMs }) => (atWallMs - (attempts[0]?.atWallMs ?? 0)) / 60_000);
}

describe('the signature of the sandbox', () => {
  it.each(['settlement', 'pending', 'expire', 'partial-refund'])(
    'agrees with the official %s fixture',
    (name) => {
      const body = sample(`notif-${name}.agent-skills-signed`);
      const text = (key: string): string => String(body[key]);
      expect(sandboxSignature(text('order_id'), text('status_code'), text('gross_amount'), SERVER_KEY)).toBe(
        body['signature_key'],
      );
    },
  );
});

describe('a notification of the sandbox', () => {
  it('arrives as a POST by Veritrans with a signed JSON body, once for each change', async () => {
    shop = await merchant();
    at = await bench({ notificationUrl: `${shop.url}/n` });
    await at.charge('Q1', 15_000);
    at.time.advance(0);
    await at.sandbox.notifications.settled();
    at.time.advance(67_000);
    at.sandbox.transactions.pay('Q1');
    at.time.advance(0);
    await at.sandbox.notifications.settled();
    expect(shop.heard.map(({ json }) => json['transaction_status'])).toEqual(['pending', 'settlement']);
    const [pending, settlement] = shop.heard;
    expect(pending?.path).toBe('/n');
    expect(pending?.headers).toMatchObject({
      'user-agent': 'Veritrans',
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(
      differences(sample('notif-qris-pending.docs'), pending?.json ?? {}, { mayAdd: ['expiry_time'] }),
    ).toEqual([]);
    const personal = { mayLack: ['customer_details', 'pop_id'] };
    expect(
      differences(sample('notif-qris-settlement.sandbox-2026'), settlement?.json ?? {}, personal),
    ).toEqual([]);
    expect(settlement?.json['signature_key']).toBe(sandboxSignature('Q1', '200', '15000.00', SERVER_KEY));
    expect(at.sandbox.notifications.list().map(({ state }) => state)).toEqual(['accepted', 'accepted']);
  });

  it.each([
    ['cancel', '407', '202'],
    ['expire', '407', '202'],
  ])('of %s says 202 where the answer says another code', async (close, _answer, code) => {
    at = await bench({ notificationUrl: URL_OF_SHOP, post: network(200), notifyPending: false });
    await at.charge('Q1');
    await at.call('POST', `/v2/Q1/${close}`);
    await at.sandbox.advance(0);
    const body = JSON.parse(at.sandbox.notifications.list()[0]?.body ?? '{}') as Json;
    expect(body).toMatchObject({ status_code: code, transaction_status: close });
    expect(body['signature_key']).toBe(sandboxSignature('Q1', code, '15000.00', SERVER_KEY));
    if (close === 'expire')
      expect(differences(sample('notif-qris-expire.docs'), body, { mayAdd: ['expiry_time'] })).toEqual([]);
    else
      expect(differences(sample('derived/notif-gopay-cancel'), body, { mayAdd: ['acquirer'] })).toEqual([]);
  });

  it('of a gopay charge paid by deep link has the shape of 2021, plus what newer ones carry', async () => {
    at = await bench({ notificationUrl: URL_OF_SHOP, post: network(200), notifyPending: false });
    await at.charge('G1', 7000, { payment_type: 'gopay' });
    at.sandbox.transactions.pay('G1', { by: 'deeplink' });
    await at.sandbox.advance(0);
    const body = JSON.parse(at.sandbox.notifications.list()[0]?.body ?? '{}') as Json;
    const newer = { mayAdd: ['expiry_time', 'payment_option_type'] };
    expect(differences(sample('notif-gopay-settlement.docs-2021'), body, newer)).toEqual([]);
  });

  it('of an expiry by the batch is sent as well', async () => {
    at = await bench({ notificationUrl: URL_OF_SHOP, post: network(200) });
    await at.charge('Q1');
    await at.sandbox.advance(20 * 60_000);
    expect(at.sandbox.notifications.list().map(({ status }) => status)).toEqual(['pending', 'expire']);
  });

  it('goes to X-Override-Notification only, or to X-Append-Notification as well, up to three each', async () => {
    at = await bench({ notificationUrl: 'http://dash.test/', post: network(200) });
    await at.charge(
      'Q1',
      1,
      {},
      { 'X-Override-Notification': 'http://a.test/, http://b.test/,http://c.test/' },
    );
    await at.charge('Q2', 1, {}, { 'X-Append-Notification': 'http://d.test/' });
    await at.charge('Q3', 1);
    const four = 'http://a.test/,http://b.test/,http://c.test/,http://d.test/';
    expect((await at.charge('Q4', 1, {}, { 'X-Override-Notification': four })).http).toBe(400);
    await at.sandbox.advance(0);
    const urls = (orderId: string): string[] =>
      (at?.sandbox.notifications.list() ?? []).filter((one) => one.orderId === orderId).map(({ url }) => url);
    expect(urls('Q1')).toEqual(['http://a.test/', 'http://b.test/', 'http://c.test/']);
    expect(urls('Q2')).toEqual(['http://dash.test/', 'http://d.test/']);
    expect(urls('Q3')).toEqual(['http://dash.test/']);
  });

  it('carries X-POP-ID back as pop_id', async () => {
    at = await bench({ notificationUrl: URL_OF_SHOP, post: network(200) });
    await at.charge('Q1', 1, {}, { 'X-POP-ID': 'outlet-7' });
    expect(JSON.parse(at.sandbox.notifications.list()[0]?.body ?? '{}')).toMatchObject({
      pop_id: 'outlet-7',
    });
  });

  it('waits up to the time that the settings allow', async () => {
    const post = network(200);
    at = await bench({ notificationUrl: URL_OF_SHOP, post, notifyWithinMs: 20_000 });
    await at.charge('Q1');
    await at.sandbox.advance(0);
    expect(post.urls).toHaveLength(0);
    await at.sandbox.advance(20_000);
    expect(post.urls).toHaveLength(1);
  });
});

describe('the retry table of the sandbox', () => {
  it.each<[string, number | PostAnswer, number]>([
    ['200', 200, 0],
    ['201', 201, 0],
    ['299', 299, 0],
    ['500', 500, 1],
    ['503', 503, 4],
    ['400', 400, 2],
    ['404', 404, 2],
    ['301', 301, 0],
    ['302', 302, 0],
    ['303', 303, 0],
    ['304', 304, 5],
    ['307 without a place to go', 307, 5],
    ['401', 401, 5],
    ['409', 409, 5],
    ['418', 418, 5],
    ['502', 502, 5],
    ['504', 504, 5],
    ['silence', { kind: 'timeout' }, 5],
    ['nobody there', { kind: 'unreachable', detail: 'ECONNREFUSED' }, 5],
  ])('after %s tries again as often as Midtrans does', async (_name, answer, retries) => {
    const post = network(answer);
    at = await bench({ notificationUrl: URL_OF_SHOP, post });
    await at.charge('Q1', 15_000, { custom_expiry: { expiry_duration: 1, unit: 'day' } });
    await at.sandbox.advance(ALL_MS);
    expect(post.urls).toHaveLength(1 + retries);
    const accepted = typeof answer === 'number' && answer < 300;
    expect(at.sandbox.notifications.list()[0]?.state).toBe(accepted ? 'accepted' : 'givenUp');
  });

  it('waits 2, 10, 30, 90 and 210 minutes without chance', async () => {
    at = await bench({ notificationUrl: URL_OF_SHOP, post: network(502), retryShift: 0 });
    await at.charge('Q1', 15_000, { custom_expiry: { expiry_duration: 1, unit: 'day' } });
    await at.sandbox.advance(ALL_MS);
    expect(minutesOf(at)).toEqual([0, 2, 12, 42, 132, 342]);
  });

  it('waits at most these times, shifted by chance, with the shift of the settings', async () => {
    at = await bench({ notificationUrl: URL_OF_SHOP, post: network(502) });
    await at.charge('Q1', 15_000, { custom_expiry: { expiry_duration: 1, unit: 'day' } });
    await at.sandbox.advance(ALL_MS);
    const minutes = minutesOf(at);
    const waits = minutes.slice(1).map((minute, index) => minute - (minutes[index] ?? 0));
    for (const [index, wait] of waits.entries()) {
      const longest = (RETRY_INTERVALS_MS[index] ?? 0) / 60_000;
      expect(wait).toBeLessThanOrEqual(longest);
      expect(wait).toBeGreaterThanOrEqual(longest / 4);
    }
    expect(new Set(waits.map((wait, index) => wait / ((RETRY_INTERVALS_MS[index] ?? 1) / 60_000))).size).toBe(
      5,
    );
  });

  it('goes by the latest answer when answers differ, and stops at the first success', async () => {
    const mixed = network(500, 503, 200);
    at = await bench({ notificationUrl: URL_OF_SHOP, post: mixed });
    await at.charge('Q1', 15_000, { custom_expiry: { expiry_duration: 1, unit: 'day' } });
    await at.sandbox.advance(ALL_MS);
    expect(mixed.urls).toHaveLength(3);
    expect(at.sandbox.notifications.list()[0]?.state).toBe('accepted');
  });

  it('sends the body of the first attempt again, even when the transaction went on', async () => {
    at = await bench({ notificationUrl: URL_OF_SHOP, post: network(502, 502, 502, 200) });
    await at.charge('Q1');
    await at.sandbox.advance(0);
    at.sandbox.transactions.pay('Q1');
    await at.sandbox.advance(ALL_MS);
    expect(at.sandbox.notifications.list()[0]?.attempts.length).toBeGreaterThan(1);
    expect(JSON.parse(at.sandbox.notifications.list()[0]?.body ?? '{}')).toMatchObject({
      transaction_status: 'pending',
    });
  });

  it('follows 307 and 308 five times with the same body, and no further', async () => {
    shop = await merchant(({ path }, response) => {
      const hop = Number(path.slice(2));
      if (hop === 5 && path.startsWith('/e')) response.end();
      else response.writeHead(hop % 2 === 0 ? 307 : 308, { Location: `/${path.charAt(1)}${hop + 1}` }).end();
    });
    at = await bench();
    const long = { custom_expiry: { expiry_duration: 1, unit: 'day' } };
    await at.charge('Q1', 1, long, { 'X-Override-Notification': `${shop.url}/e0` });
    await at.sandbox.advance(0);
    expect(shop.heard.map(({ path }) => path)).toEqual(['/e0', '/e1', '/e2', '/e3', '/e4', '/e5']);
    expect(new Set(shop.heard.map(({ text }) => text)).size).toBe(1);
    expect(at.sandbox.notifications.list()[0]).toMatchObject({ state: 'accepted', attempts: [{ hops: 5 }] });
    await at.charge('Q2', 1, long, { 'X-Override-Notification': `${shop.url}/x0` });
    await at.sandbox.advance(0);
    expect(at.sandbox.notifications.list()[1]).toMatchObject({
      state: 'waiting',
      attempts: [{ hops: 5, answer: { kind: 'status', httpStatus: 308 } }],
    });
  });

  it('gives up on silence after 15 seconds', async () => {
    const silent: { arrived: () => void } = { arrived: () => undefined };
    const arrived = new Promise<void>((resolve) => {
      silent.arrived = resolve;
    });
    shop = await merchant(() => silent.arrived());
    at = await bench({ notificationUrl: shop.url });
    await at.charge('Q1');
    at.time.advance(0);
    await arrived;
    at.time.advance(POST_TIMEOUT_MS - 1);
    expect(at.sandbox.notifications.list()[0]).toMatchObject({ state: 'underWay', attempts: [] });
    at.time.advance(1);
    await at.sandbox.notifications.settled();
    expect(POST_TIMEOUT_MS).toBe(15_000);
    expect(at.sandbox.notifications.list()[0]).toMatchObject({
      state: 'waiting',
      attempts: [{ answer: { kind: 'timeout' } }],
    });
  });

  it('counts a refused connection and an address that is none as unreachable', async () => {
    shop = await merchant();
    const dead = shop.url;
    await shop.close();
    shop = undefined;
    at = await bench();
    await at.charge('Q1', 1, {}, { 'X-Override-Notification': `${dead}/,ftp://x.test/` });
    await at.sandbox.advance(0);
    const kinds = at.sandbox.notifications.list().map(({ attempts }) => attempts[0]?.answer.kind);
    expect(kinds).toEqual(['unreachable', 'unreachable']);
  });
});
