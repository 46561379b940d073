import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Misuse } from '../../base/assert.js';
import { Failure, messageOf } from '../../base/fault.js';
import { FAULT } from '../../core/fault/table.js';
import type { Log } from '../../port/log.js';
import type { ControlApi } from './control-api.js';
import type { CoreApi } from './core-api.js';

export interface ServerOptions {
  readonly core: CoreApi;
  readonly control: ControlApi;
  readonly log: Log;
}

interface Page {
  readonly contentType: string;
  readonly body: Buffer;
}

const CONTROL = '/sandbox/api/';
const EVENTS = `${CONTROL}events`;
/** A charge is a few kilobytes; a photo of a QR is a few megabytes. */
const MAX_BODY = { core: 256 * 1024, control: 12 * 1024 * 1024 };
const PAGE_FILES: Readonly<Record<string, string>> = {
  '/': 'phone.html',
  '/phone': 'phone.html',
  '/gopay/partner/app/payment-pin': 'phone.html',
  '/phone.css': 'phone.css',
  '/phone.js': 'phone.js',
  '/phone.svg': 'phone.svg',
};
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The sockets: Core API, control API, phone page and its live events, all on one port. */
export class SandboxServer {
  private readonly options: ServerOptions;
  private readonly listeners = new Set<ServerResponse>();
  private server: Server | undefined;
  private pages: ReadonlyMap<string, Page> = new Map();

  constructor(options: ServerOptions) {
    this.options = options;
  }

  /** @throws Failure FAULT.sandboxPort when the address cannot be listened on. */
  async listen(port: number, host: string): Promise<AddressInfo> {
    this.pages = await readPages();
    const server = createServer((request, response) => {
      this.serve(request, response).catch((thrown: unknown) => this.failed(response, thrown));
    });
    this.server = server;
    server.listen(port, host);
    try {
      await once(server, 'listening');
    } catch (error) {
      const detail = `the sandbox cannot listen on ${host}:${port}: ${messageOf(error)}`;
      throw new Failure({ kind: 'temporary', code: FAULT.sandboxPort, detail });
    }
    server.on('error', (error) => this.options.log.error(`E${FAULT.sandboxPort} ${messageOf(error)}`));
    return server.address() as AddressInfo;
  }

  /** Tells open phone pages to look again. */
  announce(): void {
    for (const listener of this.listeners) listener.write('data: changed\n\n');
  }

  /** Ends at once; connections still open are cut. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    const path = url.split('?')[0] ?? '/';
    const page = request.method === 'GET' ? this.pages.get(path) : undefined;
    if (page) return send(response, 200, page.contentType, page.body, PAGE_POLICY);
    if (path === EVENTS) return this.subscribe(response);
    const isControl = path.startsWith(CONTROL);
    const body = await readBody(request, isControl ? MAX_BODY.control : MAX_BODY.core);
    if (body === 'gone') return;
    if (body === 'tooLarge')
      return send(response, 413, 'application/json', '{"message":"Request size limit exceeded"}');
    if (isControl) return this.control(request, response, url, body);
    const answer = await this.options.core.answer({
      method: request.method ?? 'GET',
      path: url,
      headers: plainHeaders(request),
      body: body.toString('utf8'),
    });
    if (answer.kind === 'hangUp') {
      request.socket.destroy();
      return;
    }
    send(response, answer.httpStatus, answer.contentType, answer.body);
  }

  /** A bug of ours ends the process; anything else is told to the caller and to the log. */
  private failed(response: ServerResponse, thrown: unknown): void {
    if (thrown instanceof Misuse) throw thrown;
    this.options.log.error(() => `request failed: ${messageOf(thrown)}`);
    if (response.headersSent || response.destroyed) response.destroy();
    else
      send(
        response,
        500,
        'application/json',
        '{"status_code":"500","status_message":"Internal Server Error"}',
      );
  }

  private async control(
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
    body: Buffer,
  ): Promise<void> {
    const { httpStatus, json } = await this.options.control.answer({
      method: request.method ?? 'GET',
      path: url.slice(CONTROL.length - 1),
      contentType: request.headers['content-type'] ?? '',
      body,
    });
    send(response, httpStatus, 'application/json', JSON.stringify(json));
  }

  private subscribe(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write('retry: 1000\n\n');
    this.listeners.add(response);
    response.on('close', () => this.listeners.delete(response));
  }
}

/** The page comes with everything it needs; it may talk to this sandbox only. */
const PAGE_POLICY = { 'Content-Security-Policy': "default-src 'self'" };

async function readPages(): Promise<ReadonlyMap<string, Page>> {
  const pages = new Map<string, Page>();
  for (const [path, file] of Object.entries(PAGE_FILES)) {
    const contentType = CONTENT_TYPES[file.split('.')[1] ?? ''] ?? 'text/plain';
    pages.set(path, { contentType, body: await readFile(new URL(`../${file}`, import.meta.url)) });
  }
  return pages;
}

function send(
  response: ServerResponse,
  httpStatus: number,
  contentType: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  const length = Buffer.byteLength(body);
  response.writeHead(httpStatus, {
    ...(contentType !== '' && { 'Content-Type': contentType }),
    'Content-Length': length,
    'Cache-Control': 'no-cache',
    ...headers,
  });
  response.end(body);
}

/** Of a body that is too large the rest is read and thrown away, so that the answer arrives. */
async function readBody(request: IncomingMessage, max: number): Promise<Buffer | 'tooLarge' | 'gone'> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= max) chunks.push(chunk);
    }
  } catch (thrown) {
    // The sender hung up in mid-request: there is no connection to answer on.
    if (request.errored) return 'gone';
    throw thrown;
  }
  return length <= max ? Buffer.concat(chunks) : 'tooLarge';
}

function plainHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return headers;
}
