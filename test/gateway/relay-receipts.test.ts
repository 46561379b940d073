import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReceiptFacts } from '../../src/base/receipt.js';
import { FACTS, linkOf } from '../kit/receipts/receipts.js';
import { reply, reset } from './client-kit.js';
import { makeRelay, type RelayBench, TOKEN } from './relay-kit.js';

const ENGLISH = { 'Accept-Language': 'en-US,en;q=0.9,id;q=0.8' };
const INDONESIAN = { 'Accept-Language': 'id-ID,id;q=0.9,en;q=0.8' };

let bench: RelayBench;
beforeEach(async () => {
  bench = await makeRelay({ receipt: { requestsPerMinute: 60 } });
});
afterEach(() => bench.stop());

/** What Midtrans says of it. */
function says(fields: Record<string, unknown> = {}, facts: ReceiptFacts = FACTS) {
  return reply(
    200,
    JSON.stringify({
      status_code: '200',
      status_message: 'Success, transaction is found',
      transaction_id: '513f1f01-c9da-474c-9fc9-d5c64364b709',
      order_id: facts.orderId,
      gross_amount: `${facts.amount}.00`,
      transaction_status: 'settlement',
      settlement_time: '2026-11-22 12:00:00',
      ...fields,
    }),
  );
}

const path = (facts: ReceiptFacts = FACTS, token = TOKEN, terminal = 'T01'): string =>
  linkOf(facts, '', token, terminal);

async function read(where: string, headers: Record<string, string> = ENGLISH): Promise<string> {
  const response = await bench.get(where, headers);
  return `${response.status} ${wordsOf(await response.text())}`;
}

/** As a person reads it. */
function wordsOf(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<\/?span>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&times;/g, 'x')
    .replace(/\s+/g, ' ')
    .trim();
}

