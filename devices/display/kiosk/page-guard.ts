import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type HostRefusal, quoted } from '../../kit/host-guard.js';

/**
 * For what only our own page may do. Browsers send `Origin` with every POST, and `Sec-Fetch-Site` with everything to a
 * loopback address; what a program sends that is no browser is its own affair.
 * @param needed whether a request without `Origin` is refused, too.
 */
export function originRefusal(headers: IncomingHttpHeaders, needed: boolean): HostRefusal | undefined {
  const { origin } = headers;
  if (origin === undefined) {
    if (needed) return { status: 403, why: 'no Origin' };
  } else if (origin.toLowerCase() !== `http://${headers.host?.toLowerCase() ?? ''}`)
    return { status: 403, why: `Origin ${quoted(origin)} is not this page` };
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return { status: 403, why: `Sec-Fetch-Site ${quoted(String(site))}` };
  return undefined;
}

/** Whether the page holds the token of this start of the server; takes the same time for any wrong one. */
export function tokenRefusal(headers: IncomingHttpHeaders, token: string): HostRefusal | undefined {
  const given = Buffer.from(String(headers['x-gopay-pos-token'] ?? ''));
  const right = Buffer.from(token);
  if (given.length === right.length && timingSafeEqual(given, right)) return undefined;
  return { status: 403, why: 'a token of another start' };
}
