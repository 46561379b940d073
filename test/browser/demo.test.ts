import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLink } from '../kit/receipts/receipts.js';
import { calmTab, launchChromium } from './kit.js';

const PROGRAM = fileURLToPath(new URL('../../dist/gopay-pos.cjs', import.meta.url));

let browser: Browser;
let directory: string;
let demo: Running;

interface Running {
  readonly child: ChildProcess;
  readonly pages: Readonly<Record<'terminal' | 'phone' | 'paper', string>>;
  readonly log: () => string;
}

/** `gopay-pos demo`, the program that `npm start` becomes, until it has printed its three addresses. */
async function startDemo(): Promise<Running> {
  const child = spawn(process.execPath, [PROGRAM, 'demo', '--port', '0', '--directory', directory]);
  let log = '';
  child.stderr.on('data', (bytes) => (log += String(bytes)));
  const pages = await new Promise<Running['pages']>((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (bytes) => {
      out += String(bytes);
      const found = ['terminal', 'phone', 'paper'].map(
        (name) => new RegExp(`${name} page +(http\\S+)`).exec(out)?.[1],
      );
      const [terminal, phone, paper] = found;
      if (terminal && phone && paper) resolve({ terminal, phone, paper });
    });
    child.on('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${log}`)));
  });
  return { child, pages, log: () => log };
}

async function stop(running: Running): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => running.child.on('exit', resolve));
  running.child.kill('SIGINT');
  return ended;
}

async function openTerminal(): Promise<Page> {
  const page = await calmTab(browser, { viewport: { width: 1024, height: 600 } });
  await page.goto(demo.pages.terminal);
  await face(page, 'sale');
  return page;
}

function face(page: Page, name: string) {
  return page.waitForSelector(`#stage[data-face="${name}"]`, { timeout: 150_000 });
}

async function type(page: Page, keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.click(`button[data-key="${key}"]:visible`);
}

/** The code beside LUNAS with the numbers there, kept by the page itself as it draws them: a face goes away by itself. */
function codeOfReceipt(page: Page): Promise<{ picture: string; orderId: string; number: string }> {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const stage = document.querySelector('#stage') as HTMLElement;
        const text = (what: string): string => document.querySelector(`#paid ${what}`)?.textContent ?? '';
        const look = (): void => {
          const canvas = document.querySelector<HTMLCanvasElement>('#paid .help:not([hidden]) canvas');
          if (stage.dataset['face'] !== 'paid' || canvas === null) return;
          const picture = canvas.toDataURL().replace('data:image/png;base64,', '');
          resolve({ picture, orderId: text('.order'), number: text('.short').replace('No. ', '') });
        };
        new MutationObserver(look).observe(stage, { subtree: true, attributes: true, childList: true });
      }),
  );
}

function readQr(picture: Buffer): string {
  const file = join(directory, 'screen.png');
  writeFileSync(file, picture);
  return execFileSync('zbarimg', ['--quiet', '--raw', file], { encoding: 'utf8' }).trim();
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-demo-'));
  browser = await launchChromium();
  demo = await startDemo();
});

afterAll(async () => {
  await browser?.close();
  demo?.child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

describe('the demo', () => {
  it('sells as its front page says: type, scan from the screen, pay on the phone, LUNAS, a receipt', async () => {
    // The first words of the program are not its last check's "not selling", and it says when it sells.
    await expect.poll(demo.log).toMatch(/INFO +started: (ready|starting)/);
    await expect.poll(demo.log).toMatch(/INFO +selling\n/);
    expect(demo.log()).not.toContain('not selling');
    const terminal = await openTerminal();
    await type(terminal, ['1', '5', '000']);
    await type(terminal, ['enter']);
    await face(terminal, 'scan');
    const payload = readQr(await terminal.screenshot());
    expect(payload).toContain('540815000.00');

    const paid = codeOfReceipt(terminal);
    const phone = await browser.newPage({ viewport: { width: 390, height: 780 } });
    await phone.goto(demo.pages.phone);
    await phone.fill('#payload', payload);
    await phone.click('#scan-text button');
    await phone.click('.charges .pay');
    await face(terminal, 'paid');
    await phone.waitForSelector('#receipt:not([hidden])');

    // What the code beside LUNAS opens is this sale at the relay that runs, with Midtrans' word of now.
    const { picture, orderId, number } = await paid;
    const link = readQr(Buffer.from(picture, 'base64'));
    const proof = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'id-ID' });
    expect((await proof.goto(link))?.status()).toBe(200);
    const said = await proof.textContent('main');
    for (const text of ['LUNAS', 'Rp15.000', 'Warung Bu Sri', orderId, number]) expect(said).toContain(text);
    expect(
      readLink(readFileSync(join(directory, 'secrets', 'terminal-token'), 'utf8').trim(), link),
    ).toMatchObject({
      ...{ orderId, amount: 15_000, standing: 0, number: Number(number) },
    });
    await proof.click('a[lang=en]');
    expect(await proof.textContent('h1')).toBe('PAID');
    await proof.close();

    const paper = await browser.newPage({ viewport: { width: 800, height: 900 } });
    await paper.goto(demo.pages.paper);
    await paper.waitForSelector('img[alt*="LUNAS"]');
    const receipt = paper.locator('img[alt*="LUNAS"]');
    expect(await receipt.getAttribute('alt')).toContain('Rp15.000');
    // The picture itself has come, not only its description.
    await paper.waitForFunction(() => {
      const picture = document.querySelector<HTMLImageElement>('img[alt*="LUNAS"]');
      return picture?.complete === true && picture.naturalWidth > 300;
    });
    expect(demo.log()).toMatch(/charging -> awaitingPayment[\s\S]*notice: settlement[\s\S]*-> delivered/);
    await Promise.all([terminal, phone, paper].map((page) => page.close()));
  });

  it('tells the customer plainly when the sale is cancelled', async () => {
    const terminal = await openTerminal();
    await type(terminal, ['2', '000', 'enter']);
    await face(terminal, 'scan');
    await terminal.keyboard.press('Escape');
    await terminal.locator('#stage[data-face="closed"]', { hasText: 'Dibatalkan' }).waitFor();
    await terminal.close();
  });

  it('resumes an open sale after Ctrl-C and a second start, and it can still be paid', async () => {
    const terminal = await openTerminal();
    await type(terminal, ['7', '000', 'enter']);
    await face(terminal, 'scan');
    const before = readQr(await terminal.screenshot());
    expect(await stop(demo)).toBe(0);
    demo = await startDemo();
    await terminal.goto(demo.pages.terminal);
    await face(terminal, 'scan');
    expect(readQr(await terminal.screenshot())).toBe(before);
    const phone = await browser.newPage();
    await phone.goto(demo.pages.phone);
    await phone.click('.charges .pay');
    await face(terminal, 'paid');
    await Promise.all([terminal, phone].map((page) => page.close()));
  });

  it('sells once without a browser and prints the sale as its last line', () => {
    const own = join(directory, 'once');
    const out = execFileSync(process.execPath, [PROGRAM, 'demo', '--once', '15000', '--directory', own], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const last = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(last).toMatchObject({ amount: 15_000, state: 'delivered' });
    expect(last['orderId']).toMatch(/^DEMO1-/);
    expect(last['transactionId']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
