import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { unzipSync } from 'node:zlib';
import { type Fault, messageOf, temporary, unanswered } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import type { Network } from '../bounds/network.js';
import { FAULT } from '../core/fault/table.js';
import type { Timers } from '../port/clock.js';
import { boundedLine } from './faults.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An HTTP answer read to its end. */
export interface HttpAnswer {
  readonly status: number;
  /** Media type in lower case without parameters; empty when there was none. */
  readonly contentType: string;
  /** `Content-Type` as it came, for passing on. */
  readonly wireContentType: string;
  /** `Date` in milliseconds since 1970. */
  readonly dateMs?: number;
  /** `Age`: how long ago it was made that the answer says. */
  readonly ageMs?: number;
  /** `Location` of a redirection. */
  readonly location?: string;
  /** Decompressed. */
  readonly bytes: Uint8Array;
}

export interface Bounds {
  /** From the first step of connecting to the last byte of the body. */
  readonly timeoutMs: number;
  /** Largest body that is read, in bytes after decompression. */
  readonly limitBytes: number;
}

/**
 * One request, one answer, within bounds. Redirections are answers here: a credential never follows one, and a POST
 * would become a GET. Nothing is sent twice: only the core knows whether that is safe.
 * @returns FAULT.gatewayUnreachable, FAULT.proxyRefuses, FAULT.gatewayCertificate, FAULT.clockWrong when the request cannot have left;
 *   FAULT.gatewayTimedOut, FAULT.answerLost when its fate is unknown; FAULT.answerUnreadable when it is too large;
 *   FAULT.requestNotFormed when it was never sent.
 */
export type HttpTransport = (request: HttpRequest, bounds: Bounds) => Promise<Result<HttpAnswer, Fault>>;

/**
 * By Node's own client, over connections that are kept for a while. Not by `fetch`: that brings an HTTP client of its own
 * with a parser in WebAssembly, 20 ms of a start and some MiB for as long as the process lives.
 */
export function httpTransport(timers: Timers, network?: Network): HttpTransport {
  const kept = { keepAlive: true, timeout: IDLE_MS };
  const agents = new Map<boolean, HttpAgent>();
  const agentFor = (isTls: boolean): HttpAgent => {
    const made = (): HttpAgent => (isTls ? (network?.agent ?? new HttpsAgent(kept)) : new HttpAgent(kept));
    const agent = agents.get(isTls) ?? made();
    agents.set(isTls, agent);
    return agent;
  };
  return (request, bounds) =>
    new Promise((resolve) => {
      const call = new Call(request, bounds.limitBytes, agentFor);
      const end = (outcome: Result<HttpAnswer, Fault>): void => {
        for (const disarm of armed) disarm();
        resolve(outcome);
        call.abandon();
      };
      call.answer.then(
        (answer) => end(ok(answer)),
        (thrown: unknown) => end(err(requestFault(thrown))),
      );
      // The bounds do not rest on what the client does when it is told to stop (law 14).
      const within = (ms: number): (() => void) =>
        timers.after(ms, () => {
          if (!call.isConnected)
            end(err(temporary(FAULT.gatewayUnreachable, `no connection within ${ms} ms`)));
          else if (ms === bounds.timeoutMs)
            end(err(unanswered(FAULT.gatewayTimedOut, `no answer within ${ms} ms`)));
        });
      const armed = [...new Set([Math.min(CONNECT_MS, bounds.timeoutMs), bounds.timeoutMs])].map(within);
    });
}

/** Servers close what is idle after 5 s and more; a request sent over a line just closed would be lost. */
const IDLE_MS = 4_000;
/** Nobody who has not been reached by then is reached. */
const CONNECT_MS = 10_000;

type AgentFor = (isTls: boolean) => HttpAgent;

/** Too much body. Thrown while reading, caught by {@link requestFault}. */
class TooLarge extends Error {
  override name = 'TooLarge';
}

/** Thrown before anything is sent, caught by {@link requestFault}. */
class NotFormed extends Error {
  override name = 'NotFormed';
}

/** One request under way. */
class Call {
  /** False for certain until the line, TLS included, stands: nothing of the request has left. */
  isConnected = false;
  /** @throws TooLarge, NotFormed, and what Node's client throws */
  readonly answer: Promise<HttpAnswer>;
  #sent: ClientRequest | undefined;

  constructor(request: HttpRequest, limitBytes: number, agentFor: AgentFor) {
    this.answer = this.#send(request, agentFor).then((incoming) => readAnswer(incoming, limitBytes));
  }

  /** What may still come is of no interest. A line whose answer was read to its end stays. */
  abandon(): void {
    this.#sent?.destroy();
  }

