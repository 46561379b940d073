import type { Right } from '../../../src/base/register-messages.js';

/** What can be done over HTTP. */
export type Deed =
  | 'sell'
  | 'look'
  | 'cancel'
  | 'refund'
  | 'ack'
  | 'shown'
  | 'qrPng'
  | 'qrSvg'
  | 'shop'
  | 'setShop'
  | 'status'
  | 'events';

export interface DoorRoute {
  readonly method: 'GET' | 'POST';
  /** `{ref}` stands for one segment, percent-encoded. */
  readonly path: string;
  readonly deed: Deed;
  /** What a program must be allowed for it. */
  readonly right: Right;
  /** What may stand behind the question mark. */
  readonly query: readonly ('till' | 'wait')[];
}

/** Everything that is served below /v1, beside the OpenAPI document. */
export const ROUTES: readonly DoorRoute[] = [
  { method: 'POST', path: '/v1/sales', deed: 'sell', right: 'sell', query: ['till', 'wait'] },
  { method: 'GET', path: '/v1/sales/{ref}', deed: 'look', right: 'read', query: ['till', 'wait'] },
  { method: 'POST', path: '/v1/sales/{ref}/ack', deed: 'ack', right: 'sell', query: ['till'] },
  { method: 'POST', path: '/v1/sales/{ref}/shown', deed: 'shown', right: 'sell', query: ['till'] },
  { method: 'POST', path: '/v1/sales/{ref}/cancel', deed: 'cancel', right: 'sell', query: ['till', 'wait'] },
  { method: 'POST', path: '/v1/sales/{ref}/refunds', deed: 'refund', right: 'refund', query: ['till'] },
  { method: 'GET', path: '/v1/sales/{ref}/qr.png', deed: 'qrPng', right: 'read', query: ['till'] },
  { method: 'GET', path: '/v1/sales/{ref}/qr.svg', deed: 'qrSvg', right: 'read', query: ['till'] },
  { method: 'GET', path: '/v1/status', deed: 'status', right: 'read', query: [] },
  { method: 'GET', path: '/v1/shop', deed: 'shop', right: 'read', query: [] },
  { method: 'POST', path: '/v1/shop', deed: 'setShop', right: 'manage', query: [] },
  { method: 'GET', path: '/v1/events', deed: 'events', right: 'read', query: [] },
];

export interface Address {
  readonly route: DoorRoute;
  /** Decoded; absent where the path has none. */
  readonly ref?: string;
}

/**
 * Which route a request means.
 * @param path as it came, without its query
 * @returns the methods that the path has, where it has not this one; undefined for a path that is none of ours
 */
export function doorRouteOf(method: string, path: string): Address | readonly string[] | undefined {
  const given = path.split('/');
  const there = ROUTES.filter(({ path: wanted }) => isSame(wanted.split('/'), given));
  // RFC 9110, section 9.3.2: what can be read can be looked at without its content. A stream has no end to leave out.
  const wanted = method === 'HEAD' ? 'GET' : method;
  const route = there.find((one) => one.method === wanted && (method !== 'HEAD' || one.deed !== 'events'));
  if (route === undefined)
    return there.length === 0
      ? undefined
      : there.flatMap((one) =>
          one.method === 'GET' && one.deed !== 'events' ? ['GET', 'HEAD'] : [one.method],
        );
  const at = route.path.split('/').indexOf('{ref}');
  return at === -1 ? { route } : { route, ref: decoded(given[at] ?? '') };
}

function isSame(wanted: readonly string[], given: readonly string[]): boolean {
  return (
    wanted.length === given.length &&
    wanted.every((part, at) => (part === '{ref}' ? given[at] !== '' : part === given[at]))
  );
}

/** What is no percent-encoding stays as it came, and is no good reference then. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (thrown) {
    if (thrown instanceof URIError) return segment;
    throw thrown;
  }
}
