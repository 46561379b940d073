import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, it } from 'vitest';
import { Canvas } from '../../../devices/display/framebuffer/canvas.js';
import { type Fonts, readFonts } from '../../../devices/display/framebuffer/fonts.js';
import { Painter } from '../../../devices/display/framebuffer/painter.js';
import type { Screen } from '../../../src/base/screen.js';
import { CHOOSE_SCREENS, choosing, DRAWINGS, menu } from '../../browser/choose-screens.js';
import { SCREENS } from '../../browser/screens.js';
import { expectPagePicture, keepDrawings, type Placed } from '../../kit/screens/page-picture.js';

let fonts: Fonts;
let pictures: string;

beforeAll(async () => {
  const read = await readFonts();
  if (!read.ok) throw new Error(read.error.detail);
  fonts = read.value;
  pictures = mkdtempSync(join(tmpdir(), 'framebuffer-pictures-'));
  await keepDrawings(pictures, DRAWINGS);
});
afterAll(() => rmSync(pictures, { recursive: true }));

interface Shown {
  readonly screen: Screen;
  readonly language?: 'both' | 'id' | 'en';
  readonly width: number;
  readonly height: number;
}

/** What a panel of 32 bits a pixel shows. */
async function shoot({ screen, language = 'both', width, height }: Shown): Promise<Uint8Array> {
  const canvas = new Canvas({ width, height, bitsPerPixel: 32, stride: 4 * width }, 0, false);
  const painter = new Painter({ language, shop: 'Kopi Nusantara', fonts, pictures }, ({ detail }) => {
    throw new Error(detail);
  });
  const { span } = await painter.paint(canvas, screen);
  const bgrx = Buffer.from(span.bytes);
  const rgb = Buffer.alloc(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel += 1)
    for (const channel of [0, 1, 2]) rgb[3 * pixel + channel] = bgrx[4 * pixel + 2 - channel] ?? 0;
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

async function place(shown: Shown, left: number, top: number, share: number): Promise<Placed> {
  const width = Math.round(share * shown.width);
  return { png: await shoot(shown), left, top, width, height: Math.round(share * shown.height) };
}

it('the picture of its faces on the page of the framebuffer is of this code', async () => {
  const size = { width: 480, height: 320 };
  const { idle, enteringLong, scan, scanNotes, paid, closedHelp, owedHelp, outOfServiceHelp } = SCREENS;
  const faces = [idle, enteringLong, scan, scanNotes, paid, closedHelp, owedHelp, outOfServiceHelp];
  const placed = faces.map((screen, i) =>
    place({ screen, ...size }, 8 + 308 * (i % 4), 8 + 208 * Math.floor(i / 4), 0.625),
  );
  await expectPagePicture(
    'devices/display/framebuffer/faces.png',
    { width: 1240, height: 424 },
    await Promise.all(placed),
  );
});

it('so is the picture of what there is to choose, at four sizes and in both languages', async () => {
  const rich = choosing(menu(true));
  const few = choosing(menu(true).slice(0, 6));
  const placed = [
    place({ screen: rich, language: 'id', width: 1080, height: 1920 }, 8, 8, 0.36),
    place({ screen: rich, language: 'en', width: 1080, height: 1920 }, 405, 8, 0.36),
    place({ screen: rich, language: 'id', width: 1280, height: 800 }, 802, 8, 0.36),
    place({ screen: rich, language: 'en', width: 1280, height: 800 }, 1271, 8, 0.36),
    place({ screen: few, language: 'id', width: 800, height: 480 }, 802, 304, 0.45),
    place({ screen: { ...few, ...TYPED }, language: 'both', width: 800, height: 480 }, 1170, 304, 0.45),
    place({ screen: CHOOSE_SCREENS.small, language: 'id', width: 320, height: 240 }, 802, 528, 0.68),
    place({ screen: CHOOSE_SCREENS.small, language: 'en', width: 320, height: 240 }, 1030, 528, 0.68),
    place({ screen: CHOOSE_SCREENS.donation, language: 'both', width: 480, height: 320 }, 1258, 528, 0.5),
  ];
  await expectPagePicture(
    'devices/display/framebuffer/products.png',
    { width: 1740, height: 707 },
    await Promise.all(placed),
  );
});

const { typed: TYPED_NOW } = CHOOSE_SCREENS.typed;
const TYPED = { typed: TYPED_NOW };
