import type { Browser, Page } from 'playwright-core';
import { encodeQR } from 'qr';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeTime } from '../kit/time.js';
import { decodeQr, type Kiosk, launchChromium, openTab, startKiosk } from './kit.js';
import { holdTime, passes } from './page-time.js';
import { HELP, PAYLOAD, SCREENS, SIZES } from './screens.js';

/** Another length, so another number of modules: 22, 120 and 420 characters. */
const SHORT = '0002010102126304ABCDEF';
const MIDDLE = PAYLOAD.slice(0, 120);
const LONG = PAYLOAD + PAYLOAD.slice(0, 171);

let browser: Browser;
let kiosk: Kiosk;
let tab: Page;

beforeAll(async () => {
  browser = await launchChromium();
  kiosk = await startKiosk();
  tab = await openTab(browser, kiosk);
});

afterAll(async () => {
  await kiosk.stop();
  await browser.close();
});

describe.each(SIZES)('on $width x $height', (size) => {
  it.each([
    ['as Midtrans sends it', PAYLOAD],
    ['short', SHORT],
    ['middling', MIDDLE],
  ])('the QR %s decodes to its payload and takes at least 60 %% of the short side', async (_, payload) => {
    await tab.setViewportSize(size);
    expect(await kiosk.page.display.show({ ...SCREENS.scan, payload })).toBe(true);
    expect(await decodeQr(await tab.screenshot())).toBe(payload);
    const modules = encodeQR(payload, 'raw', { ecc: 'medium', border: 4 }).length;
    const box = await tab.locator('.code canvas').boundingBox();
    const symbol = ((box?.width ?? 0) * (modules - 8)) / modules;
    expect(symbol / Math.min(size.width, size.height)).toBeGreaterThanOrEqual(0.6);
  });

  it('the longest QR in use, with notes beside it, decodes as well', async () => {
    await tab.setViewportSize(size);
    expect(await kiosk.page.display.show({ ...SCREENS.scanNotes, payload: LONG })).toBe(true);
    expect(await decodeQr(await tab.screenshot())).toBe(LONG);
  });

  it('every module is the same whole number of pixels, black on white, with four light modules around', async () => {
    await tab.setViewportSize(size);
    await kiosk.page.display.show(SCREENS.scan);
    const rows = encodeQR(PAYLOAD, 'raw', { ecc: 'medium', border: 4 });
    const at = await placeOf(tab, 1);
    expect(at.width % rows.length).toBe(0);
    expect(await wrongPixels(await tab.screenshot(), rows, at)).toBe(0);
  });
});

it.each([...SIZES, { width: 240, height: 320 }])(
  'the code that opens WhatsApp decodes on $width x $height, and is there where it is asked for only',
  async (size) => {
    await tab.setViewportSize(size);
    for (const name of ['closedHelp', 'unsureHelp', 'owedHelp', 'outOfServiceHelp'] as const) {
      expect(await kiosk.page.display.show(SCREENS[name])).toBe(true);
      expect([name, await decodeQr(await tab.screenshot())]).toEqual([name, SCREENS[name].help.link]);
    }
    const { help, ...owed } = SCREENS.owedHelp;
    expect(await kiosk.page.display.show({ ...owed, help: { lines: help.lines } })).toBe(true);
    expect(await tab.locator('#owed .help').isVisible()).toBe(false);
    expect(await tab.locator('#owed .contact').textContent()).toContain(help.lines[0]);
  },
);

