import type { RegisterProgress, RegisterResult } from '../../../src/base/register-messages.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { rightOf } from '../../../src/core/source/rights.js';
import type { Register, RegisterEvent, SendOutcome } from '../../../src/port/register.js';
import type { Caller, Callers, CallersEvent } from '../../kit/callers.js';
import { type LineLoss, REGISTER_LOSS } from '../../kit/line.js';
import type { Tools } from '../../kit/tools.js';
import {
  encodeAnswer,
  encodeEnded,
  encodeProgress,
  encodeTooFast,
  encodeWrong,
  isEnd,
  type JsonAnswer,
  type JsonAnswerOptions,
  readAnswer,
  refOf,
  tillOf,
} from './answer.js';
import { JsonClient } from './client.js';
import { describeJsonAnswer, describeRequest } from './describe.js';
import { FIELDS } from './field.js';
import { JsonOutbox, type OutboxOptions } from './outbox.js';
import { asQuestion } from './question.js';
import { type BadRequest, canonical, type JsonRequest, readRequest } from './request.js';
import { keyOf, Routes } from './routes.js';

export interface JsonRegisterOptions extends JsonAnswerOptions, OutboxOptions, Pick<Tools, 'clock'> {
  readonly name: string;
  readonly callers: Callers;
  /** Those who call show the QR themselves. */
  readonly showsQr?: boolean;
}

/**
 * Registers and programs that speak our own JSON lines, several at once. Each well-formed request goes to the session,
 * also the repeated and the unknown ones; what is none is answered here, and never journalled.
 */
export class JsonRegister implements Register {
  readonly name: string;
  readonly polls = true;
  readonly shows?: () => boolean;
  readonly #options: JsonRegisterOptions;
  readonly #clients = new Map<Caller, JsonClient>();
  readonly #routes = new Routes();
  readonly #outbox: JsonOutbox;
  /** Acks of which it is not on disk yet whether they count. */
  readonly #acks = new Map<
    string,
    { readonly callers: ReadonlySet<Caller>; readonly request: JsonRequest }
  >();
  #on: ((event: RegisterEvent) => void) | undefined;

  constructor(options: JsonRegisterOptions) {
    this.#options = options;
    this.#outbox = new JsonOutbox(options);
    this.name = options.name;
    if (options.showsQr === true)
      this.shows = () => [...this.#clients.keys()].some((caller) => caller.there?.() ?? true);
  }

  start(on: (event: RegisterEvent) => void): void {
    this.#on = on;
    this.#options.callers.start((event) => this.#onCallers(event));
  }

  encode(frame: Uint8Array, result: RegisterResult): Uint8Array {
    return encodeAnswer(frame, result, this.#options);
  }

  async send(bytes: Uint8Array): Promise<SendOutcome> {
    const answer = readAnswer(bytes);
    const caller = answer?.op === undefined ? undefined : this.#routes.forAnswer(answer.op, answer);
    if (answer === undefined || caller === undefined) {
      this.#options.log.warn(
        () => `E${FAULT.registerLineLost} not sent, nobody here asked for it: ${describeJsonAnswer(answer)}`,
      );
      return 'gone';
    }
    this.#options.log.info(() => `-> ${caller.name} ${describeJsonAnswer(answer)}`);
    this.#tellWatchers(answer, caller);
    return this.#outbox.send(answer, bytes, caller);
  }

  progress(told: RegisterProgress): void {
    const ref = refOf(told);
    const asker = ref === undefined ? undefined : this.#routes.ofSale({ ref, ...tillOf(told.frame) });
    const bytes = encodeProgress(told);
    const { till } = tillOf(told.frame);
    for (const [caller, client] of this.#clients)
      if (caller === asker || (client.watches && maySee(caller, till))) this.#courtesy(caller, bytes);
  }

  heard(bytes: Uint8Array, counts: boolean): void {
    const answer = readAnswer(bytes);
    const key = answer === undefined ? '' : keyOf('ack', answer);
    const ack = this.#acks.get(key);
    if (ack === undefined) return;
    this.#acks.delete(key);
    const { callers, request } = ack;
    if (counts) this.#outbox.remember(request, request.taken ?? true);
    for (const caller of callers)
      if (counts) caller.acked?.(request);
      else this.#wrongAck(caller, request, 'an ack that does not count', 'ask for its status');
  }

  async stop(): Promise<void> {
    this.#on = undefined;
    this.#outbox.end();
    for (const client of this.#clients.values()) client.end();
    await this.#options.callers.stop();
  }

  #onCallers(event: CallersEvent): void {
    switch (event.kind) {
      case 'open':
        this.#clients.set(event.caller, this.#client(event.caller));
        if (this.#clients.size === 1) this.#on?.({ kind: 'present' });
        return;
      case 'bytes':
        this.#options.log.debug(() => `<- ${event.caller.name} ${event.bytes.length} bytes`);
        return this.#clients.get(event.caller)?.push(event.bytes);
      case 'message':
        return this.#line(event.caller, event.text, 'ok');
      case 'closed':
        // Half a line goes with the caller that brought it.
        this.#clients.get(event.caller)?.end();
        this.#clients.delete(event.caller);
        this.#outbox.callerGone(event.caller);
        if (this.#clients.size === 0) this.#gone(event.cause, event.why);
        return;
      case 'absent':
        return this.#gone(event.cause, event.why);
    }
  }

  #gone(cause: LineLoss, why: string): void {
    this.#on?.({ kind: 'gone', why: `E${REGISTER_LOSS[cause]} ${why}` });
  }

  #client(caller: Caller): JsonClient {
    const { clock, timers, log } = this.#options;
    const client = new JsonClient({
      ...{ caller, clock, timers, log },
      line: (text, rate) => this.#line(caller, text, rate),
      wrong: (wrong) => this.#wrong(caller, wrong),
    });
    client.watches = caller.visits === true;
    return client;
  }

  #line(caller: Caller, text: string, rate: 'ok' | 'over'): void {
    const read = readRequest(text);
    if (!read.ok) return this.#wrong(caller, read.error);
    const request = this.#stamped(caller, read.value);
    if (request === undefined) return;
    this.#options.log.info(() => `<- ${caller.name} ${describeRequest(request)}`);
    if (request.op === 'ack') return this.#ack(caller, request);
    if (rate === 'over') return this.#tooFast(caller, request, 'too many requests a second');
    // It asks again, so it does not wait for the answer that is on its way: that one is not sent again.
    this.#outbox.askedAgain(request.op, request);
    if (!this.#routes.asked(request.op, request, caller))
      return this.#tooFast(caller, request, 'too many requests without an answer');
    const client = this.#clients.get(caller);
    if (request.op === 'hello' && client !== undefined && caller.visits !== true)
      client.watches = request.events === true;
    const judged = caller.program !== undefined;
    this.#on?.({ kind: 'asked', question: asQuestion(request), frame: canonical(request), judged });
  }

  /** Says whose names a request has: what the till calls itself, now or in its hello, else its address. */
  #stamped(caller: Caller, request: JsonRequest): JsonRequest | undefined {
    const client = this.#clients.get(caller);
    if (request.till?.startsWith('@') === true) {
      const { op, till: found } = request;
      this.#wrong(caller, { op, names: {}, field: 'till', found, allowed: FIELDS.till.allowed });
      return undefined;
    }
    const { program } = caller;
    if (program !== undefined) return this.#inName(caller, program, request);
    if (request.op === 'hello' && client !== undefined && request.till !== undefined)
      client.till = request.till;
    const till = request.till ?? client?.till ?? caller.till;
    return till === undefined ? request : { ...request, till };
  }

  /** A program whose token proves its name speaks in that name, and does what its rights allow. */
  #inName(
    caller: Caller,
    { name, rights }: NonNullable<Caller['program']>,
    request: JsonRequest,
  ): JsonRequest | undefined {
    const { op, till = name } = request;
    const wrong = (field: string, found: string, allowed: string): undefined => {
      this.#wrong(caller, { op, names: { ...request, till }, field, found, allowed });
    };
    if (till !== name) return wrong('till', till, `${name}, as the token says, or nothing`);
    // Over HTTP it was judged by its path, and some of it the door asks by itself.
    if (caller.visits === true) return { ...request, till };
    const needed = op === 'ack' ? 'sell' : rightOf(asQuestion(request).ask);
    if (!rights.includes(needed)) return wrong('op', op, `what needs no more than ${rights.join(', ')}`);
    return { ...request, till };
  }

