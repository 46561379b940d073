import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Screen } from '../../src/base/screen.js';
import { seriousFaults } from './axe.js';
import { launchChromium, openTab, startKiosk } from './kit.js';
import { HELP, SIZES } from './screens.js';

const NAME = 'idle/0123456789abcdef01234567.jpg';
const IDLE = { show: 'idle', shop: 'Kopi Nusantara', terminal: 'KASIR1' } as const;
const CLOSED = {
  show: 'outOfService',
  words: { id: 'Tutup', en: 'Closed' },
  closed: { why: 'hours', shop: 'Kopi Nusantara' },
  notes: [{ id: 'Buka lagi besok pukul 07.00', en: 'Opens again tomorrow at 07:00' }],
  help: { lines: HELP.lines },
} as const;
const FACES: Readonly<Record<string, Screen>> = {
  hours: CLOSED,
  maintenance: {
    ...CLOSED,
    words: { id: 'Tutup sementara', en: 'Closed for maintenance' },
    closed: { why: 'maintenance', shop: 'Kopi Nusantara' },
    notes: [{ id: 'Ganti gulungan kertas', en: 'Changing the paper' }],
  },
  slide: { ...IDLE, slide: { picture: NAME } },
  slideChoose: { ...IDLE, slide: { picture: NAME, choose: true } },
};

let browser: Browser;
let pictures: string;

beforeAll(async () => {
  pictures = mkdtempSync(join(tmpdir(), 'kiosk-closed-'));
  mkdirSync(join(pictures, 'idle'));
  await sharp({ create: { width: 320, height: 240, channels: 3, background: '#a52' } })
    .jpeg()
    .toFile(join(pictures, NAME));
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  rmSync(pictures, { recursive: true, force: true });
});

it('closed, for maintenance, and with a picture: read at every size, and without a finding of axe', async () => {
  const kiosk = await startKiosk({ pictures });
  const tab = await openTab(browser, kiosk);
  for (const size of SIZES) {
    await tab.setViewportSize(size);
    for (const [name, screen] of Object.entries(FACES)) {
      await kiosk.page.display.show(screen);
      if (name.startsWith('slide')) await tab.locator('.slide:visible').waitFor();
      // biome-ignore lint/performance/useDomNodeTextContent: what is hidden is not read.
      const seen = await tab.locator('main').innerText();
      const words = screen.show === 'outOfService' ? screen.notes?.map(({ id }) => id) : ['GoPay', 'memilih'];
      expect(
        words?.some((word) => seen.replace(/\s+/g, ' ').includes(word)),
        `${name} at ${size.width}: ${seen}`,
      ).toBe(true);
      if (screen.show === 'outOfService') expect(seen).not.toMatch(/E\d{3}|Maaf, sedang tidak melayani/);
      expect(await seriousFaults(tab), `${name} at ${size.width}`).toEqual([]);
    }
  }
  await kiosk.stop();
});

it('a touch of the picture shows what there is to choose, and the keys beside one type at once', async () => {
  const kiosk = await startKiosk({ pictures });
  const tab = await openTab(browser, kiosk);
  await kiosk.page.display.show(FACES['slideChoose'] as Screen);
  await tab.locator('#slide .start').click();
  await expect
    .poll(() => kiosk.events.some((event) => event.kind === 'wish' && event.wish.wish === 'page'))
    .toBe(true);
  await kiosk.page.display.show(FACES['slide'] as Screen);
  await tab.locator('#sale .slide').waitFor();
  await tab.locator('#sale button[data-key="7"]').click();
  await expect.poll(() => kiosk.keys()).toContain('7');
  // A picture that is gone leaves the face as it is without one.
  await kiosk.page.display.show({ ...IDLE, slide: { picture: 'idle/ffffffffffffffffffffffff.jpg' } });
  await tab.locator('#sale .welcome').waitFor();
  await kiosk.stop();
});