it.each([...SIZES, { width: 240, height: 320 }])(
  'the code of the receipt decodes on $width x $height, and gives way where nobody could read it',
  async (size) => {
    await tab.setViewportSize(size);
    const { paidReceipt, owedReceipt, paid } = SCREENS;
    expect(await kiosk.page.display.show(paidReceipt)).toBe(true);
    expect(await decodeQr(await tab.screenshot())).toBe(paidReceipt.receipt);
    expect(await tab.locator('#paid .done').isVisible()).toBe(true);
    expect(await kiosk.page.display.show(owedReceipt)).toBe(true);
    const isSmall = Math.min(size.width, size.height) < 320;
    expect(await decodeQr(await tab.screenshot())).toBe(isSmall ? '' : owedReceipt.receipt);
    expect(await tab.locator('#owed .take').isVisible()).toBe(!isSmall);
    expect(await tab.locator('#owed .write').isVisible()).toBe(false);
    // Whom to write to goes before it: one code on a face.
    expect(await kiosk.page.display.show({ ...owedReceipt, help: HELP })).toBe(true);
    expect(await decodeQr(await tab.screenshot())).toBe(HELP.link);
    expect(await tab.locator('#owed .take').isVisible()).toBe(false);
    expect(await kiosk.page.display.show(paid)).toBe(true);
    expect(await tab.locator('#paid .done').isVisible()).toBe(false);
    expect(await decodeQr(await tab.screenshot())).toBe('');
  },
);

it('Done at the code of a receipt is a key, and there is none where the page has no keys', async () => {
  await tab.setViewportSize({ width: 800, height: 480 });
  expect(await kiosk.page.display.show(SCREENS.paidReceipt)).toBe(true);
  const before = kiosk.keys().length;
  // A finger that is still there from the last face must not end it.
  await tab.click('#paid .done:enabled');
  await expect.poll(() => kiosk.keys().slice(before)).toEqual(['cancel']);
  const silent = await startKiosk({ pad: false });
  const other = await openTab(browser, silent);
  expect(await silent.page.display.show(SCREENS.paidReceipt)).toBe(true);
  expect(await other.locator('#paid .done').isVisible()).toBe(false);
  await silent.stop();
});

it('takes the largest whole module that fits: 256 characters on 480 x 320 are 260 pixels wide', async () => {
  await tab.setViewportSize({ width: 480, height: 320 });
  const payload = LONG.slice(0, 256);
  expect(await kiosk.page.display.show({ ...SCREENS.scan, payload })).toBe(true);
  const { length } = encodeQR(payload, 'raw', { ecc: 'medium', border: 4 });
  expect((await placeOf(tab, 1)).width).toBe((260 / (length - 8)) * length);
  expect(await decodeQr(await tab.screenshot())).toBe(payload);
});

it('falls back to error correction L where a module of M would get fewer than three pixels', async () => {
  await tab.setViewportSize({ width: 400, height: 280 });
  const payload = 'a'.repeat(512);
  expect(await kiosk.page.display.show({ ...SCREENS.scan, payload })).toBe(true);
  const [medium, low] = (['medium', 'low'] as const).map(
    (ecc) => encodeQR(payload, 'raw', { ecc, border: 4 }).length,
  );
  const { width } = await placeOf(tab, 1);
  expect([width, Math.floor(280 / (medium ?? 0))]).toEqual([3 * (low ?? 0), 2]);
  expect(await decodeQr(await tab.screenshot())).toBe(payload);
});

describe('on a screen with more pixels than units', () => {
  it.each([1.25, 1.5, 2])('%s of them, every module is a whole number of pixels', async (ratio) => {
    // A page server of its own: what one page has painted says nothing of another.
    const other = await startKiosk();
    const page = await openTab(browser, other, { width: 400, height: 241 }, { deviceScaleFactor: ratio });
    expect(await other.page.display.show(SCREENS.scan)).toBe(true);
    const rows = encodeQR(PAYLOAD, 'raw', { ecc: 'medium', border: 4 });
    const at = await placeOf(page, ratio);
    expect(at.width % rows.length).toBe(0);
    const shot = await page.screenshot({ scale: 'device' });
    expect(await wrongPixels(shot, rows, at)).toBe(0);
    expect(await decodeQr(shot)).toBe(PAYLOAD);
    await page.context().close();
    await other.stop();
  });
});

