import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import build from '../../kit/built.js';

const MAIN = fileURLToPath(new URL('../../../dist/gopay-pos.cjs', import.meta.url));
const KEYS = { sandbox: 'SB-Mid-server-abcdefgh', production: 'Mid-server-abcdefgh' } as const;

let directory: string;
beforeAll(build);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-config-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const at = (name: string): string => join(directory, name);

function key(text: string, mode = 0o400): void {
  rmSync(at('key'), { force: true });
  writeFileSync(at('key'), text);
  chmodSync(at('key'), mode);
}

function terminal(change: (toml: string) => string = (toml) => toml): string {
  const toml = `
[terminal]
id = "T1"
shop = "Warung Uji"
[gateway]
mode = "direct"
environment = "sandbox"
secret = "file:${at('key')}"
[journal]
directory = "${at('journal')}"
[control]
socket = "${at('control.sock')}"
[page]
port = 0
`;
  writeFileSync(at('terminal.toml'), change(toml));
  return at('terminal.toml');
}

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', timeout: 240_000 });

function told(file: string, ...more: readonly string[]): { status: number | null; lines: string[] } {
  const { status, stdout } = run('config', 'check', file, ...more);
  const lines = stdout.trim().replaceAll(file, 'FILE').split('\n');
  return {
    status,
    lines: lines.filter((line) => line !== 'FILE: a file of a relay, checked as with --relay'),
  };
}

