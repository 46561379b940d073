import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CD5220, DIALECTS, type DialectName, EPSON_DMD } from '../../../devices/display/pole/dialect.js';
import { pagesOf } from '../../../devices/display/pole/pages.js';
import { PoleSurface } from '../../../devices/display/pole/pole.js';
import { ScreenDisplay } from '../../../devices/display/screen-display.js';
import { SerialLine } from '../../../devices/kit/serial-line.js';
import { hex } from '../../../src/base/bytes.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { Screen } from '../../../src/base/screen.js';
import { FAULTS } from '../../../src/core/fault/table.js';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { SCREENS } from '../../browser/screens.js';
import { KeptLog } from '../../kit/kept-log.js';
import { FakeLine } from '../../kit/pty/fake-line.js';
import { Pty } from '../../kit/pty/pty.js';
import { realTimers, until } from '../../kit/pty/until.js';
import { FakeTime, settled } from '../../kit/time.js';

const SIMULATOR = fileURLToPath(new URL('../../kit/screens/pole.py', import.meta.url));
const STYLE = { language: 'both', shop: 'Warung Bu Sri', countdown: true } as const;

interface PoleState {
  readonly lines: readonly [string, string];
  readonly brightness: number;
  readonly cursor: boolean;
}

/** What stands on poles of which each got these bytes since it was switched on: asked in one go, a start takes longer than the rest. */
function poles(dialect: DialectName, all: readonly Uint8Array[]): PoleState[] {
  const input = all.map(hex).join('\n');
  const said = execFileSync('python3', [SIMULATOR, dialect], { input, encoding: 'utf8' });
  return said
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as PoleState);
}

function pole(dialect: DialectName, bytes: Uint8Array): PoleState {
  const [only] = poles(dialect, [bytes]);
  if (only === undefined) throw new Error('the pole said nothing');
  return only;
}

function open(dialect: DialectName = 'cd5220') {
  const line = new FakeLine();
  const timers = new FakeTime();
  const log = new KeptLog();
  const surface = new PoleSurface({
    line,
    dialect: DIALECTS[dialect],
    brightness: 3,
    style: STYLE,
    timers,
    log,
  });
  const display = new ScreenDisplay(surface, { clock: timers, timers });
  const stands = () => pole(dialect, Buffer.concat(line.writes)).lines;
  return { line, timers, log, display, stands };
}

describe('the bytes of the makers’ tables', () => {
  const lines = { upper: 'SCAN QR        14:32', lower: '            Rp15.000' };

  it('of CD5220: CAN, ESC @, CLR, no cursor, brightness; each line as ESC Q and CR', () => {
    expect(hex(CD5220.start(4))).toBe('18' + '1b40' + '0c' + '1b5f00' + '1b2a04');
    const upper = Buffer.from(lines.upper).toString('hex');
    const lower = Buffer.from(lines.lower).toString('hex');
    expect(hex(CD5220.show(lines))).toBe(`1b5141${upper}0d1b5142${lower}0d`);
  });

  it('of ESC/POS: ESC @, CLR, no cursor, brightness; each line behind US $', () => {
    expect(hex(EPSON_DMD.start(2))).toBe('1b40' + '0c' + '1f4300' + '1f5802');
    const upper = Buffer.from(lines.upper).toString('hex');
    const lower = Buffer.from(lines.lower).toString('hex');
    expect(hex(EPSON_DMD.show(lines))).toBe(`1f240101${upper}1f240102${lower}`);
  });

  it('never carry a line of another length, or a sign that a pole takes for a command', () => {
    expect(() => CD5220.show({ ...lines, upper: 'short' })).toThrow('20 printable characters');
    expect(() => EPSON_DMD.show({ ...lines, lower: `${'x'.repeat(19)}\x0c` })).toThrow('20 printable');
  });
});

