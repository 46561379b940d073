import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import type { Screen } from '../../src/base/screen.js';
import { CHOOSE_SCREENS } from './choose-screens.js';
import { type Kiosk, launchChromium, startKiosk } from './kit.js';
import { SCREENS, SIZES } from './screens.js';
import { Tile } from './tile.js';

const { small: choosing, donation } = CHOOSE_SCREENS;
const SHOWN = { ...SCREENS, choosing, donation };

/** Every face that the page has: what the daemon shows, and what it does by itself. */
export const FACES = [
  'starting',
  ...(Object.keys(SHOWN) as (keyof typeof SHOWN)[]),
  'scanInWords',
  'lost',
] as const;
export type Face = (typeof FACES)[number];

/** How much smaller a kept picture is than the screen: at most 240 pixels wide or high. */
export const REDUCTION: readonly number[] = [2, 2.5, 4, 8, 8];
/** From here on a screenshot has every second pixel only, which the browser does faster than anybody after it. */
const LARGE_WIDTH = 1000;

const FONTS = '/usr/share/fonts/truetype/dejavu';

/**
 * A browser that knows one family of fonts, so that a picture does not depend on what else is installed. DejaVu comes
 * with fontconfig-config on any Debian that has Chromium.
 */
export async function launchWithOneFont(hinting = 'hintnone'): Promise<Browser> {
  if (!existsSync(join(FONTS, 'DejaVuSans.ttf')))
    throw new Error(`${FONTS} is missing: apt-get install fonts-dejavu-core`);
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-fonts-'));
  const path = join(folder, 'fonts.conf');
  writeFileSync(
    path,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${FONTS}</dir><cachedir>${folder}</cachedir>
    <match target="font"><edit name="hintstyle"><const>${hinting}</const></edit><edit name="rgba"><const>none</const></edit></match>
    <match target="pattern"><edit name="hintstyle"><const>${hinting}</const></edit><edit name="rgba"><const>none</const></edit></match>
    </fontconfig>`,
  );
  return launchChromium({ FONTCONFIG_FILE: path });
}

/** A page server with one page: what it says was painted is painted there. */
export interface Still {
  readonly kiosk: Kiosk;
  readonly tab: Page;
  close(): Promise<void>;
}

/** The page in a tab whose time stands still, so that the ring shows the same on each run. */
export async function openStill(
  browser: Browser,
  language: 'both' | 'id' | 'en',
  scheme: 'light' | 'dark',
  large = false,
): Promise<Still> {
  const kiosk = await startKiosk({ language });
  const context = await browser.newContext({
    reducedMotion: 'reduce',
    colorScheme: scheme,
    deviceScaleFactor: large ? 0.5 : 1,
  });
  const tab = await context.newPage();
  await tab.addInitScript(() => {
    performance.now = () => (document.documentElement?.dataset['late'] ? 60_000 : 0);
    // The code is read back by other tests; here its noise would only make the kept pictures large. A square of its size.
    const Drawn = Path2D;
    window.Path2D = class extends Drawn {
      constructor() {
        super('M4 4h61v61H4z');
      }
    };
  });
  await tab.goto(kiosk.page.url);
  const close = async (): Promise<void> => {
    await context.close();
    await kiosk.stop();
  };
  return { kiosk, tab, close };
}

/** Pictures of every face at every size: one list a size, in the order of {@link FACES}. */
export async function shootFaces(
  browser: Browser,
  language: 'both' | 'id' | 'en',
  scheme: 'light' | 'dark',
): Promise<Tile[][]> {
  const tiles: Tile[][] = SIZES.map(() => []);
  const stills = [
    await openStill(browser, language, scheme),
    await openStill(browser, language, scheme, true),
  ];
  // The two at the same time: each waits for its own renderer.
  await Promise.all(
    stills.map(async (still, large) => {
      for (const face of FACES) {
        await bring(face, still);
        await shootSizes(still.tab, large === 1, tiles);
      }
      await still.close();
    }),
  );
  return tiles;
}

async function shootSizes(tab: Page, large: boolean, tiles: readonly Tile[][]): Promise<void> {
  for (const [index, size] of SIZES.entries()) {
    if (size.width >= LARGE_WIDTH !== large) continue;
    await tab.setViewportSize(size);
    tiles[index]?.push(await shrink(await tab.screenshot(), index));
  }
}

/** Makes the page show a face; the one of a lost daemon has to be the last. */
export async function bring(face: Face, { kiosk, tab }: Still): Promise<void> {
  if (face === 'starting') await tab.locator('#starting').waitFor();
  else if (face === 'scanInWords') {
    await painted(kiosk, SCREENS.scan);
    await tab.keyboard.press('*');
  } else if (face === 'lost') {
    await kiosk.page.stop();
    await tab.evaluate(() => {
      document.documentElement.dataset['late'] = 'yes';
    });
    await tab.locator('#lost').waitFor();
  } else await painted(kiosk, SHOWN[face]);
}

async function painted(kiosk: Kiosk, screen: Screen): Promise<void> {
  if (!(await kiosk.page.display.show(screen))) throw new Error(`not painted: ${screen.show}`);
}

/** A screenshot, as small as it is kept. */
async function shrink(png: Uint8Array, index: number): Promise<Tile> {
  const size = SIZES[index];
  const reduction = REDUCTION[index];
  if (!size || !reduction) throw new Error(`no size ${index}`);
  const width = Math.round(size.width / reduction);
  const height = Math.round(size.height / reduction);
  const data = await sharp(png).removeAlpha().resize(width, height, { fit: 'fill' }).raw().toBuffer();
  return new Tile(width, height, data);
}
