import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Timers } from '../../port/clock.js';
import type { Post, PostAnswer } from '../notification/notification-sender.js';

/** Sends notifications over real sockets, one connection each. A certificate that no authority signed is refused. */
export class HttpPoster {
  private readonly timers: Timers;
  private readonly open = new Set<ClientRequest>();

  constructor(timers: Timers) {
    this.timers = timers;
  }

  send(post: Post): Promise<PostAnswer> {
    if (!/^https?:/.test(post.url) || !URL.canParse(post.url))
      return Promise.resolve({ kind: 'unreachable', detail: 'not an http address' });
    return new Promise((resolve) => {
      const url = new URL(post.url);
      const send = url.protocol === 'https:' ? requestHttps : requestHttp;
      const headers = { ...post.headers, 'Content-Length': String(Buffer.byteLength(post.body)) };
      const request = send(url, { method: 'POST', headers, agent: false });
      this.open.add(request);
      const finish = (answer: PostAnswer): void => {
        stopWaiting();
        this.open.delete(request);
        resolve(answer);
      };
      const stopWaiting = this.timers.after(post.timeoutMs, () => {
        finish({ kind: 'timeout' });
        request.destroy();
      });
      request.on('error', (error) => finish({ kind: 'unreachable', detail: error.message }));
      request.on('response', (response) => {
        const { location } = response.headers;
        finish({
          kind: 'status',
          httpStatus: response.statusCode ?? 0,
          ...(location !== undefined && { location }),
        });
        // The status is all that counts; the body is read so that the connection ends, and thrown away.
        response.on('error', () => request.destroy());
        response.resume();
      });
      request.end(post.body);
    });
  }

  /** Cuts what is under way; each comes back as unreachable. */
  close(): void {
    for (const request of this.open) request.destroy(new Error('the sandbox is closing'));
  }
}
