import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Callers, CallersEvent } from '../../../devices/kit/callers.js';
import { HttpDoor } from '../../../devices/register/api/http-door.js';
import type { Admitted } from '../../../devices/register/api/programs.js';
import type { Chance } from '../chance.js';
import { unheard } from '../devices.js';
import type { VirtualTime } from '../time.js';
import type { ProcessParts } from './source.js';

const HOP_MS = 5;

export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A request as Node hands it on, whole. */
class Incoming extends EventEmitter {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  complete = false;
  readonly #body: string;

  constructor(method: string, url: string, body: string, headers: Readonly<Record<string, string>>) {
    super();
    this.method = method;
    this.url = url;
    this.#body = body;
    this.headers = { 'content-type': 'application/json', ...headers };
  }

  arrive(): void {
    this.complete = true;
    if (this.#body !== '') this.emit('data', Buffer.from(this.#body));
    this.emit('end');
  }
}

/** Its answer, as far as the door uses it. */
class Outgoing extends EventEmitter {
  destroyed = false;
  readonly writableLength = 0;
  #status = 0;
  readonly #wire: Wired;

  constructor(wire: Wired) {
    super();
    this.#wire = wire;
  }

  setHeader(): void {}
  flushHeaders(): void {}

  writeHead(status: number): void {
    this.#status = status;
  }

  write(text: string): boolean {
    this.#wire.part(this, text);
    return true;
  }

  end(body: Uint8Array): void {
    this.#wire.whole(this, this.#status, Buffer.from(body).toString());
  }

  /** Either side has hung up. */
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
  }
}

interface Wired {
  part(response: Outgoing, text: string): void;
  whole(response: Outgoing, status: number, text: string): void;
}

export interface HttpHostParts extends Pick<ProcessParts, 'alive' | 'act' | 'clock' | 'timers' | 'log'> {
  /** A message of the JSON protocol is handed to whoever waits for it. */
  readonly written: (program: string, bytes: Uint8Array) => void;
}

/** The terminal's end, one a process: the door without its sockets. */
export class HttpHost implements Callers {
  readonly name = 'api';
  readonly #parts: HttpHostParts;
  readonly #door: HttpDoor;
  readonly #wires: readonly HttpWire[];

  constructor(wires: readonly HttpWire[], parts: HttpHostParts) {
    this.#parts = parts;
    this.#wires = wires;
    this.#door = new HttpDoor(parts);
  }

  start(on: (event: CallersEvent) => void): void {
    this.#door.start((event) => {
      if (event.kind === 'open') this.#watch(event.caller);
      on(event);
    });
    this.#parts.timers.after(10, () => {
      for (const wire of this.#wires) wire.listens(this);
    });
  }

  /** What leaves is looked at, and the power may go in the middle of it. */
  #watch(caller: Extract<CallersEvent, { kind: 'open' }>['caller']): void {
    const { alive, act, written } = this.#parts;
    const write = caller.write.bind(caller);
    caller.write = (bytes) => {
      act('an answer over HTTP');
      if (!alive()) return new Promise(() => undefined);
      written(caller.program?.name ?? '', bytes);
      return write(bytes);
    };
  }

  get alive(): boolean {
    return this.#parts.alive();
  }

  serve(request: Incoming, response: Outgoing, admitted: Admitted): void {
    if (!this.alive) return;
    unheard(() => {
      const served = this.#door.serve(
        request as unknown as IncomingMessage,
        response as unknown as ServerResponse,
        admitted,
        undefined,
      );
      if (!served) throw new Error(`no path of the door: ${request.url}`);
      request.arrive();
    });
  }

  tell(run: () => void): void {
    if (this.alive) unheard(run);
  }

  async stop(): Promise<void> {
    this.#door.stop();
  }
}

export interface HttpWireParts {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly admitted: Admitted;
}

/** The way from one program to the terminal: requests and answers are lost on it, late, or come twice. */
export class HttpWire implements Wired {
  readonly #parts: HttpWireParts;
  #host: HttpHost | undefined;
  readonly #open = new Map<
    Outgoing,
    { hear: (reply: Reply) => void; host: HttpHost; part: (text: string) => void }
  >();
  /** A process listens where one before it did. */
  through: () => void = () => undefined;

  constructor(parts: HttpWireParts) {
    this.#parts = parts;
  }

  listens(host: HttpHost): void {
    this.#host = host;
    this.#open.clear();
    this.through();
  }

  /** @returns hangs up */
  ask(method: string, path: string, body: object | undefined, hear: (reply: Reply) => void): () => void {
    const { chance } = this.#parts;
    const text = body === undefined ? '' : JSON.stringify(body);
    const hangsUp: (() => void)[] = [];
    const sends = chance.now('httpDoubled') ? 2 : 1;
    for (let nth = 0; nth < sends; nth += 1)
      if (!chance.now('httpRequestLost'))
        hangsUp.push(
          this.#send(new Incoming(method, path, text, {}), { hear, part: none }, HOP_MS * (1 + 40 * nth)),
        );
    return () => {
      for (const end of hangsUp) end();
    };
  }

  /** Server-sent events, as they come. @returns hangs up */
  read(last: string | undefined, part: (text: string) => void): () => void {
    const headers = last === undefined ? {} : { 'last-event-id': last };
    return this.#send(new Incoming('GET', '/v1/events', '', headers), { hear: none, part }, HOP_MS);
  }

  #send(
    request: Incoming,
    way: { readonly hear: (reply: Reply) => void; readonly part: (text: string) => void },
    ms: number,
  ): () => void {
    const { time, admitted } = this.#parts;
    const response = new Outgoing(this);
    time.after(ms, () => {
      const host = this.#host;
      if (host === undefined || response.destroyed) return;
      this.#open.set(response, { ...way, host });
      host.serve(request, response, admitted);
    });
    return () => {
      const host = this.#open.get(response)?.host;
      this.#open.delete(response);
      if (host === undefined) response.destroyed = true;
      else host.tell(() => response.destroy());
    };
  }

  part(response: Outgoing, text: string): void {
    this.#later(response, (one) => one.part(text));
  }

  whole(response: Outgoing, status: number, text: string): void {
    const { time, chance } = this.#parts;
    const host = this.#open.get(response)?.host;
    const lost = chance.now('httpAnswerLost');
    if (!lost)
      this.#later(response, (one) => {
        this.#open.delete(response);
        one.hear({ status, body: text === '' ? {} : JSON.parse(text) });
      });
    // It has left the process, whatever becomes of it.
    time.after(1, () => host?.tell(() => response.emit('finish')));
  }

  #later(
    response: Outgoing,
    run: (one: { hear: (reply: Reply) => void; part: (text: string) => void }) => void,
  ): void {
    this.#parts.time.after(HOP_MS, () => {
      const one = this.#open.get(response);
      if (one !== undefined) run(one);
    });
  }
}

function none(): void {}
