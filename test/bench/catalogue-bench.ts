import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { Canvas } from '../../devices/display/framebuffer/canvas.js';
import { readFonts } from '../../devices/display/framebuffer/fonts.js';
import { Painter } from '../../devices/display/framebuffer/painter.js';
import { pageView } from '../../devices/display/kiosk/view.js';
import { rupiah } from '../../src/base/rupiah.js';
import type { ChooseScreen } from '../../src/base/screen.js';
import { type Catalogue, catalogueOf } from '../../src/core/catalogue/catalogue.js';
import { type Choosing, wishToChoose } from '../../src/core/catalogue/choosing.js';
import { MOST_PRODUCTS, type Product } from '../../src/core/catalogue/product.js';
import { chooseFace } from '../../src/core/text/choose-face.js';
import type { BenchResult, Comparison, Context } from './bench.js';

const PER_PAGE = 12;
const ROUNDS = 30;
/** Touches of one round together: one alone is less than the clock of CPU time can tell. */
const TOUCHES = 500;
const FACES = 5;
const SIZE = { width: 800, height: 480 };
/** Of the event loop. */
const STALL_MS = 50;

/** What a catalogue of 500 products costs: a touch, the first face with pictures, and the ones after it. */
export async function benchCatalogue(context: Context): Promise<BenchResult> {
  const pictures = join(context.directory, 'pictures');
  mkdirSync(pictures, { recursive: true });
  const photograph = await sharp({
    create: {
      width: 480,
      height: 480,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .jpeg({ quality: 82 })
    .toBuffer();
  for (let i = 0; i < PER_PAGE; i += 1) writeFileSync(join(pictures, `${i}.jpg`), photograph);
  const largest = shopOf(MOST_PRODUCTS);
  const small = shopOf(PER_PAGE);
  return {
    title: `a catalogue of ${MOST_PRODUCTS} products, ${PER_PAGE} on a page`,
    comparisons: [...touches(largest, small), ...(await faces(largest, pictures))],
    notes: [
      'a touch: the wish decided, the face made, and written as the page is sent it; one after the other to a cart of six lines',
      'floor of a touch: the same page of products written as JSON, and nothing decided',
      'first face: twelve pictures made as large as their tiles, then drawn; floor: sharp alone makes the same twelve',
    ],
  };
}

function shopOf(count: number): Catalogue {
  const group = (i: number) => ({ id: `Kelompok ${i % 5}`, en: `Group ${i % 5}` });
  const products = Array.from({ length: count }, (_, i): Product => {
    const name = { id: `Produk nomor ${i}`, en: `Product number ${i}` };
    return { id: `p${i}`, name, price: rupiah(1_000 + i), group: group(i), picture: `${i}.jpg` };
  });
  return catalogueOf(products, { cart: true, freeAmount: false, perPage: PER_PAGE });
}

function faceOf(catalogue: Catalogue, choosing: Choosing | undefined): ChooseScreen {
  return chooseFace({
    ...{ shop: 'Warung', terminal: 'T1', catalogue, choosing, hint: undefined, minute: 0, note: undefined },
    pictureOf: (path) => path,
  });
}

function touches(largest: Catalogue, small: Catalogue): Comparison[] {
  const limits = { min: rupiah(100), max: rupiah(10_000_000) };
  const touchIn = (catalogue: Catalogue) => {
    let choosing: Choosing | undefined;
    let at = 0;
    return (): void => {
      const product = catalogue.products.at(-1 - (at % 6));
      if (product === undefined) throw new Error('no product');
      at += 1;
      if (at % 60 === 0) choosing = undefined;
      const wish = { wish: 'product', id: product.id, price: product.price } as const;
      const outcome = wishToChoose(choosing, 'page', wish, { catalogue, limits, minute: 0 });
      choosing = outcome.kind === 'choosing' ? outcome.choosing : undefined;
      JSON.stringify(pageView(faceOf(catalogue, choosing), 'Warung'));
    };
  };
  const page = faceOf(largest, undefined).products;
  const works = { ours: touchIn(largest), few: touchIn(small), bare: () => void JSON.stringify(page) };
  const times = { ours: [] as number[], few: [] as number[], bare: [] as number[] };
  const names = ['ours', 'few', 'bare'] as const;
  for (const name of names) cpuMs(4 * TOUCHES, works[name]);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const name of names) times[name].push(cpuMs(TOUCHES, works[name]));
  const each = { what: 'a touch: processor time', unit: 'ms', ours: times.ours } as const;
  return [
    {
      ...each,
      against: `the same of ${PER_PAGE} products`,
      theirs: times.few,
      goal: { of: 'ours', atMost: 2 },
    },
    { ...each, against: 'bare JSON of the page', theirs: times.bare },
  ];
}

async function faces(catalogue: Catalogue, pictures: string): Promise<Comparison[]> {
  const fonts = await readFonts();
  if (!fonts.ok) throw new Error(fonts.error.detail);
  const { width, height } = SIZE;
  const canvas = new Canvas({ width, height, bitsPerPixel: 32, stride: 4 * width }, 0, false);
  const screen = faceOf(catalogue, undefined);
  const painterOf = () =>
    new Painter({ language: 'both', shop: 'Warung', fonts: fonts.value, pictures }, ({ detail }) => {
      throw new Error(detail);
    });
  const bare = async (): Promise<void> => {
    for (let i = 0; i < PER_PAGE; i += 1)
      await sharp(join(pictures, `${i}.jpg`))
        .resize(110, 90, { fit: 'cover' })
        .jpeg({ quality: 85 })
        .toBuffer();
  };
  const times = {
    first: [] as number[],
    bare: [] as number[],
    next: [] as number[],
    longest: [] as number[],
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const painter = painterOf();
    const stall = longestTurn();
    times.first.push(await cpuOf(1, () => painter.paint(canvas, screen)));
    times.longest.push(stall());
    times.bare.push(await cpuOf(1, bare));
    times.next.push(await cpuOf(FACES, () => painter.paint(canvas, screen)));
  }
  const on = `${width}x${height}, framebuffer`;
  return [
    {
      ...{
        what: `first face with ${PER_PAGE} pictures, ${on}: processor time`,
        against: 'bare sharp, the pictures alone',
      },
      ...{ unit: 'ms', ours: times.first, theirs: times.bare },
    },
    {
      ...{ what: `a face after it, ${on}: processor time`, against: 'the first face' },
      ...{ unit: 'ms', ours: times.next, theirs: times.first },
    },
    {
      ...{
        what: `longest turn of the loop in the first face, ${on}`,
        against: `the bound of ${STALL_MS} ms`,
      },
      ...{ unit: 'ms', ours: times.longest, theirs: times.longest.map(() => STALL_MS) },
      goal: { of: 'ours', atMost: STALL_MS },
    },
  ];
}

/** @returns what ends it, and says how many milliseconds of processor time one turn of the loop took at most */
function longestTurn(): () => number {
  let [before, most, on] = [process.cpuUsage(), 0, true];
  const turn = (): void => {
    const { user, system } = process.cpuUsage(before);
    most = Math.max(most, (user + system) / 1_000);
    before = process.cpuUsage();
    if (on) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    on = false;
    return most;
  };
}

function cpuMs(times: number, work: () => void): number {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i += 1) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / times;
}

/** User and system time of the whole process, the threads of libvips included; the mean of `times` in a row. */
async function cpuOf(times: number, work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / times;
}
