import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawMatrix, qrBands } from '../../../devices/kit/raster.js';
import { CommandEncoder } from '../../../devices/printer/command-encoder.js';
import { Paper } from '../../../devices/simulated-printer/paper.js';
import { papersToPng } from '../../../devices/simulated-printer/slip.js';
import { fromHex, hex } from '../../../src/base/bytes.js';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytes = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array(0);

function paperWith(...parts: Uint8Array[]): { paper: Paper; answers: string[] } {
  const paper = new Paper();
  const answers: string[] = [];
  paper.onAnswer((answer) => answers.push(hex(answer)));
  for (const part of parts) paper.receive(part);
  return { paper, answers };
}

const CUT = bytes('1d564200');

describe('the virtual paper', () => {
  it('shows text line by line, and a cut ends the slip', () => {
    const { paper } = paperWith(ascii('Rp15.000\nLUNAS\n'), CUT);
    expect(paper.slips.map(({ id, cut, text }) => [id, cut, text])).toEqual([[1, true, 'Rp15.000\nLUNAS']]);
    expect(paper.hanging).toBeUndefined();
    expect(paper.problems).toEqual([]);
  });

  it('breaks a line at the width of the head, as a printer does', () => {
    const { paper } = paperWith(ascii(`${'x'.repeat(33)}\n`), CUT);
    expect(paper.slips[0]?.text).toBe(`${'x'.repeat(32)}\nx`);
  });

  it('without a cutter ends a slip at the beginning of the next one', () => {
    const { paper } = paperWith(bytes('1b40'), ascii('one\n'), bytes('1b40'), ascii('two\n'));
    expect(paper.slips.map(({ text, cut }) => [text, cut])).toEqual([['one', false]]);
    expect(paper.hanging?.text).toBe('two');
  });

  it('draws big text twice as wide and high, and bold thicker', () => {
    const inkOf = (...parts: Uint8Array[]): number =>
      paperWith(...parts, CUT).paper.slips[0]?.dots.reduce((sum, dot) => sum + dot, 0) ?? 0;
    const plain = inkOf(ascii('Rp\n'));
    expect(inkOf(bytes('1b2130'), ascii('Rp\n'))).toBe(4 * plain);
    expect(inkOf(bytes('1d2111'), ascii('Rp\n'))).toBe(4 * plain);
    expect(inkOf(bytes('1b4501'), ascii('Rp\n'))).toBeGreaterThan(plain * 1.3);
  });

  it('aligns text and rasters', () => {
    const leftmost = (align: string, body: Uint8Array): number => {
      const slip = paperWith(bytes(align), body, CUT).paper.slips[0];
      const columns = slip?.dots.reduce(
        (least, dot, at) => (dot === 1 ? Math.min(least, at % 384) : least),
        384,
      );
      return columns ?? -1;
    };
    const raster = bytes('1d763000 0100 0100 80');
    expect([leftmost('1b6100', raster), leftmost('1b6101', raster), leftmost('1b6102', raster)]).toEqual([
      0, 188, 376,
    ]);
    expect(leftmost('1b6102', ascii('I\n'))).toBeGreaterThan(370);
  });

  it('doubles a raster of mode 3', () => {
    const matrix = { size: 21, modules: Uint8Array.from({ length: 441 }, (_, i) => ((i * 5) % 3) & 1) };
    const single = new Paper();
    const double = new Paper();
    for (const [paper, slowLine] of [
      [single, false],
      [double, true],
    ] as const) {
      for (const band of qrBands(matrix, 4, { widthDots: 384, slowLine, centred: false })) {
        paper.receive(new CommandEncoder().band(band).take());
      }
      paper.receive(CUT);
    }
    expect(double.slips[0]?.dots).toEqual(single.slips[0]?.dots);
    expect(drawMatrix(matrix, 4).rows).toBe(84);
  });

  it('writes down what it does not know, and goes on behind it', () => {
    const { paper } = paperWith(bytes('1b99 1d28 4c 0200 3032 07'), ascii('on\n'), CUT);
    expect(paper.problems).toEqual([
      'unknown command 1b99',
      'unknown command 1d284c02003032',
      'unknown command 07',
    ]);
    expect(paper.slips[0]?.text).toBe('on');
  });

  it('swallows what follows a raster that was cut off, until its length is full', () => {
    const { paper } = paperWith(bytes('1d763000 0100 0400 ff'), ascii('AB'), bytes('00'), ascii('C\n'), CUT);
    expect(paper.slips[0]?.text).toBe('[raster 8x4]\nC');
  });

  it('answers DLE EOT at once, also inside a raster and over split reads', () => {
    const { answers } = paperWith(bytes('1d763000 0100 ff00 1004'), bytes('01'), bytes('10'), bytes('0404'));
    expect(answers).toEqual(['12', '12']);
  });

  it('answers GS r in stream order: not before the bytes ahead of it are printed', () => {
    const { paper, answers } = paperWith();
    paper.endPaperAfter(10);
    paper.receive(ascii('line\n'));
    paper.receive(bytes('1d7201'));
    expect(answers).toEqual([]);
    expect(paper.halted).toBe(true);
    paper.set('paperOut', false);
    expect(answers).toEqual(['00']);
    expect(paper.hanging?.rows).toBe(30);
  });

  it('reports mishaps by DLE EOT and, when asked to, by itself', () => {
    const { paper, answers } = paperWith(bytes('1d610e'));
    expect(answers).toEqual(['10000000']);
    paper.set('coverOpen', true);
    paper.receive(bytes('100401 100402'));
    paper.set('coverOpen', false);
    paper.set('nearEnd', true);
    paper.receive(bytes('100404'));
    expect(answers.slice(1)).toEqual(['38000000', '1a', '16', '10000000', '10000300', '1e']);
  });

  it('says nothing while it is silent, and prints', () => {
    const { paper, answers } = paperWith();
    paper.set('silent', true);
    paper.receive(bytes('100401 1d7201'));
    paper.receive(ascii('x\n'));
    expect([answers, paper.hanging?.text]).toEqual([[], 'x']);
  });

  it('clears its buffers on DLE ENQ 2, and keeps what comes after it', () => {
    const { paper } = paperWith(bytes('1d763000 0100 ff00 ffff'));
    paper.receive(bytes('100502 1b40'));
    paper.receive(ascii('after\n'));
    expect(paper.hanging?.text).toBe('after');
  });

  it('forgets half commands when it is switched off and on', () => {
    const { paper } = paperWith(bytes('1d763000 0100 ff00 ffff'));
    paper.powerCycle();
    paper.receive(ascii('after\n'));
    expect(paper.hanging?.text).toBe('after');
  });

  it('never crashes and never grows without bound, whatever bytes it is given', () => {
    const command = fc.constantFrom(
      0x10,
      0x1b,
      0x1c,
      0x1d,
      0x28,
      0x6b,
      0x76,
      0x30,
      0x31,
      0x50,
      0x51,
      0x04,
      0x05,
      0x56,
    );
    const byte = fc.oneof(command, fc.integer({ min: 0, max: 255 }));
    const chunk = fc
      .uint8Array({ maxLength: 60 })
      .chain((noise) => fc.array(byte, { maxLength: 60 }).map((b) => [...b, ...noise]));
    const mishap = fc.constantFrom('paperOut', 'coverOpen', 'silent', 'cutterError' as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(chunk, mishap, fc.boolean()), { maxLength: 12 }), (steps) => {
        const { paper } = paperWith();
        let given = 0;
        for (const [raw, what, on] of steps) {
          given += raw.length;
          paper.receive(Uint8Array.from(raw));
          paper.set(what, on);
        }
        expect(paper.held).toBeLessThanOrEqual(given);
        expect(paper.problems.length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 300 },
    );
  });

  it('makes a picture of the last slips, one pixel a dot', async () => {
    const { paper } = paperWith(ascii('one\n'), CUT, ascii('two\n'), CUT);
    const png = await papersToPng(paper.slips);
    const { width, height } = await sharp(png).metadata();
    expect([width, height]).toEqual([384 + 48, 2 * (30 + 48) + 32]);
    const own = await paper.slips[1]?.png();
    expect((await sharp(own).metadata()).height).toBe(78);
  });
});
