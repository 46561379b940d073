import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { Fleet } from '../../src/mqtt/fleet.js';
import { FleetDoor, type FleetDoorOptions } from '../../src/relay/fleet-door.js';
import type { RelayOptions } from '../../src/relay/options.js';
import { tokenSha256 } from '../../src/relay/terminals.js';
import { checkRelay, RELAY, words } from '../config/files.js';
import { boxState, clockOf, FLEET_AT } from '../kit/fleet/boxes.js';
import { FakeTime } from '../kit/time.js';
import { SERVER_KEY } from './client-kit.js';
import { makeRelay, type RelayBench } from './relay-kit.js';

const TOKEN = 'of-the-owner';
let bench: RelayBench | undefined;
let clock: FakeTime;
afterEach(async () => {
  await bench?.stop();
  bench = undefined;
});

async function open(
  door: Pick<FleetDoorOptions, 'tokenSha256' | 'header'> = { tokenSha256: tokenSha256(TOKEN) },
  relay: Partial<RelayOptions> = {},
  fleet = new Fleet(),
): Promise<RelayBench> {
  clock = new FakeTime(FLEET_AT);
  fleet.take('gopay-pos/v1/toko/T01/state', JSON.stringify(boxState('T01')), clockOf(clock));
  const boxes = () => fleet.boxes(clockOf(clock));
  const fleetPage = new FleetDoor({ ...door, boxes, serverKey: SERVER_KEY, clock });
  bench = await makeRelay({ fleetPage, ...relay });
  return bench;
}

const login = (url: string, token: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/fleet/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ token }).toString(),
  });

const cookieOf = (answer: Response): string => answer.headers.get('set-cookie')?.split(';')[0] ?? '';

it('is not there unless it is set', async () => {
  bench = await makeRelay();
  for (const path of ['/fleet', '/fleet/', '/fleet/login']) {
    const answer = await bench.get(path, { Authorization: `Bearer ${TOKEN}` });
    expect([answer.status, await answer.json()]).toEqual([404, { message: 'no such path' }]);
  }
});