describe('a QR that nobody may pay any more', () => {
  it('counts down in minutes and seconds, and warns in its last half minute', async () => {
    const other = await startKiosk();
    const page = await openTab(browser, other);
    await holdTime(page);
    const ring = page.locator('.ring');
    void other.page.display.show({ ...SCREENS.scan, leftMs: 65_000 });
    await expect.poll(() => ring.locator('text').textContent()).toBe('1:05');
    await passes(page, 34_800);
    expect(await ring.locator('text').textContent()).toBe('0:31');
    expect(await ring.getAttribute('class')).not.toContain('urgent');
    await passes(page, 1_000);
    expect(await ring.locator('text').textContent()).toBe('0:30');
    expect(await ring.getAttribute('class')).toContain('urgent');
    await page.context().close();
    await other.stop();
  });

  it('is gone when its time is over, by the clock of the page', async () => {
    await kiosk.page.display.show({ ...SCREENS.scan, leftMs: 1_500 });
    await expect.poll(() => tab.locator('.code canvas').count()).toBe(0);
    expect(await tab.locator('.code').textContent()).toContain('Waktu habis');
  });

  it('is not drawn when it says more than fits, and show says so', async () => {
    const confirmed = await kiosk.page.display.show({ ...SCREENS.scan, payload: 'x'.repeat(513) });
    expect(confirmed).toBe(false);
    await expect.poll(() => tab.locator('.code').textContent()).toContain('E466');
    expect(await tab.locator('.code canvas').count()).toBe(0);
    expect(kiosk.log.join('\n')).toContain('E466');
  });

  it('leaves the screen with the sale', async () => {
    await kiosk.page.display.show(SCREENS.scan);
    expect(await tab.locator('.code canvas').isVisible()).toBe(true);
    await kiosk.page.display.show(SCREENS.closed);
    expect(await tab.locator('.code canvas').isVisible()).toBe(false);
    expect(await decodeQr(await tab.screenshot())).toBe('');
  });
});

/** Where the code is on a screenshot, in pixels. */
async function placeOf(page: Page, ratio: number): Promise<{ x: number; y: number; width: number }> {
  const box = await page.locator('.code canvas').boundingBox();
  const pixels = (units = 0): number => Math.round(units * ratio);
  return { x: pixels(box?.x), y: pixels(box?.y), width: pixels(box?.width) };
}

/**
 * Pixels that are not of their module's colour: black below 64, white above 191. The browser rounds a place between
 * two pixels as it likes, and blends the outermost ones of the quiet zone: the best of the places around counts.
 */
async function wrongPixels(
  png: Uint8Array,
  rows: readonly (readonly boolean[])[],
  at: { readonly x: number; readonly y: number; readonly width: number },
): Promise<number> {
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  const dots = at.width / rows.length;
  const wrongAt = (left: number, top: number): number => {
    let wrong = 0;
    for (let y = 1; y < at.width - 1; y += 1)
      for (let x = 1; x < at.width - 1; x += 1) {
        const dark = rows[Math.floor(y / dots)]?.[Math.floor(x / dots)] === true;
        const value = data[((y + top) * info.width + x + left) * info.channels] ?? 128;
        if (dark ? value > 64 : value < 191) wrong += 1;
      }
    return wrong;
  };
  const around = [0, -1, 1];
  return Math.min(...around.flatMap((dx) => around.map((dy) => wrongAt(at.x + dx, at.y + dy))));
}

describe('a test page for a technician', () => {
  it('has a code that nobody can pay, and gives way to what was shown before', async () => {
    const time = new FakeTime();
    const other = await startKiosk({ timers: time, clock: time });
    const page = await openTab(browser, other);
    const { display } = other.page;
    try {
      expect(await display.show(SCREENS.idle)).toBe(true);
      const made = await display.test(10_000);
      expect(made).toMatchObject({ ok: true });
      expect(await decodeQr(await page.screenshot())).toBe('GOPAY-POS TEST PAGE, NOT A PAYMENT');
      expect(await page.locator('#scan').textContent()).toContain('Halaman uji, bukan pembayaran');
      time.advance(10_000);
      await page.locator('#sale').waitFor();
      // A page that nobody has open says so.
      await page.close();
      await other.stop();
      expect(display.attached()).toBe(false);
    } finally {
      await other.stop();
    }
  });
});
