import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConsoleSurface } from '../../../devices/display/console/console.js';
import { pageOf } from '../../../devices/display/console/page.js';
import { ScreenDisplay } from '../../../devices/display/screen-display.js';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { HELP, NOTE, ORDER_ID, PAYLOAD, SCREENS } from '../../browser/screens.js';
import { KeptLog } from '../../kit/kept-log.js';
import { Pty } from '../../kit/pty/pty.js';
import { realTimers, until } from '../../kit/pty/until.js';
import { qrCodesIn } from '../../kit/screens/zbar.js';
import { FakeTime } from '../../kit/time.js';

const TERMINAL = fileURLToPath(new URL('../../kit/screens/half_blocks.py', import.meta.url));
const STYLE = { language: 'both', shop: 'Warung Bu Sri' } as const;
const folder = mkdtempSync(join(tmpdir(), 'console-'));
const png = join(folder, 'seen.png');

/** What stands on a terminal of this size that got these bytes. */
function terminal(bytes: Uint8Array, columns = 100, rows = 50): string[] {
  const args = [TERMINAL, png, String(columns), String(rows)];
  return JSON.parse(execFileSync('python3', args, { input: bytes, encoding: 'utf8' })) as string[];
}

const clock = new FakeTime();
let pty: Pty;
let log: KeptLog;
let display: ScreenDisplay;

function make(faces: 'customer' | 'technician', device = pty.path): ScreenDisplay {
  const surface = new ConsoleSurface({ device, faces, style: STYLE, timers: realTimers, log });
  return new ScreenDisplay(surface, { clock, timers: realTimers });
}

beforeEach(async () => {
  pty = new Pty();
  await pty.plug();
  log = new KeptLog();
  display = make('customer');
});

afterEach(async () => {
  await display.stop();
  await pty.remove();
});

/** Everything that the terminal got, up to what a page ends with, `times` times. */
async function received(end: string, times = 1): Promise<Buffer> {
  let all = Buffer.alloc(0);
  await until(`"${end}" on the terminal`, () => {
    all = Buffer.concat([all, pty.takeAll()]);
    return all.toString().split(end).length > times;
  });
  return all;
}

