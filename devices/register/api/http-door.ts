import type { IncomingMessage, ServerResponse } from 'node:http';
import { BoundedLog } from '../../../src/bounds/bounded-log.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Caller, CallersEvent } from '../../kit/callers.js';
import { type HostRefusal, readBody } from '../../kit/http-server.js';
import { Rate } from '../../kit/rate.js';
import type { Tools } from '../../kit/tools.js';
import type { JsonAnswer } from '../json/answer.js';
import { FIELDS, short, shownJson } from '../json/field.js';
import { type JsonRequest, readRequest } from '../json/request.js';
import { EventStream } from './event-stream.js';
import { HttpCaller } from './http-caller.js';
import { malformed, type Problem, tooMany } from './problem.js';
import type { Admitted } from './programs.js';
import { qrFile } from './qr-file.js';
import { missing, outcomeOf, type SaleOrProblem } from './resource.js';
import { type Address, type DoorRoute, doorRouteOf } from './routes.js';
import { SaleRequest, type SaleRequestOptions } from './sale-request.js';
import { Visit } from './visit.js';

/** As a message of the JSON protocol. */
const LONGEST_BODY_BYTES = 16_384;
/** Requests of one program, as messages by its other doors; twice as many at once. */
const PER_SECOND = 10;
/** Of one program: others must find a connection as well. */
const MOST_WAITING = 16;
/** How long the answer to a new sale waits for the QR. */
const QR_WAIT_MS = 15_000;
const WAIT = { least: 0, most: 300 } as const;

/** What a page of this machine, at another port, may send: https://fetch.spec.whatwg.org/#http-cors-protocol. */
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type, last-event-id',
} as const;

/** Not asked of the terminal: it lies there. */
export const OPENAPI_PATH = '/v1/openapi.json';

export type HttpDoorOptions = Pick<Tools, 'clock' | 'timers' | 'log'>;

interface Asked {
  readonly visit: Visit;
  readonly caller: HttpCaller;
  readonly address: Address;
  readonly till: string | undefined;
  /** Absent: as long as it usually takes. */
  readonly waitMs: number | undefined;
}

/** The same requests as the JSON protocol's, over HTTP below /v1. */
export class HttpDoor {
  readonly #options: HttpDoorOptions;
  readonly #log: BoundedLog;
  readonly #callers = new Map<string, HttpCaller>();
  #asked = 0;
  #emit: ((event: CallersEvent) => void) | undefined;

  constructor(options: HttpDoorOptions) {
    this.#options = options;
    this.#log = new BoundedLog(options.log, options.timers, 'problems over HTTP');
  }

  start(emit: (event: CallersEvent) => void): void {
    this.#emit = emit;
  }

  stop(): void {
    this.#emit = undefined;
    for (const { events } of this.#callers.values()) events.end();
    this.#callers.clear();
    this.#log.stop();
  }

  /**
   * @param refusal why nobody may ask for anything at this address
   * @returns false for a path that is not ours
   */
  serve(
    request: IncomingMessage,
    response: ServerResponse,
    admitted: Admitted,
    refusal: HostRefusal | undefined,
  ): boolean {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    if (!path.startsWith('/v1/') || path === OPENAPI_PATH) return false;
    const visit = new Visit(request, response, this.#log);
    const { origin } = request.headers;
    if (origin !== undefined && refusal === undefined) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('vary', 'origin');
    }
    if (request.method === 'OPTIONS' && refusal === undefined) {
      const there = doorRouteOf('OPTIONS', path);
      const allow = Array.isArray(there) ? { allow: there.join(', ') } : {};
      void visit.send(204, new Uint8Array(), { ...allow, ...(origin === undefined ? {} : PREFLIGHT) });
      return true;
    }
    const problem =
      'refusal' in admitted && refusal === undefined
        ? unknownToken(admitted.refusal.why)
        : this.#visited(visit, path, query, 'program' in admitted ? admitted.program : undefined, refusal);
    if (problem !== undefined) void visit.refuse(problem);
    return true;
  }

  #visited(
    visit: Visit,
    path: string,
    query: string,
    program: Caller['program'],
    refusal: HostRefusal | undefined,
  ): Problem | undefined {
    if (refusal !== undefined)
      return { status: refusal.status, code: FAULT.apiTurnedAway, detail: refusal.why };
    const address = doorRouteOf(visit.request.method ?? '', path);
    if (address === undefined) return missing('no such path; /v1/openapi.json names them all');
    if (!('route' in address)) {
      const allow = address.join(', ');
      return { ...missing(`this path takes ${allow}`), status: 405, headers: { allow } };
    }
    const { route, ref } = address;
    if (program !== undefined && !program.rights.includes(route.right))
      return {
        status: 403,
        code: FAULT.apiNoRight,
        detail: `${program.name} lacks the right "${route.right}"; it has ${program.rights.join(', ')}`,
      };
    if (ref !== undefined && !FIELDS.ref.good(ref))
      return malformed({ field: 'ref', found: shownJson(ref), allowed: FIELDS.ref.allowed });
    const read = queryOf(query, route, program);
    if ('problem' in read) return read.problem;
    const caller = this.#caller(program);
    if (caller === undefined)
      return { status: 503, code: FAULT.registerLineLost, detail: 'the terminal stops' };
    if (!caller.rate.allows()) return tooMany('ten requests a second');
    if (caller.waiting >= MOST_WAITING) return tooMany(`${caller.waiting} requests wait already`);
    return this.#does({ visit, caller, address, till: read.till, waitMs: read.waitMs });
  }

