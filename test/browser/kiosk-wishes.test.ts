import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import { type Kiosk, launchChromium, openTab, startKiosk } from './kit.js';
import { measure } from './measure.js';
import { holdTime, passes } from './page-time.js';
import { SCREENS, SIZES } from './screens.js';

/** The longest words of any amount that may be asked for: 88 letters in Indonesian. */
const LONGEST = { ...SCREENS.scanNotes, amount: rupiah(9_999_999) };

let browser: Browser;
let kiosk: Kiosk;
let tab: Page;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  kiosk = await startKiosk();
  tab = await openTab(browser, kiosk, { width: 800, height: 480 });
});

afterEach(async () => {
  await tab.context().close();
  await kiosk.stop();
});

describe('the amount in words', () => {
  it('comes by a tap on the amount, in both languages, and goes by another', async () => {
    await kiosk.page.display.show(SCREENS.scan);
    const amount = tab.locator('#scan .amount');
    expect(await amount.getAttribute('aria-expanded')).toBe('false');
    await amount.click();
    expect((await measure(tab)).text).toContain('lima belas ribu rupiah fifteen thousand rupiah');
    expect(await amount.getAttribute('aria-expanded')).toBe('true');
    expect(await tab.locator('#live').textContent()).toContain('lima belas ribu rupiah');
    expect(await tab.locator('.code canvas').isVisible()).toBe(true);
    await amount.click();
    expect(await tab.locator('.said').isVisible()).toBe(false);
    expect(kiosk.keys()).toEqual([]);
  });

  it('comes by the key * of a number pad, stays while the same sale is drawn anew, and goes with it', async () => {
    await kiosk.page.display.show(SCREENS.scan);
    await tab.keyboard.press('NumpadMultiply');
    expect(await tab.locator('.said').isVisible()).toBe(true);
    await kiosk.page.display.show({ ...SCREENS.scan, notes: SCREENS.scanNotes.notes });
    expect(await tab.locator('.said').isVisible()).toBe(true);
    await kiosk.page.display.show({ ...SCREENS.scan, orderId: 'KASIR1-01JD9Z6Q3M8R7T5V4W2X1Y0ZAC' });
    expect(await tab.locator('.said').isVisible()).toBe(false);
    expect(kiosk.keys()).toEqual([]);
  });

  it('gives way to the guide again after 15 s', async () => {
    await holdTime(tab);
    void kiosk.page.display.show(SCREENS.scan);
    await tab.locator('.code canvas').waitFor();
    await tab.keyboard.press('*');
    await tab.locator('.said').waitFor();
    await passes(tab, 14_900);
    expect(await tab.locator('.said').isVisible()).toBe(true);
    await passes(tab, 200);
    expect(await tab.locator('.said').isVisible()).toBe(false);
    expect(await tab.locator('#scan .how').isVisible()).toBe(true);
  });

  it('fits on every size, the longest of them as well', async () => {
    for (const size of [...SIZES, { width: 240, height: 320 }]) {
      await tab.setViewportSize(size);
      await kiosk.page.display.show(LONGEST);
      if (!(await tab.locator('.said').isVisible())) await tab.keyboard.press('*');
      const { cut, overlaps, faint, text } = await measure(tab);
      expect({ size, cut, overlaps, faint }).toEqual({ size, cut: [], overlaps: [], faint: [] });
      expect(text).toContain('sembilan ratus sembilan puluh sembilan rupiah');
    }
  });
});

describe('another language', () => {
  it('comes by a tap or the key /: both, Indonesian, English, and both again', async () => {
    await kiosk.page.display.show(SCREENS.scan);
    const id = 'Buka Gojek / aplikasi QRIS, pindai, bayar';
    const en = 'Open Gojek or any QRIS app, scan, pay';
    const seen = async (): Promise<string[]> => {
      const { text } = await measure(tab);
      return [id, en].filter((guide) => text.includes(guide));
    };
    expect(await seen()).toEqual([id, en]);
    await tab.locator('#scan .tongue').click();
    expect(await seen()).toEqual([id]);
    await tab.keyboard.press('NumpadDivide');
    expect(await seen()).toEqual([en]);
    expect(await tab.getAttribute('html', 'lang')).toBe('en');
    await tab.keyboard.press('/');
    expect(await seen()).toEqual([id, en]);
    expect(await tab.getAttribute('html', 'lang')).toBe('id');
    expect(kiosk.keys()).toEqual([]);
  });

  it('stays for the whole sale, and the next customer has that of the shop', async () => {
    await kiosk.page.display.show(SCREENS.idle);
    await tab.locator('#sale .tongue').click();
    for (const name of ['entering', 'wait', 'scan', 'paid'] as const) {
      await kiosk.page.display.show(SCREENS[name]);
      expect(await tab.getAttribute('html', 'data-language'), name).toBe('id');
    }
    await kiosk.page.display.show(SCREENS.idle);
    expect(await tab.getAttribute('html', 'data-language')).toBe('both');
  });

  it('is taken back after a minute', async () => {
    await kiosk.page.display.show(SCREENS.idle);
    await holdTime(tab);
    await tab.keyboard.press('/');
    await passes(tab, 59_900);
    expect(await tab.getAttribute('html', 'data-language')).toBe('id');
    await passes(tab, 200);
    expect(await tab.getAttribute('html', 'data-language')).toBe('both');
  });
});

describe('the lines of a register', () => {
  it('stand one below the other on the idle screen, four at most, and go with them', async () => {
    const lines = ['Selamat datang', 'Promo: kopi kedua gratis', 'tiga', 'empat', 'lima'];
    await kiosk.page.display.show({ ...SCREENS.idle, lines });
    expect(await tab.locator('.bill li').allInnerTexts()).toEqual(lines.slice(0, 4));
    expect(await tab.locator('.bill').getAttribute('class')).not.toContain('columns');
    await kiosk.page.display.show(SCREENS.idle);
    expect(await tab.locator('.bill').isVisible()).toBe(false);
  });

  it('keep their columns, and their words are text, whatever a register sends', async () => {
    const lines = ['Kopi      15.000', '<img src=x onerror=alert(1)>', 'Roti      18.000'];
    await kiosk.page.display.show({ ...SCREENS.idle, lines });
    expect(await tab.locator('.bill li').allTextContents()).toEqual(lines);
    const ends = await tab.locator('.bill li').evaluateAll((items) =>
      items.map((item) => {
        const text = document.createRange();
        text.selectNodeContents(item);
        return Math.round(text.getBoundingClientRect().width);
      }),
    );
    expect(ends[0]).toBe(ends[2]);
  });

  it('leave the keys to who asks for them where there is no room for both', async () => {
    await tab.setViewportSize({ width: 320, height: 240 });
    await kiosk.page.display.show(SCREENS.idleLines);
    expect(await tab.locator('[data-key="5"]').isVisible()).toBe(false);
    await tab.locator('[data-wish=keys]').click();
    await tab.locator('[data-key="5"]').click();
    await expect.poll(kiosk.keys).toEqual(['5']);
    expect((await measure(tab)).cut).toEqual([]);
    // The register says something new.
    await kiosk.page.display.show(SCREENS.idleLines);
    expect(await tab.locator('.bill').isVisible()).toBe(true);
  });
});
