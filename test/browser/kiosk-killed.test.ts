import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Screen } from '../../src/base/screen.js';
import buildIfStale from '../kit/built.js';
import { freePort } from '../kit/net/free-port.js';
import { calmTab, decodeQr, launchChromium } from './kit.js';
import { passesAndLooks } from './page-time.js';
import { SCREENS } from './screens.js';

const DAEMON = fileURLToPath(new URL('page-daemon.mjs', import.meta.url));

interface Daemon {
  readonly url: string;
  readonly child: ChildProcess;
  readonly said: readonly string[];
}

let browser: Browser;
const children: ChildProcess[] = [];

beforeAll(async () => {
  buildIfStale();
  browser = await launchChromium();
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(async () => {
  await browser.close();
});

/** The page's process, once it serves. */
async function start(port: number, screen: Screen): Promise<Daemon> {
  const child = spawn(process.execPath, [DAEMON, String(port), JSON.stringify(screen)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const said: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line);
      if (line.startsWith('http')) resolve(line);
    });
    child.once('exit', (code) => reject(new Error(`the page's process ended with ${code}`)));
  });
  return { url, child, said };
}

async function kill({ child }: Daemon): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

const codes = (tab: Page): Promise<number> => tab.locator('.code canvas').count();

describe('a daemon that is killed', () => {
  it('takes its QR with it, leaves a plain face, and its successor shows its own screen on the same page', async () => {
    const tab = await calmTab(browser, { viewport: { width: 800, height: 480 } });
    const port = await freePort();
    await tab.clock.install();
    const first = await start(port, SCREENS.scan);
    await tab.goto(first.url);
    await expect.poll(() => first.said).toContain('confirmed');
    expect(await decodeQr(await tab.screenshot())).toBe(SCREENS.scan.payload);

    await kill(first);
    await expect.poll(() => codes(tab)).toBe(0);
    await passesAndLooks(tab, 6_000);
    await tab.locator('#lost').waitFor();
    expect(await tab.locator('#lost').textContent()).toContain('Jangan membayar sekarang');
    expect(await decodeQr(await tab.screenshot())).toBe('');
    await tab.keyboard.press('7');

    const payload = SCREENS.scan.payload.slice(0, 120);
    const second = await start(port, { ...SCREENS.scan, payload });
    // By its own clock, which goes on from here as any clock does; a wait of the page between two attempts is 2.5 s at most.
    await tab.locator('#scan canvas').waitFor();
    expect(await tab.locator('#lost').isVisible()).toBe(false);
    expect(await decodeQr(await tab.screenshot())).toBe(payload);
    await expect.poll(() => second.said).toContain('confirmed');
    // What was pressed while nobody listened is in no sale.
    await tab.keyboard.press('Escape');
    await expect.poll(() => second.said).toContain('key cancel');
    expect(second.said).not.toContain('key 7');
    await tab.context().close();
  });
});
