import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type KioskOptions, KioskPage } from '../../devices/display/kiosk/kiosk-page.js';
import type { KeypadEvent } from '../../src/port/keypad.js';
import { KeptLog } from '../kit/kept-log.js';
import { freePort } from '../kit/net/free-port.js';
import { zbarimgEach } from '../kit/zbarimg.js';
import { calmLinks } from './page-time.js';
import { PATIENT_TIME } from './time.js';

const CHROMIUM = '/usr/bin/chromium';

/**
 * Debian's Chromium with a profile of its own; fails in words when it is not installed.
 * @param env besides that of this process.
 */
export async function launchChromium(env: Readonly<Record<string, string>> = {}): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: apt-get install chromium`);
  return chromium.launch({
    executablePath: CHROMIUM,
    timeout: 120_000,
    env: { ...process.env, ...env },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Kiosk {
  readonly page: KioskPage;
  /** Everything that the keypad said, in order. */
  readonly events: KeypadEvent[];
  readonly log: string[];
  /** The keys alone. */
  keys(): string[];
  stop(): Promise<void>;
}

/** A started page. Stopped and started again it has its port for itself. */
export async function startKiosk(options: Partial<KioskOptions> = {}): Promise<Kiosk> {
  const log: string[] = [];
  const page = new KioskPage({
    host: '127.0.0.1',
    port: await freePort(),
    hostNames: [],
    pad: true,
    language: 'both',
    shop: 'Kopi Nusantara',
    log: new KeptLog(log),
    clock: PATIENT_TIME,
    timers: PATIENT_TIME,
    random: { bytes: (count) => randomBytes(count), fraction: () => Math.random() },
    ...options,
  });
  const events: KeypadEvent[] = [];
  page.keypad.start((event) => events.push(event));
  await page.start();
  return {
    page,
    events,
    log,
    keys: () => events.flatMap((event) => (event.kind === 'key' ? [event.key] : [])),
    stop: () => page.stop(),
  };
}

/** A tab that holds its daemon for silent only when a test says so; see {@link calmLinks}. */
export async function calmTab(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(150_000);
  await calmLinks(context);
  return context.newPage();
}

/** Opens the page in a tab and waits until the daemon knows of it. */
export async function openTab(
  browser: Browser,
  kiosk: Kiosk,
  size?: { width: number; height: number },
  options: BrowserContextOptions = {},
): Promise<Page> {
  const tab = await calmTab(browser, {
    ...(size ? { viewport: size } : {}),
    reducedMotion: 'reduce',
    ...options,
  });
  const attached = new Promise<void>((resolve) => {
    kiosk.page.display.onAttached((now) => now && resolve());
  });
  await tab.goto(kiosk.page.url);
  if (!kiosk.page.display.attached()) await attached;
  return tab;
}

/** What `zbarimg` (package zbar-tools) reads in a picture: the first QR, or nothing. Beats go on meanwhile. */
export async function decodeQr(png: Uint8Array): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-qr-'));
  try {
    const path = join(folder, 'screen.png');
    writeFileSync(path, png);
    return (await zbarimgEach([path])).get(path) ?? '';
  } finally {
    rmSync(folder, { recursive: true });
  }
}
