import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PHRASES } from '../../src/core/text/phrases.js';
import { type Kiosk, launchChromium, openTab, startKiosk } from './kit.js';
import { measure } from './measure.js';
import { HELP, NOTE, ORDER_ID, SCREENS, SIZES } from './screens.js';

/** What a person must be able to read on each screen, whatever its size. */
const TEXTS: Readonly<Record<keyof typeof SCREENS, readonly string[]>> = {
  setUp: ['Daftarkan terminal ini', '7', 'Q', 'relay.example.com', 'OK'],
  setUpWrong: ['Daftarkan terminal ini', 'Kode ini sudah dipakai', 'E695', 'OK'],
  setUpAddress: ['Daftarkan terminal ini', 'https://relay.exa', 'OK'],
  idle: ['Kopi Nusantara', 'Ketik jumlah', 'Enter the amount', '000', 'OK', 'Hapus'],
  idleLines: ['Kopi Nusantara', '2 Kopi susu gula aren', 'Total', '54.000', 'Ketik jumlah'],
  entering: ['15.000', 'Batal', 'Cancel', '000', 'OK', 'Hapus'],
  enteringLong: ['10.000.000', 'Paling banyak Rp10.000.000'],
  wait: ['15.000', 'Menyiapkan kode QR…', 'Preparing the QR code…'],
  scan: [
    '15.000',
    'QRIS',
    'NMID ID1024334136412',
    'TOKO CONTOH',
    'Buka Gojek / aplikasi QRIS, pindai, bayar',
    'Batal',
    ':',
  ],
  scanNotes: ['10.000.000', 'Kertas habis, struk tidak dicetak', 'Jaringan lambat', '0:'],
  paid: ['LUNAS', 'PAID', '15.000', 'No. 000123', ORDER_ID],
  paidNotes: ['LUNAS', '10.000.000', 'Kertas habis, struk tidak dicetak', ORDER_ID],
  closed: ['Waktu habis sebelum ada pembayaran', 'Time ran out', 'Tidak dibayar', '15.000', 'E512'],
  closedNotes: [
    'Dibatalkan',
    'Tidak dibayar',
    '10.000.000',
    'GoPay mengembalikannya',
    'bizops@midtrans.com',
    'No. 000123',
    ORDER_ID,
  ],
  closedHelp: ['Waktu habis', '10.000.000', 'bizops@midtrans.com', 'No. 000123', ...HELP.lines, 'WhatsApp'],
  unsureHelp: ['Belum ada kepastian', '10.000.000', 'E510', 'No. 000123', ...HELP.lines, 'WhatsApp'],
  owedHelp: ['Pembayaran diterima', '10.000.000', 'No. 000123', ...HELP.lines, 'Bantuan lewat WhatsApp'],
  outOfServiceHelp: ['Penyimpanan penuh', 'E703', ...HELP.lines, 'Bantuan lewat WhatsApp'],
  owed: ['Pembayaran diterima', '15.000', 'Simpan nomor ini', 'Keep this number', 'No. 000123', ORDER_ID],
  paidReceipt: ['LUNAS', 'PAID', '10.000.000', 'No. 000123', 'Pindai untuk struk', 'Selesai'],
  owedReceipt: ['Pembayaran diterima', '10.000.000', 'No. 000123', ...HELP.lines],
  outOfService: ['Maaf, sedang tidak melayani', 'Penyimpanan penuh', 'The storage is full', 'E703'],
};
const NAMES = Object.keys(SCREENS) as (keyof typeof SCREENS)[];

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
  it.each(NAMES)('%s fits, is legible and says what it must', async (name) => {
    await tab.setViewportSize(size);
    expect(await kiosk.page.display.show(SCREENS[name])).toBe(true);
    const seen = await measure(tab);
    expect(seen.scrolls, 'the page scrolls').toBe(false);
    expect(seen.cut, 'sticks out or is cut off').toEqual([]);
    expect(seen.overlaps, 'lies over other text').toEqual([]);
    expect(seen.faint, 'contrast below 4.5').toEqual([]);
    expect(seen.smallestTextPx, 'smallest text in px').toBeGreaterThanOrEqual(9.5);
    expect(seen.smallTargets, 'smaller than a finger').toEqual([]);
    for (const text of TEXTS[name]) expect(seen.text).toContain(text);
  });
});