describe('two lines', () => {
  const words = Object.fromEntries(
    Object.entries(SCREENS).map(([name, screen]) => [
      name,
      pagesOf(screen, STYLE).map(({ upper, lower }) => [upper, lower]),
    ]),
  );

  it('say what is to be done and how much', () => {
    expect(words['idle']).toEqual([['   Kopi Nusantara   ', '    GoPay / QRIS    ']]);
    // The register's lines: those that fit keep their columns.
    expect(words['idleLines']?.slice(0, 2)).toEqual([
      ['2 Kopi susu gula    ', 'aren 36.000         '],
      ['1 Roti bakar cokelat', 'keju 18.000         '],
    ]);
    const lines = ['Total         54.000', 'Terima kasih'];
    expect(pagesOf({ ...SCREENS.idle, lines }, STYLE)).toEqual([
      { upper: 'Total         54.000', lower: 'Terima kasih        ' },
    ]);
    expect(words['entering']).toEqual([
      ['Jumlah              ', '            Rp15.000'],
      ['Amount              ', '            Rp15.000'],
    ]);
    expect(words['wait']?.[0]).toEqual(['Menyiapkan kode QR  ', '            Rp15.000']);
    expect(words['scan']).toEqual([['SCAN QR        14:32', '            Rp15.000']]);
    expect(words['paid']).toEqual([
      ['    LUNAS / PAID    ', '            Rp15.000'],
      ['No. 000123          ', '            Rp15.000'],
    ]);
  });

  it('say a reason with its number first, in pages, in each language', () => {
    expect(words['closed']).toEqual([
      ['E512 Waktu habis    ', 'sebelum ada         '],
      ['pembayaran. Silakan ', 'mulai lagi.         '],
      ['E512 Time ran out   ', 'before a payment    '],
      ['came. Please start  ', 'again.              '],
    ]);
    expect(words['outOfService']?.[0]).toEqual(['E703 Penyimpanan    ', 'penuh. Silakan bayar']);
  });

  it('give the number of an owed sale whole, and that of one that ended unpaid before the screen rests', () => {
    for (const name of ['owed', 'closedNotes'])
      expect(words[name]?.at(-1)).toEqual(['KASIR1-01JD9Z6Q3M8R7', 'T5V4W2X1Y0ZAB       ']);
    expect(words['closedNotes']?.length).toBeLessThanOrEqual(6);
  });

  it('say what to quote and whom to call at each end', () => {
    const contact = [
      ['Tel. 022-1234567    ', 'WhatsApp +62        '],
      ['812-3456-7890       ', 'Senin-Jumat         '],
      ['08.00-20.00, Sabtu  ', 'sampai 14           '],
    ];
    for (const name of ['closedHelp', 'unsureHelp', 'owedHelp'])
      expect(words[name]?.slice(-5)).toEqual([
        ['No. 000123          ', '        Rp10.000.000'],
        ['KASIR1-01JD9Z6Q3M8R7', 'T5V4W2X1Y0ZAB       '],
        ...contact,
      ]);
    expect(words['outOfServiceHelp']?.slice(-3)).toEqual(contact);
  });

  it('leave the countdown out where it is not wanted, and speak one language where that is set', () => {
    const [page] = pagesOf(SCREENS.scan, { ...STYLE, countdown: false, language: 'id' });
    expect(page).toEqual({ upper: 'PINDAI QR           ', lower: '            Rp15.000' });
    expect(pagesOf(SCREENS.paid, { ...STYLE, language: 'id' })[0]?.upper.trim()).toBe('LUNAS');
  });

  it('are twenty printable characters whatever a shop is called and whatever has happened', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 90 });
    const wordy = fc.record({ id: text, en: text });
    const amount = fc.integer({ min: 0, max: 20_000_000 }).map(rupiah);
    const screens: fc.Arbitrary<Screen> = fc.oneof(
      fc.record({ show: fc.constant('idle' as const), shop: text, terminal: text }),
      fc.record({ show: fc.constant('entering' as const), amount, hint: wordy }),
      fc.record({
        show: fc.constant('closed' as const),
        amount,
        words: wordy,
        code: fc.integer({ min: 100, max: 999 }),
      }),
      fc.record({ show: fc.constant('owed' as const), orderId: text, amount, words: wordy }),
    );
    fc.assert(
      fc.property(screens, fc.constantFrom('both', 'id', 'en'), (screen, language) => {
        const pages = pagesOf(screen, { ...STYLE, language });
        expect(pages.length).toBeGreaterThan(0);
        for (const page of pages) {
          expect(page.upper).toMatch(/^[\x20-\x7e]{20}$/);
          expect(page.lower).toMatch(/^[\x20-\x7e]{20}$/);
        }
      }),
    );
  });

  it('cut no word of ours', () => {
    for (const { id, en } of [...Object.values(PHRASES), ...Object.values(FAULTS).map(({ says }) => says)])
      for (const word of `${id} ${en}`.split(/\s+/)) expect([word, word.length <= 20]).toEqual([word, true]);
  });
});