  #caller(program: Caller['program']): HttpCaller | undefined {
    const { clock, timers } = this.#options;
    const emit = this.#emit;
    if (emit === undefined) return undefined;
    const name = program === undefined ? 'http' : `http ${program.name}`;
    const known = this.#callers.get(name);
    if (known !== undefined) return known;
    const caller = new HttpCaller({
      name,
      ...(program === undefined ? {} : { program }),
      events: new EventStream(timers, clock.wallMs().toString(36)),
      rate: new Rate(clock, 2 * PER_SECOND, PER_SECOND),
      ...{ emit, clock },
    });
    this.#callers.set(name, caller);
    emit({ kind: 'open', caller });
    return caller;
  }

  #does(asked: Asked): Problem | undefined {
    const { visit, caller } = asked;
    switch (asked.address.route.deed) {
      case 'sell':
        return this.#withBody(asked, 'charge', (named, request, text) => this.#sell(named, request, text));
      case 'look':
        return this.#begin(asked, { ops: ['status', 'charge'] });
      case 'cancel':
        return this.#withBody(asked, 'cancel', (named, _, text) =>
          this.#begin(named, { first: text, ops: ['cancel', 'charge', 'status'] }),
        );
      case 'refund':
        return this.#withBody(asked, 'refund', (named, _, text) =>
          this.#begin(named, {
            ...{ first: text, ops: ['refund'] },
            say: (answer) => {
              const outcome = outcomeOf(answer);
              const isRefund = 'problem' in outcome || ['refunded', 'unknown'].includes(answer.code);
              return isRefund
                ? said(visit, outcome)
                : visit.refuse(elsewhere(answer, 'nothing was refunded'));
            },
          }),
        );
      case 'ack':
        return this.#withBody(asked, 'ack', (named, { taken = true }) => this.#ack(named, taken));
      case 'shown':
        return this.#withBody(asked, 'shown', (named, _, text) => this.#shown(named, text));
      case 'qrPng':
        return this.#qr(asked, 'png');
      case 'qrSvg':
        return this.#qr(asked, 'svg');
      case 'shop':
        return this.#shop(asked, '{"op":"shop"}');
      case 'setShop':
        return this.#withBody(asked, 'shop', (named, _, text) => this.#shop(named, text));
      case 'status':
        return this.#status(asked);
      case 'events':
        if (caller.events.full) return tooMany('too many read the events already');
        return join(visit, caller.events);
    }
  }

  /**
   * Reads the body as the message `op` of the JSON protocol, whose rules are its rules.
   * @param then has the till that stands in either, in whose name the answer comes
   */
  #withBody(
    asked: Asked,
    op: string,
    then: (named: Asked, request: JsonRequest, text: string) => Problem | undefined,
  ): undefined {
    const { visit, caller, address, till } = asked;
    const { request } = visit;
    const type = request.headers['content-type'];
    readBody(request, LONGEST_BODY_BYTES, (body) => {
      const problem = ((): Problem | undefined => {
        if ('refusal' in body) return { status: 413, code: FAULT.apiMalformed, detail: body.refusal.why };
        // A form of another site's page cannot send this type without being asked for first.
        if (body.text !== '' && !/^application\/json\b/i.test(type ?? ''))
          return {
            ...malformed({
              field: 'content-type',
              found: short(type ?? 'nothing'),
              allowed: 'application/json (curl --json)',
            }),
            status: 415,
          };
        const text = messageOf(body.text, {
          op,
          ...(address.ref === undefined ? {} : { ref: address.ref }),
          till,
        });
        const read = readRequest(text);
        if (!read.ok)
          return malformed({ ...read.error, allowed: read.error.allowed.replace(': op, ', ': ') });
        const named = { ...asked, till: read.value.till };
        return wrongTill(named.till, caller.program) ?? then(named, read.value, text);
      })();
      if (problem !== undefined) void visit.refuse(problem);
    });
    return undefined;
  }

  #sell(asked: Asked, { ref = '' }: JsonRequest, text: string): undefined {
    const { visit, waitMs } = asked;
    const say = (answer: JsonAnswer): Promise<boolean> => {
      const location = `/v1/sales/${encodeURIComponent(ref)}`;
      return said(visit, outcomeOf(answer), answer.code === 'pending' ? 201 : 200, { location });
    };
    const until = waitMs === undefined ? ('scan' as const) : ('end' as const);
    const how = { first: text, ops: ['charge', 'status'], until, waitMs: waitMs ?? QR_WAIT_MS, say };
    return this.#begin({ ...asked, address: { ...asked.address, ref } }, how);
  }

  #begin(asked: Asked, how: Partial<SaleRequestOptions> & Pick<SaleRequestOptions, 'ops'>): undefined {
    const { visit, caller, address, till, waitMs } = asked;
    const request = new SaleRequest({
      ...{ caller, till, ref: address.ref ?? '', timers: this.#options.timers },
      until: waitMs === undefined ? 'now' : 'end',
      waitMs: waitMs ?? 0,
      say: (answer) => said(visit, outcomeOf(answer)),
      silent: () => void visit.refuse(silent()),
      ...how,
    });
    visit.onGone(() => request.end());
    request.begin();
    return undefined;
  }

  /** The ack of what was heard before, or of what the terminal says now: it is claimed, and acknowledged at once. */
  #ack(asked: Asked, taken: boolean): undefined {
    const { visit, caller, address, till } = asked;
    const ref = address.ref ?? '';
    void caller.ack(ref, till, taken).then((counts) => {
      if (counts) void visit.say(200, { ref, taken });
      else this.#ackNow(asked, taken);
    });
    return undefined;
  }

  #ackNow(asked: Asked, taken: boolean): void {
    const { visit, caller, address, till } = asked;
    const ref = address.ref ?? '';
    this.#begin(asked, {
      ops: ['status', 'charge'],
      say: async (answer) => {
        const outcome = outcomeOf(answer);
        if ('problem' in outcome) return visit.refuse(outcome.problem);
        if (answer.ack !== true)
          return visit.refuse(elsewhere(answer, 'there is nothing to acknowledge: hand out nothing for it'));
        // It has to be on its way before its ack can count.
        queueMicrotask(() => {
          void caller.ack(ref, till, taken).then((counts) => {
            if (counts) return visit.say(200, { ref, taken });
            const why = taken ? 'its ack comes too late' : 'it was acknowledged as taken before';
            return visit.refuse(elsewhere(answer, why));
          });
        });
        return true;
      },
    });
  }

  #shown(asked: Asked, first: string): undefined {
    const { visit, address } = asked;
    return this.#begin(asked, {
      first,
      ops: ['shown'],
      say: (answer) => {
        const outcome = outcomeOf(answer);
        if ('problem' in outcome) return visit.refuse(outcome.problem);
        return visit.say(200, { ref: address.ref, shown: true });
      },
    });
  }

  #qr(asked: Asked, as: 'png' | 'svg'): undefined {
    const { visit } = asked;
    const type = as === 'png' ? 'image/png' : 'image/svg+xml';
    return this.#begin(asked, {
      ops: ['status', 'charge'],
      say: async (answer) => {
        const outcome = outcomeOf(answer);
        if ('problem' in outcome) void visit.refuse(outcome.problem);
        else if (answer.qr === undefined) void visit.refuse(elsewhere(answer, 'it has no QR to scan'));
        else {
          const file = qrFile(answer.qr, as);
          if (file.ok) void visit.send(200, file.value, { 'content-type': type });
          else void visit.refuse({ status: 500, code: file.error.code, detail: file.error.detail });
        }
        // A picture tells nobody that it is paid.
        return answer.ack !== true;
      },
    });
  }

  /** By an id of our own, as several may ask at once. */
  #shop({ visit, caller, till }: Asked, text: string): undefined {
    this.#asked += 1;
    const id = `http-${this.#asked}`;
    const waiting = {
      ...{ id, ref: undefined, till },
      ops: ['shop'],
      take: (answer: JsonAnswer) => {
        const outcome = outcomeOf(answer);
        return 'problem' in outcome ? visit.refuse(outcome.problem) : visit.say(200, answer.shop ?? {});
      },
      moved: () => {},
    };
    visit.onGone(() => caller.remove(waiting));
    caller.add(waiting);
    caller.ask(JSON.stringify({ ...JSON.parse(text), id }));
    return undefined;
  }

  #status({ visit, caller }: Asked): undefined {
    const waiting = {
      ref: undefined,
      till: undefined,
      ops: ['hello'],
      take: ({ ready, busy, fault, why, acknowledge, protocol }: JsonAnswer) => {
        const program = caller.program === undefined ? {} : { program: caller.program };
        return visit.say(200, { ready, busy, fault, why, acknowledge, protocol, ...program });
      },
      moved: () => {},
    };
    visit.onGone(() => caller.remove(waiting));
    caller.add(waiting);
    caller.ask('{"op":"hello"}');
    return undefined;
  }
}

