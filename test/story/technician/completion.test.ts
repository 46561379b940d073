import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import build from '../../kit/built.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/gopay-pos.cjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gopay-pos-completion-'));

beforeAll(() => {
  build();
  mkdirSync(join(folder, 'shops'));
  writeFileSync(join(folder, 'shop one.toml'), '');
  for (const shell of ['bash', 'zsh']) writeFileSync(join(folder, shell), run(PROGRAM, 'completion', shell));
  // Once: a thousand files of other programs are looked through.
  spawnSync('zsh', ['-f', '-c', 'autoload -Uz compinit; compinit -u -d ./zcompdump'], { cwd: folder });
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

/** What each shell calls, by the name under which the script has itself registered, and what it would be shown. */
const SHELLS = {
  bash: `source ./bash
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    "$(complete -p gopay-pos | sed 's/.* -F \\([^ ]*\\) .*/\\1/')"
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  // The builtins work in an editor's line only; these show what they were asked for.
  zsh: `autoload -Uz compinit; compinit -C -d ./zcompdump
    source ./zsh
    compset() { PREFIX=\${PREFIX#*=}; }
    _files() { print -l -- $PREFIX*(N\${1:+/}); }
    compadd() { shift; local found=("\${(@M)@:#$PREFIX*}"); [[ -n $found ]] && print -l -- $found; }
    words=("$@") CURRENT=$# PREFIX=$words[-1]
    $_comps[gopay-pos]`,
};

function completed(shell: 'bash' | 'zsh', ...typed: readonly string[]): string[] {
  const args = shell === 'zsh' ? ['-f'] : ['--norc'];
  const found = spawnSync(shell, [...args, '-c', SHELLS[shell], shell, 'gopay-pos', ...typed], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(found.stderr).toBe('');
  return found.stdout.split('\n').filter((line) => line !== '');
}

describe.each(['bash', 'zsh'] as const)('%s completes', (shell) => {
  it.each([
    [['st'], ['status']],
    [['re'], ['relay', 'report', 'reprint', 'reconcile', 'restart']],
    [['owed', ''], ['resolve']],
    [
      ['config', ''],
      ['check', 'explain', 'example', 'reload', 'afar'],
    ],
    [['config', 'explain', 'gateway.pay'], ['gateway.payment_type']],
    [['config', 'explain', 'zv'], ['zvt']],
    [['test', 'p'], ['printer']],
    [
      ['completion', ''],
      ['bash', 'zsh'],
    ],
    [['why', 'E455'], ['E455']],
    [['why', 'KASIR1-01', ''], []],
    [['shift', 'close', ''], []],
    [['nothing', ''], []],
  ])('words of a command: %j', (typed, expected) => {
    expect(completed(shell, ...typed)).toEqual(expected);
  });

  it.each([
    [['-'], ['--help', '--version']],
    [
      ['shift', '--'],
      ['--config', '--socket', '--json'],
    ],
    [['shift', 'close', '--b'], ['--by']],
    [['slots', 'clear', '12', '--m'], ['--machine']],
    [
      ['demo', '--p'],
      ['--port', '--payment-type'],
    ],
    [
      ['config', 'example', '--'],
      ['--relay', '--json'],
    ],
    [['owed', 'resolve', '--note', 'x', '--b'], ['--by']],
    [['sales', '--csv', '--d'], ['--day']],
  ])('options, of the command that has them: %j', (typed, expected) => {
    expect(completed(shell, ...typed)).toEqual(expected);
  });

  it.each([
    [
      ['owed', 'resolve', 'KASIR1-01', '--how', ''],
      ['refunded', 'delivered', 'other'],
    ],
    [['demo', '--payment-type', 'q'], ['qris']],
    [['--log-level', 'debug', 'sta'], ['status']],
    [['test', 'register', '--answer', 'ap'], ['approved']],
    [['test', 'vending', '--answer', 'v'], ['vend']],
    [['owed', 'resolve', '--by', 'o'], []],
    [
      ['status', '--config', 'sh'],
      ['shop one.toml', 'shops'],
    ],
    [['demo', '--directory', 'sh'], ['shops']],
    [['config', 'check', 'shop '], ['shop one.toml']],
    [['sniff', 're'], ['register']],
    [['report', '--csv', '--by', 'p'], ['product']],
    [['reconcile', '--csv', 'shop '], ['shop one.toml']],
    [['sniff', '/dev/nul'], ['/dev/null']],
  ])('what an option takes: %j', (typed, expected) => {
    expect(completed(shell, ...typed)).toEqual(expected);
  });

  it('a value that is joined to its option', () => {
    // As each of them cuts the line.
    const [config, how] =
      shell === 'bash'
        ? [
            ['--config', '=', 'sho'],
            ['--how', '='],
          ]
        : [['--config=sho'], ['--how=']];
    expect(completed(shell, 'status', ...config)).toEqual(['shop one.toml', 'shops']);
    expect(completed(shell, 'owed', 'resolve', ...how)).toEqual(['refunded', 'delivered', 'other']);
  });
});

it('knows no other shell', () => {
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'completion', 'fish'], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([64, 'gopay-pos: completion bash | zsh\n  gopay-pos --help\n']);
});

it('reads no option that the help does not show', () => {
  const main = readFileSync(new URL('../../../src/main.ts', import.meta.url), 'utf8');
  const read = [...main.matchAll(/values\['([a-z-]+)'\]/g)].map(([, name]) => `--${name}`);
  const help = run(PROGRAM, '--help');
  expect(read.length).toBeGreaterThan(10);
  expect(read.filter((option) => !help.includes(option))).toEqual([]);
});
