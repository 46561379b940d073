import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QrPictureReader } from '../../../devices/kit/qr-picture.js';
import { searchHere } from '../../../devices/kit/qr-search.js';
import { openPrinter } from '../../../devices/printer/open-printer.js';
import { type QrPicture, qrPictures } from '../../kit/qr-pictures/pictures.js';
import { qrSlip, tools } from '../printer/rig.js';

const RASTER = fileURLToPath(new URL('../../kit/qr-pictures/raster.py', import.meta.url));

interface Printed {
  readonly name: string;
  readonly payload: string;
  readonly read: string;
  /** What zbarimg sees on the paper. */
  seen: string | undefined;
  native: string | undefined;
}

let folder: string;
let pictures: QrPicture[];
/** Payloads as the reader read them, in the order of the pictures. */
let payloads: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qr-'));
  pictures = await qrPictures();
  const reader = new QrPictureReader(searchHere(tools().log));
  payloads = [];
  for (const picture of pictures) {
    const read = await reader.read(picture.bytes, picture.contentType);
    if (!read.ok) throw new Error(`${picture.name}: E${read.error.code} ${read.error.detail}`);
    payloads.push(read.value);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Picture -> reader -> slip -> printer's bytes -> a head of its own -> zbarimg. */
async function printAll(profile: string, changes: object, label: string): Promise<Printed[]> {
  const { clock, timers, log } = tools();
  const printed: Printed[] = [];
  const files: string[] = [];
  for (const [index, picture] of pictures.entries()) {
    const read = payloads[index] ?? '';
    const path = join(folder, `${label}-${index}.bin`);
    const settings = { transport: { transport: 'file', device: path }, profile, ...changes } as const;
    const printer = openPrinter(settings, { clock, timers, log });
    const outcome = await printer.print(qrSlip(read));
    expect(outcome).toEqual({ kind: 'printed', confirmed: false });
    files.push(path, path.replace('.bin', '.pgm'));
    printed.push({
      name: picture.name,
      payload: picture.payload,
      read,
      seen: undefined,
      native: undefined,
    });
  }
  const width = String(label.split('-')[0]);
  const answers = execFileSync('python3', [RASTER, width, ...files], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const seen = readWithZbar(files.filter((path) => path.endsWith('.pgm')));
  printed.forEach((one, index) => {
    one.native = (JSON.parse(answers[index] ?? '{}') as { native?: string | null }).native ?? undefined;
    one.seen = seen.get(join(folder, `${label}-${index}.pgm`));
  });
  return printed;
}

/** zbarimg (Debian: zbar-tools) over many pictures at once. It exits with 4 when one of them has no code. */
function readWithZbar(files: readonly string[]): Map<string, string> {
  let xml: string;
  try {
    xml = execFileSync('zbarimg', ['-q', '--xml', '-Sdisable', '-Sqrcode.enable', ...files], {
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (thrown) {
    const failed = thrown as { status?: number | null; stdout?: string };
    if (failed.status !== 4 || failed.stdout === undefined) {
      throw new Error(`zbarimg does not run (apt-get install zbar-tools): ${String(thrown)}`);
    }
    xml = failed.stdout;
  }
  const found = new Map<string, string>();
  for (const source of xml.split('<source ').slice(1)) {
    const href = /href='([^']*)'/.exec(source)?.[1];
    const data = /<data><!\[CDATA\[([\s\S]*?)\]\]><\/data>/.exec(source)?.[1];
    if (href !== undefined && data !== undefined) found.set(href, data);
  }
  return found;
}

describe('pictures of a QR', () => {
  it('make a set of at least 38, the same at every run', async () => {
    expect(pictures.length).toBeGreaterThanOrEqual(38);
    expect(new Set(pictures.map(({ name }) => name)).size).toBe(pictures.length);
    const again = await qrPictures(5);
    expect(again.map(({ bytes }) => bytes)).toEqual(pictures.slice(0, 5).map(({ bytes }) => bytes));
  });

  it.each([
    ['384', 'generic-58', {}],
    ['576', 'generic-80', {}],
    ['512', 'epson-80-180dpi', { qr: 'raster' }],
    ['384-double', 'generic-58', { qr: 'raster-double' }],
    ['576-double', 'generic-80', { qr: 'raster-double' }],
  ])(
    'come out of a printer of %s dots as a code that zbarimg reads to the same payload',
    async (label, profile, changes) => {
      const printed = await printAll(profile, changes, label);
      expect(printed.map(({ name, read }) => [name, read])).toEqual(
        pictures.map(({ name, payload }) => [name, payload]),
      );
      expect(printed.map(({ name, seen }) => [name, seen])).toEqual(
        pictures.map(({ name, payload }) => [name, payload]),
      );
    },
  );

  it('give the printer that draws codes itself the same payload', async () => {
    const printed = await printAll('epson-80', {}, '576-native');
    expect(printed.map(({ native }) => native)).toEqual(pictures.map(({ payload }) => payload));
    expect(readFileSync(join(folder, '576-native-0.bin')).length).toBeLessThan(1000);
  });
});