describe.each(['cd5220', 'epson'] as const)('a pole that speaks %s', (dialect) => {
  it('shows every screen as it should, read by a pole of somebody else', async () => {
    const { line, display } = open(dialect);
    await display.start();
    line.open();
    const shown: { readonly name: string; readonly bytes: Buffer; readonly lines: unknown }[] = [];
    for (const [name, screen] of Object.entries(SCREENS)) {
      expect(await display.show(screen)).toBe(true);
      const [page] = pagesOf(screen, STYLE);
      shown.push({ name, bytes: Buffer.concat(line.writes), lines: [page?.upper, page?.lower] });
    }
    const stood = poles(
      dialect,
      shown.map(({ bytes }) => bytes),
    );
    expect(stood.map(({ lines }, i) => [shown[i]?.name, lines])).toEqual(
      shown.map(({ name, lines }) => [name, lines]),
    );
    const { brightness, cursor } = pole(dialect, Buffer.concat(line.writes));
    expect([brightness, cursor]).toEqual([3, false]);
  });
});

describe('a pole', () => {
  it('can show no QR: a scan screen on it is nothing that a customer could scan', () => {
    expect(open().display.canShowQr).toBe(false);
  });

  it('counts down, and says the rest of long words in turn, from the beginning again', async () => {
    const { line, timers, display, stands } = open();
    await display.start();
    line.open();
    await display.show(SCREENS.scan);
    await timers.pass(2_000);
    expect(stands()[0]).toBe('SCAN QR        14:30');
    await display.show(SCREENS.closed);
    const seen: string[] = [];
    for (let page = 0; page < 5; page += 1) {
      seen.push(stands()[0].trim());
      await timers.pass(2_500);
    }
    expect(seen).toEqual([
      'E512 Waktu habis',
      'pembayaran. Silakan',
      'E512 Time ran out',
      'came. Please start',
      'E512 Waktu habis',
    ]);
    // The next screen ends it.
    await display.show(SCREENS.paid);
    await timers.pass(10_000);
    expect(stands()[0].trim()).toBe('LUNAS / PAID');
  });

  it('is nothing that anybody sees while its line is gone, and shows what it should when it is back', async () => {
    const { line, log, display, stands } = open();
    const attached: boolean[] = [];
    display.onAttached((there) => attached.push(there));
    await display.start();
    expect(await display.show(SCREENS.idle)).toBe(false);
    line.open();
    await settled();
    expect(stands()[0].trim()).toBe('Kopi Nusantara');
    line.drop();
    expect(await display.show(SCREENS.paid)).toBe(false);
    expect(log.lines).toEqual(['warn E476 pole fake (lost): unplugged']);
    line.open();
    await settled();
    expect(stands()[0].trim()).toBe('LUNAS / PAID');
    expect(attached).toEqual([true, false, true]);
    line.outcomes.push(false);
    expect(await display.show(SCREENS.paid)).toBe(false);
  });

  it('shows all places and letters for a technician, in turn', async () => {
    const { line, timers, display, stands } = open('epson');
    await display.start();
    line.open();
    await display.show(SCREENS.idle);
    expect(await display.test(10_000)).toMatchObject({ ok: true });
    expect(stands()).toEqual(['12345678901234567890', 'GOPAY-POS TEST PAGE ']);
    await timers.pass(2_500);
    expect(stands()[0]).toBe('ABCDEFGHIJKLMNOPQRST');
    await timers.pass(7_500);
    expect(stands()[0].trim()).toBe('Kopi Nusantara');
  });

  it('leaves a plain word behind when the terminal stops', async () => {
    const { line, display, stands } = open();
    await display.start();
    line.open();
    await display.show(SCREENS.scan);
    await display.stop();
    expect(stands()).toEqual(['E412 Layanan sedang ', 'berhenti.           ']);
    expect(line.stopped).toBe(true);
  });

  it('works over a real serial line, and comes back after an unplug', async () => {
    const pty = new Pty();
    await pty.plug();
    const log = new KeptLog();
    const line = new SerialLine({
      path: pty.path,
      baudRate: 9600,
      timers: realTimers,
      log,
      reopen: { firstMs: 20, mostMs: 50 },
      watchMs: 20,
    });
    const clock = new FakeTime();
    const surface = new PoleSurface({
      line,
      dialect: CD5220,
      brightness: 4,
      style: STYLE,
      timers: realTimers,
      log,
    });
    const display = new ScreenDisplay(surface, { clock, timers: realTimers });
    try {
      await display.start();
      await until('the line', () => display.attached());
      expect(await display.show(SCREENS.paid)).toBe(true);
      expect(pole('cd5220', await pty.take(58)).lines[0]).toBe('    LUNAS / PAID    ');
      await pty.unplug();
      await until('the loss', () => !display.attached());
      await pty.plug();
      expect(pole('cd5220', await pty.take(58)).lines[1]).toBe('            Rp15.000');
    } finally {
      await display.stop();
      await pty.remove();
    }
  });
});
