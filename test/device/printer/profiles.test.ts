import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AutoPrinter } from '../../../devices/printer/auto-printer.js';
import { composeSlip } from '../../../devices/printer/compose.js';
import { EscPosPrinter } from '../../../devices/printer/escpos-printer.js';
import { findProfile, PRINTER_PROFILES, profileCalled } from '../../../devices/printer/profiles.js';
import { StatusStream } from '../../../devices/printer/status.js';
import { Paper } from '../../../devices/simulated-printer/paper.js';
import { hex } from '../../../src/base/bytes.js';
import type { Slip } from '../../../src/base/slip.js';
import { describe as exampleOf } from '../../../src/config/example.js';
import { explain } from '../../../src/config/explain.js';
import { terminalSchema } from '../../../src/config/terminal-schema.js';
import { zbarimg } from '../../kit/zbarimg.js';
import { MemoryTransport, qrSlip, receiptSlip, tools } from './rig.js';

function autoPrinter(paper: Paper) {
  const transport = new MemoryTransport(paper);
  const { clock, timers, log } = tools();
  const made: string[] = [];
  const make = (name: string): EscPosPrinter => {
    made.push(name);
    const profile = findProfile(name);
    if (profile === undefined) throw new Error(name);
    return new EscPosPrinter({ transport, profile, clock, timers, log });
  };
  return { printer: new AutoPrinter({ transport, make, timers, log, answerMs: 400 }), transport, made, log };
}

