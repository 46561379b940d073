import { linkSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blocksOf } from '../../../devices/display/framebuffer/blocks.js';
import { readFonts } from '../../../devices/display/framebuffer/fonts.js';
import { MOST_KEPT, ProductPictures } from '../../../devices/display/framebuffer/product-pictures.js';
import { loadSharp } from '../../../devices/kit/load-sharp.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { catalogueOf } from '../../../src/core/catalogue/catalogue.js';
import type { Product } from '../../../src/core/catalogue/product.js';
import { chooseFace } from '../../../src/core/text/choose-face.js';
import { CHOOSE_SCREENS, menu } from '../../browser/choose-screens.js';
import { withFramebuffer } from './framebuffer-rig.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framebuffer-products-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A picture that packs badly, as photographs do. */
async function photograph(name: string): Promise<void> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  await loadSharp()({ create: { width: 480, height: 480, channels: 3, noise, background: '#888' } })
    .jpeg({ quality: 95 })
    .toFile(join(folder, name));
}

const LARGE = { width: 300, height: 260 };
const wanted = (name: string) => ({ mark: `picture:${name}`, name, ...LARGE });

describe('pictures of products on a framebuffer', () => {
  it('are unpacked once for all the faces that show them: later ones need no file any more', async () => {
    await photograph('a.jpg');
    const pictures = new ProductPictures(folder, ({ detail }) => expect.fail(detail));
    const first = await pictures.into('<svg>picture:a.jpg</svg>', [wanted('a.jpg')]);
    expect(first).toMatch(/^<svg>data:image\/jpeg;base64,[\w+/=]{1000,}<\/svg>$/);
    rmSync(join(folder, 'a.jpg'));
    expect(await pictures.into('<svg>picture:a.jpg</svg>', [wanted('a.jpg')])).toBe(first);
  });

  it('take bounded memory, however many there are, and those that were shown last are kept', async () => {
    await photograph('0.jpg');
    const names = Array.from({ length: 150 }, (_, i) => `${i}.jpg`);
    for (const name of names.slice(1)) linkSync(join(folder, '0.jpg'), join(folder, name));
    const told: string[] = [];
    const pictures = new ProductPictures(folder, ({ detail }) => told.push(detail));
    let most = 0;
    for (const name of names) {
      await pictures.into('', [wanted(name)]);
      most = Math.max(most, pictures.size);
    }
    expect(most).toBeLessThanOrEqual(MOST_KEPT);
    expect(most).toBeGreaterThan(MOST_KEPT / 2);
    for (const name of names) rmSync(join(folder, name));
    const [oldest = '', newest = ''] = [names[0], names.at(-1)];
    expect(await pictures.into(`picture:${newest}`, [wanted(newest)])).toMatch(/^data:image/);
    expect(told).toEqual([]);
    // One that is gone leaves its place empty, and is told once.
    for (let times = 0; times < 2; times += 1)
      expect(await pictures.into(`picture:${oldest}`, [wanted(oldest)])).toBe('data:,');
    expect(told).toEqual([expect.stringContaining('ENOENT')]);
  });

  it('of an idle screen that are gone are told with their own number', async () => {
    const read = await readFonts();
    if (!read.ok) throw new Error(read.error.detail);
    const style = { language: 'both', shop: 'Kopi', fonts: read.value, pictures: folder } as const;
    const slide = { show: 'idle', shop: 'Kopi', terminal: 'T1', slide: { picture: 'idle/a.jpg' } } as const;
    const { svg, pictures: asked = [] } = blocksOf(slide, { width: 320, height: 240 }, style);
    const told: number[] = [];
    const pictures = new ProductPictures(folder, ({ code }) => told.push(code));
    await pictures.into(svg, [...asked, wanted('b.jpg')]);
    expect(told).toEqual([762, 155]);
  });

  it('are not asked for where no product has one, or the tiles are too small to see anything on them', async () => {
    const read = await readFonts();
    if (!read.ok) throw new Error(read.error.detail);
    const style = { language: 'both', shop: 'Kopi', fonts: read.value, pictures: folder } as const;
    const asked = (screen: (typeof CHOOSE_SCREENS)['small'], width: number, height: number) =>
      blocksOf(screen, { width, height }, style).pictures?.length;
    const rich = { ...CHOOSE_SCREENS.small, products: menu(true).slice(0, 6) };
    expect(asked(CHOOSE_SCREENS.small, 800, 480)).toBe(0);
    expect(asked(rich, 320, 240)).toBe(0);
    expect(asked(rich, 800, 480)).toBe(6);
  });

  it('cost what one page of them costs, of 500 products as of 12', async () => {
    const read = await readFonts();
    if (!read.ok) throw new Error(read.error.detail);
    const style = { language: 'both', shop: 'Kopi', fonts: read.value, pictures: folder } as const;
    const drawn = (count: number) => {
      const products = Array.from({ length: count }, (_, i): Product => {
        return { id: `p${i}`, name: { id: 'Kopi', en: 'Coffee' }, price: rupiah(1_000), picture: `${i}.png` };
      });
      const catalogue = catalogueOf(products, { cart: true, freeAmount: false, perPage: 12 });
      const face = chooseFace({
        ...{ shop: 'Kopi', terminal: 'T1', catalogue, choosing: undefined, hint: undefined, minute: 0 },
        ...{ pictureOf: (path) => `${path}.jpg`, note: undefined },
      });
      return blocksOf(face, { width: 1080, height: 1920 }, style);
    };
    const [few, many] = [drawn(12), drawn(500)];
    expect(many.pictures?.length).toBe(12);
    // The page's number is all that there is more of it.
    expect(many.svg.length / few.svg.length).toBeLessThan(1.05);
  });

  it('are seen on the screen: the dots of one stand where its tile is', async () => {
    await loadSharp()({ create: { width: 480, height: 480, channels: 3, background: '#ff0000' } })
      .jpeg()
      .toFile(join(folder, 'red.jpg'));
    const products = menu()
      .slice(0, 6)
      .map((product) => ({ ...product, picture: 'red.jpg' }));
    const panel = { width: 800, height: 480, bits: 32 };
    await withFramebuffer(panel, { pictures: folder }, async ({ display, fb }) => {
      expect(await display.show({ ...CHOOSE_SCREENS.small, products })).toBe(true);
      const [seen] = fb.look([fb.photograph(0, true)]);
      const { data } = await loadSharp()(seen?.png ?? '')
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      let red = 0;
      for (let at = 0; at < data.length; at += 3)
        if ((data[at] ?? 0) > 240 && (data[at + 1] ?? 255) < 20 && (data[at + 2] ?? 255) < 20) red += 1;
      // Five of the six; the fourth is sold out, behind a veil.
      expect(red).toBeGreaterThan(40_000);
    });
  });
});
