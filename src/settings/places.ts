import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import { type Kind, parsed, type WrongValue, wrong } from './kinds.js';
import { shown, typeName } from './shown.js';

/** Where a secret is to be had: the name of a systemd credential, or a file that only root and the service can read. */
export type SecretSource = { readonly credential: string } | { readonly file: string };

const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const IPV4_LIKE = /^[\d.]+$/;
const IPV4 = /^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!$)|$)){4}$/;

/** An absolute path. @param max in bytes; 107 for a Unix socket (sun_path), 4095 otherwise. */
export function path(max = 4095): Kind<string> {
  const limit = max < 4095 ? ` of at most ${max} bytes` : '';
  return parsed(`an absolute path${limit}, without ".."`, (text) => parsePath(text, max));
}

/** An absolute path, or nothing at all (`""`). */
export function pathOrNone(): Kind<string> {
  return parsed('an absolute path without "..", or ""', (text) => (text === '' ? '' : parsePath(text, 4095)));
}

function parsePath(text: string, max: number): string | undefined {
  const plain = /^\/[^\p{Cc}]*[^\p{Cc}/]$/u.test(text) && !text.split('/').includes('..');
  return plain && new TextEncoder().encode(text).length <= max ? text : undefined;
}

/** A host name or an IP address, without port. */
export function host(): Kind<string> {
  return parsed('a host name or an IP address, without port', (text) =>
    isHostName(text) || isIpv6(text) ? text : undefined,
  );
}

/** An IP address, or a network of at most 256 of them: a list of callers that has everybody in it is none. */
export function caller(): Kind<string> {
  return addresses('192.168.1.0/24 (at most 256 addresses)', 8);
}

/** An IP address, or a network as `10.0.0.0/8`. */
export function network(): Kind<string> {
  return addresses('10.0.0.0/8', 128);
}

/** @param free how many bits of an address a network may leave open at most */
function addresses(sample: string, free: number): Kind<string> {
  return parsed(`an IP address, or a network such as ${sample}`, (text) => {
    const [address = '', bits, ...rest] = text.split('/');
    const most = IPV4.test(address) ? 32 : isIpv6(address) ? 128 : undefined;
    if (most === undefined || rest.length > 0) return undefined;
    if (bits === undefined) return text;
    const isGood = /^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) >= most - free && Number(bits) <= most;
    return isGood ? text : undefined;
  });
}

function isHostName(text: string): boolean {
  return IPV4_LIKE.test(text) ? IPV4.test(text) : HOST_NAME.test(text);
}

function isIpv6(text: string): boolean {
  return /^[0-9A-Fa-f:.]+$/.test(text) && text.includes(':') && URL.canParse(`http://[${text}]/`);
}

/** This machine itself: what is sent there crosses no wire. */
export function isLoopback(name: string): boolean {
  const bare = name.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (IPV4.test(bare) && bare.startsWith('127.'));
}

/** The host that an address names, without brackets. `address` has been read by a kind of this file. */
export function hostOf(address: string): string {
  return new URL(address).hostname.replace(/^\[|\]$/g, '');
}

/** The base address of a service that gets a credential: https, or http to this machine. No trailing slash after reading. */
export function serviceUrl(): Kind<string> {
  return url(
    'an https address (http only to this machine), without ? and #',
    (it) => it.protocol === 'https:' || (it.protocol === 'http:' && isLoopback(it.hostname)),
  );
}

/**
 * An address that Midtrans itself must reach: it calls public hosts on ports 80 and 443 only, with a certificate of a
 * public authority. Loopback is for the sandbox of this project.
 */
export function notifiedUrl(): Kind<string> {
  return url(
    'an https address on port 443 or 80, without ? and # (http and other ports only to this machine)',
    (it) => {
      if (isLoopback(it.hostname)) return it.protocol === 'http:' || it.protocol === 'https:';
      return it.protocol === 'https:' && (it.port === '' || it.port === '80');
    },
  );
}

/** A broker. */
export function brokerUrl(): Kind<string> {
  return url(
    'mqtt://HOST[:PORT] or mqtts://HOST[:PORT], without path, or wss://HOST[:PORT][/PATH]',
    (it) => it.protocol === 'wss:' || (/^mqtts?:$/.test(it.protocol) && /^\/?$/.test(it.pathname)),
  );
}

/** A proxy that knows CONNECT: spoken to in the clear, as what goes through it is TLS. */
export function proxyUrl(): Kind<string> {
  return url(
    'http://HOST[:PORT], without path, user and password',
    (it) => it.protocol === 'http:' && it.pathname === '/',
  );
}

/** @param accepts judges an address that is sound in itself */
function url(allowed: string, accepts: (it: URL) => boolean): Kind<string> {
  const read = (value: unknown): Result<string, readonly WrongValue[]> => {
    if (typeof value !== 'string') return wrong(FAULT.configType, `${typeName(value)}, ${shown(value)}`);
    if (/\s/.test(value) || value.length > 500 || !URL.canParse(value))
      return wrong(FAULT.configForm, shown(value));
    const it = new URL(value);
    if (it.username !== '' || it.password !== '')
      return wrong(FAULT.configSecret, 'an address with a user or password in it (not shown)');
    const name = it.hostname.replace(/^\[|\]$/g, '');
    const sound = (isHostName(name) || isIpv6(name)) && it.search === '' && it.hash === '' && it.port !== '0';
    return sound && accepts(it) ? ok(value.replace(/\/+$/, '')) : wrong(FAULT.configForm, shown(value));
  };
  return { allowed, read, toml: (value) => JSON.stringify(value) };
}

/** What an enrolled box has from its enrolment. */
export type FromEnrolment = { readonly enrolled: true };

const CREDENTIAL = /^credential:([A-Za-z0-9][A-Za-z0-9._-]{0,63})$/;

/**
 * Where a secret is, never the secret itself. The prefix is demanded because a bare word could be the secret, pasted by
 * mistake; for the same reason, what was found is never shown.
 */
export function secret(): Kind<SecretSource> {
  return {
    allowed: '"credential:NAME" (a systemd credential) or "file:/absolute/path" (a file with mode 0400)',
    read: (value) => {
      if (typeof value !== 'string') return wrong(FAULT.configType, `${typeName(value)} (not shown)`);
      const credential = CREDENTIAL.exec(value)?.[1];
      if (credential !== undefined) return ok({ credential });
      const file = value.startsWith('file:') ? parsePath(value.slice(5), 4095) : undefined;
      if (file !== undefined) return ok({ file });
      return err([
        { code: FAULT.configForm, found: 'something else (not shown: it may be the secret itself)' },
      ]);
    },
    toml: (value) =>
      JSON.stringify('file' in value ? `file:${value.file}` : `credential:${value.credential}`),
  };
}

/** The same, or "enrolled": what `gopay-pos enrol` got, and what takes its place when it is renewed. */
export function secretOrEnrolled(): Kind<SecretSource | FromEnrolment> {
  const { allowed, read, toml } = secret();
  return {
    allowed: `"enrolled", ${allowed}`,
    read: (value) => (value === 'enrolled' ? ok({ enrolled: true }) : read(value)),
    toml: (value) => ('enrolled' in value ? '"enrolled"' : toml(value)),
  };
}
