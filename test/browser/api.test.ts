import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unlawful } from '../kit/json/schema.js';
import { until } from '../kit/pty/until.js';
import { expectOneCharge } from '../story/kit/account.js';
import { payScanned } from '../story/kit/register-peer.js';
import { type Shop, story } from '../story/kit/shop.js';
import { launchChromium } from './kit.js';

const PAGE = fileURLToPath(new URL('../../devices/register/json/README.md', import.meta.url));
const API = '[api]\nport = 0\nack_wait_seconds = 29\nresends = 0';

let browser: Browser;
let server: Server;

beforeAll(async () => {
  browser = await launchChromium();
  server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>A page of this machine</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await browser.close();
  server.close();
});

/** The example as it stands in the page for integrators. */
function example(): string {
  const found = /^```js\n([\s\S]*?)^```$/m.exec(readFileSync(PAGE, 'utf8'));
  if (found?.[1] === undefined) throw new Error('no example in JavaScript');
  return found[1];
}

async function addressOf(shop: Shop): Promise<string> {
  const port = await shop.found('the port of the API', () =>
    shop.log
      .findLast((line) => /api: ws .* listening on port \d+$/.test(line))
      ?.split(' ')
      .at(-1),
  );
  return `ws://127.0.0.1:${port}/`;
}

/** A page, what its console says, and what goes over its WebSocket. */
async function pageAt(url: string): Promise<{ page: Page; said: string[]; messages: string[] }> {
  const page = await browser.newPage();
  const said: string[] = [];
  const messages: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => messages.push(String(payload)));
    socket.on('framereceived', ({ payload }) => messages.push(String(payload)));
  });
  await page.goto(url);
  return { page, said, messages };
}

it('sells to a page of this machine that runs the example as it stands', () =>
  story({ toml: API }, async (shop) => {
    const address = await addressOf(shop);
    const { page, said, messages } = await pageAt(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    );
    await page.addScriptTag({ content: `globalThis.terminalAddress = '${address}';` });
    await page.addScriptTag({ content: example() });
    const order = await payScanned(shop);
    await shop.reaches(order, 'delivered');
    expect(shop.sale(order).source).toMatchObject({
      kind: 'api',
      name: 'api',
      reference: 'INV-3',
      own: true,
    });
    await until('the page to say so', () => said.includes('approved '));
    expect(said[0]).toBe('charging ');
    expect(said[1]).toMatch(/^scan 000201/);
    expect(unlawful(messages)).toEqual([]);
    expectOneCharge(shop);
    await page.close();
  }));

it('keeps out a page that is not of this machine', () =>
  story({ toml: API }, async (shop) => {
    const address = await addressOf(shop);
    const { page, said } = await pageAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    // A frame without an origin: what a page of another site would be, without a name server for it.
    await page.evaluate((to) => {
      const frame = document.createElement('iframe');
      frame.setAttribute('sandbox', 'allow-scripts');
      frame.srcdoc = `<script>const socket = new WebSocket('${to}');
        socket.onopen = () => console.log('in');
        socket.onerror = () => console.log('out');</script>`;
      document.body.append(frame);
    }, address);
    await until('its end', () => said.some((line) => line === 'in' || line === 'out'));
    expect(said).toContain('out');
    expect(said).not.toContain('in');
    expect(shop.log.some((line) => line.includes('E232') && line.includes('Origin "null"'))).toBe(true);
    await page.close();
  }));

it('gives a program the same bytes after a power cut, and a second one "busy"', () =>
  story({ toml: API }, async (shop) => {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const charge = async (ref: string): Promise<{ page: Page; heard: () => string | undefined }> => {
      const { page, messages } = await pageAt(origin);
      const address = await addressOf(shop);
      await page.addScriptTag({
        content: `const socket = new WebSocket('${address}');
          socket.onopen = () => socket.send('{"op":"charge","ref":"${ref}","amount":15000}');`,
      });
      return { page, heard: () => messages.find((message) => message.includes('"msg":"answer"')) };
    };
    const one = await charge('A-1');
    await shop.shows('scan');
    const two = await charge('B-1');
    await until('busy', () => two.heard() !== undefined);
    expect(JSON.parse(two.heard() ?? '')).toMatchObject({ ref: 'B-1', code: 'busy' });
    await payScanned(shop);
    await until('the answer', () => one.heard() !== undefined);
    await shop.powerCut();
    await shop.startTerminal();
    const again = await charge('A-1');
    await until('the answer once more', () => again.heard() !== undefined);
    expect(again.heard()).toBe(one.heard());
    expect(JSON.parse(again.heard() ?? '')).toMatchObject({ ref: 'A-1', code: 'approved' });
    expectOneCharge(shop);
    for (const { page } of [one, two, again]) await page.close();
  }));
