import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { blocksOf } from '../../devices/display/framebuffer/blocks.js';
import { Canvas } from '../../devices/display/framebuffer/canvas.js';
import { type Fonts, readFonts } from '../../devices/display/framebuffer/fonts.js';
import type { Geometry } from '../../devices/display/framebuffer/geometry.js';
import { Painter } from '../../devices/display/framebuffer/painter.js';
import { Panel } from '../../devices/display/framebuffer/panel.js';
import { rupiah } from '../../src/base/rupiah.js';
import type { Screen } from '../../src/base/screen.js';
import type { BenchResult, Comparison, Context } from './bench.js';

const WIDTH = 800;
const HEIGHT = 480;
const WARM_UP = 30;
const ROUNDS = 40;
/** Screens of one round together, so that each carries its share of the garbage collector's work. */
const SCREENS = 5;
/** Ticks of one round together: one alone is less than the clock of CPU time can tell. */
const TICKS = 50;

const SCAN: Screen = {
  show: 'scan',
  orderId: 'KASIR1-01JD9Z6Q3M8R7T5V4W2X1Y0ZAB',
  amount: rupiah(15_000),
  payload: `00020101021226610014COM.GO-JEK.WWW01189360091434506469550210G450646955${'0'.repeat(170)}6304ABCD`,
  leftMs: 290_000,
  lifeMs: 300_000,
  notes: [],
};

/** CPU of drawing a whole screen, and of a second of its countdown, against what sharp alone takes for the same drawing. */
export async function benchFramebuffer(context: Context): Promise<BenchResult> {
  const fonts = await readFonts();
  if (!fonts.ok) throw new Error(fonts.error.detail);
  const comparisons: Comparison[] = [];
  for (const bitsPerPixel of [32, 16] as const) {
    const geometry = { width: WIDTH, height: HEIGHT, bitsPerPixel, stride: (WIDTH * bitsPerPixel) / 8 };
    comparisons.push(...(await benchOne(context, geometry, fonts.value)));
  }
  return {
    title: `CPU of a framebuffer screen of ${WIDTH}x${HEIGHT}`,
    comparisons,
    notes: [
      'whole screen: layout, outlines of the letters, sharp, QR dot by dot, pixels of the screen, written to a file in its place',
      "bare: sharp turns the same drawing into pixels, and nothing else; it has the letters' outlines already",
      `a tick: the digits and the bar of one second, ${TICKS} in a row; the floor is sharp's bare drawing of a field as large`,
    ],
  };
}

async function benchOne(context: Context, geometry: Geometry, fonts: Fonts): Promise<Comparison[]> {
  const painter = new Painter({ language: 'both', shop: 'Warung', fonts }, () => undefined);
  const canvas = new Canvas(geometry, 0, false);
  const panel = await openPanel(join(context.directory, String(geometry.bitsPerPixel)), geometry);
  const { svg, countdown } = blocksOf(SCAN, canvas.size, { language: 'both', shop: 'Warung', fonts });
  if (countdown === undefined) throw new Error('a screen without a countdown');
  const { width, height } = countdown.box;
  const field = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="#123"/><path d="${fonts.bold.outline('4:50', 0, 40, 48)}" fill="#fff"/></svg>`;
  const whole = async (): Promise<void> => {
    const { span } = await painter.paint(canvas, SCAN);
    await wrote(panel, span);
  };
  const tick = async (second: number): Promise<void> => {
    const span = painter.tick(canvas, 290_000 - 1_000 * second);
    if (span !== undefined) await wrote(panel, span);
  };
  for (let i = 0; i < WARM_UP; i += 1) {
    await Promise.all([whole(), bare(svg)]);
    await tick(i);
  }
  const rounds = { whole: [] as number[], bare: [] as number[], tick: [] as number[], field: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.whole.push(await cpuMs(SCREENS, whole));
    rounds.bare.push(await cpuMs(SCREENS, () => bare(svg)));
    rounds.tick.push(await cpuMs(TICKS, tick));
    rounds.field.push(await cpuMs(TICKS, () => bare(field)));
  }
  await panel.close();
  const format = geometry.bitsPerPixel === 32 ? 'XRGB8888' : 'RGB565';
  return [
    {
      what: `whole screen, ${format}`,
      against: 'bare sharp, same drawing',
      unit: 'ms',
      ours: rounds.whole,
      theirs: rounds.bare,
    },
    {
      what: `countdown tick, ${format}`,
      against: 'bare sharp, field of that size',
      unit: 'ms',
      ours: rounds.tick,
      theirs: rounds.field,
    },
  ];
}

async function bare(svg: string): Promise<void> {
  await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
}

async function wrote(panel: Panel, span: Parameters<Panel['write']>[0]): Promise<void> {
  const fault = await panel.write(span);
  if (fault !== undefined) throw new Error(fault.detail);
}

/** User and system time of the whole process, the threads of libvips included; the mean of `times` in a row. */
async function cpuMs(times: number, work: (index: number) => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i += 1) await work(i);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / times;
}

/** A file in the place of the device, and the kernel's words about it. */
async function openPanel(folder: string, geometry: Geometry): Promise<Panel> {
  const words = join(folder, 'graphics', 'fb0');
  mkdirSync(words, { recursive: true });
  writeFileSync(join(words, 'virtual_size'), `${geometry.width},${geometry.height}\n`);
  writeFileSync(join(words, 'bits_per_pixel'), `${geometry.bitsPerPixel}\n`);
  writeFileSync(join(words, 'stride'), `${geometry.stride}\n`);
  const device = join(folder, 'fb0');
  writeFileSync(device, Buffer.alloc(geometry.stride * geometry.height));
  const opened = await Panel.open({ device, sysfs: folder });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}
