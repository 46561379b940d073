import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { sells } from '../kit/account.js';
import { type Shop, story } from '../kit/shop.js';
import { owedSale } from '../kit/technician.js';

const METRICS = '[metrics]\nport = 0\n';

/** What `curl` would see; by node:http, since fetch sets Host itself. */
function ask(
  shop: Shop,
  {
    path = '/metrics',
    method = 'GET',
    headers = {},
  }: { path?: string; method?: string; headers?: object } = {},
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: shop.program.metricsPort,
      path,
      method,
      headers: { ...headers },
    };
    const sent = request({ ...options, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
    sent.on('error', reject).end();
  });
}

/** Rows by name without labels; of a histogram those with labels too. */
function told(text: string, row: string): number | undefined {
  const found = text.split('\n').find((line) => line.startsWith(`${row}{`) || line.startsWith(`${row} `));
  return found === undefined ? undefined : Number(found.split(' ').at(-1));
}

it('tells Prometheus on its own machine how it is, what it owes and how long payments take', () =>
  story({ printer: true, saleToml: 'qr_life_seconds = 60', toml: METRICS }, async (shop) => {
    const orders = [await sells(shop, 15_000), await owedSale(shop, 12_000)];
    await shop.until('ready again', () => shop.program.terminal.boxState()?.ready === true);
    const { status, text } = await ask(shop);
    expect(status).toBe(200);
    // Prometheus' own reader: a row that it would not take ends this with its words.
    execFileSync('promtool', ['check', 'metrics'], { input: text, stdio: 'pipe' });
    const of = (name: string) => told(text, `gopay_pos_terminal_${name}`);
    expect({
      ready: of('ready'),
      owed: [of('owed_sales'), of('owed_rupiah')],
      paid: [of('paid_today_sales'), of('paid_today_rupiah')],
      paper: of('paper_fault'),
      clock: of('clock_trusted'),
    }).toEqual({ ready: 1, owed: [1, 12_000], paid: [2, 27_000], paper: 0, clock: 1 });
    expect(of('last_sale_seconds')).toBeGreaterThan(0);
    expect(of('settle_seconds_count')).toBe(2);
    expect(
      told(text, 'gopay_pos_terminal_gateway_seconds_count{operation="charge",outcome="answered"}'),
    ).toBe(2);
    // Nothing of a single sale, whatever is counted.
    for (const order of orders) expect(text).not.toContain(order);
    // The machine's heat and disk may be others by now; what is counted is not.
    const counted = (of: string) => of.split('\n').filter((row) => /(owed|paid|settle)_/.test(row));
    expect(counted((await ask(shop)).text), 'a scrape changes nothing').toEqual(counted(text));
  }));

it('without a broker as well, and since when it does not sell', () =>
  story({ mqtt: false, toml: METRICS }, async (shop) => {
    const since = async () => told((await ask(shop)).text, 'gopay_pos_terminal_since_seconds');
    const was = (await since()) ?? 0;
    shop.sandbox.faults.add({ fault: 'serverError' });
    await shop.clock.advance(20_000);
    await shop.until('not ready', () => shop.program.terminal.boxState()?.ready === false);
    expect(told((await ask(shop)).text, 'gopay_pos_terminal_ready')).toBe(0);
    expect(await since()).toBeGreaterThan(was);
  }));

it('is for no page of a browser, and offers nothing else', () =>
  story({ toml: METRICS }, async (shop) => {
    const port = shop.program.metricsPort;
    const statuses = async (...asked: Parameters<typeof ask>[1][]) =>
      Promise.all(asked.map(async (each) => (await ask(shop, each)).status));
    expect(
      await statuses(
        { headers: { host: `shop.example.com:${port}` } },
        { headers: { origin: 'https://shop.example.com' } },
        { headers: { origin: `http://127.0.0.1:${port}` } },
        { headers: { host: `localhost:${port}` } },
        { path: '/' },
        { path: '/metrics/fleet' },
        { method: 'POST' },
      ),
    ).toEqual([421, 403, 403, 200, 404, 404, 405]);
  }));

it('is not there where nobody asked for it', () =>
  story({}, async (shop) => {
    expect(shop.program.metricsPort).toBeUndefined();
  }));

it('sells where its port is taken, and says so', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await story({ toml: `[metrics]\nport = ${port}\n` }, async (shop) => {
    expect(shop.program.metricsPort).toBeUndefined();
    expect(shop.log.join('\n')).toContain('E781');
    await sells(shop, 15_000);
  });
  await new Promise((resolve) => other.close(resolve));
});
