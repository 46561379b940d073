import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Paper } from '../../../devices/simulated-printer/paper.js';
import { VirtualPrinter } from '../../../devices/simulated-printer/virtual-printer.js';
import build from '../../kit/built.js';
import { realTimers } from '../../kit/pty/until.js';
import { configuration } from '../kit/bench.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/gopay-pos.cjs', import.meta.url));

let folder = '';
let paper: Paper;
let printer: VirtualPrinter;
let printerPort = 0;

beforeAll(() => build(), 300_000);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'test-printer-'));
  paper = new Paper({ widthDots: 384 });
  printer = new VirtualPrinter({ paper, timers: realTimers });
  printerPort = await printer.listen();
});

afterEach(async () => {
  await printer.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Tested {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
  /** Calls at the addresses of the gateway and the broker. */
  readonly calls: number;
}

/** `gopay-pos test printer` where no terminal runs, with a gateway and a broker that count who calls. */
async function testPrinter(tables: string): Promise<Tested> {
  let calls = 0;
  const outside = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  const address = outside.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const broker = `[mqtt]\nurl = "mqtt://127.0.0.1:${port}"\nsecret = "file:/unused"\n`;
  const file = configuration(folder, broker + tables, `url = "http://127.0.0.1:${port}"`);
  const args = [PROGRAM, 'test', 'printer', '--config', file];
  const ended = await new Promise<Omit<Tested, 'calls'>>((resolve) =>
    execFile(process.execPath, args, (error, out, errors) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, errors }),
    ),
  );
  await new Promise((resolve) => outside.close(resolve));
  return { ...ended, calls };
}

function printerTable(profile = 'generic-58'): string {
  return `[printer]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = ${printerPort}\nprofile = "${profile}"\ncutter = true\n`;
}

it('prints the test page by itself, from the configuration, and touches neither journal nor gateway', async () => {
  const tested = await testPrinter(printerTable());
  expect(tested).toMatchObject({ code: 0, errors: '', calls: 0 });
  expect(tested.out).toContain('generic-58: 384 dots, 32 columns, qr raster');
  expect(tested.out).toContain('it says: ready');
  expect(tested.out).toContain('The test page is printed. On it:');
  const [page, ...more] = paper.slips;
  expect(more).toEqual([]);
  for (const words of ['Warung', 'TEST PAGE', 'No money', '384 dots'])
    expect(page?.text ?? '').toContain(words);
  expect(paper.problems).toEqual([]);
  expect(readdirSync(folder)).toEqual(['terminal.toml']);
});

it('says by number why nothing came out, and ends with 1', async () => {
  paper.set('paperOut', true);
  const tested = await testPrinter(printerTable());
  expect(tested).toMatchObject({ code: 1, calls: 0 });
  expect(tested.out).toContain('E401');
  expect(tested.out).toContain('NOT printed.');
  expect(paper.slips).toEqual([]);
  expect(readdirSync(folder)).toEqual(['terminal.toml']);
});

it('says what is wrong with the configuration, and where there is no printer in it', async () => {
  expect(await testPrinter('')).toMatchObject({
    code: 1,
    out: expect.stringContaining('no printer is configured'),
  });
  const wrong = await testPrinter('[printer]\ntransport = "tcp"\n');
  expect(wrong).toMatchObject({ code: 64, errors: expect.stringContaining('printer.host') });
  expect(paper.slips).toEqual([]);
});
