import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { ChooseScreen } from '../../src/base/screen.js';
import { catalogueOf } from '../../src/core/catalogue/catalogue.js';
import { type Choosing, wishToChoose } from '../../src/core/catalogue/choosing.js';
import { chooseFace } from '../../src/core/text/choose-face.js';
import { PHRASES } from '../../src/core/text/phrases.js';
import { seriousFaults } from './axe.js';
import { CHOOSE_SCREENS, DRAWINGS, menu } from './choose-screens.js';
import { type Kiosk, launchChromium, openTab, startKiosk } from './kit.js';
import { measure } from './measure.js';
import { holdTime, passes } from './page-time.js';
import { SCREENS } from './screens.js';

/** As choose.js has it. */
const CAREFUL_MS = 600;
const LARGE = { width: 800, height: 480 };
/** Six products are what the smallest panels show without scrolling. */
const SMALL = ['small', 'full', 'long', 'donation'] as const;
const SIZES = [
  { width: 320, height: 240, names: SMALL },
  { width: 480, height: 320, names: SMALL },
  { ...LARGE, names: ['begins', 'chosen', 'typed', 'amount', 'told', 'long', 'donation'] },
  { width: 1080, height: 1920, names: ['begins', 'chosen', 'typed', 'told', 'long', 'donation'] },
] as const;

let browser: Browser;
let kiosk: Kiosk;
let tab: Page;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

const show = async (screen: ChooseScreen): Promise<void> => {
  expect(await kiosk.page.display.show(screen)).toBe(true);
};

/** What the daemon heard, in order: keys, and what was touched. */
const heard = (): unknown[] =>
  kiosk.events.flatMap((event): unknown[] => {
    if (event.kind === 'key') return [event.key];
    return event.kind === 'wish' ? [event.wish] : [];
  });

describe.each(['both', 'id', 'en'] as const)('the face to choose from, in the language %s', (language) => {
  beforeAll(async () => {
    kiosk = await startKiosk({ language });
    tab = await openTab(browser, kiosk);
  });

  afterAll(async () => {
    await tab.context().close();
    await kiosk.stop();
  });

  it.each(SIZES)(
    'fits $width x $height, is read and touched there, and axe finds nothing, by day and night',
    async ({ names, ...size }) => {
      await tab.setViewportSize(size);
      for (const name of names) {
        await show(CHOOSE_SCREENS[name]);
        for (const colorScheme of ['light', 'dark'] as const) {
          await tab.emulateMedia({ colorScheme });
          const { cut, faint, smallTargets, scrolls, smallestTextPx } = await measure(tab);
          const found = { name, cut: cut.filter(isNoName), faint, smallTargets, scrolls };
          expect(found).toEqual({ name, cut: [], faint: [], smallTargets: [], scrolls: false });
          expect(smallestTextPx).toBeGreaterThanOrEqual(10);
          expect([name, await seriousFaults(tab)]).toEqual([name, []]);
        }
      }
    },
  );
});

const NAMES = [...menu(), ...CHOOSE_SCREENS.long.products].flatMap(({ name: { id, en } }) => [id, en]);

/** Names of 50 characters end with three dots where two lines are too few; nothing else is cut. */
function isNoName(cut: string): boolean {
  // The lines of a cart that is longer than its place are scrolled to.
  return !cut.includes('leaves UL.lines') && !NAMES.some((name) => cut.includes(`"${name.slice(0, 30)}"`));
}

