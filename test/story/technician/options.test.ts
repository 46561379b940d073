import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FAULT } from '../../../src/core/fault/table.js';
import { freeFolder } from '../../../src/demo/folder.js';
import { COMMAND_LINES, parse } from '../../../src/programs/usage.js';
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
  expect(gopayPos('config', 'explain', 'sale.min', '--note', 'x').errors).toContain('it has --relay, --json');
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
  expect(help('owed', 'resolve', 'KASIR1-01')).toMatch(
    /^ {2}gopay-pos owed resolve ORDER [^\n]*\n[^\n]*\n\n {2}gopay-pos --help/,
  );
  expect(help('nonsense')).toBe(help());
});

it.each([
  [['staus'], 'there is no command "staus"; did you mean "status"?'],
  [['shfit', 'close', '--json'], 'there is no command "shfit"; did you mean "shift"?'],
  [['shift', 'clsoe'], 'shift: there is no "clsoe"; did you mean "shift close"?'],
  [['config', 'chekc', 'a.toml'], 'config: there is no "chekc"; did you mean "config check"?'],
  [['relay', 'enroll', 'KASIR1'], 'relay: there is no "enroll"; did you mean "relay enrol"?'],
  [
    ['fleet', 'config', 'sett', 'a.toml'],
    'fleet config: there is no "sett"; did you mean "fleet config set"?',
  ],
  [['sandbox', 'wrongpin', 'last'], 'sandbox: there is no "wrongpin"; did you mean "sandbox wrong-pin"?'],
  [['maintenance', 'zzzzzz'], 'maintenance: there is no "zzzzzz"; it has on, off'],
  [['cancel', 'KASIR1-01'], 'cancel: there is no "KASIR1-01"; it takes options only'],
  [['doctor', 'now'], 'doctor: there is no "now"; it takes options only'],
  [['sales', '--jsno'], 'there is no option --jsno; did you mean --json?'],
  [['owed', 'resolve', 'X', '--notes', 'x'], 'there is no option --notes; did you mean --note?'],
])('says what was probably meant: %j', (typed, said) => {
  expect(() => parse(typed)).toThrow(said);
});

it('takes every line of its help as it stands there', () => {
  for (const { words, operand } of COMMAND_LINES) {
    const typed = operand === undefined ? words : [...words, operand.split('|')[0] ?? ''];
    expect(parse(typed).words).toEqual(typed);
  }
});

it('answers a script with JSON, errors as well', () => {
  const ask = (...args: readonly string[]) => {
    const { status, stdout } = spawnSync(process.execPath, [PROGRAM, ...args, '--json'], {
      encoding: 'utf8',
    });
    return [status, JSON.parse(stdout)];
  };
  const none = join(folder, 'none');
  expect(ask()).toEqual([64, { error: { exit: 64, text: 'which command?' } }]);
  expect(ask('staus')).toEqual([64, { error: { exit: 64, text: expect.stringContaining('"status"') } }]);
  expect(ask('status', '--socket', none)).toEqual([
    69,
    { error: { exit: 69, code: FAULT.noTerminalAnswers, text: expect.stringContaining(none) } },
  ]);
  expect(ask('explain', 'E100')).toEqual([1, { error: { exit: 1, text: expect.stringContaining('E100') } }]);
  expect(ask('explain', 'exit')).toEqual([
    0,
    expect.arrayContaining([expect.objectContaining({ exit: 64 })]),
  ]);
  expect(ask('config', 'explain', 'sale.qr_life_seconds')).toEqual([0, { text: expect.any(String) }]);
  expect(ask('config', 'check', none)).toEqual([
    1,
    { file: none, good: false, lines: [expect.stringContaining('E900')] },
  ]);
});

it('knows every option that its help offers', () => {
  const { stdout } = spawnSync(process.execPath, [PROGRAM, '--help'], { encoding: 'utf8' });
  const offered = [...new Set([...stdout.matchAll(/--([a-z-]+)/g)].map(([, name = '']) => name))];
  const args = offered
    .filter((name) => name !== 'help' && name !== 'version')
    .map((name) => [`--${name}`, 'x']);
  expect(args.length).toBeGreaterThan(15);
  expect(gopayPos('why', ...args.flat()).errors).toContain('takes no');
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