function join(visit: Visit, events: EventStream): undefined {
  const last = visit.request.headers['last-event-id'];
  const reader = visit.stream({ 'content-type': 'text/event-stream; charset=utf-8' });
  events.join(reader, typeof last === 'string' ? last : undefined);
  return undefined;
}

function said(visit: Visit, outcome: SaleOrProblem, status = 200, headers = {}): Promise<boolean> {
  return 'problem' in outcome ? visit.refuse(outcome.problem) : visit.say(status, outcome.sale, headers);
}

/** RFC 6750, section 3. */
function unknownToken(detail: string): Problem {
  const headers = { 'www-authenticate': 'Bearer' };
  return { status: 401, code: FAULT.apiNoToken, detail, headers };
}

function silent(): Problem {
  return { status: 503, code: FAULT.registerNoAck, detail: 'the terminal has not answered; ask again' };
}

/** The sale is not where this can be done. */
function elsewhere(answer: JsonAnswer, why: string): Problem {
  const state = answer.step ?? answer.code;
  return { status: 409, code: FAULT.apiOtherState, detail: `the sale is "${state}": ${why}` };
}

/** The body with what the address says before it: one field that stands in both is a field twice. */
function messageOf(
  body: string,
  before: { readonly op: string; readonly ref?: string; readonly till: string | undefined },
): string {
  const head = JSON.stringify(before);
  const inner = /^\s*\{([\s\S]*)\}\s*$/.exec(body === '' ? '{}' : body)?.[1];
  if (inner === undefined) return body;
  return inner.trim() === '' ? head : `${head.slice(0, -1)},${inner}}`;
}

