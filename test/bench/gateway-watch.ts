import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { nowMs } from './clock.js';
import type { Marks } from './marks.js';

interface Visit {
  readonly inMs: number;
  outMs: number;
}

interface Started {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
}

/**
 * The gateway's own time, taken where the gateway is: from the head of a request in its hands to the last byte of its
 * answer out of them. So all that the terminal's HTTP client does, connecting included, counts as the terminal's.
 */
export class GatewayWatch {
  readonly #visits: Visit[] = [];
  readonly #open = new Map<IncomingMessage, Visit>();

  /**
   * Watches the server of this process that listens at `port`. Marks `notification` and `status asked` when the head of one is
   * there, `notification answered` and `status answered` when the answer is out.
   */
  constructor(port: number, marks: Marks) {
    subscribe('http.server.request.start', (message) => {
      const { request, socket } = message as Started;
      if (socket.localPort !== port) return;
      const what = kindOf(request);
      if (what === 'status') marks.set('status asked');
      if (what === 'notification') marks.set('notification');
      else this.#open.set(request, { inMs: nowMs(), outMs: Number.POSITIVE_INFINITY });
    });
    subscribe('http.server.response.finish', (message) => {
      const { request, socket } = message as Started;
      const what = socket.localPort === port ? kindOf(request) : undefined;
      if (what !== undefined) marks.set(`${what} answered`);
      const visit = this.#open.get(request);
      this.#open.delete(request);
      if (visit !== undefined) this.#visits.push({ ...visit, outMs: nowMs() });
    });
  }

  /** Milliseconds between `fromMs` and `toMs` in which at least one request was with the gateway. */
  busyMs(fromMs: number, toMs: number): number {
    let sum = 0;
    let coveredMs = fromMs;
    const visits = [...this.#visits, ...this.#open.values()].sort((a, b) => a.inMs - b.inMs);
    for (const { inMs, outMs } of visits) {
      const begin = Math.max(inMs, coveredMs);
      const end = Math.min(outMs, toMs);
      if (end <= begin) continue;
      sum += end - begin;
      coveredMs = end;
    }
    return sum;
  }
}

function kindOf({ method, url }: IncomingMessage): 'notification' | 'status' | undefined {
  if (method === 'POST' && url === '/notify') return 'notification';
  return method === 'GET' && url?.endsWith('/status') ? 'status' : undefined;
}
