import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSecret } from '../../src/host/credentials.js';
import { SecretRegistry } from '../../src/host/secrets.js';

const KEY = 'SB-Mid-server-abcdefghijkl';
const UID = process.geteuid?.() ?? 0;

let directory = '';
let secrets = new SecretRegistry();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-credentials-'));
  secrets = new SecretRegistry();
});

afterEach(() => rmSync(directory, { recursive: true }));

function put(content: string | Uint8Array, mode = 0o400, name = 'key'): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const options = (uid = UID) => ({
  env: { CREDENTIALS_DIRECTORY: directory },
  secrets,
  prefix: 'gopay-pos.',
  uid,
});
const fromFile = (path: string, uid = UID) => readSecret('server-key', { file: path }, options(uid));
const fromCredential = (credential: string) => readSecret('server-key', { credential }, options());

describe('a secret', () => {
  it.each([0o400, 0o600])('is read from a file of mode 0%o, without its line feed', (mode) => {
    expect(fromFile(put(`${KEY}\n`, mode))).toEqual({ ok: true, value: KEY });
  });

  it('cannot be logged from then on', () => {
    fromFile(put(KEY));
    expect(secrets.mask(`got ${KEY}`)).toBe('got [secret:server-key]');
  });

  it.each([0o404, 0o440, 0o640, 0o644, 0o700, 0o602])(
    'is refused from a file of mode 0%o, and the error names it and what is allowed',
    (mode) => {
      const path = put(KEY, mode);
      const shown = mode.toString(8).padStart(4, '0');
      expect(fromFile(path)).toEqual({
        ok: false,
        error: {
          kind: 'refused',
          code: 812,
          detail: `${path} has mode ${shown}; allowed are 0400 and 0600 (run: chmod 0400 ${path})`,
        },
      });
    },
  );

  it('is refused from a file of somebody else', () => {
    const path = put(KEY);
    // Only root can give a file away; as anybody else we pretend to be another user.
    const owner = UID === 0 ? 12_345 : UID;
    if (UID === 0) chownSync(path, owner, owner);
    expect(fromFile(path, owner + 1)).toMatchObject({ ok: false, error: { code: 812 } });
    expect(fromFile(path, owner).ok).toBe(true);
  });

  it('is refused from a directory or a file that is not there', () => {
    mkdirSync(join(directory, 'd'), { mode: 0o700 });
    expect(fromFile(join(directory, 'd'))).toMatchObject({ ok: false, error: { code: 812 } });
    expect(fromFile(join(directory, 'none'))).toMatchObject({ ok: false, error: { code: 811 } });
  });

  it('is read from a credential of ours by its short name, whatever mode systemd gave it', () => {
    put(`${KEY}\n`, 0o440, 'gopay-pos.gateway');
    expect(fromCredential('gateway')).toEqual({ ok: true, value: KEY });
  });

  it('is read from a credential by its whole name', () => {
    put(KEY, 0o440, 'shared-key');
    expect(fromCredential('shared-key')).toEqual({ ok: true, value: KEY });
  });

  it.each(['none', '../key', '..', '', 'a/b'])('is not there as credential %j: E810', (name) => {
    put(KEY);
    expect(fromCredential(name)).toMatchObject({ ok: false, error: { kind: 'refused', code: 810 } });
  });

  it('is not there when systemd did not start us', () => {
    const result = readSecret('server-key', { credential: 'gateway' }, { ...options(), env: {} });
    expect(result).toMatchObject({ ok: false, error: { code: 810 } });
  });

  it.each([
    ['nothing', ''],
    ['one line feed', '\n'],
    ['a blank at its end', `${KEY} \n`],
    ['an empty line', `${KEY}\n\n`],
    ['a byte order mark', `\ufeff${KEY}`],
    ['a NUL', `${KEY}\0${KEY}`],
    ['bytes that are not UTF-8', Uint8Array.of(0xff, 0xfe, ...Buffer.from(KEY))],
    ['more than 64 KiB', 'x'.repeat(65_537)],
  ])('that holds %s is refused with E813, and the error does not show it', (_what, content) => {
    const result = fromFile(put(content));
    expect(result).toMatchObject({ ok: false, error: { kind: 'refused', code: 813 } });
    expect(JSON.stringify(result)).not.toContain('abcdefghijkl');
  });

  it('that is shorter than 8 characters is refused with E814', () => {
    expect(fromFile(put('1234567'))).toMatchObject({ ok: false, error: { code: 814 } });
  });

  it('of several lines keeps them', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ\n-----END PRIVATE KEY-----';
    expect(fromFile(put(`${pem}\n`))).toEqual({ ok: true, value: pem });
  });
});