type Query =
  | { readonly till: string | undefined; readonly waitMs: number | undefined }
  | { readonly problem: Problem };

/** A program that a token names has no other name; an address is none that can be said. */
function wrongTill(till: string | undefined, program: Caller['program']): Problem | undefined {
  if (till === undefined || till === program?.name) return undefined;
  if (program !== undefined)
    return malformed({
      field: 'till',
      found: shownJson(till),
      allowed: `${program.name}, as the token says`,
    });
  const good = FIELDS.till.good(till) && !till.startsWith('@');
  return good
    ? undefined
    : malformed({ field: 'till', found: shownJson(till), allowed: FIELDS.till.allowed });
}

function queryOf(query: string, { query: known }: DoorRoute, program: Caller['program']): Query {
  const given = new URLSearchParams(query);
  const allowed = known.length === 0 ? 'nothing behind the ?' : `each once: ${known.join(', ')}`;
  for (const [key, value] of given) {
    const found = short(`${key}=${value}`);
    if (!known.some((name) => name === key) || given.getAll(key).length > 1)
      return { problem: malformed({ field: short(key), found, allowed }) };
  }
  const till = given.get('till') ?? undefined;
  const problem = wrongTill(till, program);
  if (problem !== undefined) return { problem };
  const wait = given.get('wait') ?? undefined;
  if (wait === undefined) return { till, waitMs: undefined };
  const seconds = /^\d{1,3}$/.test(wait) ? Number(wait) : Number.NaN;
  if (!(seconds >= WAIT.least && seconds <= WAIT.most)) {
    const words = `a whole number of seconds, ${WAIT.least} to ${WAIT.most}`;
    return { problem: malformed({ field: 'wait', found: short(wait), allowed: words }) };
  }
  return { till, waitMs: seconds * 1000 };
}
