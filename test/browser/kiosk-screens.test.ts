import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousFaults } from './axe.js';
import { bring, FACES, launchWithOneFont, openStill, shootFaces } from './gallery.js';
import { SIZES } from './screens.js';
import { keepSheet, readSheet } from './tile.js';

/** Set to make the pictures anew. Whoever does so looks at them before they are committed. */
const UPDATE = process.env['UPDATE_SCREENS'] === '1';

let browser: Browser;

beforeAll(async () => {
  browser = await launchWithOneFont();
});

afterAll(async () => {
  await browser.close();
});

describe('every face looks as it did when somebody looked at it', () => {
  it.each([
    ['both', 'light'],
    ['id', 'light'],
    ['en', 'light'],
    ['both', 'dark'],
  ] as const)('in the language %s by %s, at each size', async (language, scheme) => {
    const shot = await shootFaces(browser, language, scheme);
    const wrong: string[] = [];
    for (const [index, { width, height }] of SIZES.entries()) {
      const tiles = shot[index] ?? [];
      const name = `${width}x${height}-${language}${scheme === 'dark' ? '-dark' : ''}`;
      if (UPDATE) await keepSheet(name, tiles);
      const kept = await readSheet(name, tiles);
      for (const [at, tile] of tiles.entries()) {
        const far = kept[at] ? tile.farFrom(kept[at]) : ['not kept'];
        if (far.length > 0) wrong.push(`${name} ${FACES[at]}: ${far.length} cells, first at ${far[0]}`);
      }
    }
    expect(wrong, 'make them anew with UPDATE_SCREENS=1, and look at them').toEqual([]);
  });
});

describe('axe-core', () => {
  it.each(['light', 'dark'] as const)('finds no serious fault in any face by %s', async (scheme) => {
    const still = await openStill(browser, 'both', scheme);
    const { tab } = still;
    await tab.setViewportSize({ width: 800, height: 480 });
    const faults: string[] = [];
    for (const face of FACES) {
      await bring(face, still);
      for (const fault of await seriousFaults(tab)) faults.push(`${face}: ${fault}`);
    }
    expect(faults).toEqual([]);
    await still.close();
  });

  it('finds a fault that somebody makes', async () => {
    const { tab, close } = await openStill(browser, 'both', 'light');
    await tab.evaluate(() => document.querySelector('#starting .shop')?.setAttribute('role', 'checkbox'));
    expect((await seriousFaults(tab)).join()).toContain('aria');
    await close();
  });
});