describe('a printer that is asked what it is', () => {
  it('is printed on as its profile says', async () => {
    const paper = new Paper({ widthDots: 512, model: 'TM-T88V' });
    const { printer, transport, made } = autoPrinter(paper);
    expect(printer.about).toContain('not asked yet');
    expect(await printer.print(qrSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(made).toEqual(['generic-58', 'epson-80-180dpi']);
    expect(printer.about).toContain('epson-80-180dpi: 512 dots');
    expect(paper.problems).toEqual([]);
    // By its own command, which the safe profile never sends.
    expect(Buffer.from(transport.sent).includes(Buffer.from('1d286b', 'hex'))).toBe(true);
    // Asked once.
    await printer.print(receiptSlip());
    const asked = Buffer.from(transport.sent).toString('hex').split('1d4943').length - 1;
    expect(asked).toBe(1);
    await printer.stop();
  });

  it.each(['TM-T88II', 'TM-T88III', 'TM-T88IV', 'TM-T82'])(
    'gets the QR dot by dot where nothing says that it draws one itself: %s',
    async (model) => {
      const { printer, transport } = autoPrinter(new Paper({ widthDots: 512, model }));
      expect(await printer.print(qrSlip())).toEqual({ kind: 'printed', confirmed: true });
      const sent = Buffer.from(transport.sent);
      expect(sent.includes(Buffer.from('1d286b', 'hex'))).toBe(false);
      expect(sent.includes(Buffer.from('1d7630', 'hex'))).toBe(true);
      await printer.stop();
    },
  );

  it('is taken for the narrowest there is when it says nothing', async () => {
    const { printer, made } = autoPrinter(new Paper());
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(made).toEqual(['generic-58']);
    expect(printer.about).toMatch(/^generic-58/);
    await printer.stop();
  });

  it('is asked again when it could not answer because it had no paper', async () => {
    const paper = new Paper({ widthDots: 576, model: 'TM-T20III' });
    const { printer } = autoPrinter(paper);
    paper.set('paperOut', true);
    expect(await printer.status()).toMatchObject({ state: 'notReady' });
    expect(printer.about).toContain('not asked yet');
    paper.set('paperOut', false);
    expect(await printer.status()).toMatchObject({ state: 'ready' });
    expect(printer.about).toMatch(/^epson-80:/);
    await printer.stop();
  });
});

it('knows models by the beginning of their names, the longest first, and no stranger', () => {
  expect(profileCalled('TM-T20II')).toBe('epson-80');
  expect(profileCalled('tm-m30III')).toBe('epson-80');
  expect(profileCalled('TM-T88VII')).toBe('epson-80-180dpi');
  for (const early of ['TM-T88II', 'TM-T88III', 'TM-T88IV'])
    expect(profileCalled(early)).toBe('epson-t88-early');
  for (const stranger of ['TM-T88', 'TM-T20', 'TM-T82', 'TM-m30', 'TM-m50'])
    expect(profileCalled(stranger)).toBeUndefined();
  expect(profileCalled('POS-58')).toBe('zj-5870');
  expect(profileCalled('POS-5890K')).toBe('pos-5890');
  expect(profileCalled('MP-4000')).toBeUndefined();
  expect(profileCalled('')).toBeUndefined();
});

it('reads a name between statuses, in pieces, and no status out of its letters', () => {
  const stream = new StatusStream();
  stream.awaitName();
  const bytes = Uint8Array.from([0x12, 0x5f, ...Buffer.from('TM-T88V'), 0x00, 0x16]);
  const events = [...bytes].flatMap((byte) => stream.feed(Uint8Array.of(byte)));
  expect(events).toEqual([
    { kind: 'realtime', byte: 0x12 },
    { kind: 'called', model: 'TM-T88V' },
    { kind: 'realtime', byte: 0x16 },
  ]);
});

describe('the profiles', () => {
  it('are the ones that the configuration offers, beside auto', () => {
    const told = explain(terminalSchema, 'printer.profile');
    const text = told.ok ? told.value : '';
    const offered = [...text.matchAll(/"([a-z0-9-]+)"/g)].map(([, name]) => name);
    for (const name of ['auto', ...PRINTER_PROFILES.map((profile) => profile.name)])
      expect(offered).toContain(name);
    expect(exampleOf(terminalSchema)).toContain('profile');
  });

  for (const profile of PRINTER_PROFILES)
    it(`${profile.name}: says where it is from, and prints a QR slip that its own paper understands`, () => {
      expect(profile.source.length).toBeGreaterThan(20);
      expect(profile.columns * 12).toBeLessThanOrEqual(profile.widthDots);
      const paper = new Paper({ widthDots: profile.widthDots });
      const job = composeSlip(qrSlip(), profile);
      if (!job.ok) throw new Error(job.error.detail);
      for (const part of job.value.parts) paper.receive(part);
      expect(paper.problems).toEqual([]);
    });
});

it('feeds an Epson as far as any other: its quiet zones are no half ones', () => {
  const profile = findProfile('epson-80-180dpi', { qr: 'raster' });
  if (profile === undefined) throw new Error('no profile');
  const job = composeSlip(qrSlip(), profile);
  if (!job.ok) throw new Error(job.error.detail);
  const [halves, dots] = ([2, 1] as const).map((unitsADot) => {
    const paper = new Paper({ widthDots: profile.widthDots, unitsADot });
    for (const part of job.value.parts) paper.receive(part);
    return (paper.slips[0] ?? paper.hanging)?.rows;
  });
  expect(dots).toBeGreaterThan(400);
  expect(halves).toBe(dots);
});

it('rules a head whose dots are no whole bytes to its last dot, without a slant', () => {
  const profile = findProfile('generic-58', { widthDots: 420 });
  if (profile === undefined) throw new Error('no profile');
  const job = composeSlip({ kind: 'test', copy: false, lines: [] }, profile);
  if (!job.ok) throw new Error(job.error.detail);
  const ruler = job.value.parts.map(hex).find((part) => part.startsWith('1d763000') && part.length < 4000);
  // 53 bytes a row, 24 rows; a tall tick at the dots 0, 100, ... and 419, and nothing beside the head.
  expect(ruler?.slice(0, 16)).toBe('1d76300035001800');
  const top = ruler?.slice(16, 16 + 106) ?? '';
  const dark = [...top].flatMap((digit, at) =>
    [8, 4, 2, 1].flatMap((bit, dot) => (Number.parseInt(digit, 16) & bit ? [4 * at + dot] : [])),
  );
  expect(dark).toEqual([0, 100, 200, 300, 400, 419]);
});

describe('the test page', () => {
  const slip: Slip = { kind: 'test', copy: false, lines: [{ put: 'text', text: 'TEST PAGE' }] };

  for (const profile of PRINTER_PROFILES)
    it(`of ${profile.name} is whole on its paper, and each of its codes can be read`, async () => {
      const paper = new Paper({ widthDots: profile.widthDots });
      const job = composeSlip(slip, profile);
      if (!job.ok) throw new Error(job.error.detail);
      for (const part of job.value.parts) paper.receive(part);
      expect(paper.problems).toEqual([]);
      // White above and below each code as on a slip: a phone that fails on this page must have another reason.
      const fed = job.value.parts.map(hex).filter((part) => part.startsWith('1b4a'));
      const quiet = (scale: number): string => `1b4a${(4 * scale).toString(16).padStart(2, '0')}`;
      for (const scale of [3, 4])
        expect(fed.filter((part) => part === quiet(scale)).length).toBeGreaterThan(1);
      const page = paper.slips[0] ?? paper.hanging;
      if (page === undefined) throw new Error('nothing was printed');
      expect(page.text).toContain(`${profile.widthDots} dots, the last`);
      // The ruler reaches the last dot of the head.
      const lastColumn = Array.from({ length: page.rows }, (_, y) => page.dots[(y + 1) * page.widthDots - 1]);
      expect(lastColumn.filter((dot) => dot === 1).length).toBeGreaterThanOrEqual(24);
      const directory = mkdtempSync(join(tmpdir(), 'gopay-pos-test-page-'));
      try {
        const file = join(directory, 'page.png');
        writeFileSync(file, await page.png());
        const codes = zbarimg(file);
        expect(codes.length).toBeGreaterThanOrEqual(4);
        for (const code of codes) expect(code).toContain('no payment');
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
});

it('the page has a row for each profile, with its width', () => {
  const page = readFileSync(new URL('../../../devices/printer/README.md', import.meta.url), 'utf8');
  const rowless = PRINTER_PROFILES.filter(
    ({ name, widthDots, columns }) =>
      !new RegExp(`^\\| \`${name}\` .*\\b${widthDots} dots, ${columns} columns`, 'm').test(page),
  );
  expect(rowless.map(({ name }) => name)).toEqual([]);
});