describe('a text terminal', () => {
  it('shows a code out of half blocks that is read, with amount, time and number', async () => {
    await display.start();
    expect(await display.show(SCREENS.scan)).toBe(true);
    const lines = terminal(await received(ORDER_ID));
    expect(qrCodesIn(png)).toEqual([PAYLOAD]);
    expect(lines.slice(0, 2)).toEqual(['Pindai untuk membayar / Scan to pay', 'Rp15.000   14:32']);
    expect(lines).toContain(ORDER_ID);
  });

  it('counts down on its line, and leaves the code as it is', async () => {
    await display.start();
    await display.show({ ...SCREENS.scan, leftMs: 5_300 });
    const before = await received(ORDER_ID);
    await clock.pass(300);
    const after = Buffer.concat([before, await received('0:05')]);
    expect(terminal(after)[1]).toBe('Rp15.000   0:05');
    expect(qrCodesIn(png)).toEqual([PAYLOAD]);
  });

  it('says every other screen in words, in both languages or one', () => {
    const text = (name: keyof typeof SCREENS, language: 'both' | 'id' | 'en' = 'both') =>
      pageOf(SCREENS[name], { ...STYLE, language }).lines.filter((line) => line !== '');
    expect(text('idle')).toEqual([
      'Kopi Nusantara',
      'Bayar dengan GoPay atau aplikasi QRIS',
      'Pay with GoPay or any QRIS app',
      'KASIR1',
    ]);
    expect(text('idleLines').slice(4)).toEqual(SCREENS.idleLines.lines);
    expect(pageOf({ ...SCREENS.idle, note: NOTE }, STYLE).lines).toContain(NOTE.en);
    expect(text('paid')).toEqual(['LUNAS / PAID', 'Rp15.000', 'No. 000123', ORDER_ID]);
    expect(text('closed', 'en')).toEqual([SCREENS.closed.words.en, 'Not paid', 'Rp15.000', 'E512']);
    expect(text('closedNotes', 'en').slice(-4)).toEqual([
      PHRASES.deducted.en,
      PHRASES.notReturned.en,
      'No. 000123',
      ORDER_ID,
    ]);
    const unsure = pageOf({ ...SCREENS.closed, unsure: true }, STYLE).lines;
    expect(unsure.join()).not.toContain('Not paid');
    expect(text('owed', 'id')).toEqual([
      'Pembayaran diterima',
      'Rp15.000',
      SCREENS.owed.words.id,
      'No. 000123',
      ORDER_ID,
    ]);
    expect(text('outOfService').at(-1)).toBe('E703');
    expect(text('enteringLong', 'id')).toEqual(['Jumlah', 'Rp10.000.000', 'Paling banyak Rp10.000.000']);
  });

  it('says whom to call at each end, and draws the code that opens WhatsApp behind it', () => {
    for (const name of ['closedHelp', 'unsureHelp', 'owedHelp', 'outOfServiceHelp'] as const) {
      const { lines, needs } = pageOf(SCREENS[name], STYLE);
      for (const line of HELP.lines) expect(lines).toContain(line);
      expect(lines.indexOf(HELP.lines[0])).toBeLessThan(lines.findIndex((line) => line.includes('█')));
      // It is none that a sale waits for: a terminal that is too small for it is no fault.
      expect(needs).toBeUndefined();
    }
    expect(pageOf({ ...SCREENS.owedHelp, help: { lines: HELP.lines } }, STYLE).lines.join()).not.toContain(
      '█',
    );
  });

  it('takes the code away when its life has ended', () => {
    const { lines } = pageOf({ ...SCREENS.scan, leftMs: 0 }, STYLE);
    expect(lines.join()).not.toContain('█');
    expect(lines).toContain('Waktu habis. Memeriksa pembayaran …');
  });

  it('lets no name of a shop send commands to it', () => {
    const { lines } = pageOf({ ...SCREENS.idle, shop: 'Kopi\x1b[2J\u009b1mX' }, STYLE);
    expect(lines[0]).toBe('Kopi [2J 1mX');
  });

  it('that only a technician sees counts for nothing, however well it shows the code', async () => {
    display = make('technician');
    const heard: boolean[] = [];
    display.onAttached((attached) => heard.push(attached));
    await display.start();
    expect([display.canShowQr, display.attached()]).toEqual([false, false]);
    expect(await display.show(SCREENS.scan)).toBe(false);
    terminal(await received(ORDER_ID));
    expect(qrCodesIn(png)).toEqual([PAYLOAD]);
    expect(heard).toEqual([]);
  });

  it('that is too small for the code says so, and counts for nothing', async () => {
    execFileSync('stty', ['-F', pty.path, 'cols', '80', 'rows', '24']);
    await display.start();
    expect(await display.show(SCREENS.scan)).toBe(false);
    expect(log.lines.join('\n')).toMatch(
      /warn E466 console .* is too small: the code takes 65 columns, 35 rows/,
    );
    execFileSync('stty', ['-F', pty.path, 'cols', '80', 'rows', '50']);
    expect(await display.show(SCREENS.scan)).toBe(true);
  });

  it('that has stopped listening holds nobody up', async () => {
    await display.start();
    await display.show(SCREENS.idle);
    pty.freeze();
    // Fills what the system keeps for it; each screen has its answer within the display's bound.
    let seen = true;
    for (let screens = 0; seen && screens < 60; screens += 1) seen = await display.show(SCREENS.scan);
    expect(seen).toBe(false);
    expect(log.lines.join('\n')).toContain('warn E477');
  });

  it('comes back after it was closed, with what it should show', async () => {
    await display.start();
    await display.show(SCREENS.scan);
    await received(ORDER_ID);
    await pty.unplug();
    await until('the loss', () => !display.attached());
    expect(await display.show(SCREENS.paid)).toBe(false);
    await pty.plug();
    expect(terminal(await received(ORDER_ID))[0]).toBe('LUNAS / PAID');
  });

  it('is refused by number where there is none: no such name, or a plain file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const [path, words] of [
      [join(folder, 'nothing'), 'ENOENT'],
      [file, 'is no terminal'],
    ] as const) {
      const other = make('customer', path);
      await other.start();
      expect(await other.show(SCREENS.idle)).toBe(false);
      expect(log.lines.join('\n')).toMatch(new RegExp(`warn E477 .*${words}`));
      await other.stop();
    }
    rmSync(file);
  });

  it('shows a test page with a code that nobody can pay', async () => {
    await display.start();
    const made = await display.test(60_000);
    if (!made.ok) throw new Error(made.error.detail);
    expect(made.value[0]).toContain('this code takes');
    // A version 2 code with its quiet zone is 33 modules high.
    const lines = terminal(await received('\x1b[0m', 1 + Math.ceil(33 / 2)));
    expect(lines.slice(0, 2)).toEqual(['Halaman uji, bukan pembayaran', 'Test page, not a payment']);
    expect(qrCodesIn(png)).toEqual(['GOPAY-POS TEST PAGE, NOT A PAYMENT']);
  });
});
