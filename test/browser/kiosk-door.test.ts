import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeTime } from '../kit/time.js';
import { type Kiosk, startKiosk } from './kit.js';
import { SCREENS } from './screens.js';

let kiosk: Kiosk;
let time: FakeTime;
const open: IncomingMessage[] = [];

beforeEach(async () => {
  time = new FakeTime();
  kiosk = await startKiosk({ clock: time, timers: time });
});

afterEach(async () => {
  for (const stream of open.splice(0)) stream.destroy();
  await kiosk.stop();
});

describe('the door', () => {
  it('listens on the loopback address unless told otherwise', () => {
    expect(new URL(kiosk.page.url).hostname).toBe('127.0.0.1');
  });

  it('answers under no name but its own, against DNS rebinding', async () => {
    const { port } = new URL(kiosk.page.url);
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      '127.0.0.1:1',
      `[::2]:${port}`,
      '',
    ])
      for (const path of ['/', '/events', '/kiosk.js'])
        expect({ host, path, status: (await ask('GET', path, { host })).status }).toEqual({
          host,
          path,
          status: 421,
        });
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
      expect({ host, status: (await ask('GET', '/', { host })).status }).toEqual({ host, status: 200 });
  });

  it('lets no other page listen to the screen', async () => {
    expect((await ask('GET', '/events', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await ask('GET', '/events', { origin: 'null' })).status).toBe(403);
    expect((await ask('GET', '/events', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await ask('GET', '/events', { 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect(kiosk.page.display.attached()).toBe(false);
  });

  it('takes keys only from this page of this start', async () => {
    const page = await join();
    const wrong: [string, OutgoingHttpHeaders][] = [
      ['another origin', { origin: 'http://evil.example' }],
      ['the same machine under another port', { origin: 'http://127.0.0.1:1' }],
      ['a sandboxed frame', { origin: 'null' }],
      ['https', { origin: page.origin.replace('http:', 'https:') }],
      ['another site', { 'sec-fetch-site': 'cross-site' }],
      ['no token', { 'x-gopay-pos-token': '' }],
      ['a token that is too short', { 'x-gopay-pos-token': page.token.slice(1) }],
      ['a stale token', { 'x-gopay-pos-token': '0'.repeat(page.token.length) }],
    ];
    for (const [who, headers] of wrong) {
      const answer = await page.post('/keys', { first: 0, keys: ['1'] }, headers);
      expect({ who, status: answer.status }).toEqual({ who, status: 403 });
    }
    const noOrigin = await page.post('/keys', { first: 0, keys: ['1'] }, { origin: undefined });
    expect(noOrigin.status).toBe(403);
    expect(kiosk.keys()).toEqual([]);
    expect((await page.post('/keys', { first: 0, keys: ['1'] })).status).toBe(204);
    expect(kiosk.keys()).toEqual(['1']);
  });

  it('forgets the tokens and pages of the start before', async () => {
    const page = await join();
    await kiosk.page.stop();
    await kiosk.page.start();
    expect((await page.post('/keys', { first: 0, keys: ['1'] })).status).toBe(403);
    const next = await join();
    expect(next.token).not.toBe(page.token);
    const old = await page.post('/keys', { first: 0, keys: ['1'] }, { 'x-gopay-pos-token': next.token });
    expect(old.status).toBe(409);
    expect(kiosk.keys()).toEqual([]);
  });

  it('reads nothing that is no message of the page', async () => {
    const page = await join();
    const status = async (body: unknown): Promise<number> => (await page.post('/keys', body)).status;
    expect(await status({ first: 0, keys: ['17'] })).toBe(400);
    expect(await status({ first: 0, keys: [] })).toBe(400);
    expect(await status({ first: 0, keys: Array.from({ length: 33 }, () => '1') })).toBe(400);
    expect(await status({ first: -1, keys: ['1'] })).toBe(400);
    expect(await status({ first: 0.5, keys: ['1'] })).toBe(400);
    expect(await status({ first: 0, keys: ['1'], session: 7 })).toBe(400);
    expect(await status({ first: 0, keys: ['1'], pad: 'x'.repeat(4_096) })).toBe(413);
    expect((await page.raw('/keys', 'not json')).status).toBe(400);
    expect((await page.raw('/keys', '[]')).status).toBe(400);
    expect((await page.raw('/keys', '{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await ask('PUT', '/keys')).status).toBe(405);
    expect((await ask('GET', '/kiosk-page.ts')).status).toBe(404);
    expect((await ask('GET', '/../kiosk-page.ts')).status).toBe(404);
    expect(kiosk.keys()).toEqual([]);
  });

  it('sends its safety headers with everything and no leave to other origins', async () => {
    for (const path of ['/', '/kiosk.js', '/kiosk.css', '/nothing']) {
      const { headers } = await ask('GET', path, { origin: 'http://evil.example' });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
    const preflight = await ask('OPTIONS', '/keys', {
      origin: 'http://evil.example',
      'access-control-request-method': 'POST',
    });
    expect(preflight.status).toBe(405);
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('asks for nothing from elsewhere', async () => {
    for (const path of ['/', '/kiosk.css', '/kiosk.js', '/faces.js', '/fit.js', '/keys.js', '/link.js']) {
      const { status, body } = await ask('GET', path);
      expect(status).toBe(200);
      expect(body.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|\/\/[a-z]+\./);
    }
  });

  it('writes the shop into the page as text', async () => {
    const other = await startKiosk({ shop: '<script>alert("1")</script> & Co' });
    const { body } = await ask('GET', '/', {}, other);
    expect(body).not.toContain('<script>alert');
    expect(body).toContain('&#38; Co');
    await other.stop();
  });

  it('holds four pages, and no more', async () => {
    for (let count = 0; count < 4; count += 1) await join();
    expect((await ask('GET', '/events')).status).toBe(429);
    open.shift()?.destroy();
    await expect.poll(async () => (await peek('/events')).status).toBe(200);
  });
});

describe('keys that are sent again', () => {
  it('are taken once, whatever part of them came before', async () => {
    const page = await join();
    await page.post('/keys', { first: 0, keys: ['1', '2'] });
    await page.post('/keys', { first: 0, keys: ['1', '2'] });
    await page.post('/keys', { first: 0, keys: ['1', '2', '3'] });
    await page.post('/keys', { first: 1, keys: ['2'] });
    await page.post('/keys', { first: 3, keys: ['4'] });
    expect(kiosk.keys()).toEqual(['1', '2', '3', '4']);
  });

  it('are refused when some before them are missing', async () => {
    const page = await join();
    expect((await page.post('/keys', { first: 1, keys: ['2'] })).status).toBe(409);
    expect(kiosk.keys()).toEqual([]);
  });

  it('are counted for each page on its own', async () => {
    const one = await join();
    const two = await join();
    await one.post('/keys', { first: 0, keys: ['1'] });
    await two.post('/keys', { first: 0, keys: ['2'] });
    await one.post('/keys', { first: 1, keys: ['3'] });
    expect(kiosk.keys()).toEqual(['1', '2', '3']);
  });
});

describe('show', () => {
  it('is false after 3 s without a page', async () => {
    const shown = kiosk.page.display.show(SCREENS.paid);
    let answer: boolean | undefined;
    void shown.then((value) => {
      answer = value;
    });
    time.advance(2_999);
    await Promise.resolve();
    expect(answer).toBeUndefined();
    time.advance(1);
    expect(await shown).toBe(false);
  });

  it('is false at once when a newer screen takes its place, and only the newer one is confirmed', async () => {
    const page = await join();
    const older = kiosk.page.display.show(SCREENS.wait);
    const newer = kiosk.page.display.show(SCREENS.paid);
    expect(await older).toBe(false);
    await page.post('/seen', { painted: 1 });
    await page.post('/seen', { painted: 2 });
    expect(await newer).toBe(true);
  });

  it('leaves no timer behind once it is confirmed', async () => {
    const page = await join();
    await page.post('/seen', { painted: 0 });
    const before = time.waiting().length;
    const shown = kiosk.page.display.show(SCREENS.paid);
    await page.post('/seen', { painted: 1 });
    expect(await shown).toBe(true);
    expect(time.waiting().length).toBe(before);
  });
});

describe('a page', () => {
  it('counts when it has answered, not when it has asked', async () => {
    const attached: boolean[] = [];
    kiosk.page.display.onAttached((now) => attached.push(now));
    const page = await join();
    expect(kiosk.page.display.attached()).toBe(false);
    await page.post('/seen', { painted: 0 });
    expect(attached).toEqual([true]);
    expect(kiosk.events).toEqual([{ kind: 'present' }]);
  });

  it('that does not answer for 10 s is taken for gone', async () => {
    const page = await join();
    await page.post('/seen', { painted: 0 });
    time.advance(10_000);
    expect(kiosk.page.display.attached()).toBe(true);
    time.advance(2_000);
    expect(kiosk.page.display.attached()).toBe(false);
    expect(kiosk.events.at(-1)).toEqual({ kind: 'gone', why: 'the page does not answer' });
    expect((await page.post('/keys', { first: 0, keys: ['1'] })).status).toBe(409);
    // The minute of which the log counts the lines.
    time.advance(60_000);
    expect(time.waiting().length).toBe(0);
  });
});

describe('start', () => {
  it('says E464 when its port is taken', async () => {
    const port = Number(new URL(kiosk.page.url).port);
    await expect(startKiosk({ port })).rejects.toMatchObject({ fault: { code: 464, kind: 'temporary' } });
  });

  it('may be called again, and after a stop', async () => {
    await kiosk.page.start();
    const { url } = kiosk.page;
    await kiosk.page.stop();
    await kiosk.page.stop();
    await kiosk.page.start();
    expect(kiosk.page.url).toBe(url);
    expect((await ask('GET', '/')).status).toBe(200);
  });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** One request over its own connection, with the headers of a program that is no browser. */
function ask(
  method: string,
  path: string,
  headers: OutgoingHttpHeaders = {},
  of: Kiosk = kiosk,
  body = '',
): Promise<Answer> {
  const { hostname, port } = new URL(of.page.url);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, headers, agent: false, setHost: !('host' in headers) },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
        );
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The head of an answer whose body does not end. */
function peek(path: string): Promise<{ readonly status: number; readonly answer: IncomingMessage }> {
  const { hostname, port } = new URL(kiosk.page.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, agent: false }, (answer) => {
      open.push(answer);
      answer.on('error', () => {});
      resolve({ status: answer.statusCode ?? 0, answer });
    })
      .on('error', reject)
      .end();
  });
}

interface Joined {
  readonly token: string;
  readonly origin: string;
  post(path: string, body: unknown, headers?: OutgoingHttpHeaders): Promise<Answer>;
  raw(path: string, body: string, headers?: OutgoingHttpHeaders): Promise<Answer>;
}

/** Opens the stream as a page does, and speaks as that page. */
async function join(): Promise<Joined> {
  const { answer, status } = await peek('/events');
  expect(status).toBe(200);
  const hello = await new Promise<{ session: string; token: string }>((resolve) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => {
      text += chunk;
      const found = /event: hello\ndata: (.*)\n\n/.exec(text)?.[1];
      if (found !== undefined) resolve(JSON.parse(found));
    });
  });
  const origin = kiosk.page.url.replace(/\/$/, '');
  const raw: Joined['raw'] = (path, body, headers = {}) => {
    const all: OutgoingHttpHeaders = {
      'content-type': 'application/json',
      'x-gopay-pos-token': hello.token,
      origin,
      ...headers,
    };
    for (const [name, value] of Object.entries(all)) if (value === undefined) delete all[name];
    return ask('POST', path, all, kiosk, body);
  };
  return {
    token: hello.token,
    origin,
    raw,
    post: (path, body, headers) =>
      raw(path, JSON.stringify({ session: hello.session, ...(body as object) }), headers),
  };
}
