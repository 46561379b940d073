import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { FAULT } from '../../src/core/fault/table.js';
import { CallerLog } from './caller-log.js';
import type { Caller, Callers, CallersEvent } from './callers.js';
import {
  allowedHosts,
  type HostRefusal,
  hostRefusal,
  httpServer,
  quoted,
  secureContext,
  type TlsPair,
} from './http-server.js';
import { Listening } from './listening.js';
import { type Carriage, SocketCaller } from './socket-caller.js';
import type { Tools } from './tools.js';

export interface WebSocketCallersOptions extends Pick<Tools, 'timers' | 'log'> {
  /** A loopback address, unless whoever calls is known by `admit`: every program that reaches it can ask for sales. */
  readonly host: string;
  /** 0 lets the system choose; see {@link WebSocketCallers.port}. */
  readonly port: number;
  /** What a plain GET gets, by path. */
  readonly documents: ReadonlyMap<string, Document>;
  /** Whoever else answers requests here. @returns false for those that it leaves alone */
  readonly serve: (request: IncomingMessage, response: ServerResponse, refusal?: HostRefusal) => boolean;
  /** Who calls; by default anybody of this machine. */
  readonly admit?: (request: IncomingMessage) => { program: Caller['program'] } | { refusal: HostRefusal };
  readonly tls?: TlsPair;
  /** Whether `Host` has to be one of this machine's own; where a token is needed, no other name helps a stranger. */
  readonly anyHost?: boolean;
}

export interface Document {
  readonly type: string;
  readonly body: Uint8Array;
}

const MOST_CALLERS = 8;
const LONGEST_BYTES = 16_384;
/** How often a caller is asked whether it is still there. One that was silent since is dropped. */
const PING_MS = 15_000;
/** RFC 6455, section 7.4.1. */
const CLOSE = { goingAway: 1001, unsupportedData: 1003 } as const;
/** Handshakes under way and plain GETs are connections as well. */
const MOST_CONNECTIONS = 64;
const LINE_FEED = 0x0a;

/**
 * Programs of this machine over a WebSocket at `/`; each message is handed on as one line. Pages of other sites are kept
 * out by their Origin, and by the Host under which they reached us.
 */
export class WebSocketCallers implements Callers {
  readonly name: string;
  readonly #options: WebSocketCallersOptions;
  readonly #listening: Listening;
  readonly #log: CallerLog;
  readonly #callers = new Set<SocketCaller>();
  readonly #handshakes: WebSocketServer;
  #allowed: ReadonlySet<string> = new Set();
  #server: Server | undefined;
  #tls: TlsPair | undefined;
  #on: ((event: CallersEvent) => void) | undefined;

