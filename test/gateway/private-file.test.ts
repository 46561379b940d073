import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendLine, createFile, makeFolder, replaceFile } from '../../src/identity/private-file.js';
import { Revocations } from '../../src/identity/revocations.js';
import { fileLines } from '../../src/relay/refund-book.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime } from '../kit/time.js';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-private-'));
  file = join(directory, 'file');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const text = (): string => readFileSync(file, 'utf8');

it('a line that was left without an end swallows none: of a person, of a power cut, of a refund', () => {
  writeFileSync(file, 'KASIR2 2026-11-22T00:00:00Z # by hand');
  const list = new Revocations(file, new FakeTime(), new KeptLog());
  list.revoke('KASIR1', 'lost');
  expect(list.isRevoked('KASIR1', 0)).toBe(true);
  expect(text()).toMatch(/^KASIR2 \S+ # by hand\nKASIR1 \S+ # lost\n$/);
  writeFileSync(file, '{"torn');
  const { past, append } = fileLines(file);
  append('{}');
  append('{}');
  expect([past, text()]).toEqual([['{"torn'], '{"torn\n{}\n{}\n']);
});

it('is one user’s, whole, and nothing lies beside it', () => {
  makeFolder(join(directory, 'a', 'b'));
  appendLine(file, 'one');
  replaceFile(file, 'two');
  expect([createFile(file, 'three'), createFile(join(directory, 'a', 'b', 'c'), 'four')]).toEqual([
    false,
    true,
  ]);
  expect([text(), readdirSync(directory).sort()]).toEqual(['two', ['a', 'file']]);
  for (const [path, mode] of [
    ['a', 0o700],
    ['a/b', 0o700],
    ['a/b/c', 0o600],
    ['file', 0o600],
  ] as const)
    expect(statSync(join(directory, path)).mode & 0o777, path).toBe(mode);
});

it('a list that does not say it afterwards says that nobody was revoked', () => {
  const list = new Revocations(file, new FakeTime(), new KeptLog());
  expect(() => list.revoke('KASIR 1', 'lost')).toThrow(/does not say that KASIR 1 is revoked/);
});

describe.runIf(process.geteuid?.() === 0)('on a disk that becomes full', () => {
  const page = Number(execFileSync('getconf', ['PAGESIZE']));
  beforeEach(() => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${2 * page}`, 'tmpfs', directory]);
  });
  afterEach(() => execFileSync('umount', ['-l', directory]));

  it('a file that does not go in whole is as it was', () => {
    replaceFile(file, 'before');
    expect(() => replaceFile(file, 'x'.repeat(3 * page))).toThrow(/ENOSPC/);
    expect(() => createFile(join(directory, 'other'), 'x'.repeat(3 * page))).toThrow(/ENOSPC/);
    expect([text(), readdirSync(directory)]).toEqual(['before', ['file']]);
  });

  it('a line of which a part went in is told as none, and swallows none', () => {
    writeFileSync(file, `${'x'.repeat(2 * page - 10)}\n`);
    expect(() => appendLine(file, 'KASIR1 2026-11-22T00:00:00Z # lost')).toThrow(/ENOSPC/);
    expect(text().slice(-9)).toBe('KASIR1 20');
  });
});
