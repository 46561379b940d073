import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { ConnectionRoom } from '../../src/bounds/connection-room.js';

/** A certificate with its chain, and its key, in PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

export interface HttpServerOptions {
  /** Connections; see {@link ConnectionRoom}. */
  readonly most: number;
  readonly tls?: TlsPair | undefined;
  /** Is told whose connection ends for another one. */
  readonly full?: (address: string) => void;
  readonly upgrade?: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
}

/** For every client that reaches the port: small heads, no slow requests, and never more than so many connections. */
export function httpServer({ most, tls, full, upgrade }: HttpServerOptions): Server {
  const bounds = {
    maxHeaderSize: 8192,
    headersTimeout: 10_000,
    requestTimeout: 10_000,
    // Node looks every 30 s by itself.
    connectionsCheckingInterval: 1_000,
  };
  const server =
    tls === undefined
      ? createServer(bounds)
      : createTlsServer({ ...bounds, ...secureContext(tls), handshakeTimeout: 10_000 });
  const room = new ConnectionRoom(server, most, full);
  if (upgrade !== undefined)
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      room.upgraded(socket);
      upgrade(request, socket, head);
    });
  return server;
}

/** What a handshake goes by. */
export function secureContext(tls: TlsPair): SecureContextOptions {
  return { ...tls, minVersion: 'TLSv1.2' };
}

/** An HTTP answer of refusal; `why` is for the log. */
export interface HostRefusal {
  readonly status: 400 | 401 | 403 | 409 | 413 | 415 | 421 | 426 | 429;
  readonly why: string;
}

/**
 * The `Host` values under which this server answers. Any other name that resolves to this machine is an attacker's
 * (DNS rebinding: the browser would take the attacker's page and this server for one origin).
 * @param names further host names or addresses, without port.
 */
export function allowedHosts(host: string, port: number, names: readonly string[]): ReadonlySet<string> {
  const loopback = /^(127\.\d+\.\d+\.\d+|localhost|::1)$/.test(host) ? ['127.0.0.1', 'localhost', '::1'] : [];
  const bound = host === '0.0.0.0' || host === '::' ? ['127.0.0.1', 'localhost', '::1'] : [host];
  const hosts = new Set<string>();
  for (const name of [...loopback, ...bound, ...names]) {
    const bracketed = name.includes(':') ? `[${name.toLowerCase()}]` : name.toLowerCase();
    hosts.add(`${bracketed}:${port}`);
    // Browsers leave out the port of the scheme.
    if (port === 80) hosts.add(bracketed);
  }
  return hosts;
}

/** For every request. */
export function hostRefusal(
  headers: IncomingHttpHeaders,
  allowed: ReadonlySet<string>,
): HostRefusal | undefined {
  const host = headers.host?.toLowerCase() ?? '';
  return allowed.has(host) ? undefined : { status: 421, why: `Host ${quoted(host)} is none of ours` };
}

type RequestBody = { readonly text: string } | { readonly refusal: HostRefusal };

/** Calls `done` once, with the whole body or a refusal; never when the sender goes away before. */
export function readBody(request: IncomingMessage, most: number, done: (body: RequestBody) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const take = (chunk: Buffer): void => {
    length += chunk.length;
    if (length <= most) {
      chunks.push(chunk);
      return;
    }
    request.off('data', take);
    request.off('end', finish);
    done({ refusal: { status: 413, why: `a body of more than ${most} bytes` } });
  };
  const finish = (): void => done({ text: Buffer.concat(chunks).toString('utf8') });
  request.on('data', take);
  request.on('end', finish);
  // A reset connection: there is no connection to answer on, and nothing was taken.
  request.on('error', () => {});
}

/** Text from outside in a log line: short, and on one line. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
