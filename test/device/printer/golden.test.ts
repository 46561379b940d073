import escpos from 'escpos';
import ntp, { type ThermalPrinter } from 'node-thermal-printer';
import { describe, expect, it } from 'vitest';
import { bandsOf, drawMatrix } from '../../../devices/kit/raster.js';
import { CommandEncoder } from '../../../devices/printer/command-encoder.js';
import { composeSlip, recoveryBytes } from '../../../devices/printer/compose.js';
import { findProfile } from '../../../devices/printer/profiles.js';
import { TextEncoder } from '../../../devices/printer/text-encoder.js';
import { hex } from '../../../src/base/bytes.js';
import type { SlipLine } from '../../../src/base/slip.js';
import { linesSlip } from '../../../src/core/text/receipt.js';

function profileOf(name: string) {
  const profile = findProfile(name);
  if (profile === undefined) throw new Error(name);
  return profile;
}

function bytesOf(name: string, ...lines: SlipLine[]): string {
  const job = composeSlip({ kind: 'lines', copy: false, lines }, profileOf(name));
  if (!job.ok) throw new Error(job.error.detail);
  return job.value.parts.map(hex).join('|');
}

describe('node-thermal-printer composes', () => {
  const text = (
    text: string,
    look: { align?: 'left' | 'centre' | 'right'; big?: boolean; bold?: boolean } = {},
  ) =>
    hex(
      new TextEncoder(32)
        .text({
          put: 'text',
          text,
          align: look.align ?? 'left',
          big: look.big ?? false,
          bold: look.bold ?? false,
        })
        .take(),
    );

  it('a plain line as ESC a, ESC ! and the text', () => {
    expect(text('Rp1')).toBe('1b6100 1b2100 5270310a'.replaceAll(' ', ''));
  });

  it('a big bold centred line with the size before bold, as ESC ! ends bold', () => {
    expect(text('AB', { align: 'centre', big: true, bold: true })).toBe('1b61011b21301b450141420a');
  });

  it('a right-aligned line', () => {
    expect(text('x', { align: 'right' })).toBe('1b61021b2100780a');
  });

  it('an empty line, which its println would drop', () => {
    expect(text('')).toBe('1b61001b21000a');
  });

  it('a rule over the whole width', () => {
    expect(hex(new TextEncoder(4).rule().take())).toBe('1b61001b21002d2d2d2d0a');
  });

  it('feeds as line feeds', () => {
    expect(hex(new TextEncoder(32).feed(2).take())).toBe('1b21000a0a');
  });

  it('nothing twice: the buffer is empty after it was taken', () => {
    const encoder = new TextEncoder(32).feed(1);
    encoder.take();
    expect(hex(encoder.take())).toBe('');
  });

  it('a QR as GS ( k: model 2, size, ECC M, data, print', () => {
    expect(hex(new TextEncoder(32).nativeQr('AB', 5).take())).toBe(
      [
        '1b6101',
        '1d286b0400314132' + '00',
        '1d286b03003143' + '05',
        '1d286b03003145' + '31',
        '1d286b0500315030' + '4142',
        '1d286b0300315130',
        '1b6100',
      ].join(''),
    );
  });

  it('no text outside ASCII, which it would send as another code page', () => {
    expect(() => text('\u20ac')).toThrow('only ASCII');
  });
});

describe('escpos encodes', () => {
  const dots = { size: 2, modules: Uint8Array.of(1, 0, 0, 1) };

  it('raw commands as they are', () => {
    expect(hex(new CommandEncoder().raw(0x1b, 0x40).raw(0x1c, 0x2e).take())).toBe('1b401c2e');
  });

  it('a raster as GS v 0 with m=0', () => {
    const [band] = bandsOf(drawMatrix(dots, 4), 0);
    if (band === undefined) throw new Error('no band');
    expect(hex(new CommandEncoder().band(band).take())).toBe(
      '1d763000' + '01000800' + 'f0f0f0f0' + '0f0f0f0f',
    );
  });

  it('a raster that the printer doubles as GS v 0 with m=3', () => {
    const [band] = bandsOf(drawMatrix(dots, 2), 3);
    if (band === undefined) throw new Error('no band');
    expect(hex(new CommandEncoder().band(band).take())).toBe('1d763003' + '01000400' + 'c0c03030');
  });

  it('the same bytes from packed dots as from its own pixels', () => {
    const sent: Buffer[] = [];
    const sink = { write: (bytes: Buffer) => void sent.push(bytes), close: () => undefined };
    const matrix = { size: 21, modules: Uint8Array.from({ length: 441 }, (_, i) => (i * 7 + (i >> 3)) & 1) };
    const raster = drawMatrix(matrix, 3);
    const pixels: number[] = [];
    for (let y = 0; y < 63; y += 1)
      for (let x = 0; x < 63; x += 1) {
        const grey = matrix.modules[Math.floor(y / 3) * 21 + Math.floor(x / 3)] === 1 ? 0 : 255;
        pixels.push(grey, grey, grey, 255);
      }
    const image = new escpos.Image({ data: pixels, shape: [63, 63, 4] });
    new escpos.Printer(sink, { encoding: 'ascii' }).raster(image, 'normal').flush();
    const [band] = bandsOf(raster, 0);
    if (band === undefined) throw new Error('no band');
    expect(hex(new CommandEncoder().band(band).take())).toBe(hex(Buffer.concat(sent)));
  });
});

