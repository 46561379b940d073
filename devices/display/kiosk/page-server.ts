import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Failure, messageOf, temporary } from '../../../src/base/fault.js';
import { parseObject } from '../../../src/base/json.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Log } from '../../../src/port/log.js';
import {
  allowedHosts,
  type HostRefusal,
  hostRefusal,
  httpServer,
  quoted,
  readBody,
} from '../../kit/http-server.js';
import { PICTURE_NAME } from '../../kit/picture-cache.js';
import type { Assets } from './assets.js';
import { type KeysMessage, parseKeys, parseSeen, type SeenMessage } from './messages.js';

/** What the server does with what comes in by its door. */
export interface PageDoor {
  /** A page opened its stream; the answer's head has been sent. A refusal ends it instead. */
  join(stream: ServerResponse): void;
  seen(message: SeenMessage): HostRefusal | undefined;
  keys(message: KeysMessage): HostRefusal | undefined;
  /** Undefined when one more page may join. */
  full(): HostRefusal | undefined;
}

export interface PageServerOptions {
  /** Address to listen on. Loopback unless another is meant: every browser that reaches the page can press its keys. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Further host names under which browsers may ask for the page, where `host` is not loopback. */
  readonly hostNames: readonly string[];
  readonly token: string;
  readonly assets: Assets;
  /** The folder of the products' pictures. */
  readonly pictures: string | undefined;
  readonly door: PageDoor;
  readonly log: Log;
}

/** A POST of the page is some 100 bytes. */
const LARGEST_BODY_BYTES = 4096;
/** A browser keeps at most six connections to one host; some pages and a technician's curl fit. */
const MOST_CONNECTIONS = 64;

const PICTURES = '/picture/';

const SAFETY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** The HTTP side of the page: who may come in, and where each request goes. It knows nothing of sales or screens. */
export class PageServer {
  readonly #options: PageServerOptions;
  readonly #server: Server;
  #allowed: ReadonlySet<string> = new Set();

  constructor(options: PageServerOptions) {
    this.#options = options;
    this.#server = httpServer({ most: MOST_CONNECTIONS });
    this.#server.on('request', (request, response) => this.#serve(request, response));
  }

  /**
   * Listens.
   * @returns the port.
   * @throws Failure FAULT.pageNotServed when it cannot: the port is taken, or the address is not of this machine.
   */
  async start(): Promise<number> {
    const { host, port } = this.#options;
    this.#server.listen({ host, port });
    try {
      await once(this.#server, 'listening');
    } catch (error) {
      const detail = `the screen page cannot be served at ${host} port ${port}: ${messageOf(error)}`;
      throw new Failure(temporary(FAULT.pageNotServed, detail));
    }
    this.#server.on('error', (error) =>
      this.#options.log.error(`E${FAULT.pageNotServed} the page's server: ${messageOf(error)}`),
    );
    const address = this.#server.address() as AddressInfo;
    this.#allowed = allowedHosts(host, address.port, this.#options.hostNames);
    return address.port;
  }

  /** Ends open streams, too: a stream of events would otherwise keep the server open for ever. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(SAFETY_HEADERS)) response.setHeader(name, value);
    const foreign = hostRefusal(request.headers, this.#allowed);
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (foreign) this.#refuse(request, response, foreign);
    else if (request.method === 'GET' && path === '/events') this.#join(request, response);
    else if (request.method === 'GET') this.#get(path, response);
    else if (request.method === 'POST' && (path === '/keys' || path === '/seen'))
      this.#post(path, request, response);
    else end(response, 405, { allow: 'GET, POST' });
  }

  #join(request: IncomingMessage, response: ServerResponse): void {
    const refusal = originRefusal(request.headers, false) ?? this.#options.door.full();
    if (refusal) {
      this.#refuse(request, response, refusal);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.flushHeaders();
    this.#options.door.join(response);
  }

  #get(path: string, response: ServerResponse): void {
    const asset = this.#options.assets.byPath.get(path);
    if (asset) {
      response.writeHead(200, { 'content-type': asset.type, 'content-length': asset.body.length });
      response.end(asset.body);
    } else if (path.startsWith(PICTURES)) this.#picture(path.slice(PICTURES.length), response);
    else end(response, path === '/favicon.ico' ? 204 : 404);
  }

  /** Its name changes with what it shows. */
  #picture(name: string, response: ServerResponse): void {
    const { pictures } = this.#options;
    if (pictures === undefined || !PICTURE_NAME.test(name)) return end(response, 404);
    readFile(join(pictures, name)).then(
      (body) => {
        const type = { 'content-type': 'image/jpeg', 'content-length': body.length };
        response.writeHead(200, { ...type, 'cache-control': 'private, max-age=31536000, immutable' });
        response.end(body);
      },
      // Forgotten since it was named.
      () => end(response, 404),
    );
  }

  #post(path: '/keys' | '/seen', request: IncomingMessage, response: ServerResponse): void {
    const { headers } = request;
    const refusal =
      originRefusal(headers, true) ??
      tokenRefusal(headers, this.#options.token) ??
      (/^application\/json\b/.test(headers['content-type'] ?? '')
        ? undefined
        : ({ status: 415, why: 'the body is not JSON' } as const));
    if (refusal) {
      this.#refuse(request, response, refusal);
      return;
    }
    readBody(request, LARGEST_BODY_BYTES, (body) => {
      const wrong = 'refusal' in body ? body.refusal : this.#deliver(path, body.text);
      if (wrong) this.#refuse(request, response, wrong);
      else end(response, 204);
    });
  }

  #deliver(path: '/keys' | '/seen', text: string): HostRefusal | undefined {
    const body = parseObject(text);
    const { door } = this.#options;
    if (path === '/keys') {
      const message = parseKeys(body);
      return message ? door.keys(message) : { status: 400, why: `no keys: ${quoted(text)}` };
    }
    const message = parseSeen(body);
    return message ? door.seen(message) : { status: 400, why: `no confirmation: ${quoted(text)}` };
  }

  #refuse(request: IncomingMessage, response: ServerResponse, { status, why }: HostRefusal): void {
    this.#options.log.warn(
      () => `<- ${request.method} ${quoted(request.url ?? '')} refused with ${status}: ${why}`,
    );
    // What is left of the body is not read: the connection ends with the answer.
    end(response, status, { connection: 'close' });
  }
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, headers);
  response.end();
}

/**
 * For what only our own page may do. Browsers send `Origin` with every POST, and `Sec-Fetch-Site` with everything to a
 * loopback address; what a program sends that is no browser is its own affair.
 * @param needed whether a request without `Origin` is refused, too.
 */
function originRefusal(headers: IncomingHttpHeaders, needed: boolean): HostRefusal | undefined {
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
function tokenRefusal(headers: IncomingHttpHeaders, token: string): HostRefusal | undefined {
  const given = Buffer.from(String(headers['x-gopay-pos-token'] ?? ''));
  const right = Buffer.from(token);
  if (given.length === right.length && timingSafeEqual(given, right)) return undefined;
  return { status: 403, why: 'a token of another start' };
}
