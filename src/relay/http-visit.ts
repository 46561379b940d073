import type { IncomingMessage, ServerResponse } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { RelayAnswer } from './answer.js';
import type { FrontRequest, PictureRequest } from './front.js';

/** The largest known notification is some 2 kB. */
export const BODY_LIMIT_BYTES = 64 * 1024;

/** One HTTP request, read to its end. Bodies are bytes whatever they call themselves: the signature is over what came. */
export interface HttpVisit {
  readonly method: string;
  /** Without the query, and without one slash at the end. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Uint8Array;
}

/** @param done is called once with the visit, or with nothing when the body is larger than the limit; never where the caller has gone */
export function readVisit(request: IncomingMessage, done: (visit: HttpVisit | undefined) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const end = (): void => {
    const [first = Buffer.alloc(0), ...more] = chunks;
    const { method = '', headers } = request;
    const { path, query } = addressOf(request);
    const body = more.length === 0 ? first : Buffer.concat(chunks);
    done({ method: method === 'HEAD' ? 'GET' : method, path, query, headers, body });
  };
  const take = (chunk: Buffer): void => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes <= BODY_LIMIT_BYTES) return;
    request.off('data', take).off('end', end).resume();
    done(undefined);
  };
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) return done(undefined);
  request.on('data', take).on('end', end);
}

export function addressOf({ url = '' }: IncomingMessage): { path: string; query: string } {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  return { path: withoutSlash(path), query: mark < 0 ? '' : url.slice(mark + 1) };
}

export function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/** A connection that was busy when the server closed, or whose body was not read, would otherwise stay open. */
export function send(response: ServerResponse, answer: RelayAnswer, isLast: boolean): void {
  const { status, headers, contentType, body } = answer;
  // A list, which goes out as it is; an object made of parts takes V8 four times as long.
  const lines = ['Cache-Control', 'no-store', 'Content-Type', contentType];
  if (headers !== undefined) lines.push(...Object.entries(headers).flat());
  if (isLast) lines.push('Connection', 'close');
  lines.push('Content-Length', String(Buffer.byteLength(body)));
  response.writeHead(status, lines);
  // A text leaves in one piece with its head.
  response.end(body);
}

/** Addresses and networks whose X-Forwarded-For is believed. */
export class Proxies {
  readonly #trusted = new BlockList();
  readonly #some: boolean;

  constructor(networks: readonly string[]) {
    this.#some = networks.length > 0;
    for (const network of networks) {
      const [address = '', bits] = network.split('/');
      if (bits === undefined) this.#trusted.addAddress(address, family(address));
      else this.#trusted.addSubnet(address, Number(bits), family(address));
    }
  }

  /** Who called: the first address, seen from here, that is none of these. */
  callerOf({ socket, headers }: IncomingMessage): string {
    const nearest = socket.remoteAddress ?? 'nowhere';
    const header = headers['x-forwarded-for'];
    if (!this.#some || header === undefined) return nearest;
    const hops = [...String(header).split(',').slice(-HOPS_MOST), nearest].map((hop) => hop.trim()).reverse();
    return hops.find((hop) => !this.#isTrusted(hop)) ?? hops.at(-1) ?? nearest;
  }

  /** Whether one of these is at the other end of the line itself, so that what it says of its caller can be believed. */
  isAtTheDoor({ socket }: IncomingMessage): boolean {
    return this.#some && this.#isTrusted(socket.remoteAddress ?? '');
  }

  #isTrusted(address: string): boolean {
    return isIP(address) !== 0 && this.#trusted.check(address, family(address));
  }
}

/** Proxies in a row. */
const HOPS_MOST = 10;

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

export function frontRequest(
  operation: FrontRequest['operation'],
  visit: HttpVisit,
  orderId?: string,
): FrontRequest {
  const { authorization, 'idempotency-key': key } = visit.headers;
  return {
    operation,
    body: visit.body,
    ...(orderId === undefined ? {} : { orderId }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(typeof key === 'string' ? { idempotencyKey: key } : {}),
  };
}

export function pictureRequest(
  { query, headers: { authorization } }: HttpVisit,
  paymentType: string,
  transactionId: string,
): PictureRequest {
  const asked = new URLSearchParams(query);
  const [terminal, ...moreTerminals] = asked.getAll('terminal');
  const [mark, ...moreMarks] = asked.getAll('mark');
  const isOne = moreTerminals.length + moreMarks.length === 0;
  return {
    paymentType,
    transactionId,
    ...(isOne && terminal !== undefined && mark !== undefined ? { terminal, mark } : {}),
    ...(authorization === undefined ? {} : { authorization }),
  };
}
