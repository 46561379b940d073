import { doubledMs } from '../base/backoff.js';
import { FAULT } from '../core/fault/table.js';
import type { Sale } from '../core/sale/sale.js';
import { SHIFT_CLOSED, type WebhookKind, webhookKinds } from '../core/sale/webhook-kind.js';
import type { ShiftReport } from '../core/shift/shift.js';
import { shiftName, shiftOfName } from '../core/text/shift-report.js';
import { webhookBody, webhookShiftBody } from '../core/text/webhook-body.js';
import { STORY_WAITS_MS, timesOf } from '../journal/commit.js';
import { type WebhookChange, type WebhookName, type WebhookRow, webhookId } from '../journal/webhooks.js';
import type { WebhookAnswer, WebhookReceiver } from '../port/webhook.js';
import type { TerminalContext } from './context.js';

/** Under way at once, of one receiver: a slow one holds up nobody but itself. */
const MOST_FLYING = 2;
const BACKOFF = { firstMs: 10_000, mostMs: 6 * 3_600_000 } as const;
/** Waited for that long between its tries, nobody is told any more by itself; what is listed can be replayed. */
const GIVEN_UP_AFTER_MS = 3 * 86_400_000;
/** Counted, not read from a clock: that was in another year, maybe, when it was written. */
const MOST_TRIES = triesWithin(GIVEN_UP_AFTER_MS);
/** How long what came to its end is listed. */
const KEPT_MS = 30 * 86_400_000;

/**
 * Tells other programs what happened to sales and shifts: written in the commit of what it tells, then sent, again and again
 * until it is taken, in order a sale. No sale waits for it.
 */
export class WebhookDesk {
  readonly #context: TerminalContext;
  /** By receiver and sale. */
  readonly #flying = new Map<WebhookReceiver, Set<string>>();
  #over = false;

  constructor(context: TerminalContext) {
    this.#context = context;
    for (const receiver of this.#receivers) this.#flying.set(receiver, new Set());
  }

  get #receivers(): readonly WebhookReceiver[] {
    return this.#context.adapters.webhooks ?? [];
  }

  /** What is to be told of this step, for its commit. */
  changesFor(before: Sale, after: Sale): readonly WebhookChange[] {
    if (this.#receivers.length === 0) return [];
    const kinds = webhookKinds(before, after);
    const atMs = this.#context.adapters.clock.wallMs();
    const { orderId } = after;
    return this.#receivers.flatMap((receiver) =>
      kinds
        .filter((kind) => receiver.kinds.includes(kind))
        .map((kind) => ({ change: 'told', hook: receiver.name, orderId, kind, atMs }) as const),
    );
  }

  /** What is to be told of a closed shift, for the commit of its close. */
  changesForShift(closed: ShiftReport): readonly WebhookChange[] {
    const { adapters, settings } = this.#context;
    const atMs = adapters.clock.wallMs();
    const orderId = shiftName(settings.terminalId, closed.number);
    return this.#receivers
      .filter(({ kinds }) => kinds.includes(SHIFT_CLOSED))
      .map(({ name }) => ({ change: 'told', hook: name, orderId, kind: SHIFT_CLOSED, atMs }) as const);
  }

  start(): void {
    if (this.#receivers.length === 0) return;
    const { clock } = this.#context.adapters;
    this.#write({ change: 'forget', beforeMs: clock.wallMs() - KEPT_MS });
  }

  /** After each event: sends what is due, as far as there is room. */
  goOn(): void {
    if (this.#over) return;
    const { clock, journal } = this.#context.adapters;
    for (const [receiver, flying] of this.#flying) {
      if (flying.size >= MOST_FLYING) continue;
      const nowMs = clock.wallMs();
      const farMs = nowMs + 2 * BACKOFF.mostMs;
      // One row more than fly already, since those are due as well.
      for (const row of journal.webhooks.due(receiver.name, nowMs, farMs, 2 * MOST_FLYING))
        if (flying.size < MOST_FLYING && !flying.has(row.orderId)) this.#send(receiver, flying, row);
    }
  }

  stop(): void {
    this.#over = true;
    for (const receiver of this.#receivers) receiver.stop();
  }

  #send(receiver: WebhookReceiver, flying: Set<string>, row: WebhookRow): void {
    const { log } = this.#context.adapters;
    const { orderId } = row;
    const id = webhookId(row);
    const body = this.#body(row, id);
    if (body === undefined) {
      log.warn(`webhook ${id}: no such sale`);
      return this.#write({
        ...nameOf(row),
        change: 'tried',
        tries: row.tries,
        dueMs: null,
        ended: 'given up',
      });
    }
    flying.add(orderId);
    this.#context.endOnRejection(
      receiver.send({ id, body }).then((answer) => {
        this.#context.post({
          on: 'command',
          run: () => {
            flying.delete(orderId);
            if (!this.#over) this.#answered(row, answer);
          },
        });
      }),
    );
  }

  #body({ kind, orderId, atMs }: WebhookRow, id: string): string | undefined {
    const { adapters, settings } = this.#context;
    if (kind === SHIFT_CLOSED) {
      const closed = adapters.journal.shifts.closed(shiftOfName(orderId));
      return closed === undefined
        ? undefined
        : webhookShiftBody(closed, { id, atMs, terminal: settings.terminalId });
    }
    const sale = adapters.journal.sale(orderId);
    return sale === undefined ? undefined : webhookBody(sale, { id, kind: kind as WebhookKind, atMs });
  }

  #answered(row: WebhookRow, answer: WebhookAnswer): void {
    const { clock, log } = this.#context.adapters;
    const name = nameOf(row);
    const id = webhookId(row);
    if (answer.taken) {
      log.info(`webhook ${row.hook} has taken ${id}`);
      return this.#write({ ...name, change: 'tried', tries: row.tries, dueMs: null, ended: 'taken' });
    }
    const tries = row.tries + 1;
    if (tries >= MOST_TRIES) {
      log.error(`E${FAULT.webhookGivenUp} webhook ${row.hook} ${id}: ${answer.why}, time ${tries}; given up`);
      return this.#write({ ...name, change: 'tried', tries, dueMs: null, ended: 'given up' });
    }
    const waitMs = doubledMs(BACKOFF, tries - 1);
    log.warn(
      `E${FAULT.webhookNotTaken} webhook ${row.hook} ${id}: ${answer.why}; again in ${waitMs / 1_000} s`,
    );
    this.#write({ ...name, change: 'tried', tries, dueMs: clock.wallMs() + waitMs, ended: null });
  }

  /** A power cut may take it away: then it is sent once more, under the same id. */
  #write(change: WebhookChange): void {
    const { clock, journal } = this.#context.adapters;
    journal.commit({ ...timesOf(clock), events: [], webhooks: [change], mayWaitMs: STORY_WAITS_MS });
  }
}

function nameOf({ hook, orderId, kind, atMs }: WebhookRow): WebhookName {
  return { hook, orderId, kind, atMs };
}

/** @returns how many tries there are until the waits between them are this long together */
function triesWithin(mostMs: number): number {
  let tries = 1;
  for (let waitedMs = 0; waitedMs < mostMs; tries += 1) waitedMs += doubledMs(BACKOFF, tries - 1);
  return tries;
}