describe('what is touched', () => {
  beforeEach(async () => {
    kiosk = await startKiosk();
    tab = await openTab(browser, kiosk, LARGE);
    await holdTime(tab);
  });

  afterEach(async () => {
    await tab.context().close();
    await kiosk.stop();
  });

  const open = async (screen: ChooseScreen): Promise<void> => {
    void kiosk.page.display.show(screen);
    await tab.locator('#choose .tile').first().waitFor();
    await passes(tab, 1_000);
  };

  it('is sent as it was seen: the product and its price, one less, the group, the page, the cart', async () => {
    await open(CHOOSE_SCREENS.chosen);
    await tab.locator('.tile[data-id=p7]').click({ force: true });
    await tab.getByRole('button', { name: /one black coffee less/i }).click({ force: true });
    await tab.getByRole('button', { name: /one palm sugar latte more/i }).click({ force: true });
    await tab.locator('.groups button').nth(2).click({ force: true });
    await tab.locator('.groups button').first().click({ force: true });
    await tab.getByRole('button', { name: /next page/i }).click({ force: true });
    await tab.getByRole('button', { name: /previous page/i }).click({ force: true });
    await tab.locator('.empty').click({ force: true });
    await tab.locator('.buy').click({ force: true });
    // OK on a number pad pays what stands there, too; the rest of its keys are keys.
    await tab.keyboard.press('NumpadEnter');
    await tab.keyboard.press('7');
    await expect
      .poll(heard)
      .toEqual([
        { wish: 'product', id: 'p7', price: 25_000 },
        { wish: 'less', id: 'p2' },
        { wish: 'product', id: 'p1', price: 18_000 },
        { wish: 'group', id: 'Makanan' },
        { wish: 'group' },
        { wish: 'page', page: 2 },
        { wish: 'page', page: 3 },
        { wish: 'empty' },
        { wish: 'pay', sum: 64_000, revision: 'c0ffee01' },
        { wish: 'ok', sum: 64_000, revision: 'c0ffee01' },
        '7',
      ]);
  });

  it('names in the cart what is not sold any more', async () => {
    const { cart } = CHOOSE_SCREENS.chosen;
    if (cart === undefined) throw new Error('no cart');
    const lines = cart.lines.map((line, i) => (i === 0 ? { ...line, unavailable: PHRASES.soldOut } : line));
    await open({ ...CHOOSE_SCREENS.chosen, cart: { ...cart, lines } });
    const told = await tab.locator('.lines .each').allTextContents();
    expect(told).toEqual(['HabisSold out', 'Rp18.000', 'Rp10.000']);
  });

  it('is nothing where it is sold out, or the cart is empty', async () => {
    await open(CHOOSE_SCREENS.begins);
    await tab.locator('.tile[data-id=p4]').click({ force: true });
    await tab.locator('.buy').click({ force: true });
    await tab.locator('.tile[data-id=p1]').click({ force: true });
    await expect.poll(heard).toEqual([{ wish: 'product', id: 'p1', price: 18_000 }]);
  });

  it('is what stood there when the finger came down, not what has come since', async () => {
    await open(CHOOSE_SCREENS.begins);
    const tile = tab.locator('.tile[data-id=p1]');
    await tile.hover({ force: true });
    await tab.mouse.down();
    const [first, ...rest] = CHOOSE_SCREENS.begins.products;
    const dearer = { ...CHOOSE_SCREENS.begins, products: [{ ...first, price: rupiah(99_000) }, ...rest] };
    void kiosk.page.display.show(dearer as ChooseScreen);
    await tab.getByText('Rp99.000').waitFor();
    await tab.mouse.up();
    await expect.poll(heard).toEqual([{ wish: 'product', id: 'p1', price: 18_000 }]);
  });

  it('is not what appears under a finger that is still where another face had a key', async () => {
    void kiosk.page.display.show(SCREENS.paid);
    await tab.locator('#paid').waitFor();
    void kiosk.page.display.show(CHOOSE_SCREENS.donation);
    const tile = tab.locator('.tile[data-id=donation-5000]');
    await tile.waitFor();
    await tile.click({ force: true });
    await passes(tab, 1_000);
    await tab.locator('.tile[data-id=donation-10000]').click({ force: true });
    await expect.poll(heard).toEqual([{ wish: 'product', id: 'donation-10000', price: 10_000 }]);
  });

  it('can be typed instead, on the screen or a number pad; the keys close when it is chosen', async () => {
    await open(CHOOSE_SCREENS.begins);
    await tab.locator('#choose [data-wish=sheet]').click({ force: true });
    expect(await tab.locator('.sheet').isVisible()).toBe(true);
    await tab.locator('.sheet [data-key="5"]').click({ force: true });
    void kiosk.page.display.show({ ...CHOOSE_SCREENS.begins, typed: CHOOSE_SCREENS.typed.typed });
    await tab.locator('.digits', { hasText: '5' }).waitFor();
    expect(await tab.locator('.typed').textContent()).toMatch(/Roti bakar.*Rp18\.000/);
    await tab.keyboard.press('NumpadEnter');
    void kiosk.page.display.show(CHOOSE_SCREENS.chosen);
    await tab.locator('.sheet').waitFor({ state: 'hidden' });
    await expect.poll(heard).toEqual(['5', 'enter']);
    // The keys are back where an amount is typed.
    void kiosk.page.display.show(SCREENS.idle);
    await tab.locator('#sale [data-key="5"]').waitFor();
  });
});

it('shows all twenty lines of a cart by the key * on the smallest panel, where nobody can scroll', async () => {
  kiosk = await startKiosk();
  tab = await openTab(browser, kiosk, { width: 320, height: 240 });
  await show(CHOOSE_SCREENS.full);
  await tab.keyboard.press('*');
  const { cut, smallestTextPx } = await measure(tab);
  expect(cut.filter((one) => /^"\d+"/.test(one) || isNoName(one))).toEqual([]);
  expect(smallestTextPx).toBeGreaterThanOrEqual(10);
  expect(await tab.locator('.lines li:visible').count()).toBe(20);
  await tab.keyboard.press('*');
  expect(await tab.locator('.lines').isVisible()).toBe(false);
  await tab.context().close();
  await kiosk.stop();
});