  async #send({ method, url, headers, body }: HttpRequest, agentFor: AgentFor): Promise<IncomingMessage> {
    const isTls = url.startsWith('https:');
    const agent = agentFor(isTls);
    const sent = formed(() =>
      (isTls ? httpsRequest : httpRequest)(url, { method, agent, headers: { ...OURS, ...headers } }),
    );
    this.#sent = sent;
    sent.once('socket', (socket) => {
      if (sent.reusedSocket) this.isConnected = true;
      else
        socket.once(isTls ? 'secureConnect' : 'connect', () => {
          this.isConnected = true;
        });
    });
    return await new Promise((resolve, reject) => {
      // An error that comes after the answer finds the promise settled, and has been heard.
      sent.on('response', resolve).on('error', reject).end(body);
    });
  }
}

/** Our answers are small; some servers pack them all the same. */
const OURS = { 'Accept-Encoding': 'identity', 'User-Agent': 'gopay-pos' } as const;

/** In words of our own: another client's complaint about a header may quote the value, and one of them is the credential. */
function formed(make: () => ClientRequest): ClientRequest {
  try {
    return make();
  } catch {
    throw new NotFormed('a header of the request has a character that HTTP does not allow; it was not sent');
  }
}

async function readAnswer(incoming: IncomingMessage, limitBytes: number): Promise<HttpAnswer> {
  const { headers, statusCode = 0 } = incoming;
  const bytes = unpacked(await readWithin(incoming, limitBytes), headers['content-encoding'], limitBytes);
  const wireContentType = headers['content-type'] ?? '';
  const date = Date.parse(headers.date ?? '');
  const { location, age = '' } = headers;
  return {
    status: statusCode,
    contentType: mediaType(wireContentType),
    wireContentType,
    ...(Number.isNaN(date) ? {} : { dateMs: date }),
    ...(/^\d{1,6}$/.test(age) ? { ageMs: Number(age) * 1000 } : {}),
    ...(location === undefined ? {} : { location }),
    bytes,
  };
}

/** @throws TooLarge; what the stream throws when it ends before its end */
async function readWithin(incoming: IncomingMessage, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  // Leaving the loop closes the line.
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    total += chunk.byteLength;
    if (total > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @throws TooLarge; what zlib throws at bytes that are not what they are said to be */
function unpacked(bytes: Uint8Array, encoding: string | undefined, limitBytes: number): Uint8Array {
  if (bytes.length === 0 || !/^\s*(x-)?(gzip|deflate)\s*$/i.test(encoding ?? '')) return bytes;
  try {
    return unzipSync(bytes, { maxOutputLength: limitBytes });
  } catch (thrown) {
    throw (thrown as SystemError).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(limitBytes) : thrown;
  }
}

function tooLarge(limitBytes: number): TooLarge {
  return new TooLarge(`an answer of more than ${limitBytes} bytes`);
}

/** In lower case, without parameters; empty for an empty header. */
export function mediaType(header: string): string {
  return (header.split(';')[0] ?? '').trim().toLowerCase();
}

interface SystemError {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly errors?: unknown;
}

/** What a throw of the client says about the fate of the request. */
export function requestFault(thrown: unknown): Fault {
  if (thrown instanceof TooLarge) return unanswered(FAULT.answerUnreadable, thrown.message);
  if (thrown instanceof NotFormed) return temporary(FAULT.requestNotFormed, thrown.message);
  const error = (thrown ?? {}) as SystemError;
  const code = typeof error.code === 'string' ? `${error.code} ` : '';
  const detail = boundedLine(`${code}${messageOf(thrown)}`);
  if (error.code === 'EPROXY') return temporary(FAULT.proxyRefuses, boundedLine(messageOf(thrown)));
  // A box at the time of its last shutdown, or of 1970, finds every certificate to be of the future.
  if (error.code === 'CERT_NOT_YET_VALID') return temporary(FAULT.clockWrong, detail);
  if (isCertificate(error)) return temporary(FAULT.gatewayCertificate, detail);
  if (neverConnected(error)) return temporary(FAULT.gatewayUnreachable, detail);
  return unanswered(FAULT.answerLost, detail);
}

/** Node's codes for a certificate that was not accepted; the request is written only after that check. */
function isCertificate({ code }: SystemError): boolean {
  return typeof code === 'string' && /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT)/.test(code);
}

/**
 * True only where no connection was made. The same number (EHOSTUNREACH, ETIMEDOUT) may also end a connection that
 * has carried the request, so the system call decides and not the number.
 */
function neverConnected({ errors, syscall }: SystemError): boolean {
  if (Array.isArray(errors) && errors.length > 0)
    return errors.every((one) => neverConnected((one ?? {}) as SystemError));
  return syscall === 'connect' || syscall === 'getaddrinfo';
}
