import { type Backoff, doubledMs } from '../base/backoff.js';
import { type Fault, messageOf } from '../base/fault.js';
import { asObject, parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { NewestMap } from '../bounds/newest-map.js';
import { FAULT } from '../core/fault/table.js';
import { boxName, type NamedBox } from '../identity/token.js';
import { boundedLine } from '../midtrans/faults.js';
import { OPEN_MOST as HELD_MOST } from '../mqtt/event-listener.js';
import { parseTopic } from '../mqtt/topics.js';
import type { Log } from '../port/log.js';
import type { Runtime } from '../port/runtime.js';
import type { WebhookAnswer, WebhookReceiver } from '../port/webhook.js';
import type { Metrics } from './metrics.js';

const BACKOFF: Backoff = { firstMs: 1_000, mostMs: 60_000 };
/** Tried for so long, then told to nobody: one that is never taken must not hold up its terminal for ever. */
const GIVEN_UP_AFTER_MS = 3 * 86_400_000;
/** Of the {@link HELD_MOST} that are held here at a time so many may be of one terminal; what is more stays at the broker. */
const HELD_OF_TERMINAL = 100;
/** The broker may give one again whose acknowledgement was lost. Not for long: what a technician replays is to be passed on. */
const KNOWN_MS = 60_000;
const KNOWN_MOST = 10_000;

export interface EventReader extends WebhookReceiver {
  /** Whose terminals it hears of alone; without it those of all. */
  readonly merchant?: string;
}

export interface EventDeskOptions extends Runtime {
  readonly receivers: readonly EventReader[];
  /** The merchant whose events keep the ids that terminals gave them; another's have his word in front. Without it all do. */
  readonly home?: string;
  /** Why nobody is that terminal: at some brokers each may write at the word of every merchant. */
  readonly objection?: (box: NamedBox) => Fault | undefined;
  readonly counters: Metrics;
  /** For what terminals send that is none. */
  readonly strangers: Log;
  /** What the broker has kept is wanted again. */
  readonly fetchAgain: () => void;
}

interface Held {
  readonly id: string;
  readonly kind: string;
  readonly body: string;
  /** When it was tried first: what waited behind another has its three days still. */
  sinceMs: number;
  /** By the connection over which it came last. */
  taken: () => void;
  readonly hadBy: Set<WebhookReceiver>;
  tries: number;
}

/**
 * Passes events of terminals on to webhooks, each terminal's in its order and terminals beside each other. It keeps nothing on
 * disk: the broker keeps each event until every receiver that wants it has answered 2xx.
 */
export class EventDesk {
  readonly #options: EventDeskOptions;
  /** By merchant and terminal, in order. */
  readonly #held = new Map<string, Held[]>();
  readonly #known = new NewestMap<number>(KNOWN_MOST);
  readonly #waits = new Set<() => void>();
  /** Of these something stays at the broker, and so does what follows: true where their own bound was reached. */
  readonly #left = new Map<string, boolean>();
  #count = 0;
  /** Something stays at the broker because there was no room for anybody. */
  #wasFull = false;
  #over = false;

  constructor(options: EventDeskOptions) {
    this.#options = options;
  }

  /** @param taken to be called when the broker need not keep it any more */
  take(topic: string, body: string, taken: () => void): void {
    const { counters, strangers, clock } = this.#options;
    const parsed = this.#read(topic, body);
    if (!parsed.ok) {
      counters.event('malformed');
      strangers.warn(`E${FAULT.eventMalformed} ${boundedLine(topic).slice(0, 160)}: ${parsed.error}`);
      return taken();
    }
    const { id, kind, line, told } = parsed.value;
    const isKnown =
      clock.monoMs() - (this.#known.get(`${line} ${id}`) ?? Number.NEGATIVE_INFINITY) < KNOWN_MS;
    if (isKnown || !this.#options.receivers.some((one) => hears(one, kind, line))) return taken();
    const queue = this.#held.get(line) ?? [];
    const before = queue.find((held) => held.id === id);
    if (before !== undefined) {
      before.taken = taken;
      return;
    }
    const isFull = this.#count >= HELD_MOST;
    if (isFull || queue.length >= HELD_OF_TERMINAL || this.#left.has(line)) {
      this.#wasFull ||= isFull;
      if (!this.#left.has(line)) this.#left.set(line, queue.length >= HELD_OF_TERMINAL);
      return;
    }
    this.#count += 1;
    queue.push({ id, kind, body: told, sinceMs: 0, taken, hadBy: new Set(), tries: 0 });
    this.#held.set(line, queue);
    if (queue.length === 1) this.#pass(line, queue);
  }

  /** All that is not acknowledged comes again by a new connection, in its order. */
  connected(): void {
    this.#left.clear();
    this.#wasFull = false;
  }

  /** What is under way ends; whatever was not taken is given to the next start. */
  stop(): void {
    this.#over = true;
    for (const cancel of this.#waits) cancel();
    for (const receiver of this.#options.receivers) receiver.stop();
  }

  /** Whatever a terminal sends, the broker keeps it no more than any other that is none: it would stop each start of the relay. */
  #read(topicText: string, body: string): Result<Told, string> {
    try {
      const topic = parseTopic(topicText);
      if (topic?.leaf !== 'event') return err('no topic of events');
      const objection = this.#options.objection?.(topic);
      return objection === undefined ? parseEvent(topic, body, this.#options.home) : err(objection.detail);
    } catch (thrown) {
      return err(boundedLine(messageOf(thrown)));
    }
  }

  #pass(line: string, queue: Held[]): void {
    const [held] = queue;
    if (held === undefined || this.#over) return;
    const { receivers, log } = this.#options;
    const { id, body, kind, hadBy } = held;
    if (held.tries === 0) held.sinceMs = this.#options.clock.monoMs();
    const wanted = receivers.filter((one) => hears(one, kind, line) && !hadBy.has(one));
    const sent = wanted.map((receiver) =>
      receiver.send({ id, body }).then((answer) => ({ receiver, answer })),
    );
    void Promise.all(sent).then((answers) => {
      if (this.#over) return;
      let why: string | undefined;
      for (const { receiver, answer } of answers) {
        if (answer.taken) hadBy.add(receiver);
        else why = whyOf(receiver, answer);
      }
      if (why === undefined) {
        log.info(() => `event ${id} passed on`);
        return this.#ended(line, queue, held, 'passed');
      }
      this.#again(line, queue, held, why);
    });
  }

  #again(line: string, queue: Held[], held: Held, why: string): void {
    const { log, clock, timers, counters } = this.#options;
    held.tries += 1;
    if (clock.monoMs() - held.sinceMs >= GIVEN_UP_AFTER_MS) {
      log.error(`E${FAULT.eventGivenUp} event ${held.id}: ${why}, time ${held.tries}; given up`);
      return this.#ended(line, queue, held, 'given_up');
    }
    const waitMs = doubledMs(BACKOFF, held.tries - 1);
    counters.event('not_taken');
    log.warn(`E${FAULT.eventNotPassed} event ${held.id}: ${why}; again in ${waitMs / 1_000} s`);
    const cancel = timers.after(waitMs, () => {
      this.#waits.delete(cancel);
      this.#pass(line, queue);
    });
    this.#waits.add(cancel);
  }

  #ended(line: string, queue: Held[], held: Held, outcome: 'passed' | 'given_up'): void {
    this.#options.counters.event(outcome);
    this.#known.set(`${line} ${held.id}`, Math.floor(this.#options.clock.monoMs()));
    held.taken();
    queue.shift();
    this.#count -= 1;
    if (queue.length === 0) this.#held.delete(line);
    else this.#pass(line, queue);
    // Who may have more is waited for; where none has room, room for as many as that is.
    const isDue = queue.length === 0 && this.#left.get(line) === true;
    if (!isDue && !(this.#wasFull && this.#count <= HELD_MOST - HELD_OF_TERMINAL)) return;
    this.#wasFull = false;
    this.#options.fetchAgain();
  }
}

/** @param line `<merchant>/<terminal>` */
function hears({ kinds, merchant }: EventReader, kind: string, line: string): boolean {
  return kinds.includes(kind) && (merchant === undefined || line.startsWith(`${merchant}/`));
}

function whyOf({ name }: WebhookReceiver, answer: WebhookAnswer): string {
  return `webhook ${name}: ${answer.taken ? 'taken' : answer.why}`;
}

interface Told {
  /** Of no other event of any terminal. */
  readonly id: string;
  readonly kind: string;
  readonly line: string;
  /** What receivers are told: what the terminal says, and whose it is, as the topic says. */
  readonly told: string;
}

/**
 * By the id that a terminal gives: nobody may speak of another one's sales to a receiver that believes us, nor give the id of another's
 * event away. Terminals of two merchants may have one id, so the merchant stands in what is signed, and in the id.
 */
function parseEvent(topic: NamedBox, body: string, home: string | undefined): Result<Told, string> {
  const said = parseObject(body);
  if (said === undefined) return err('no JSON object');
  const { merchant: _, ...own } = said;
  const { id, type, terminal } = own;
  if (terminal !== topic.terminal) return err('of another terminal');
  const pattern = new RegExp(`^${topic.terminal}-[\\w-]{1,40}\\.[a-z.]{1,20}\\.[0-9a-z]{1,12}$`);
  if (typeof id !== 'string' || !pattern.test(id)) return err('its id is none of that terminal');
  const order = asObject(own['sale'])?.['order_id'] ?? asObject(own['vend'])?.['order_id'];
  if (order !== undefined && !(typeof order === 'string' && id.startsWith(`${order}.`)))
    return err('of another order than its id');
  const kind = typeof type === 'string' ? type.replace(/^sale\./, '') : '';
  if (!id.includes(`.${kind}.`)) return err('its type is not that of its id');
  const { merchant } = topic;
  const named = boxName(home ?? merchant, { merchant, terminal: id });
  const told = JSON.stringify({ merchant, ...own, id: named });
  return ok({ id: named, kind, line: `${merchant}/${topic.terminal}`, told });
}