describe('behind a token', () => {
  it('shows nothing of a terminal to who has none, and where to type it', async () => {
    const { url } = await open();
    for (const headers of [
      {},
      { Authorization: 'Bearer wrong' },
      { Cookie: 'gopay_pos_fleet=9999999999.AAAA' },
    ]) {
      const answer = await fetch(`${url}/fleet`, { headers });
      const text = await answer.text();
      expect([answer.status, text.includes('T01'), text.includes('type="password"')]).toEqual([
        401,
        false,
        true,
      ]);
    }
  });

  it('lets in by the header, and by a form whose cookie no script and no other site can use', async () => {
    const { url, log } = await open(undefined, { publicUrl: 'https://relay.example.com/below/' });
    const byHeader = await fetch(`${url}/fleet`, { headers: { Authorization: `Bearer ${TOKEN}` } });
    expect([byHeader.status, (await byHeader.text()).includes('T01')]).toEqual([200, true]);
    expect((await login(url, 'wrong')).status).toBe(401);
    const answer = await login(url, TOKEN);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/below/fleet?lang=id']);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^gopay_pos_fleet=\d+\.[A-Za-z0-9_-]{43}; Path=\/below\/fleet; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
    );
    const Cookie = cookieOf(answer);
    expect((await fetch(`${url}/fleet/`, { headers: { Cookie } })).status).toBe(200);
    expect((await fetch(`${url}/fleet`, { headers: { Cookie: `${Cookie}x` } })).status).toBe(401);
    const later = Cookie.replace(/=\d/, '=9');
    expect((await fetch(`${url}/fleet`, { headers: { Cookie: later } })).status).toBe(401);
    clock.advance(12 * 3_600_000);
    expect((await fetch(`${url}/fleet`, { headers: { Cookie } })).status, 'after its end').toBe(401);
    expect(log.lines.join('\n')).not.toMatch(new RegExp(`${TOKEN}|${Cookie}`));
  });

  it('opens with no session of another token or another server key, and with that of the next relay', async () => {
    const { url } = await open();
    const Cookie = cookieOf(await login(url, TOKEN));
    const ask = (options: Partial<FleetDoorOptions>) =>
      new FleetDoor({
        ...{ boxes: () => [], serverKey: SERVER_KEY, clock, tokenSha256: tokenSha256(TOKEN) },
        ...options,
      }).answer(
        { method: 'GET', path: '/fleet', query: '', headers: { cookie: Cookie }, body: new Uint8Array() },
        { caller: '192.0.2.1', isProxy: false, basePath: '', isHttps: false },
      ).status;
    expect([ask({}), ask({ tokenSha256: tokenSha256('next') }), ask({ serverKey: 'other' })]).toEqual([
      200, 401, 401,
    ]);
  });

  it('bounds the tries of one address: the right token is not heard after ten wrong ones, an open session is', async () => {
    const { url } = await open();
    const Cookie = cookieOf(await login(url, TOKEN));
    clock.advance(60_000);
    for (let tried = 0; tried < 10; tried += 1) expect((await login(url, `guess-${tried}`)).status).toBe(401);
    expect((await login(url, TOKEN)).status).toBe(429);
    expect((await fetch(`${url}/fleet`, { headers: { Authorization: `Bearer ${TOKEN}` } })).status).toBe(429);
    expect((await fetch(`${url}/fleet`, { headers: { Cookie } })).status).toBe(200);
    clock.advance(60_000);
    for (let asked = 0; asked < 20; asked += 1)
      expect((await fetch(`${url}/fleet`, { headers: { Authorization: `Bearer ${TOKEN}` } })).status).toBe(
        200,
      );
  });

  it('takes no form of another site, and ends a session', async () => {
    const { url } = await open();
    expect((await login(url, TOKEN, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    const left = await fetch(`${url}/fleet/logout`, { method: 'POST', redirect: 'manual' });
    expect([left.status, left.headers.get('set-cookie')?.includes('Max-Age=0')]).toEqual([303, true]);
  });

  it('does not listen to the header of a proxy', async () => {
    const { url } = await open(undefined, { trustedProxies: ['127.0.0.1'] });
    expect((await fetch(`${url}/fleet`, { headers: { 'Remote-User': 'owner' } })).status).toBe(401);
  });
});

describe('behind the login of a proxy', () => {
  const PROXY = { header: 'Remote-User' };
  it('believes a proxy that is named, and one name alone', async () => {
    const { url } = await open(PROXY, { trustedProxies: ['127.0.0.1'] });
    const ask = async (headers: Record<string, string>) => (await fetch(`${url}/fleet`, { headers })).status;
    expect(await ask({ 'Remote-User': 'owner' })).toBe(200);
    expect(await ask({})).toBe(403);
    expect(await ask({ 'Remote-User': '' })).toBe(403);
    expect(await ask({ 'Remote-User': 'owner, stranger' })).toBe(403);
    expect(await ask({ 'Remote-User': '{http.auth.user.id}' }), 'as Caddy says nobody').toBe(403);
    expect(await ask({ 'X-Forwarded-User': 'owner' })).toBe(403);
    expect(await ask({ Authorization: `Bearer ${TOKEN}` })).toBe(403);
  });

  it('believes nobody else, whatever he says of where he comes from', async () => {
    const { url } = await open(PROXY, { trustedProxies: ['192.0.2.1'] });
    const spoofed = { 'Remote-User': 'owner', 'X-Forwarded-For': '192.0.2.1', Forwarded: 'for=192.0.2.1' };
    const answer = await fetch(`${url}/fleet`, { headers: spoofed });
    expect([answer.status, (await answer.text()).includes('T01')]).toEqual([403, false]);
    await bench?.stop();
    const nobody = await open(PROXY);
    expect((await fetch(`${nobody.url}/fleet`, { headers: spoofed })).status, 'where none is named').toBe(
      403,
    );
  });
});

it('can only be read, in one piece, by this page alone', async () => {
  const { url } = await open();
  const Authorization = `Bearer ${TOKEN}`;
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const answer = await fetch(`${url}/fleet`, { method, headers: { Authorization } });
    expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
  }
  expect((await fetch(`${url}/fleet/T01`, { headers: { Authorization } })).status).toBe(404);
  const head = await fetch(`${url}/fleet`, { method: 'HEAD', headers: { Authorization } });
  expect([head.status, await head.text()]).toEqual([200, '']);
  const policy = head.headers.get('content-security-policy');
  expect(policy).toMatch(/^default-src 'none'; /);
  expect(policy).not.toContain('unsafe');
  expect(policy).toContain("frame-ancestors 'none'");
  expect([head.headers.get('cache-control'), head.headers.get('x-content-type-options')]).toEqual([
    'no-store',
    'nosniff',
  ]);
});

it('keeps a query out of the log, and answers one that is none', async () => {
  const { url, log } = await open();
  const answer = await new Promise<number>((resolve, reject) => {
    const asked = request(`${url}/fleet?q=${TOKEN}&page=-1&lang=xx&state=%FF%00&alert=__proto__`, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    });
    asked
      .on('response', (response) => resolve(response.resume().statusCode ?? 0))
      .on('error', reject)
      .end();
  });
  expect(answer).toBe(200);
  expect(log.lines.join('\n')).not.toContain(TOKEN);
});

describe('relay.toml', () => {
  const DIGEST = tokenSha256(TOKEN);
  const check = (lines: string, proxies = '[]') =>
    words(
      checkRelay(
        `${RELAY.replace('[midtrans]', `trusted_proxies = ${proxies}\n[midtrans]`)}\n[fleet_page]\nenabled = true\n${lines}`,
      ),
    );
  const PROXY = 'login = "proxy"';
  it.each([
    ['', '[]', 'fleet_page.token_sha256'],
    [`token_sha256 = "${DIGEST}"\nheader = "Remote-User"`, '["127.0.0.1"]', 'fleet_page.header'],
    [`${PROXY}\ntoken_sha256 = "${DIGEST}"`, '["127.0.0.1"]', 'fleet_page.token_sha256'],
    [`token_sha256 = "${tokenSha256('')}"`, '[]', 'the SHA-256 of nothing'],
    [PROXY, '[]', 'no proxy that is believed'],
    [PROXY, '["127.0.0.1", "10.0.0.0/8"]', '10.0.0.0/8, where anybody could write that header'],
    [`${PROXY}\nheader = "Host"`, '["127.0.0.1"]', '"Host"'],
  ])('refuses %j with %s for %s', (lines, proxies, found) => {
    const problems = check(lines, proxies);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(found);
  });
  it.each([
    [`token_sha256 = "${DIGEST}"`, '[]'],
    [PROXY, '["127.0.0.1", "::1"]'],
    [`${PROXY}\nheader = "X-Forwarded-User"`, '["127.0.0.1"]'],
  ])('takes %j', (lines, proxies) => {
    expect(check(lines, proxies)).toEqual([]);
  });
});
