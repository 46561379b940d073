import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, connect as tlsConnect } from 'node:tls';
import { Failure, messageOf, refused } from '../base/fault.js';
import type { Network } from '../bounds/network.js';
import { FAULT } from '../core/fault/table.js';
import { namedIn } from './no-proxy.js';

/** A proxy that speaks HTTP and knows CONNECT. */
export interface ProxyPlace {
  readonly host: string;
  readonly port: number;
  /** `Proxy-Authorization`, for one that wants to know who comes. Never logged. */
  readonly authorization: string | undefined;
}

export interface NetworkOptions {
  readonly proxy: ProxyPlace | undefined;
  readonly noProxy: readonly string[];
  /** Certificates (PEM) of authorities to trust beside the system's. */
  readonly caFile: string | undefined;
}

/** Idle connections are closed before the servers do it, as those of the exchange. */
const KEPT = { keepAlive: true, timeout: 4_000 } as const;
/** For the proxy to reach the other end. */
const CONNECT_MS = 10_000;

/** @throws Failure FAULT.caFileUnusable */
export function makeNetwork({ proxy, noProxy, caFile }: NetworkOptions): Network {
  const trust = caFile === undefined ? undefined : trusting(caFile);
  const isStraight = proxy === undefined ? () => true : namedIn(noProxy);
  const agent = new NetworkAgent(trust, (host, port) => (isStraight(host, port) ? undefined : proxy));
  const proxyFor = (text: string): string | undefined => {
    const { hostname, port, protocol } = new URL(text);
    if (proxy === undefined || (protocol !== 'https:' && protocol !== 'wss:')) return undefined;
    return isStraight(hostname, Number(port) || 443) ? undefined : nameOf(proxy);
  };
  return { agent, trust, proxyFor };
}

/** `[user[:password]@]host[:port]` of an `http://` address; undefined for anything else. */
export function proxyPlace(text: string): ProxyPlace | undefined {
  const whole = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url?.protocol !== 'http:' || url.hostname === '') return undefined;
  const { username, password } = url;
  return {
    host: url.hostname.replace(/[[\]]/g, ''),
    port: Number(url.port) || 80,
    authorization: username === '' ? undefined : proxyAuthorization(unescaped(username), unescaped(password)),
  };
}

export function proxyAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** A sign of percent that begins no escape means itself. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The system's authorities and those of the file, as NODE_EXTRA_CA_CERTS has it for a process that has an environment. Made
 * once: a context that is made for each connection reads every authority again.
 */
function trusting(caFile: string): SecureContext {
  try {
    const pem = readFileSync(caFile, 'utf8');
    const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
    if (blocks.length === 0) throw new Error('no certificate in PEM in it');
    const trust = createSecureContext({ minVersion: 'TLSv1.2' });
    for (const block of blocks) trust.context.addCACert(new X509Certificate(block).toString());
    return trust;
  } catch (thrown) {
    throw new Failure(refused(FAULT.caFileUnusable, `${caFile}: ${messageOf(thrown)}`));
  }
}

type Done = (error: Error | null, socket?: Duplex) => void;

/** Node 20's own agents know no proxy. */
class NetworkAgent extends Agent {
  readonly #proxyOf: (host: string, port: number) => ProxyPlace | undefined;

  constructor(
    trust: SecureContext | undefined,
    proxyOf: (host: string, port: number) => ProxyPlace | undefined,
  ) {
    super({ ...KEPT, ...(trust === undefined ? {} : { secureContext: trust }) });
    this.#proxyOf = proxyOf;
  }

  override createConnection(given: RequestOptions, done: Done): Duplex | null | undefined {
    // Whoever names authorities of his own trusts those alone.
    const options = given.ca === undefined ? given : { ...given, secureContext: undefined };
    const host = options.host ?? 'localhost';
    const port = Number(options.port) || 443;
    const proxy = this.#proxyOf(host, port);
    if (proxy === undefined) return super.createConnection(options, done as never);
    tunnel(proxy, host, port, (error, socket) => {
      if (socket === undefined) done(error);
      else done(null, tlsConnect({ ...(options as object), socket }));
    });
    return undefined;
  }
}

/** What keeps us from a line through the proxy: nothing of the request has left. */
class ProxyRefusal extends Error {
  override name = 'ProxyRefusal';
  readonly code = 'EPROXY';
}

/** CONNECT (RFC 9110, 9.3.6): after 2xx what follows is the other end's. */
function tunnel(
  proxy: ProxyPlace,
  host: string,
  port: number,
  done: (error: Error | null, socket?: Duplex) => void,
): void {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const { authorization } = proxy;
  const fail = (why: string): void => done(new ProxyRefusal(`the proxy ${nameOf(proxy)} ${why}`));
  const asked = httpRequest({
    ...{ host: proxy.host, port: proxy.port, method: 'CONNECT', path: target, agent: false },
    timeout: CONNECT_MS,
    headers: {
      Host: target,
      ...(authorization === undefined ? {} : { 'Proxy-Authorization': authorization }),
    },
  });
  asked.once('connect', ({ statusCode = 0 }, socket, head) => {
    socket.setTimeout(0);
    // Who speaks before we do speaks no TLS.
    const isOpen = statusCode >= 200 && statusCode < 300 && head.length === 0;
    if (isOpen) return done(null, socket);
    socket.destroy();
    fail(statusCode === 407 ? 'wants a name and password (HTTP 407)' : `answers HTTP ${statusCode}`);
  });
  asked.once('timeout', () => asked.destroy(new Error(`gave no answer within ${CONNECT_MS / 1000} s`)));
  asked.once('error', (error) => fail(`is not reached: ${messageOf(error)}`));
  asked.end();
}

function nameOf({ host, port }: ProxyPlace): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
