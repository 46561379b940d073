import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { type Fonts, readFonts } from '../../../devices/display/framebuffer/fonts.js';
import { contoursOf } from '../../../devices/display/framebuffer/outline.js';
import { rasterOf } from '../../../devices/display/framebuffer/picture.js';
import { allWords, missingGlyphs, tryToDraw } from '../../../devices/display/framebuffer/self-test.js';
import { readWoff } from '../../../devices/display/framebuffer/typeface.js';
import { ROOT } from '../../house/source.js';
import { SMALL, withFramebuffer } from './framebuffer-rig.js';

let fonts: Fonts;

beforeAll(async () => {
  const read = await readFonts();
  if (!read.ok) throw new Error(read.error.detail);
  fonts = read.value;
});

function pixels(char: string, weight: keyof Fonts): Promise<Buffer> {
  const path = fonts[weight].outline(char, 20, 70, 64);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="110" height="100"><rect width="110" height="100" fill="#fff"/><path d="${path}"/></svg>`;
  return rasterOf(svg).then(({ bytes }) => Buffer.from(bytes));
}

it('has a sign of its own for each character of every text in both languages: drawn, neither blank nor the box', async () => {
  const chars = [...new Set(allWords().flatMap((words) => [...words]))].filter((char) => char !== ' ');
  expect(chars.length).toBeGreaterThan(60);
  for (const weight of ['bold', 'regular'] as const) {
    // A noncharacter of Unicode, which no font has: this is the box.
    const box = await pixels('\uffff', weight);
    const blank = await pixels(' ', weight);
    expect(box.equals(blank)).toBe(false);
    const wrong: string[] = [];
    for (const char of chars) {
      const drawn = await pixels(char, weight);
      if (drawn.equals(box) || drawn.equals(blank)) wrong.push(char);
    }
    expect([weight, wrong]).toEqual([weight, []]);
  }
  expect(missingGlyphs(fonts, allWords())).toEqual([]);
});

it('names what it has no sign for, before a customer sees a box', async () => {
  expect(missingGlyphs(fonts, ['Kopi ☕ Ñandú Ελλάδα Київ', 'ร้าน'])).toEqual(['☕', 'ร', '้', 'า', 'น']);
  await withFramebuffer(SMALL, { shop: 'Kopi ☕' }, async ({ log }) => {
    expect(log.lines.join('\n')).toMatch(/warn E475 .* ☕: a box is shown instead/);
  });
});

it('is drawn where the system has no fonts at all', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nofonts-'));
  const config = join(folder, 'fonts.conf');
  writeFileSync(config, '<?xml version="1.0"?><fontconfig></fontconfig>');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><path d="${fonts.bold.outline('8', 10, 50, 48)}"/></svg>`;
  const draw = `
    import sharp from 'sharp';
    const { data } = await sharp(Buffer.from(${JSON.stringify(svg)})).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    console.log(Buffer.from(data).toString('base64'));`;
  const run = (env: NodeJS.ProcessEnv) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', draw], { cwd: ROOT, env, encoding: 'utf8' });
  try {
    const without = run({ ...process.env, FONTCONFIG_FILE: config, FONTCONFIG_PATH: folder });
    expect(without).toBe(run(process.env));
    expect(Buffer.from(without, 'base64').some((value) => value > 0)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('is tried before the first customer comes: two digits that look alike, or blank, are noticed', async () => {
  expect(await tryToDraw(fonts, rasterOf)).toBeUndefined();
  const lame = () => rasterOf('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  expect(await tryToDraw(fonts, lame)).toBe('digits are drawn blank');
});

it('says of a damaged file that it is damaged, instead of drawing something', () => {
  const file = readFileSync(join(ROOT, 'node_modules/@fontsource/inter/files/inter-latin-700-normal.woff'));
  expect(readWoff(file).size).toBeGreaterThan(8);
  expect(() => readWoff(file.subarray(0, 2_000))).toThrow('cut off');
  expect(() => readWoff(Buffer.from('not a font, but long enough to be looked at as one'))).toThrow(
    'not a WOFF 1.0 file',
  );
});

it.each(
  ['latin', 'latin-ext', 'vietnamese', 'greek', 'cyrillic'].flatMap((name) => [`${name}-500`, `${name}-700`]),
)('has an outline for each glyph of %s: no scaled part, no long offset', (name) => {
  const tables = readWoff(
    readFileSync(join(ROOT, `node_modules/@fontsource/inter/files/inter-${name}-normal.woff`)),
  );
  const table = (tag: string): DataView => tables.get(tag) ?? new DataView(new ArrayBuffer(0));
  expect(table('head').getInt16(50)).toBe(0);
  const font = { glyf: table('glyf'), loca: table('loca') };
  const glyphs = Array.from({ length: table('maxp').getUint16(4) }, (_, id) => contoursOf(font, id));
  expect(glyphs.filter((contours) => contours.length > 0).length).toBeGreaterThan(50);
});
