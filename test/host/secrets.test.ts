import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretRegistry } from '../../src/host/secrets.js';

const KEY = 'SB-Mid-server-Xy7/q+W=z 0"P\\k-4e';

function registry(value = KEY, name = 'server-key'): SecretRegistry {
  const secrets = new SecretRegistry();
  expect(secrets.register(name, value).ok).toBe(true);
  return secrets;
}

const spelling: readonly (readonly [string, string])[] = [
  ['as it is', KEY],
  ['percent-encoded', encodeURIComponent(KEY)],
  ['percent-encoded in lower case', encodeURIComponent(KEY).replace(/%../g, (code) => code.toLowerCase())],
  ['form-encoded', new URLSearchParams({ key: KEY }).toString().slice(4)],
  ['JSON-escaped', JSON.stringify(KEY).slice(1, -1)],
  ['hex', Buffer.from(KEY).toString('hex')],
  ['hex in upper case', Buffer.from(KEY).toString('hex').toUpperCase()],
  [
    'hex with blanks',
    Buffer.from(KEY)
      .toString('hex')
      .replace(/(..)(?=.)/g, '$1 '),
  ],
  ['base64', Buffer.from(KEY).toString('base64')],
  ['base64url', Buffer.from(KEY).toString('base64url')],
  ['Basic with an empty password', Buffer.from(`${KEY}:`).toString('base64')],
  ['Basic with a user of one letter', Buffer.from(`u:${KEY}`).toString('base64')],
  ['Basic with a longer user', Buffer.from(`KASIR1:${KEY}`).toString('base64')],
];

describe('a registered secret', () => {
  it.each(spelling)('is taken out of a line: %s', (_how, text) => {
    expect(registry().mask(`before ${text} after`)).toBe('before [secret:server-key] after');
  });

  it('leaves nothing of itself in a Basic header, whatever stands around it', () => {
    const arbitrary = fc.record({
      secret: fc.string({ minLength: 12, maxLength: 60, unit: 'grapheme-ascii' }),
      user: fc.string({ maxLength: 7 }),
      password: fc.string({ maxLength: 7 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ secret, user, password }) => {
        const basic = Buffer.from(`${user}${secret}${password}`).toString('base64');
        expect(registry(secret).mask(`Authorization: Basic ${basic}`)).toBe(
          'Authorization: Basic [secret:server-key]',
        );
      }),
    );
  });

  it('is taken out each time that it occurs, beside other secrets', () => {
    const secrets = registry();
    expect(secrets.register('mqtt', 'correct horse battery').ok).toBe(true);
    expect(secrets.mask(`${KEY}${KEY},correct horse battery,${KEY}`)).toBe(
      '[secret:server-key][secret:server-key],[secret:mqtt],[secret:server-key]',
    );
  });

  it('is taken out whole when another secret is a part of it', () => {
    const secrets = registry('abcdefgh', 'short');
    expect(secrets.register('long', '0123abcdefgh4567').ok).toBe(true);
    const masked = secrets.mask('x 0123abcdefgh4567 y');
    expect(masked).toBe('x [secret:long] y');
  });

  it('loses its larger part when it was cut in two anywhere', () => {
    const secret = randomBytes(24).toString('hex');
    for (let cut = 1; cut < secret.length; cut += 1) {
      const masked = registry(secret).mask(`${secret.slice(0, cut)}\n${secret.slice(cut)}`);
      expect(masked).toContain('[secret:server-key]');
      expect(masked.replace('[secret:server-key]', '').length).toBeLessThanOrEqual(secret.length / 2 + 1);
    }
  });

  it('of several lines is taken out line by line as well, but its BEGIN line is left', () => {
    const pem =
      '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ\nq1b8Ny3nXz0aTt5\n-----END PRIVATE KEY-----';
    const secrets = registry(pem, 'tls');
    expect(secrets.mask('read MC4CAQAwBQYDK2VwBCIEIJ of -----BEGIN PRIVATE KEY-----')).toBe(
      'read [secret:tls] of -----BEGIN PRIVATE KEY-----',
    );
  });

  it('with fewer than 8 characters is refused with E814, and the refusal does not show it', () => {
    const refused = new SecretRegistry().register('pin', 'abc1234');
    expect(refused).toMatchObject({ ok: false, error: { kind: 'refused', code: 814 } });
    expect(JSON.stringify(refused)).not.toContain('abc1234');
  });

  it('does not change a line without it', () => {
    const line = 'SB-Mid-server- is how a key of the sandbox begins, KASIR1-01K9 Rp 15.000';
    expect(registry().mask(line)).toBe(line);
  });
});
