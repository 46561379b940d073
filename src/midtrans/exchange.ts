import { type Fault, messageOf, temporary, unanswered } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import type { Timers } from '../port/clock.js';
import { boundedLine } from './faults.js';

export type Fetch = typeof globalThis.fetch;

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
 * One request, one answer, within bounds. Redirections are answers here: a credential never follows one, and fetch
 * would turn a redirected POST into a GET. Nothing is sent twice: only the core knows whether that is safe.
 * @returns FAULT.gatewayUnreachable, FAULT.gatewayCertificate when the request cannot have left;
 *   FAULT.gatewayTimedOut, FAULT.answerLost when its fate is unknown; FAULT.answerUnreadable when it is too large;
 *   FAULT.requestNotFormed when it was never sent.
 */
export type HttpTransport = (request: HttpRequest, bounds: Bounds) => Promise<Result<HttpAnswer, Fault>>;

/** By fetch; without one by Node's own, whose agent keeps connections alive. */
export function httpTransport(fetch: Fetch | undefined, timers: Timers): HttpTransport {
  const means: Means = { fetch: fetch ?? ((...args) => globalThis.fetch(...args)), timers };
  return (request, bounds) => exchange(request, bounds, means);
}

interface Means {
  readonly fetch: Fetch;
  readonly timers: Timers;
}

/** Too much body. Thrown while reading, caught by {@link exchange}. */
class TooLarge extends Error {
  override name = 'TooLarge';
}

/** Thrown before anything is sent, caught by {@link exchange}. */
class NotFormed extends Error {
  override name = 'NotFormed';
}

async function exchange(
  request: HttpRequest,
  bounds: Bounds,
  means: Means,
): Promise<Result<HttpAnswer, Fault>> {
  const controller = new AbortController();
  let disarm: () => void = () => undefined;
  const timeout = new Promise<Result<HttpAnswer, Fault>>((resolve) => {
    disarm = means.timers.after(bounds.timeoutMs, () => {
      resolve(err(unanswered(FAULT.gatewayTimedOut, `no answer within ${bounds.timeoutMs} ms`)));
      controller.abort();
    });
  });
  const work = perform(request, bounds.limitBytes, means.fetch, controller.signal).then(
    (answer) => ok(answer),
    (thrown: unknown) => err(fetchFault(thrown)),
  );
  try {
    // A fetch that overlooked its signal would hold a sale for ever, so the bound does not rest on it (law 14).
    return await Promise.race([work, timeout]);
  } finally {
    disarm();
  }
}

async function perform(
  request: HttpRequest,
  limitBytes: number,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const response = await fetch(request.url, {
    method: request.method,
    headers: formHeaders(request.headers),
    ...(request.body === undefined ? {} : { body: request.body }),
    redirect: 'manual',
    signal,
  });
  const bytes = await readWithin(response, limitBytes);
  const wireContentType = response.headers.get('content-type') ?? '';
  const date = Date.parse(response.headers.get('date') ?? '');
  const location = response.headers.get('location');
  return {
    status: response.status,
    contentType: mediaType(wireContentType),
    wireContentType,
    ...(Number.isNaN(date) ? {} : { dateMs: date }),
    ...(location === null ? {} : { location }),
    bytes,
  };
}

/** In lower case, without parameters; empty for an empty header. */
export function mediaType(header: string): string {
  return (header.split(';')[0] ?? '').trim().toLowerCase();
}

/** Apart from fetch, because its complaint about a header quotes the value, and one of them is the credential. */
function formHeaders(headers: Readonly<Record<string, string>>): Headers {
  try {
    return new Headers({ ...headers });
  } catch {
    throw new NotFormed('a header of the request has a character that HTTP does not allow; it was not sent');
  }
}

async function readWithin(response: Response, limitBytes: number): Promise<Uint8Array> {
  if (!response.body) return new Uint8Array();
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    total += value.byteLength;
    if (total > limitBytes) {
      await reader.cancel();
      throw new TooLarge(`an answer of more than ${limitBytes} bytes`);
    }
    chunks.push(value);
  }
}

interface SystemError {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly errors?: unknown;
  readonly cause?: unknown;
}

/** What a throw of fetch says about the fate of the request. */
export function fetchFault(thrown: unknown): Fault {
  if (thrown instanceof TooLarge) return unanswered(FAULT.answerUnreadable, thrown.message);
  if (thrown instanceof NotFormed) return temporary(FAULT.requestNotFormed, thrown.message);
  const error = (thrown ?? {}) as SystemError;
  const cause = (error.cause ?? thrown ?? {}) as SystemError;
  const code = typeof cause.code === 'string' ? `${cause.code} ` : '';
  const detail = boundedLine(`${code}${messageOf(error.cause ?? thrown)}`);
  if (isCertificate(cause)) return temporary(FAULT.gatewayCertificate, detail);
  if (neverConnected(cause)) return temporary(FAULT.gatewayUnreachable, detail);
  return unanswered(FAULT.answerLost, detail);
}

/** Node's codes for a certificate that was not accepted; the request is written only after that check. */
function isCertificate(cause: SystemError): boolean {
  return (
    typeof cause.code === 'string' &&
    /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT)/.test(cause.code)
  );
}

/**
 * True only where no connection was made. The same number (EHOSTUNREACH, ETIMEDOUT) may also end a connection that
 * has carried the request, so the system call decides and not the number.
 */
function neverConnected(cause: SystemError): boolean {
  if (Array.isArray(cause.errors) && cause.errors.length > 0)
    return cause.errors.every((one) => neverConnected((one ?? {}) as SystemError));
  return (
    cause.syscall === 'connect' || cause.syscall === 'getaddrinfo' || cause.code === 'UND_ERR_CONNECT_TIMEOUT'
  );
}