  #ack(caller: Caller, request: JsonRequest): void {
    const heard = this.#outbox.ack(request, request.taken ?? true);
    const key = keyOf('ack', request);
    const before = this.#acks.get(key);
    const isAgain = before !== undefined && before.request.taken === request.taken;
    if (heard === 'counted' || isAgain)
      return void this.#acks.set(key, {
        callers: new Set([...(isAgain ? before.callers : []), caller]),
        request,
      });
    if (heard === 'unknown')
      return this.#wrongAck(
        ...[caller, request, 'an ack that no answer waits for'],
        'the names in an answer, soon after it; ask again for an answer that was missed',
      );
    this.#options.log.debug('an ack once more');
    caller.acked?.(request);
  }

  #wrongAck(caller: Caller, names: JsonRequest, found: string, allowed: string): void {
    this.#wrong(caller, { op: 'ack', names, field: 'ref', found, allowed });
  }

  #wrong(caller: Caller, wrong: BadRequest): void {
    this.#options.log.warn(
      () =>
        `E${FAULT.apiMalformed} <- ${caller.name} ${wrong.field}: ${wrong.found}; allowed: ${wrong.allowed}`,
    );
    this.#courtesy(caller, encodeWrong(wrong));
  }

  #tooFast(caller: Caller, request: JsonRequest, why: string): void {
    this.#options.log.warn(() => `E${FAULT.apiTooMany} ${caller.name} ${describeRequest(request)}: ${why}`);
    this.#courtesy(caller, encodeTooFast(request, why));
  }

  /** Nothing hangs on it: who does not hear it asks. */
  #courtesy(caller: Caller, bytes: Uint8Array): void {
    void caller.write(bytes).then((sent) => {
      if (!sent)
        this.#options.log.debug(
          `E${FAULT.registerLineLost} ${caller.name} is gone: ${bytes.length} bytes were not sent`,
        );
    });
  }

  #tellWatchers(answer: JsonAnswer, asker: Caller): void {
    if (answer.op !== 'charge' || !isEnd(answer)) return;
    const bytes = encodeEnded(answer);
    for (const [caller, client] of this.#clients)
      if (caller !== asker && client.watches && maySee(caller, answer.till)) this.#courtesy(caller, bytes);
  }
}

function maySee({ program }: Caller, till: string | undefined): boolean {
  return program === undefined || program.name === till;
}