describe('a receipt at the relay', () => {
  it('says what was paid, to whom, when and by which numbers, in the language of the phone', async () => {
    bench.upstream.script(says());
    expect(await read(path())).toBe(
      '200 PAID Rp54.000 PAID Rp54.000 Warung Bu Sri 2 x Kopi susu gula aren Rp36.000 ' +
        '1 x Roti bakar cokelat keju Rp18.000 Total Rp54.000 Paid 22-11-2026 12:00:00 WIB Terminal T01 No. 000123 ' +
        'Method GoPay Issuer GoPay Acquirer GoPay RRN 632612000123 Ref. A120261122052000 ' +
        'ID 513f1f01-c9da-474c-9fc9-d5c64364b709 T01-01JDA3Z1000000000000000000 ' +
        'Checked with Midtrans 22-11-2026 12:00:00 WIB This link ends 22-12-2026 Bahasa Indonesia',
    );
    expect(await read(path(), INDONESIAN)).toContain('LUNAS Rp54.000 Warung Bu Sri');
    expect(await read(`${path()}?lang=en`, INDONESIAN)).toContain('200 PAID');
    expect(await read(path({ ...FACTS, language: 'en' }), INDONESIAN)).toContain('200 PAID');
    expect(await read(path({ ...FACTS, language: 'id' }))).toContain('200 LUNAS');
    expect(await read(path(), {})).toContain('200 LUNAS');
    expect(await read(path(), { 'Accept-Language': 'fr, en;q=0.2, id;q=0.9' })).toContain('200 LUNAS');
  });

  it('is kept by nobody, indexed by nobody, brings no script and tells no other page where it was', async () => {
    bench.upstream.script(says());
    const response = await bench.get(path(), ENGLISH);
    const header = (name: string): string | null => response.headers.get(name);
    expect(header('cache-control')).toBe('no-store');
    expect(header('referrer-policy')).toBe('no-referrer');
    expect(header('x-robots-tag')).toContain('noindex');
    expect(header('x-content-type-options')).toBe('nosniff');
    expect(header('content-type')).toBe('text/html; charset=utf-8');
    expect(header('vary')).toBe('Accept-Language');
    const policy = header('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; img-src data:;/);
    expect(policy).toContain("frame-ancestors 'none'");
    const page = await response.text();
    expect(page).not.toMatch(/<script|https?:|src=|@import|url\(/);
  });

  it('shows no mark-up of a shop, a product or the gateway as such', async () => {
    const evil = `<img src=x onerror=alert(1)>&"'\u202e`;
    const safe = '&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39; ';
    const facts = {
      ...FACTS,
      ...{ shop: evil, issuer: '<b>I</b>', acquirer: '<b>A</b>', reference: '<b>R</b>' },
      ...{ standing: 'owed' as const, contact: [evil] },
      items: [{ name: evil, price: FACTS.amount, quantity: 1 }],
    };
    bench.upstream.script(says({ transaction_id: '<b>T</b>' }));
    const page = await (await bench.get(path(facts))).text();
    expect(page).not.toMatch(/<img|<b>[A-Z]<|\u202e/);
    expect(page.split(safe).length - 1).toBe(3);
    for (const letter of 'IART') expect(page).toContain(`&lt;b&gt;${letter}&lt;/b&gt;`);
  });

  it('says now what was refunded since, wholly or in part, whatever the link says', async () => {
    bench.upstream.script(says({ transaction_status: 'refund', refund_amount: '54000.00' }));
    const refunded = await read(path());
    expect(refunded).toContain('200 REFUNDED Rp54.000');
    expect(refunded).toContain('The money was given back. Not a proof of payment.');
    expect(refunded).not.toContain('PAID');
    bench.clock.advance(60_000);
    bench.upstream.script(says({ transaction_status: 'partial_refund', refund_amount: '18000.00' }));
    const partly = await read(path());
    expect(partly).toContain('PARTLY REFUNDED Rp54.000');
    expect(partly).toContain('Refunded Rp18.000');
  });

  it.each([
    ['cancel', { transaction_status: 'cancel' }],
    ['deny', { transaction_status: 'deny' }],
    ['expire', { transaction_status: 'expire' }],
    ['pending', { transaction_status: 'pending' }],
    ['another amount', { gross_amount: '5400.00' }],
    ['another currency', { currency: 'USD' }],
    ['a doubt of fraud', { fraud_status: 'deny' }],
    ['no such transaction', { status_code: '404' }],
  ])('never says PAID where the gateway says %s', async (_title, fields) => {
    bench.upstream.script(says(fields));
    const page = await read(path());
    expect(page).toContain('200 NOT CONFIRMED');
    expect(page).not.toContain('PAID');
  });

  it('says as of when it is where the gateway cannot be asked, and that a fee on top is the same payment', async () => {
    const asWas = 'PAID Rp54.000';
    const since = 'As it was when paid, 22-11-2026 12:00:00 WIB. It could not be checked just now.';
    for (const failure of [
      reset,
      reply(500, 'x'),
      reply(200, '{}'),
      reply(401, '{"status_code":"401"}'),
      says({ order_id: 'T01-01JDA3Z1000000000000000001' }),
    ]) {
      bench.upstream.script(failure);
      const page = await read(path());
      expect(page).toContain(asWas);
      expect(page).toContain(since);
      bench.clock.advance(60_000);
    }
    const extra_info = { gross_amount_info: { original_amount: 54_000, customer_imposed_payment_fee: 700 } };
    bench.upstream.script(says({ gross_amount: '54700.00', metadata: { extra_info } }));
    const page = await read(path());
    expect(page).toContain('PAID Rp54.000');
    expect(page).toContain('Fee Rp700');
  });

  it('waits three seconds for a silent gateway, and has its answer when somebody looks again', async () => {
    let answer: (() => void) | undefined;
    bench.upstream.script((response, seen) => {
      answer = () => says()(response, seen);
    });
    const asked = bench.upstream.nextRequest();
    const first = read(path());
    await asked;
    bench.timers.advance(3_000);
    expect(await first).toContain('It could not be checked just now');
    answer?.();
    await expect.poll(() => read(path())).toContain('Checked with Midtrans');
    expect(bench.upstream.seen).toHaveLength(1);
  });

  it('asks Midtrans once a minute, however often one link is opened, and 120 times for all of them', async () => {
    bench.upstream.script(says());
    await Promise.all(Array.from({ length: 20 }, () => read(path())));
    expect(bench.upstream.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET /v2/${FACTS.orderId}/status`,
    ]);
    const other = await makeRelay({ receipt: { requestsPerMinute: 1_000 } });
    other.upstream.script(reply(500, ''));
    for (let at = 0; at < 130; at += 1) {
      const orderId = `T01-01JDA3Z1${String(at).padStart(18, '0')}` as ReceiptFacts['orderId'];
      expect((await other.get(path({ ...FACTS, orderId }))).status).toBe(200);
    }
    expect(other.upstream.seen).toHaveLength(120);
    await other.stop();
  });

  it('says of what is owed what to do and whom to call', async () => {
    bench.upstream.script(says());
    const page = await read(path({ ...FACTS, standing: 'owed', contact: ['Tel. 022-1234567'] }));
    expect(page).toContain('PAYMENT RECEIVED Rp54.000 Paid, but nothing was handed over. Show this number');
    expect(page).toContain(
      'So it stood when this link was made, after the payment of 22-11-2026 12:00:00 WIB. What counts is the list of the shop, number 000123',
    );
    expect(await read(path(), ENGLISH)).not.toContain('the list of the shop');
    expect(page).toContain('Contact Tel. 022-1234567');
    expect(page).not.toContain('PAID Rp');
  });

  it('says how many lines found no room', async () => {
    bench.upstream.script(says());
    expect(await read(path({ ...FACTS, more: 15 }))).toContain('and 15 more Total Rp54.000');
  });
});

describe('a link that opens no receipt', () => {
  it('ends when it says so, to the second, and by the clock of the relay', async () => {
    bench.upstream.script(says());
    bench.clock.setWall(FACTS.paidAtMs + 30 * 86_400_000 - 1_000);
    expect(await read(path())).toContain('200 PAID');
    bench.clock.advance(1_000);
    expect(await read(path())).toBe(
      '410 E687 Tautan struk ini sudah berakhir. The link of this receipt has ended. E687',
    );
    expect(bench.upstream.seen).toHaveLength(1);
  });

  it('is one and the same page in both languages, whatever is wrong with it, and asks nobody', async () => {
    const good = path();
    const foreign = { ...FACTS, orderId: 'T09-01JDA3Z1000000000000000000' as ReceiptFacts['orderId'] };
    const pages = new Set<string>();
    for (const bad of [
      `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`,
      good.slice(0, -1),
      `${good}A`,
      path(FACTS, 'an-old-token'),
      path(foreign, 'a-token', 'T09'),
      '/r/x',
      '/r/../healthz/x',
      `/r/${'A'.repeat(500)}`,
      `/r/${'A'.repeat(9_000)}`,
      '/r/%00',
      '/r/%zz',
      '/r/a/b',
    ])
      pages.add(await rawGet(bench.url, bad));
    expect([...pages]).toEqual(['404 E686 Struk ini tidak ada. There is no such receipt. E686']);
    expect(bench.upstream.seen).toEqual([]);
  });

  it('is bounded an address: by what a trusted proxy says of who calls, and a network of IPv6 is one', async () => {
    const other = await makeRelay({ receipt: { requestsPerMinute: 2 }, trustedProxies: ['127.0.0.1'] });
    other.upstream.script(says());
    const from = async (address: string): Promise<number> =>
      (await other.get(path(), { 'X-Forwarded-For': address })).status;
    expect([await from('10.0.0.1'), await from('10.0.0.1'), await from('10.0.0.1')]).toEqual([200, 200, 429]);
    expect(await from('10.0.0.2')).toBe(200);
    expect([await from('2001:db8::1'), await from('2001:db8:0:0:9::1'), await from('2001:db8::2')]).toEqual([
      200, 200, 429,
    ]);
    expect(await from('2001:db8:0:1::1')).toBe(200);
    other.clock.advance(60_000);
    expect(await from('10.0.0.1')).toBe(200);
    expect(await other.metric('gopay_pos_relay_receipts_total{outcome="too_many"}')).toBe(2);
    await other.stop();
  });

  it('says where the relay gives no receipts that it gives none', async () => {
    const other = await makeRelay();
    const response = await other.get(path());
    expect([response.status, wordsOf(await response.text())]).toEqual([
      404,
      'E689 Struk tidak tersedia di sini. Receipts are not available here. E689',
    ]);
    await other.stop();
  });
});

it('opens the same at any relay beside this one: nothing of it is kept', async () => {
  const other = await makeRelay({ receipt: { requestsPerMinute: 60 } });
  for (const { upstream } of [bench, other]) upstream.script(says());
  const pages = await Promise.all([bench, other].map(async (one) => (await one.get(path())).text()));
  expect(pages[0]).toBe(pages[1]);
  await other.stop();
});

it('counts receipts by what became of them, and no line of the log holds a link', async () => {
  bench.upstream.script(says());
  await read(path());
  await read(`${path()}A`);
  for (const outcome of ['settled', 'unknown'])
    expect(await bench.metric(`gopay_pos_relay_receipts_total{outcome="${outcome}"}`)).toBe(1);
  const log = bench.log.lines.join('\n');
  expect(log).toContain(`<- GET /r/... from 127.0.0.1 -> 200 0 ms receipt order=${FACTS.orderId} settled`);
  expect(log).toContain('-> 404 0 ms E686 unknown');
  expect(log).not.toContain(path().slice(3, 40));
});

/** As it is written: `fetch` tidies an address up. */
function rawGet(url: string, where: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: where }, (response) => {
      let page = '';
      response.setEncoding('utf8').on('data', (text: string) => (page += text));
      response.on('end', () => resolve(`${response.statusCode} ${wordsOf(page)}`));
    });
    sent.on('error', reject).end();
  });
}
