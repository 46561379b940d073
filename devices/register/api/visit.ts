import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../../src/port/log.js';
import { type Problem, problemBody } from './problem.js';

/** One request, and the one answer that it gets. */
export class Visit {
  readonly request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #log: Log;
  #ended = false;

  constructor(request: IncomingMessage, response: ServerResponse, log: Log) {
    this.request = request;
    this.#response = response;
    this.#log = log;
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    response.on('error', () => {});
  }

  /** Calls `run` when the other side has hung up before its answer. */
  onGone(run: () => void): void {
    this.#response.on('close', () => {
      if (!this.#ended) run();
    });
  }

  /** @returns true once all of it has left the process; false where the other side is gone. */
  say(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Promise<boolean> {
    const type = 'application/json';
    return this.send(status, Buffer.from(`${JSON.stringify(body)}\n`), { 'content-type': type, ...headers });
  }

  send(status: number, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<boolean> {
    const response = this.#response;
    if (this.#ended || response.destroyed) return Promise.resolve(false);
    this.#ended = true;
    return new Promise((resolve) => {
      // Who asked for the head alone has heard nothing.
      response.on('finish', () => resolve(this.request.method !== 'HEAD'));
      // After "finish" it changes nothing.
      response.on('close', () => resolve(false));
      response.writeHead(status, { 'content-length': body.length, ...headers });
      response.end(body);
    });
  }

  refuse(problem: Problem): Promise<boolean> {
    const { status, code, detail, headers } = problem;
    const { method, url } = this.request;
    this.#log.warn(
      () => `E${code} http <- ${method} ${JSON.stringify((url ?? '').slice(0, 80))}: ${status} ${detail}`,
    );
    // What is left of a body is not read: the connection ends with the answer.
    const ends = this.request.complete ? {} : { connection: 'close' };
    return this.say(status, problemBody(problem), {
      'content-type': 'application/problem+json',
      ...ends,
      ...headers,
    });
  }

  /** For a stream: the head has been sent, and the rest is the caller's. */
  stream(headers: Readonly<Record<string, string>>): ServerResponse {
    this.#ended = true;
    this.#response.writeHead(200, headers);
    this.#response.flushHeaders();
    return this.#response;
  }
}