describe('what these libraries do and we keep away from', () => {
  const composer = (): ThermalPrinter =>
    new ntp.ThermalPrinter({
      type: ntp.types.EPSON,
      width: 32,
      characterSet: ntp.characterSet.PC437_USA,
    } as unknown as ConstructorParameters<typeof ThermalPrinter>[0]);

  it('setTextSize has height and width swapped', () => {
    const printer = composer();
    printer.setTextSize(1, 0);
    expect(hex(printer.getBuffer())).toBe('1b74001d2110');
  });

  it('cut feeds eight lines and resets the printer', () => {
    const printer = composer();
    printer.cut();
    expect(hex(printer.getBuffer())).toBe('1b74001b64041b64041d56001b40');
  });

  it('println drops blank lines and switches the code page', () => {
    const printer = composer();
    printer.println('a\n\nb');
    printer.println('\u20ac');
    expect(hex(printer.getBuffer())).toBe('1b7400' + '610a620a' + '1b740fa40a');
  });
});

describe('a job', () => {
  it('begins with ESC @, FS . and the code page, and ends with feed and fence on a 58 mm printer', () => {
    expect(bytesOf('generic-58', { put: 'text', text: 'A' })).toBe(
      ['1b401c2e1b7400', '1b61001b2100410a', '1b61001b4a601d7201'].join('|'),
    );
  });

  it('cuts with GS V 66 where there is a cutter', () => {
    expect(bytesOf('generic-80', { put: 'feed', lines: 1 })).toBe(
      ['1b401c2e1b7400', '1b21000a', '1b61001d5642001d7201'].join('|'),
    );
  });

  it('counts feeds in dots and switches automatic status on and off on an Epson', () => {
    expect(bytesOf('epson-80', { put: 'rule' }).split('|')).toEqual([
      '1b401c2e1b74001d50cbcb1d610e',
      `1b61001b2100${'2d'.repeat(48)}0a`,
      '1b61001d5642001d61001d7201',
    ]);
  });

  it('asks nothing of a printer that answers nothing', () => {
    const job = composeSlip(
      { kind: 'lines', copy: false, lines: [] },
      { ...profileOf('generic-58'), status: 'none' },
    );
    expect(job.ok && job.value.parts.map(hex).join('|')).toBe('1b401c2e1b7400|1b61001b4a60');
  });

  it('that was cut off is ended by zeros, ESC @ and a fence, on an Epson after DLE ENQ 2', () => {
    expect(hex(recoveryBytes(profileOf('generic-58'), 3))).toBe('0000001b401d7201');
    expect(hex(recoveryBytes(profileOf('epson-80'), 2))).toBe('10050200001b401d7201');
    expect(hex(recoveryBytes({ ...profileOf('generic-58'), status: 'none' }, 1))).toBe('001b40');
  });
});

it('keeps the columns of what a register wants printed, down to the bytes', () => {
  const slip = linesSlip(['Kopi susu   2 x 9.000     18.000'], {
    shop: 'Warung',
    terminal: 'T1',
    header: [],
    footer: [],
  });
  const job = composeSlip(slip, profileOf('generic-58'));
  if (!job.ok) throw new Error(job.error.detail);
  expect(Buffer.concat(job.value.parts).toString('latin1')).toContain('Kopi susu   2 x 9.000     18.000');
});
