import { describe, expect, it } from 'vitest';
import { PrinterDialogue } from '../../../devices/printer/dialogue.js';
import { PRINTER_PROFILES } from '../../../devices/printer/profiles.js';
import type { Slip } from '../../../src/base/slip.js';
import { FakeTime } from '../../kit/time.js';
import { codeOf, memoryPrinter, QRIS, qrSlip, receiptSlip, until } from './rig.js';

const WHOLE = qrSlip();
const TOP: Slip = { ...WHOLE, lines: WHOLE.lines.slice(0, 4), rest: 'follows' };

interface Later<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function later<T>(): Later<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('the top of a slip whose rest follows', () => {
  it.each(PRINTER_PROFILES)(
    'is on paper at once, and the bytes on the line are those of the whole slip: $name',
    async ({ name: profile, status }) => {
      const plain = memoryPrinter(profile);
      await plain.printer.print(WHOLE);
      const rig = memoryPrinter(profile);
      const rest = later<Slip>();
      const outcome = rig.printer.print(TOP, rest.promise);
      await until(() => rig.paper.hanging?.text.includes('Rp15.000') === true);
      expect(rig.paper.slips).toEqual([]);
      expect(rig.paper.hanging?.text).not.toContain('qr');
      rest.resolve(WHOLE);
      expect(await outcome).toEqual({ kind: 'printed', confirmed: status !== 'none' });
      expect(rig.transport.sent).toEqual(plain.transport.sent);
      expect(rig.paper.problems).toEqual([]);
      expect(rig.transport.ends).toEqual(['finished']);
    },
  );

  it('keeps the printer for itself until its rest is printed', async () => {
    const { printer, paper } = memoryPrinter('epson-80');
    const rest = later<Slip>();
    const first = printer.print(TOP, rest.promise);
    const second = printer.print(receiptSlip());
    await until(() => paper.hanging?.text.includes('Rp15.000') === true);
    expect(await printer.status()).toEqual({ state: 'unknown' });
    rest.resolve(WHOLE);
    await Promise.all([first, second]);
    expect(paper.slips.map(({ text }) => [text.includes(`[qr ${QRIS}]`), text.includes('LUNAS')])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('fails without its rest when the line goes away meanwhile, and what comes next is whole', async () => {
    const { printer, paper, transport } = memoryPrinter('generic-80');
    transport.pullAfter = 100;
    const outcome = await printer.print(TOP, later<Slip>().promise);
    expect(outcome).toMatchObject({ kind: 'failed', started: true, fault: { code: 406 } });
    transport.pullAfter = Number.POSITIVE_INFINITY;
    expect(await printer.print(receiptSlip())).toEqual({ kind: 'printed', confirmed: true });
    expect(paper.slips.at(-1)?.text).toContain('LUNAS');
  });

  it('fails without its rest when the printer reports by itself that its cover is open', async () => {
    const { printer, paper } = memoryPrinter('epson-80');
    const outcome = printer.print(TOP, later<Slip>().promise);
    await until(() => paper.hanging?.text.includes('Rp15.000') === true);
    paper.set('coverOpen', true);
    expect(codeOf(await outcome)).toBe(402);
  });

  it('has not begun where the printer has no paper before', async () => {
    const { printer, paper } = memoryPrinter('generic-80');
    paper.set('paperOut', true);
    const outcome = await printer.print(TOP, later<Slip>().promise);
    expect(outcome).toMatchObject({ kind: 'failed', started: false, fault: { code: 401 } });
  });

  it('ends with E412 when the printer is stopped while it waits', async () => {
    const { printer, paper, transport } = memoryPrinter('generic-80');
    const outcome = printer.print(TOP, later<Slip>().promise);
    await until(() => paper.hanging?.text.includes('Rp15.000') === true);
    await printer.stop();
    expect(codeOf(await outcome)).toBe(412);
    expect(transport.ends).toEqual(['abandoned', 'abandoned', 'stopped']);
  });

  it('waits for its rest without a bound of its own: the time for a slip begins anew with it', async () => {
    const time = new FakeTime();
    const { transport } = memoryPrinter('generic-80');
    const opened = await transport.open();
    if (!opened.ok) throw new Error(opened.error.detail);
    const talk = new PrinterDialogue(opened.value, { timers: time, answerMs: 1_000, wholeMs: 120_000 });
    const rest = later<Slip>();
    const whole = talk.meanwhile(rest.promise);
    time.advance(600_000);
    expect(talk.trouble).toBeUndefined();
    rest.resolve(WHOLE);
    expect(await whole).toEqual({ ok: true, value: WHOLE });
    time.advance(119_999);
    expect(talk.trouble).toBeUndefined();
    time.advance(1);
    expect(talk.trouble).toMatchObject({ code: 409 });
  });

  it('is followed by nothing where the QR does not fit the paper: E410', async () => {
    const { printer, paper } = memoryPrinter('generic-58', { changes: { widthDots: 128, columns: 16 } });
    const rest = later<Slip>();
    const outcome = printer.print(TOP, rest.promise);
    await until(() => paper.hanging?.text.includes('Rp15') === true);
    rest.resolve(WHOLE);
    expect(await outcome).toMatchObject({ kind: 'failed', started: true, fault: { code: 410 } });
  });
});