  constructor(options: WebSocketCallersOptions) {
    this.#options = options;
    this.#tls = options.tls;
    this.name = `ws ${options.host}:${options.port}`;
    this.#log = new CallerLog({ ...options, name: this.name });
    this.#handshakes = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: LONGEST_BYTES,
    });
    this.#listening = new Listening({
      ...options,
      ...{ name: this.name, strangers: this.#log.strangers },
      make: () => this.#make(),
      listens: (port) => {
        this.#allowed = allowedHosts(options.host, port, []);
        this.#on?.({ kind: 'absent', cause: 'absent', why: 'no program has connected yet' });
      },
      cannot: (cause, why) => this.#on?.({ kind: 'absent', cause, why }),
    });
  }

  port(): number | undefined {
    return this.#listening.port();
  }

  start(on: (event: CallersEvent) => void): void {
    this.#on = on;
    this.#listening.start();
  }

  /** From the next handshake on; who is connected stays. */
  renew(tls: TlsPair): void {
    this.#tls = tls;
    if (this.#server instanceof TlsServer) this.#server.setSecureContext(secureContext(tls));
  }

  async stop(): Promise<void> {
    this.#on = undefined;
    for (const caller of [...this.#callers]) caller.end('the terminal stops', CLOSE.goingAway);
    const stopped = this.#listening.stop();
    this.#server?.closeAllConnections();
    await stopped;
    this.#log.stop();
  }

  #make(): Server {
    const server = httpServer({
      ...{ most: MOST_CONNECTIONS, tls: this.#tls },
      full: (address) =>
        this.#log.strangers.warn(
          () =>
            `E${FAULT.apiTurnedAway} ${this.name} ${MOST_CONNECTIONS} connections: an idle one of ${address} ends for another`,
        ),
      upgrade: (request, socket, head) => this.#upgrade(request, socket, head),
    });
    // A handshake that fails is somebody who speaks no TLS, or does not trust our certificate.
    server.on('tlsClientError', (error: Error) =>
      this.#log.strangers.warn(() => `E${FAULT.apiTurnedAway} ${this.name} no TLS: ${error.message}`),
    );
    server.on('request', (request, response) => this.#document(request, response));
    this.#server = server;
    return server;
  }

  #document(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#stranger(request);
    if (this.#options.serve(request, response, refusal)) return;
    const found = request.method === 'GET' ? this.#options.documents.get(request.url ?? '') : undefined;
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    response.setHeader('connection', 'close');
    if (refusal === undefined && found !== undefined) {
      response.writeHead(200, { 'content-type': found.type, 'content-length': found.body.length });
      response.end(found.body);
      return;
    }
    // Section 4.4: what is wanted instead.
    const { status, why } = refusal ?? { status: 426, why: 'no WebSocket handshake' };
    this.#refused(request, status, why);
    response.writeHead(status, status === 426 ? { upgrade: 'websocket' } : {});
    response.end();
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const admitted = this.#options.admit?.(request) ?? { program: undefined };
    const refusal =
      this.#stranger(request) ??
      handshakeRefusal(request) ??
      ('refusal' in admitted ? admitted.refusal : undefined);
    const full = this.#callers.size >= MOST_CALLERS;
    if (refusal !== undefined || full || this.#on === undefined) {
      const { status, why } = refusal ?? {
        status: 429,
        why: `${this.#callers.size} programs are connected already`,
      };
      this.#refused(request, status, why);
      socket.on('error', () => {});
      socket.end(refusalHead(status), () => socket.destroy());
      return;
    }
    const program = 'program' in admitted ? admitted.program : undefined;
    this.#handshakes.handleUpgrade(request, socket, head, (web) =>
      this.#accept(request, socket, web, program),
    );
  }

  #stranger(request: IncomingMessage): HostRefusal | undefined {
    const foreign = this.#options.anyHost === true ? undefined : hostRefusal(request.headers, this.#allowed);
    return foreign ?? originRefusal(request);
  }

  #accept(request: IncomingMessage, socket: Socket, web: WebSocket, program: Caller['program']): void {
    const { timers } = this.#options;
    const caller = new SocketCaller({
      socket,
      carriage: carriageOf(web, socket),
      name: `ws ${request.socket.remotePort ?? 0}${program === undefined ? '' : ` ${program.name}`}`,
      ...(program === undefined ? {} : { program }),
      timers,
      ended: (gone, why) => this.#ended(gone, why),
    });
    // What breaks RFC 6455, or is too long: `ws` says so to the other side, with the number of the reason.
    web.on('error', (error) => {
      this.#log.callers.warn(`E${FAULT.apiNotWebSocket} ${this.name} ${caller.name}: ${error.message}`);
    });
    web.on('close', () => caller.end('it hung up'));
    if (this.#on === undefined) return caller.end('the terminal stops', CLOSE.goingAway);
    this.#callers.add(caller);
    this.#log.callers.info(`${this.name} ${caller.name} has connected${originOf(request)}`);
    this.#on({ kind: 'open', caller });
    web.on('message', (data, isBinary) => this.#message(caller, data, isBinary));
    this.#keepAsking(caller, web, socket);
  }

  #message(caller: SocketCaller, data: RawData, isBinary: boolean): void {
    if (caller.over) return;
    if (isBinary) {
      this.#log.callers.warn(`E${FAULT.apiNotWebSocket} ${this.name} ${caller.name}: binary, not text`);
      return caller.end('binary, not text', CLOSE.unsupportedData);
    }
    const text = Buffer.isBuffer(data)
      ? data
      : Buffer.concat([data].flat().map((part) => new Uint8Array(part)));
    const bytes = new Uint8Array(text.length + 1);
    bytes.set(text);
    // Line feeds within are white space in JSON; as they are, they would cut the message.
    for (let at = 0; at < text.length; at += 1) if (bytes[at] === LINE_FEED) bytes[at] = 0x20;
    bytes[text.length] = LINE_FEED;
    this.#on?.({ kind: 'bytes', caller, bytes });
  }

  /** A program that was killed leaves a connection behind that looks alive: it is asked, and dropped when it is silent. */
  #keepAsking(caller: SocketCaller, web: WebSocket, socket: Socket): void {
    let heard = true;
    const sign = (): void => {
      heard = true;
    };
    web.on('message', sign);
    web.on('pong', sign);
    web.on('ping', sign);
    const ask = (): void => {
      if (caller.over) return;
      if (!heard) return caller.end('it does not answer a ping');
      heard = false;
      web.ping();
      cancel = this.#options.timers.after(PING_MS, ask);
    };
    let cancel = this.#options.timers.after(PING_MS, ask);
    socket.on('close', () => cancel());
  }

  #ended(caller: SocketCaller, why: string): void {
    if (!this.#callers.delete(caller) || this.#on === undefined) return;
    this.#log.callers.info(`${this.name} ${caller.name} gone: ${why}`);
    this.#on({ kind: 'closed', caller, cause: 'lost', why });
  }

  #refused(request: IncomingMessage, status: number, why: string): void {
    this.#log.strangers.warn(
      () =>
        `E${FAULT.apiTurnedAway} ${this.name} <- ${request.method} ${quoted(request.url ?? '')} refused with ${status}: ${why}`,
    );
  }
}

