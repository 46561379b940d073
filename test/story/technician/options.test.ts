import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freeFolder } from '../../../src/demo/folder.js';
import build from '../../kit/built.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/gopay-pos.cjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gopay-pos-options-'));

beforeAll(() => build(), 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

function gopayPos(...args: readonly string[]): { code: number | null; errors: string } {
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8' });
  return { code: status, errors: stderr };
}

it('refuses an option that the command does not have, and names those that it has', () => {
  expect(gopayPos('shift', '--how', 'delivered')).toEqual({
    code: 64,
    errors: 'gopay-pos: shift: takes no --how; it has --config, --socket, --json\n  gopay-pos --help\n',
  });
  expect(gopayPos('owed', '--note', 'x').errors).toContain('owed: takes no --note; it has --config');
  expect(gopayPos('terminal', '--once', '15000', '--csv', 'x').errors).toContain(
    'terminal: takes no --once, --csv; it has --config, --log-level',
  );
  expect(gopayPos('config', 'explain', 'sale.min', '--json').errors).toContain('it has --relay');
  expect(gopayPos('sandbox', '--payment-type', 'qris').errors).toContain(
    'it has --port, --key-file, --log-level',
  );
  // Those that it has are passed on: no terminal answers at this socket.
  for (const args of [
    ['shift', 'close', '--by', 'Sri'],
    ['owed', 'resolve', 'X', '--how', 'other', '--note', 'n'],
    ['test', 'display'],
    ['slots', 'clear', '12', '--machine', 'vending', '--by', 'Sri'],
  ])
    expect(gopayPos(...args, '--socket', join(folder, 'none')).errors).not.toContain('takes no');
});

it('shows of a command its own lines alone, and all of the help for a word that is none', () => {
  const help = (...args: readonly string[]) =>
    spawnSync(process.execPath, [PROGRAM, ...args, '--help'], { encoding: 'utf8' }).stdout;
  const lines = help('owed')
    .split('\n')
    .filter((line) => line.startsWith('  gopay-pos '));
  expect(lines.map((line) => line.trim().split(' ')[1])).toEqual(['owed', 'owed', '--help']);
  expect(help('owed', 'resolve')).toBe(help('owed'));
  expect(help('nonsense')).toBe(help());
});

it('knows every option that its help offers', () => {
  const { stdout } = spawnSync(process.execPath, [PROGRAM, '--help'], { encoding: 'utf8' });
  const offered = [...new Set([...stdout.matchAll(/--([a-z-]+)/g)].map(([, name = '']) => name))];
  const args = offered
    .filter((name) => name !== 'help' && name !== 'version')
    .map((name) => [`--${name}`, 'x']);
  expect(args.length).toBeGreaterThan(15);
  expect(gopayPos('shift', ...args.flat()).errors).toContain('takes no');
});

it('asks no other terminal than the one whose file is named', () => {
  const missing = join(folder, 'typo.toml');
  expect(gopayPos('shift', 'close', '--config', missing)).toEqual({
    code: 64,
    errors: expect.stringMatching(
      /typo\.toml: E900 found ENOENT[\s\S]*--socket PATH asks it without its file/,
    ),
  });
  const wrong = join(folder, 'wrong.toml');
  writeFileSync(wrong, '[terminal]\nid = "kasir 1"\n');
  expect(gopayPos('status', '--config', wrong)).toMatchObject({
    code: 64,
    errors: expect.stringContaining('wrong.toml:2'),
  });
});

it('gives a demo a folder of its own beside one that runs, and takes over one that was killed', async () => {
  expect(await freeFolder(folder)).toBe(folder);
  const running = createServer();
  await new Promise<void>((resolve) => running.listen(join(folder, 'control.sock'), resolve));
  expect(await freeFolder(folder)).toBe(join(folder, 'demo-2'));
  await new Promise((resolve) => running.close(resolve));
  writeFileSync(join(folder, 'control.sock'), '');
  expect(await freeFolder(folder)).toBe(folder);
});
