import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Screen } from '../../src/base/screen.js';
import { expectPagePicture, keepDrawings, type Placed } from '../kit/screens/page-picture.js';
import { choosing, DRAWINGS, menu } from './choose-screens.js';
import { launchWithOneFont } from './gallery.js';
import { calmTab, type Kiosk, startKiosk } from './kit.js';
import { SCREENS } from './screens.js';

let browser: Browser;
let pictures: string;

beforeAll(async () => {
  browser = await launchWithOneFont();
  pictures = mkdtempSync(join(tmpdir(), 'page-pictures-'));
  await keepDrawings(pictures, DRAWINGS);
});

afterAll(async () => {
  await browser.close();
  rmSync(pictures, { recursive: true });
});

type Look = readonly [language: 'both' | 'id' | 'en', scheme: 'light' | 'dark'];

/** The page in a tab whose time stands still, and which shows what it is told. */
async function withPage(
  [language, colorScheme]: Look,
  run: (kiosk: Kiosk, tab: Page) => Promise<void>,
): Promise<void> {
  const kiosk = await startKiosk({ language, pictures });
  const tab = await calmTab(browser, { reducedMotion: 'reduce', colorScheme });
  await tab.addInitScript(() => {
    performance.now = () => 0;
  });
  await tab.goto(kiosk.page.url);
  await run(kiosk, tab);
  await tab.context().close();
  await kiosk.stop();
}

async function shoot(kiosk: Kiosk, tab: Page, screen: Screen): Promise<Uint8Array> {
  expect(await kiosk.page.display.show(screen)).toBe(true);
  const wanted = screen.show === 'choose' ? screen.products.filter(({ picture }) => picture).length : 0;
  await tab.waitForFunction((count) => {
    const shown = [...document.querySelectorAll<HTMLImageElement>('#choose .look > img:only-child')];
    return shown.filter((image) => image.complete && image.naturalWidth > 0).length >= count;
  }, wanted);
  await tab.evaluate(() => {
    const shown = document.querySelectorAll<HTMLImageElement>('#choose .look > img:only-child');
    return Promise.all([...shown].map((image) => image.decode()));
  });
  return tab.screenshot();
}

const RICH = choosing(menu(true));
// Of other catalogues: the page keeps the size of the tiles while it turns the pages of one.
const FEW = { ...choosing(menu(true).slice(0, 6)), pages: 4 };
const SMALL = { ...choosing(menu().slice(0, 6)), pages: 5 };
/** Where each size stands in the picture of the products, in the first language; and how far right of it the second one does. */
const PLACES = [
  { screen: RICH, width: 1080, height: 1920, share: 0.4, left: 16, top: 16, beside: 448 },
  { screen: RICH, width: 1280, height: 800, share: 0.32, left: 912, top: 16, beside: 426 },
  { screen: FEW, width: 800, height: 480, share: 0.5, left: 912, top: 288, beside: 426 },
  { screen: SMALL, width: 320, height: 240, share: 0.95, left: 960, top: 544, beside: 426 },
] as const;

it('the picture of the products on the page of the kiosk is of this code, at four sizes and in both languages', async () => {
  const placed: Placed[] = [];
  const looks = [
    ['id', 'light'],
    ['en', 'dark'],
  ] as const;
  for (const [column, look] of looks.entries())
    await withPage(look, async (kiosk, tab) => {
      for (const { screen, share, left, top, beside, ...size } of PLACES) {
        await tab.setViewportSize(size);
        const png = await shoot(kiosk, tab, screen);
        const [width, height] = [Math.round(share * size.width), Math.round(share * size.height)];
        placed.push({ png, left: left + column * beside, top, width, height });
      }
    });
  await expectPagePicture('devices/display/kiosk/products.png', { width: 1764, height: 800 }, placed);
});

it('so is the picture of its faces', async () => {
  const { idleLines, entering, scan, paid, closedHelp, owedHelp, outOfServiceHelp } = SCREENS;
  const size = { width: 800, height: 480 };
  const placed: Placed[] = [];
  const take = async (kiosk: Kiosk, tab: Page, screen: Screen, at: number): Promise<void> => {
    const png = await shoot(kiosk, tab, screen);
    const [left, top] = [8 + 428 * (at % 4), 8 + 260 * Math.floor(at / 4)];
    placed.push({ png, left, top, width: 420, height: 252 });
  };
  await withPage(['both', 'light'], async (kiosk, tab) => {
    await tab.setViewportSize(size);
    const shown = [idleLines, undefined, scan, undefined, paid, closedHelp, owedHelp, outOfServiceHelp];
    for (const [at, screen] of shown.entries()) if (screen !== undefined) await take(kiosk, tab, screen, at);
  });
  await withPage(['both', 'dark'], async (kiosk, tab) => {
    await tab.setViewportSize(size);
    await take(kiosk, tab, entering, 1);
    await kiosk.page.display.show(scan);
    await tab.keyboard.press('*');
    await take(kiosk, tab, scan, 3);
  });
  await expectPagePicture('devices/display/kiosk/faces.png', { width: 1720, height: 528 }, placed);
});