describe('config check', () => {
  it('is good to a configuration whose key, journal and socket can be had, and leaves nothing behind', () => {
    key(KEYS.sandbox);
    expect(told(terminal())).toEqual({ status: 0, lines: ['FILE: good'] });
    key(`${KEYS.sandbox}\n`, 0o600);
    expect(told(terminal()).lines).toEqual(['FILE: good']);
  });

  it.each([
    ['is missing', () => undefined, /E811 gateway\.secret: .*ENOENT/],
    ['is empty', () => key(''), /E813 gateway\.secret: .*is empty/],
    ['can be read by others', () => key(KEYS.sandbox, 0o644), /E812 gateway\.secret: .*mode 0644/],
    ['is of the other environment', () => key(KEYS.production), /E910 gateway\.secret: .*production/],
    ['holds a colon', () => key(`${KEYS.sandbox}:x`), /E911 gateway\.secret: .*colon/],
    ['is short', () => key('SB'), /E814 gateway\.secret: /],
  ])('says that the key %s, and shows none of it', (_what, make, words) => {
    make();
    const { status, lines } = told(terminal());
    expect([status, lines]).toEqual([1, [expect.stringMatching(words)]]);
    expect(lines.join()).not.toMatch(/server-abc/);
  });

  it('asks a key of Midtrans for its environment, and of no other gateway', () => {
    key(KEYS.production);
    const elsewhere = (toml: string) => toml.replace('[journal]', 'url = "http://127.0.0.1:8421"\n[journal]');
    expect(told(terminal(elsewhere)).lines).toEqual(['FILE: good']);
    key(KEYS.sandbox);
    const production = (toml: string) => toml.replace('"sandbox"', '"production"');
    expect(told(terminal(production)).lines).toEqual([expect.stringMatching(/E910 .*of the sandbox/)]);
  });

  it('says that the journal cannot be, and that the socket would be something else, all at once', () => {
    writeFileSync(at('journal'), '');
    mkdirSync(at('control.sock'));
    const { lines } = told(terminal());
    expect(lines.map((line) => / (E\d+) /.exec(line)?.[1])).toEqual(['E811', 'E833', 'E701']);
    const deeper = (toml: string) => toml.replace(at('journal'), `${at('journal')}/a/b`);
    key(KEYS.sandbox);
    expect(told(terminal(deeper)).lines.at(-1)).toMatch(/E70[12] journal\.directory: /);
  });

  it('says in one go what the file has wrong and what the machine has not', () => {
    writeFileSync(at('journal'), '');
    const file = terminal((toml) => toml.replace('port = 0', 'port = 6000\nlanguage = "jv"'));
    const kinds = told(file).lines.map((line) => /[EN]\d{3}/.exec(line)?.[0]);
    expect(kinds).toEqual(['E907', 'E902', 'E811', 'E701']);
    rmSync(at('journal'));
    const contradicts = terminal((toml) => toml.replace('port = 0', 'port = 6000'));
    expect(told(contradicts).lines.map((line) => /[EN]\d{3}/.exec(line)?.[0])).toEqual(['E907', 'E811']);
    // Of a table that is wrong itself nothing more is guessed.
    const wrong = terminal((toml) => toml.replace('mode = "direct"', 'mode = "both"'));
    expect(told(wrong).lines.join()).not.toContain('E811');
  });

  it('refuses ports that no browser and no fetch would call', () => {
    key(KEYS.sandbox);
    const ports = (toml: string) =>
      toml
        .replace('port = 0', 'port = 6000\n[api]\nport = 10080')
        .replace('[journal]', 'url = "https://pay.example.com:6667"\n[journal]');
    const { lines } = told(terminal(ports));
    expect(lines.map((line) => / E907 (\S+): found port (\d+)/.exec(line)?.slice(1))).toEqual([
      ['gateway.url', '6667'],
      ['page.port', '6000'],
      ['api.port', '10080'],
    ]);
  });

  it('knows a relay by its tables, and refuses a broker that listens in clear to other machines', () => {
    const relay = `
[relay]
merchant = "demo"
port = 6000
public_url = "https://relay.example.com"
[midtrans]
environment = "sandbox"
secret = "file:${at('key')}"
[broker]
kind = "embedded"
host = "0.0.0.0"
directory = "${at('broker')}"
[[terminal]]
id = "A1"
token_sha256 = "${'a'.repeat(64)}"
`;
    writeFileSync(at('relay.toml'), relay);
    expect(told(at('relay.toml')).lines).toEqual([
      expect.stringMatching(/E907 relay\.port: found port 6000/),
      expect.stringMatching(/E907 broker\.host, .*found "0\.0\.0\.0" without TLS/),
      expect.stringMatching(/E811 midtrans\.secret: /),
    ]);
    writeFileSync(at('relay.toml'), relay.replace('6000', '8430'));
    for (const more of [[], ['--relay']])
      expect(told(at('relay.toml'), ...more).lines).toEqual([
        expect.stringMatching(/E907 broker\.host, .*found "0\.0\.0\.0" without TLS/),
        expect.stringMatching(/E811 midtrans\.secret: /),
      ]);
  });
});

it.each(['terminal', 'relay'])(
  '%s names all that keeps it from starting at once, without a stack trace',
  (program) => {
    key(`${KEYS.sandbox}:x`, 0o644);
    writeFileSync(at('control.sock'), 'mine');
    const relay = `[relay]\nmerchant = "d"\nport = 0\npublic_url = "http://127.0.0.1"\n[midtrans]\nsecret = "file:${at('key')}"\n[broker]\nkind = "external"\nurl = "mqtt://127.0.0.1"\nsecret = "file:${at('none')}"\n`;
    writeFileSync(at('relay.toml'), relay);
    const file =
      program === 'relay'
        ? at('relay.toml')
        : terminal((toml) => `${toml}[mqtt]\nurl = "mqtt://127.0.0.1"\nsecret = "file:${at('none')}"\n`);
    const { status, stderr } = run(program, '--config', file);
    expect(status, stderr).toBe(78);
    expect(stderr).toMatch(/E812 (gateway|midtrans)\.secret: /);
    expect(stderr).toMatch(/E811 (mqtt|broker)\.secret: /);
    if (program === 'terminal') expect(stderr).toMatch(/E833 control\.socket: /);
    expect(stderr).not.toMatch(/^\s+at /m);
    key(`${KEYS.sandbox}:x`);
    expect(run(program, '--config', file).stderr).toMatch(/E911 /);
  },
);