/**
 * Every page that a browser shows can open a WebSocket to this machine; the browser says whose page it is. Pages of this
 * machine and programs without a browser may come in.
 */
function originRefusal({ headers }: IncomingMessage): HostRefusal | undefined {
  const { origin } = headers;
  // A picture or a script of another site's page has no Origin.
  if (origin === undefined && headers['sec-fetch-site'] === 'cross-site')
    return { status: 403, why: "it is of another site's page" };
  if (origin === undefined || /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(origin))
    return undefined;
  return { status: 403, why: `Origin ${quoted(origin)} is none of this machine` };
}

/** RFC 6455, section 4.2.1. */
function handshakeRefusal({ headers, method, url }: IncomingMessage): HostRefusal | undefined {
  if (method !== 'GET' || url !== '/') return { status: 400, why: 'the WebSocket is at /' };
  if (headers.upgrade?.toLowerCase() !== 'websocket')
    return { status: 400, why: `Upgrade ${quoted(headers.upgrade ?? '')}` };
  if (headers['sec-websocket-version'] !== '13') return { status: 426, why: 'not version 13' };
  if (!/^[A-Za-z0-9+/]{22}==$/.test(headers['sec-websocket-key'] ?? ''))
    return { status: 400, why: 'no key' };
  return undefined;
}

function refusalHead(status: number): string {
  const version = status === 426 ? 'Sec-WebSocket-Version: 13\r\n' : '';
  return `HTTP/1.1 ${status} Refused\r\n${version}Connection: close\r\nContent-Length: 0\r\n\r\n`;
}

function originOf({ headers: { origin } }: IncomingMessage): string {
  return origin === undefined ? '' : ` from a page of ${quoted(origin)}`;
}

function carriageOf(web: WebSocket, socket: Socket): Carriage {
  return {
    unsent: () => web.bufferedAmount + socket.writableLength,
    // One message a frame: the end of the line is the end of the frame.
    write: (bytes, done) =>
      web.send(bytes.at(-1) === LINE_FEED ? bytes.subarray(0, -1) : bytes, { binary: false }, done),
    drop: () => web.terminate(),
    // RFC 6455, section 7.1.1: the server ends the connection, also of a client that does not close in turn.
    close: (code, why) => {
      web.close(code, why);
      socket.end(() => socket.destroy());
    },
  };
}
