import type { Rupiah } from '../../src/base/rupiah.js';
import type { VendDenial, VendOutcome, VendRequest } from '../../src/base/vending-messages.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { VendingEvent, VendingMachine } from '../../src/port/vending.js';
import { Feed, type Parser } from '../kit/feed.js';
import type { Line, LineLoss } from '../kit/line.js';
import type { Tools } from '../kit/tools.js';
import { VENDING_NAME } from './settings.js';

/** What a session with any machine is told; each protocol has more of its own. */
export type SessionEvent =
  | { readonly kind: 'opened' }
  | { readonly kind: 'lost'; readonly why: string }
  | { readonly kind: 'pay'; readonly request: VendRequest }
  | { readonly kind: 'deny'; readonly request: VendRequest; readonly denial: VendDenial };

/** What a session with any machine wants of its driver; each protocol has more of its own. */
export type SessionEffect =
  | { readonly do: 'tell'; readonly event: VendingEvent }
  | { readonly do: 'settle'; readonly reference: string; readonly outcome: VendOutcome }
  | { readonly do: 'log'; readonly level: 'info' | 'warn'; readonly text: string };

interface Asked {
  readonly request: VendRequest;
}

export function told(event: VendingEvent): SessionEffect {
  return { do: 'tell', event };
}

export function noted(level: 'info' | 'warn', text: string): SessionEffect {
  return { do: 'log', level, text };
}

export function settled({ request }: Asked, vend: VendOutcome['vend'], detail: string): SessionEffect {
  return { do: 'settle', reference: request.reference, outcome: { vend, detail } };
}

export function gaveUp({ request }: Asked, why: string): SessionEffect {
  return told({ kind: 'gaveUp', reference: request.reference, why });
}

const LOSS: Readonly<Record<LineLoss, number>> = {
  absent: FAULT.machineNotConnected,
  lost: FAULT.machineLineLost,
  stuck: FAULT.machineLineLost,
  denied: FAULT.machinePortTaken,
  taken: FAULT.machinePortTaken,
};

/** Why the machine's line is not there, with its number. */
export function describeLoss(cause: LineLoss, why: string): string {
  return `E${LOSS[cause]} ${why}`;
}

export interface SessionOptions extends Omit<Tools, 'tap'> {
  readonly line: Line;
}

/** A machine that asks, and whose whole conversation is a session: what happened in, the next state and what to do out. */
export abstract class SessionMachine<Heard> implements VendingMachine {
  readonly name = VENDING_NAME;
  readonly amounts = 'asks';
  abstract readonly repeats: boolean;
  protected on: ((event: VendingEvent) => void) | undefined;
  readonly #options: SessionOptions;
  readonly #feed: Feed<Heard>;
  /** Who waits for the outcome of which request; more than one may wait for the same. */
  readonly #waiting = new Map<string, ((outcome: VendOutcome) => void)[]>();

  /** @param silenceMs a silence this long within a message abandons it */
  constructor(options: SessionOptions, parser: Parser<Heard>, silenceMs: number) {
    this.#options = options;
    const handle = (events: readonly Heard[]): void => this.hear(events);
    this.#feed = new Feed({ parser, timers: options.timers, silenceMs, handle });
  }

  start(on: (event: VendingEvent) => void): void {
    this.on = on;
    this.#options.line.start((event) => {
      if (event.kind === 'bytes') return this.#feed.take(event.bytes);
      this.#feed.reset();
      if (event.kind === 'open') this.take({ kind: 'opened' });
      else this.take({ kind: 'lost', why: describeLoss(event.cause, event.why) });
    });
  }

  /** The amounts are the machine's own; those that cannot be sold are denied when they are asked. */
  refuses(_amount: Rupiah): string | undefined {
    return undefined;
  }

  vend(request: VendRequest): Promise<VendOutcome> {
    const outcome = new Promise<VendOutcome>((resolve) => {
      const waiting = this.#waiting.get(request.reference) ?? [];
      this.#waiting.set(request.reference, [...waiting, resolve]);
    });
    this.take({ kind: 'pay', request });
    return outcome;
  }

  deny(request: VendRequest, denial: VendDenial): void {
    this.take({ kind: 'deny', request, denial });
  }

  abstract stop(): Promise<void>;

  protected abstract hear(events: readonly Heard[]): void;

  protected abstract take(event: SessionEvent): void;

  protected tell(event: VendingEvent): void {
    this.on?.(event);
  }

  protected perform(effect: SessionEffect): void {
    if (effect.do === 'tell') return this.tell(effect.event);
    if (effect.do === 'log') return this.#options.log[effect.level](effect.text);
    const waiting = this.#waiting.get(effect.reference) ?? [];
    this.#waiting.delete(effect.reference);
    for (const resolve of waiting) resolve(effect.outcome);
  }

  /** @param what for the log */
  protected async write(bytes: Uint8Array, what: string): Promise<void> {
    const { log, line } = this.#options;
    log.info(`-> ${what}`);
    if (!(await line.write(bytes))) log.warn(`E${FAULT.machineLineLost} not sent, the line is gone: ${what}`);
  }

  protected async close(): Promise<void> {
    this.#feed.reset();
    await this.#options.line.stop();
  }
}
