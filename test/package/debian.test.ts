import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAMS = ['gopay-pos', 'gopay-pos-relay'] as const;
let out: string;

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', cwd: ROOT, maxBuffer: 1 << 26 });
const fileOf = (name: string): string =>
  join(out, readdirSync(out).find((file) => file.startsWith(`${name}_`)) ?? 'none');
const contents = (name: string): string[] =>
  run('dpkg-deb', '-c', fileOf(name))
    .split('\n')
    .map((line) => line.split(/\s+/).slice(5).join(' '));
const field = (name: string, key: string): string => run('dpkg-deb', '-f', fileOf(name), key).trim();

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'gopay-pos-debs-'));
  const only = [...PROGRAMS, 'gopay-pos-kiosk'].flatMap((name) => ['--only', name]);
  run(process.execPath, '.setup/pack.mjs', '--quick', '--out', out, ...only);
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

it.each(PROGRAMS)(
  '%s has what a box needs, and nothing that only a developer or another system does',
  (name) => {
    const paths = contents(name);
    const unit = name === 'gopay-pos' ? 'gopay-pos.service' : 'gopay-pos-relay.service';
    const example = name === 'gopay-pos' ? 'terminal' : 'relay';
    expect(paths).toEqual(
      expect.arrayContaining([
        './usr/bin/gopay-pos',
        './usr/lib/gopay-pos/dist/gopay-pos.cjs',
        './usr/lib/gopay-pos/node_modules/better-sqlite3/build/Release/better_sqlite3.node',
        `./usr/lib/systemd/system/${unit}`,
        `./usr/lib/sysusers.d/${name}.conf`,
        `./usr/lib/tmpfiles.d/${name}.conf`,
        './usr/share/man/man1/gopay-pos.1.gz',
        './usr/share/bash-completion/completions/gopay-pos',
        './usr/share/zsh/vendor-completions/_gopay-pos',
        `./usr/share/doc/${name}/examples/${example}.toml`,
      ]),
    );
    const foreign =
      /\.(map|ts|c|cc|h|gyp|o|a)$|\/tests?\/|\/(typescript|vitest|rolldown)\/|\/prebuilds\/(?!$|linux-x64|linux-arm)|musl/;
    expect(paths.filter((path) => foreign.test(path))).toEqual([]);
    expect(Number(field(name, 'Installed-Size'))).toBeLessThan(45 * 1024);
  },
);

it.each(PROGRAMS)(
  '%s names the Node that its modules are compiled for, and a C library that Debian 12 has',
  (name) => {
    const needs = field(name, 'Depends');
    expect(needs).toContain('nodejs (>= 20.19) | gopay-pos-node, nodejs (<< 21~) | gopay-pos-node');
    expect(Number(/libc6 \(>= 2\.(\d+)\)/.exec(needs)?.[1])).toBeGreaterThan(0);
  },
);

it('starts no unit by a Node that may be another one', () => {
  for (const name of [...PROGRAMS, 'gopay-pos-kiosk']) {
    const tree = join(out, name);
    run('dpkg-deb', '-x', fileOf(name), tree);
    const unit = readFileSync(join(tree, `usr/lib/systemd/system/${name}.service`), 'utf8');
    expect(unit).not.toContain('/usr/bin/node');
    expect(unit).toContain('/usr/lib/gopay-pos/node ');
    const users = readFileSync(join(tree, `usr/lib/sysusers.d/${name}.conf`), 'utf8');
    expect(users.match(/gopay-pos(-\w+)? /g)).toEqual([`${name} `]);
  }
});

it('has a man page with every command of the help', () => {
  const page = run('sh', '-c', `zcat ${join(out, 'gopay-pos/usr/share/man/man1/gopay-pos.1.gz')}`);
  const help = run(process.execPath, 'dist/gopay-pos.cjs', '--help');
  const commands = [...help.matchAll(/^ {2}gopay-pos ([a-z-]+)/gm)].map(([, word]) => word ?? '');
  expect(page.match(/^\.B gopay\\-pos [a-z]/gm)).toHaveLength(commands.length);
  for (const word of commands) expect(page).toContain(`.B gopay\\-pos ${word.replaceAll('-', '\\-')}`);
});

it('brings the udev rules of every device, and only with the terminal', () => {
  const rules = (name: string): number => contents(name).filter((path) => path.endsWith('.rules')).length;
  expect([rules('gopay-pos') > 3, rules('gopay-pos-relay')]).toEqual([true, 0]);
});