describe.each([...SIZES, { width: 240, height: 320 }, { width: 3840, height: 2160 }])(
  'the note for the staff, on $width x $height',
  (size) => {
    it.each(['idle', 'idleLines'] as const)('is legible on %s, and covers nothing', async (name) => {
      await tab.setViewportSize(size);
      expect(await kiosk.page.display.show({ ...SCREENS[name], note: NOTE })).toBe(true);
      const { scrolls, cut, overlaps, faint, smallestTextPx, text } = await measure(tab);
      const good = { scrolls: false, cut: [], overlaps: [], faint: [] };
      expect({ scrolls, cut, overlaps, faint }).toEqual(good);
      if (SIZES.some(({ width }) => width === size.width)) expect(smallestTextPx).toBeGreaterThanOrEqual(9.5);
      expect(text).toContain(NOTE.id);
      expect(text).toContain('Kopi Nusantara');
      await kiosk.page.display.show(SCREENS[name]);
      expect((await measure(tab)).text).not.toContain('E407');
    });
  },
);

describe.each([
  { width: 240, height: 320 },
  { width: 3840, height: 2160 },
])('at the end of what it fits, $width x $height', (size) => {
  it('no face is cut off, covered or faint', async () => {
    await tab.setViewportSize(size);
    for (const name of NAMES) {
      expect(await kiosk.page.display.show(SCREENS[name])).toBe(true);
      const { scrolls, cut, overlaps, faint, smallTargets } = await measure(tab);
      const good = { name, scrolls: false, cut: [], overlaps: [], faint: [], smallTargets: [] };

      expect({ name, scrolls, cut, overlaps, faint, smallTargets }).toEqual(good);
    }
  });
});

describe.each([...SIZES, { width: 240, height: 320 }])('the longest end, on $width x $height', (size) => {
  it('has room for its reason, its numbers and the advice in Indonesian', async () => {
    await tab.setViewportSize(size);
    const orderId = 'ABCDEFGHIJKLMNOP-01JD9Z6Q3M8R7T5V4W2X1Y0ZAB';
    const screen = { ...SCREENS.closedNotes, words: PHRASES.denied, code: 531, orderId };
    expect(await kiosk.page.display.show(screen)).toBe(true);
    const { scrolls, cut, overlaps, faint, text } = await measure(tab);
    expect({ scrolls, cut, overlaps, faint }).toEqual({ scrolls: false, cut: [], overlaps: [], faint: [] });
    for (const said of [orderId, 'E531', PHRASES.deducted.id, PHRASES.notReturned.id])
      expect(text).toContain(said);
  });
});

describe('by night', () => {
  it('every face has other colours where they say nothing, and a contrast of 4.5 all the same', async () => {
    await tab.setViewportSize({ width: 800, height: 480 });
    const ground = (): Promise<string> =>
      tab.evaluate(
        () => getComputedStyle(document.querySelector('section:not([hidden])') as Element).backgroundColor,
      );
    for (const name of NAMES) {
      await tab.emulateMedia({ colorScheme: 'light' });
      expect(await kiosk.page.display.show(SCREENS[name])).toBe(true);
      const day = await ground();
      await tab.emulateMedia({ colorScheme: 'dark' });
      expect({ name, faint: (await measure(tab)).faint }).toEqual({ name, faint: [] });
      const signal =
        ['paid', 'owed', 'outOfService'].includes(SCREENS[name].show) && !name.startsWith('setUp');
      expect({ name, same: (await ground()) === day }).toEqual({ name, same: signal });
    }
    await tab.emulateMedia({ colorScheme: 'light' });
  });
});

