/** The parts of the Core API that this sandbox has. */
export type Endpoint = 'charge' | 'status' | 'cancel' | 'expire' | 'refund' | 'picture';

export const ENDPOINTS: readonly Endpoint[] = ['charge', 'status', 'cancel', 'expire', 'refund', 'picture'];

export type Route =
  | { readonly endpoint: 'charge' }
  | {
      readonly endpoint: 'status' | 'cancel' | 'expire' | 'refund';
      /** Order id or transaction id. */
      readonly id: string;
      /** Of a refund: the older path `/refund/online/direct`. */
      readonly direct: boolean;
    }
  | { readonly endpoint: 'picture'; readonly id: string; readonly framed: boolean }
  | { readonly endpoint: undefined; readonly why: 'noRoute' | 'wrongMethod' };

/** Finds the endpoint of `method` and `path`. Doubled slashes count as one: Midtrans' own addresses have them. */
export function routeOf(method: string, path: string): Route {
  const parts = (path.split('?')[0] ?? '').split('/').filter((part) => part !== '');
  const [version, first, second, third] = parts;
  const noRoute: Route = { endpoint: undefined, why: 'noRoute' };
  const wrongMethod: Route = { endpoint: undefined, why: 'wrongMethod' };
  if (parts.at(-1) === 'qr-code') {
    const route = pictureRoute(parts);
    return route === undefined ? noRoute : method === 'GET' ? route : wrongMethod;
  }
  if (version !== 'v2' || first === undefined) return noRoute;
  if (parts.length === 2) {
    if (first !== 'charge') return noRoute;
    return method === 'POST' ? { endpoint: 'charge' } : wrongMethod;
  }
  const direct = parts.length === 5 && parts.slice(2).join('/') === 'refund/online/direct';
  if (parts.length !== 3 && !direct) return noRoute;
  const id = decodePart(first);
  if (id === undefined) return noRoute;
  switch (second) {
    case 'status':
      return method === 'GET' ? { endpoint: 'status', id, direct } : wrongMethod;
    case 'cancel':
    case 'expire':
    case 'refund':
      return method === 'POST' ? { endpoint: second, id, direct: third !== undefined } : wrongMethod;
    default:
      return noRoute;
  }
}

/** `/v2/{gopay|qris}/{transaction id}/qr-code`, and the framed ones `/v4/qris[/gopay]/{A1..ID}/qr-code`. */
function pictureRoute(parts: readonly string[]): Route | undefined {
  const [version, type] = parts;
  const id = decodePart(parts.at(-2) ?? '');
  if (id === undefined) return undefined;
  if (version === 'v2' && parts.length === 4 && (type === 'gopay' || type === 'qris'))
    return { endpoint: 'picture', id, framed: false };
  const middle = parts.slice(1, -2).join('/');
  if (version === 'v4' && (middle === 'qris' || middle === 'qris/gopay'))
    return { endpoint: 'picture', id, framed: true };
  return undefined;
}

/** Undefined when the percent signs make no sense. */
export function decodePart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch (thrown) {
    if (thrown instanceof URIError) return undefined;
    throw thrown;
  }
}