it('takes touches to the cart, and the cart to what is paid: the core of the terminal draws and decides', async () => {
  const products = menu().map(({ id, name, price }) => ({ id, name, price }));
  const catalogue = catalogueOf(products, { cart: true, freeAmount: false, perPage: 6 });
  const view = { catalogue, limits: { min: rupiah(1_000), max: rupiah(1_000_000) }, minute: 600 };
  kiosk = await startKiosk();
  tab = await openTab(browser, kiosk, LARGE);
  let choosing: Choosing | undefined;
  let paid: unknown;
  const draw = () => {
    const state = { shop: 'Kopi', terminal: 'K1', hint: undefined, minute: 600, note: undefined };
    return kiosk.page.display.show(chooseFace({ ...state, catalogue, choosing, pictureOf: () => undefined }));
  };
  kiosk.page.keypad.start((event) => {
    if (event.kind !== 'wish') return;
    const outcome = wishToChoose(choosing, 'page', event.wish, view);
    choosing = outcome.kind === 'choosing' ? outcome.choosing : undefined;
    if (outcome.kind === 'chosen') paid = outcome;
    void draw();
  });
  await draw();
  const sum = (text: string) => tab.locator('.buy .sum', { hasText: text }).waitFor();
  // A finger is careful for a moment after the face has come.
  const drawn = await tab.evaluate(() => performance.now());
  await tab.waitForFunction(([since, careful]) => performance.now() > since + careful, [
    drawn,
    CAREFUL_MS,
  ] as const);
  await tab.locator('.tile[data-id=p1]').click();
  await sum('Rp18.000');
  await tab.getByRole('button', { name: /next page/i }).click();
  await tab.locator('.tile[data-id=p9]').click();
  await tab.locator('.lines li').nth(1).waitFor();
  await tab.getByRole('button', { name: /one mineral water more/i }).click();
  await sum('Rp28.000');
  await tab.locator('.buy').click();
  await expect
    .poll(() => paid)
    .toMatchObject({
      amount: 28_000,
      items: [
        { id: 'p1', price: 18_000, quantity: 1 },
        { id: 'p9', price: 5_000, quantity: 2 },
      ],
    });
  await tab.context().close();
  await kiosk.stop();
});

it('asks for no finger at 320x240 where there are keys alone: products, cart and what is typed are all in sight', async () => {
  kiosk = await startKiosk({ pad: false });
  tab = await openTab(browser, kiosk, { width: 320, height: 240 });
  for (const name of ['small', 'full', 'donation'] as const) {
    await show(CHOOSE_SCREENS[name]);
    const { cut, faint, text } = await measure(tab);
    expect({ name, cut: cut.filter(isNoName), faint }).toEqual({ name, cut: [], faint: [] });
    for (const product of CHOOSE_SCREENS[name].products) expect(text).toContain(String(product.number));
  }
  for (const name of ['.turn button', '.groups', '.lines .step', '.empty'])
    expect([name, await tab.locator(`#choose ${name}:visible`).count()]).toEqual([name, 0]);
  await show({ ...CHOOSE_SCREENS.small, typed: CHOOSE_SCREENS.typed.typed });
  expect((await measure(tab)).text).toMatch(/5 Roti bakar.*Rp18\.000 OK/);
  await tab.context().close();
  await kiosk.stop();
});

it('goes through 500 products a page at a time, and draws no more than one', async () => {
  kiosk = await startKiosk();
  tab = await openTab(browser, kiosk, LARGE);
  const perPage = 60;
  const all = Array.from({ length: 500 }, (_, i) => {
    return {
      number: i + 1,
      id: `p${i}`,
      name: { id: `Produk ${i}`, en: `Product ${i}` },
      price: rupiah(1_000 + i),
    };
  });
  for (let page = 1; page <= 9; page += 1) {
    const products = all.slice((page - 1) * perPage, page * perPage);
    await show({ ...CHOOSE_SCREENS.begins, groups: [], products, page, pages: 9 });
    expect(await tab.locator('.tile').count()).toBe(products.length);
    expect(await tab.locator('.tile .no').last().textContent()).toBe(String(products.at(-1)?.number));
  }
  await tab.context().close();
  await kiosk.stop();
});

it('shows the pictures of products, and the first letter where one cannot be had', async () => {
  const pictures = mkdtempSync(join(tmpdir(), 'kiosk-pictures-'));
  for (const { file, svg } of DRAWINGS.slice(0, 2))
    await sharp(Buffer.from(svg)).jpeg().toFile(join(pictures, file));
  kiosk = await startKiosk({ pictures });
  tab = await openTab(browser, kiosk, LARGE);
  await show({ ...CHOOSE_SCREENS.begins, products: menu(true).slice(0, 3) });
  const image = tab.locator('.tile[data-id=p2] img');
  await image.evaluate((one: HTMLImageElement) => one.decode());
  expect(await image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(400);
  await tab.locator('.tile[data-id=p3] img').waitFor({ state: 'detached' });
  expect(await tab.locator('.tile[data-id=p3] .look').textContent()).toBe('T');
  await tab.context().close();
  await kiosk.stop();
  rmSync(pictures, { recursive: true });
});
