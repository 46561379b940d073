import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLogo } from '../../../devices/kit/logo-file.js';
import { composeSlip } from '../../../devices/printer/compose.js';
import { Logo } from '../../../devices/printer/logo.js';
import { findProfile, PRINTER_PROFILES, type PrinterProfile } from '../../../devices/printer/profiles.js';
import { Paper } from '../../../devices/simulated-printer/paper.js';
import type { Slip } from '../../../src/base/slip.js';
import { FAULT } from '../../../src/core/fault/table.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-logo-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function kept(name: string, bytes: Uint8Array | string): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

/** Black, with a white left half where `half` is set, on nothing. */
async function drawn(width: number, height: number, half = false): Promise<Buffer> {
  const white = `<rect width="${width / 2}" height="${height}" fill="#fff"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}"/>${half ? white : ''}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

function profile(name: string, changes: Partial<PrinterProfile> = {}): PrinterProfile {
  const found = findProfile(name);
  if (found === undefined) throw new Error(name);
  return { ...found, ...changes };
}

async function logoOn(path: string, on: PrinterProfile) {
  const logo = await Logo.scaled(path, [on]);
  if (!logo.ok) throw new Error(logo.error.detail);
  return logo.value.on(on);
}

const SLIP: Slip = { kind: 'receipt', copy: false, lines: [{ put: 'text', text: 'below' }] };

it('is scaled to each head and no larger than it is, at most 20 mm high, and stands in the middle', async () => {
  const wide = kept('wide.png', await drawn(1_200, 300));
  const small = kept('small.png', await drawn(40, 20));
  for (const one of PRINTER_PROFILES) {
    const logo = await logoOn(wide, one);
    expect([one.name, logo?.dots]).toEqual([one.name, Math.min(160, one.widthDots / 4)]);
    expect(logo?.bands.every(({ bytesPerRow }) => bytesPerRow === Math.ceil(one.widthDots / 8))).toBe(true);
    expect(logo?.bands.every(({ rows }) => rows <= one.bandRows)).toBe(true);
  }
  const logo = await logoOn(small, profile('generic-58'));
  expect(logo?.dots).toBe(20);
  // 384 dots, 40 of them black: from 172 to 211.
  const row = [...(logo?.bands[0]?.bits.subarray(0, 48) ?? [])]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  expect([row.indexOf('1'), row.lastIndexOf('1')]).toEqual([172, 211]);
});

it('is doubled by the printer on a slow line', async () => {
  const on = profile('generic-58', { qr: 'raster-double' });
  const logo = await logoOn(kept('wide.png', await drawn(1_200, 300)), on);
  expect(logo?.dots).toBe(96);
  expect(logo?.bands.map(({ mode, bytesPerRow, rows }) => ({ mode, bytesPerRow, rows }))).toEqual([
    { mode: 3, bytesPerRow: 24, rows: 48 },
  ]);
});

it('stands above what customers get, and the slip below it is as without', async () => {
  const on = profile('generic-58');
  const logo = await logoOn(kept('logo.png', await drawn(300, 100, true)), on);
  const bytes = (slip: Slip, with_: typeof logo) => {
    const job = composeSlip(slip, on, with_);
    if (!job.ok) throw new Error(job.error.detail);
    return job.value;
  };
  const job = bytes(SLIP, logo);
  const paper = new Paper();
  for (const part of job.parts) paper.receive(part);
  expect(paper.problems).toEqual([]);
  const [printed = paper.hanging] = paper.slips;
  expect(printed?.text).toContain('below');
  // An interruption is padded by the longest of its commands, which may be a band of it.
  expect(job.longestData).toBe(48 * 100);
  const bare = bytes(SLIP, undefined);
  expect(job.bytes - bare.bytes).toBe(3 + 8 + 48 * 100 + 3);
  expect(bytes({ ...SLIP, kind: 'shift' }, logo).bytes).toBe(
    bytes({ ...SLIP, kind: 'shift' }, undefined).bytes,
  );
});

it('is refused before it is decoded where it is no picture, or one that is made to hurt', async () => {
  const code = (path: string): number => {
    const read = readLogo(path);
    return read.ok ? 0 : read.error.code;
  };
  expect(code(kept('good.png', await drawn(8, 8)))).toBe(0);
  expect(
    code(
      kept(
        'good.jpg',
        await sharp(await drawn(8, 8))
          .jpeg()
          .toBuffer(),
      ),
    ),
  ).toBe(0);
  expect(code(join(directory, 'none.png'))).toBe(FAULT.logoUnreadable);
  expect(code(directory)).toBe(FAULT.logoUnreadable);
  expect(code(kept('text.png', 'no picture'))).toBe(FAULT.logoRefused);
  expect(code(kept('empty.png', ''))).toBe(FAULT.logoRefused);
  expect(code(kept('drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe(FAULT.logoRefused);
  expect(code(kept('big.png', Buffer.alloc(1_048_577)))).toBe(FAULT.logoRefused);
  const bomb = await drawn(8, 8);
  bomb.writeUInt32BE(60_000, 16);
  bomb.writeUInt32BE(60_000, 20);
  expect(code(kept('bomb.png', bomb))).toBe(FAULT.logoRefused);
  const wide = await sharp(await drawn(8, 8))
    .jpeg()
    .toBuffer();
  wide.writeUInt16BE(65_000, wide.indexOf(Buffer.of(0xff, 0xc0)) + 5);
  wide.writeUInt16BE(65_000, wide.indexOf(Buffer.of(0xff, 0xc0)) + 7);
  expect(code(kept('bomb.jpg', wide))).toBe(FAULT.logoRefused);
  expect(code(kept('loop.jpg', Buffer.concat([Buffer.of(0xff, 0xd8), Buffer.alloc(64, 0xff)])))).toBe(
    FAULT.logoRefused,
  );
});

it('that is cut is refused when it is scaled', async () => {
  const whole = await drawn(300, 100, true);
  const logo = await Logo.scaled(kept('cut.png', whole.subarray(0, 60)), [profile('generic-58')]);
  expect(logo).toMatchObject({ ok: false, error: { code: FAULT.logoRefused } });
});