describe('the page for those who hear it', () => {
  it('has a language, a title, and one heading or amount on each face', async () => {
    expect(await tab.getAttribute('html', 'lang')).toBe('id');
    expect(await tab.title()).toBe('Kopi Nusantara');
    expect(await tab.locator('main').count()).toBe(1);
    expect(await tab.locator('section:not([aria-label])').count()).toBe(0);
  });

  it('marks the language of each text', async () => {
    await kiosk.page.display.show(SCREENS.closed);
    expect(await tab.locator('#closed .title [lang=id]').textContent()).toBe(SCREENS.closed.words.id);
    expect(await tab.locator('#closed .title [lang=en]').textContent()).toBe(SCREENS.closed.words.en);
  });

  it('never says or shows "not paid" of a sale that may have been paid', async () => {
    const words = { id: 'Belum ada kepastian dari GoPay.', en: 'GoPay has not answered yet.' };
    await kiosk.page.display.show({ ...SCREENS.closed, words, code: 510, unsure: true });
    const seen = (text: RegExp | string) => tab.getByText(text).filter({ visible: true }).count();
    expect(await seen(words.id)).toBeGreaterThan(0);
    expect(await seen(/dibayar|not paid/i)).toBe(0);
    expect(await tab.getAttribute('#closed', 'aria-label')).not.toMatch(/dibayar|not paid/i);
    expect(await tab.locator('#closed .sure').isVisible()).toBe(false);
    expect(await tab.locator('#closed .unsure').isVisible()).toBe(true);
    await kiosk.page.display.show(SCREENS.closed);
    expect(await seen(/tidak dibayar/i)).toBeGreaterThan(0);
    expect(await tab.locator('#closed .unsure').isVisible()).toBe(false);
  });

  it('gives every button a name', async () => {
    for (const name of ['entering', 'scan'] as const) {
      await kiosk.page.display.show(SCREENS[name]);
      for (const button of await tab.getByRole('button').all()) {
        const label = (await button.getAttribute('aria-label')) ?? (await button.textContent()) ?? '';
        expect(label.trim(), await button.evaluate((element) => element.outerHTML)).not.toBe('');
      }
    }
    await kiosk.page.display.show(SCREENS.entering);
    expect(await tab.getByRole('button').count()).toBe(17);
  });

  it('says each change in a live region', async () => {
    const live = tab.locator('[aria-live=polite]');
    await kiosk.page.display.show(SCREENS.scan);
    expect(await live.textContent()).toContain('Pindai untuk membayar');
    await kiosk.page.display.show(SCREENS.paid);
    expect(await live.textContent()).toMatch(/Lunas.*Rp15\.000/);
  });

  it('does not move for who asked for no movement', async () => {
    await kiosk.page.display.show(SCREENS.wait);
    const names = await tab
      .locator('.dots i')
      .evaluateAll((dots) => dots.map((dot) => getComputedStyle(dot).animationName));
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names)).toEqual(new Set(['none']));
    await tab.emulateMedia({ reducedMotion: 'no-preference' });
    expect(
      await tab
        .locator('#wait .dots i')
        .first()
        .evaluate((dot) => getComputedStyle(dot).animationName),
    ).toBe('beat');
    await tab.emulateMedia({ reducedMotion: 'reduce' });
  });
});

describe('the language', () => {
  it.each([
    ['id', 'LUNAS', 'PAID'],
    ['en', 'PAID', 'LUNAS'],
  ] as const)('%s alone shows %s and not %s', async (language, shown, hidden) => {
    const other = await startKiosk({ language });
    const page = await openTab(browser, other, { width: 320, height: 240 });
    expect(await page.getAttribute('html', 'lang')).toBe(language);
    for (const name of NAMES) {
      expect(await other.page.display.show(SCREENS[name])).toBe(true);
      const { cut, faint } = await measure(page);
      expect({ name, cut, faint }).toEqual({ name, cut: [], faint: [] });
    }
    await other.page.display.show(SCREENS.paid);
    const { text } = await measure(page);
    expect(text).toContain(shown);
    expect(text).not.toContain(hidden);
    await other.stop();
    await page.context().close();
  });
});

describe('without keys on the screen', () => {
  it.each(SIZES)('idle and entering use the whole of $width x $height', async (size) => {
    const other = await startKiosk({ pad: false });
    const page = await openTab(browser, other, size);
    for (const name of ['idle', 'enteringLong'] as const) {
      expect(await other.page.display.show(SCREENS[name])).toBe(true);
      const { cut, overlaps } = await measure(page);
      expect({ name, cut, overlaps }).toEqual({ name, cut: [], overlaps: [] });
    }
    expect(await page.locator('[data-key="5"]').isVisible()).toBe(false);
    await other.stop();
    await page.context().close();
  });
});
