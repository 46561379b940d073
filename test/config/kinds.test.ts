import { describe, expect, it } from 'vitest';
import { amount, choice, integer, type Kind, line, list, oneOrMore } from '../../src/settings/kinds.js';
import {
  brokerUrl,
  host,
  isLoopback,
  notifiedUrl,
  path,
  pathOrNone,
  secret,
  serviceUrl,
} from '../../src/settings/places.js';

function taken<T>(kind: Kind<T>, values: readonly unknown[]): unknown[] {
  return values.filter((value) => kind.read(value).ok);
}

describe('a value', () => {
  it('that is a service address is https, or http to this machine', () => {
    const good = [
      'https://a.example',
      'https://a.example:8443/base',
      'http://localhost:8500',
      'http://[::1]:1',
      'http://127.9.9.9',
    ];
    const bad = [
      'http://a.example',
      'http://127.0.0.1.example',
      'https://',
      'https://a b',
      'https://a.example/?x=1',
      'https://a.example/#x',
      'ftp://a',
      'a.example',
      'https://a.example:0',
      'https://-a.example',
      5,
    ];
    expect(taken(serviceUrl(), [...good, ...bad])).toEqual(good);
    expect(serviceUrl().read('https://a.example/base//')).toEqual({
      ok: true,
      value: 'https://a.example/base',
    });
  });

  it('that Midtrans must reach is https on port 443 or 80, except on this machine', () => {
    const good = [
      'https://a.example/n',
      'https://a.example:443/n',
      'https://a.example:80/n',
      'http://127.0.0.1:8420/n',
    ];
    expect(
      taken(notifiedUrl(), [...good, 'http://a.example/n', 'https://a.example:8443/n', 'mqtt://127.0.0.1']),
    ).toEqual(good);
  });

  it('that is a broker has no path', () => {
    const good = ['mqtt://b', 'mqtts://b.example:8883', 'mqtt://[::1]:1883/', 'mqtt://10.0.0.1'];
    expect(
      taken(brokerUrl(), [...good, 'mqtt://b/x', 'ws://b', 'mqtt://', 'mqtt://b:99999', 'mqtt://b?x']),
    ).toEqual(good);
  });

  it('that is a host is a name or an address, without port', () => {
    const good = ['a', 'a-b.example.com', '192.168.1.50', '0.0.0.0', '::', 'fe80::1'];
    expect(
      taken(host(), [...good, '', '1.2.3', '256.1.1.1', 'a:80', '-a', 'a..b', 'a_b', '[::1]', ':::', 'a/b']),
    ).toEqual(good);
  });

  it('that is a path is absolute and goes nowhere but down', () => {
    const good = ['/a', '/var/lib/gopay-pos', '/dev/serial/by-id/usb-FTDI_x-if00-port0', '/a b'];
    expect(taken(path(), [...good, '', '/', 'a', '/a/', '/a/../b', '/a\n', '~/a'])).toEqual(good);
    expect(taken(path(5), ['/abcd', '/abcde', '/aéé'])).toEqual(['/abcd']);
    expect(taken(pathOrNone(), ['', '/a', 'a'])).toEqual(['', '/a']);
  });

  it('that is a secret says where it is', () => {
    expect(secret().read('credential:midtrans-server-key')).toEqual({
      ok: true,
      value: { credential: 'midtrans-server-key' },
    });
    expect(secret().read('file:/etc/gopay-pos/key')).toEqual({
      ok: true,
      value: { file: '/etc/gopay-pos/key' },
    });
    expect(
      taken(secret(), [
        'credential:',
        'credential:a/b',
        'credential:..',
        'file:key',
        'file:/a/../b',
        'x',
        7n,
      ]),
    ).toEqual([]);
  });

  it('that is a whole number is one that TOML calls an integer', () => {
    expect(taken(integer(0, 10), [0n, 10n, -1n, 11n, 5, 5.5, Number.NaN, '5', true])).toEqual([0n, 10n]);
    expect(integer(0, 10).read(7n)).toEqual({ ok: true, value: 7 });
    expect(amount(1, 100).toml(100 as never)).toBe('100');
  });

  it('that is a choice among numbers is not taken as text, nor the other way round', () => {
    expect(taken(choice(9, 6), [9n, 6n, 7n, '9', 9])).toEqual([9n, 6n]);
    expect(taken(choice('a', 'b'), ['a', 'c', 1n])).toEqual(['a']);
    expect(choice('only').allowed).toBe('only "only"');
  });

  it('that is a line holds no control characters and counts characters, not code units', () => {
    const good = ['a', 'Café', '☕☕☕☕', '𝒜𝒜𝒜𝒜'];
    expect(taken(line(4), [...good, '', '   ', 'abcde', 'a\tb', 'a\nb', 'a\u0000', '\ud800'])).toEqual(good);
    expect(taken(line(4, { empty: true, ascii: true }), ['', 'ab', 'é'])).toEqual(['', 'ab']);
  });

  it('that is a list names each wrong entry; one alone can stand without brackets where that is meant', () => {
    const result = list(integer(1, 5, 'dots'), 9).read([1n, 9n, 'x']);
    expect(result).toEqual({
      ok: false,
      error: [
        { code: 905, found: '9', at: 1, allowed: 'a whole number from 1 to 5 (dots)' },
        { code: 904, found: 'text, "x"', at: 2, allowed: 'a whole number from 1 to 5 (dots)' },
      ],
    });
    expect(oneOrMore(path(), 2).read('/a')).toEqual({ ok: true, value: ['/a'] });
    expect(oneOrMore(path(), 2).read(['/a', '/b'])).toEqual({ ok: true, value: ['/a', '/b'] });
    expect(oneOrMore(path(), 2).toml(['/a'])).toBe('"/a"');
    expect(oneOrMore(path(), 2).read('a')).toEqual({ ok: false, error: [{ code: 906, found: '"a"' }] });
  });

  it('is this machine only by its own names', () => {
    expect(['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]', 'LOCALHOST'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '127.example', 'localhost.example', '128.0.0.1'].some(isLoopback)).toBe(false);
  });
});
