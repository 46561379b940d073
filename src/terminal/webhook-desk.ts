import { doubledMs } from '../base/backoff.js';
import { parseObject } from '../base/json.js';
import { FAULT } from '../core/fault/table.js';
import type { Sale } from '../core/sale/sale.js';
import {
  type FailedSlot,
  SHIFT_CLOSED,
  SLOT_FAILED,
  type WebhookKind,
  webhookKinds,
} from '../core/sale/webhook-kind.js';
import type { ShiftReport } from '../core/shift/shift.js';
import { shiftName, shiftOfName } from '../core/text/shift-report.js';
import { type ToldHead, webhookBody, webhookShiftBody, webhookSlotBody } from '../core/text/webhook-body.js';
import { STORY_WAITS_MS, timesOf } from '../journal/commit.js';
import type { SlotChange } from '../journal/slots.js';
import { type WebhookChange, type WebhookName, type WebhookRow, webhookId } from '../journal/webhooks.js';
import type { WebhookAnswer, WebhookReceiver } from '../port/webhook.js';
import type { TerminalContext } from './context.js';

/** Under way at once, of one receiver: a slow one holds up nobody but itself. */
const MOST_FLYING = 2;
const BACKOFF = { firstMs: 10_000, mostMs: 6 * 3_600_000 } as const;
/** Of a receiver that is told in order: what it does not take holds up all that follows. */
const BACKOFF_IN_ORDER = { firstMs: 10_000, mostMs: 600_000 } as const;
/** What is under way to a receiver that is told in order. */
const IN_ORDER = 'in order';
/** Waited for that long between its tries, nobody is told any more by itself; what is listed can be replayed. */
const GIVEN_UP_AFTER_MS = 3 * 86_400_000;
/** Counted, not read from a clock: that was in another year, maybe, when it was written. */
const MOST_TRIES = triesWithin(GIVEN_UP_AFTER_MS);
/** How long what came to its end is listed. */
const KEPT_MS = 30 * 86_400_000;

interface FailedSlots {
  readonly machine: string;
  readonly slots: readonly FailedSlot[];
}

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

  /** What is to be told of this step, and of the slots that it was about, for its commit. */
  changesFor(before: Sale, after: Sale, slots: readonly SlotChange[] = []): readonly WebhookChange[] {
    if (this.#receivers.length === 0) return [];
    const about = this.#failedSlots(slots);
    const kinds = [...webhookKinds(before, after), ...(about === undefined ? [] : [SLOT_FAILED])];
    const { orderId } = after;
    return this.#receivers.flatMap((receiver) =>
      this.#told(
        receiver,
        orderId,
        kinds.map((kind) => ({ kind, ...(kind === SLOT_FAILED ? { about } : {}) })),
      ),
    );
  }

  /** As they stand after this failure: kept as it was, since a slot that is mended says no more how it was. */
  #failedSlots(slots: readonly SlotChange[]): string | undefined {
    const failed = slots.filter((slot) => slot.failed);
    const [first] = failed;
    if (first === undefined) return undefined;
    const { journal, vending } = this.#context.adapters;
    const told = failed.map(({ machine, item }): FailedSlot => {
      const failures = journal.slots.failures(machine, item) + 1;
      return { slot: item, failures, out_of_service: failures >= (vending?.slotFailures ?? failures + 1) };
    });
    return JSON.stringify({ machine: first.machine, slots: told });
  }

  #told(
    receiver: WebhookReceiver,
    orderId: string,
    kinds: readonly { readonly kind: string; readonly about?: string | undefined }[],
  ): WebhookChange[] {
    const { name: hook, inOrder } = receiver;
    const atMs = this.#context.adapters.clock.wallMs();
    const wanted = kinds.filter(({ kind }) => receiver.kinds.includes(kind));
    const told = wanted.map((one) => ({
      ...({ change: 'told', hook, orderId, atMs } as const),
      ...{ ...one, inOrder: inOrder !== undefined },
    }));
    return inOrder === undefined || wanted.length === 0
      ? told
      : [...told, ...this.#dropped(hook, wanted.length, inOrder.mostWaiting)];
  }

  /** A broker that is away for months: what is new is worth more than what is old, and the card has an end. */
  #dropped(hook: string, more: number, mostWaiting: number): WebhookChange[] {
    const { journal, log } = this.#context.adapters;
    const tooMany = journal.webhooks.waitingInOrder(hook) + more - mostWaiting;
    if (tooMany <= 0) return [];
    // The first of the line may be on its way: what becomes of it is said when its answer comes.
    const flying = [...this.#flying].find(([{ name }]) => name === hook)?.[1].size ?? 0;
    const oldest = journal.webhooks.inOrder(hook, tooMany + flying).slice(flying);
    return oldest.map((row) => {
      log.error(`E${FAULT.eventDropped} event ${webhookId(row)} is told to nobody: ${mostWaiting} wait`);
      return { ...nameOf(row), change: 'tried', tries: row.tries, dueMs: null, ended: 'given up' } as const;
    });
  }

  /** What is to be told of a closed shift, for the commit of its close. */
  changesForShift(closed: ShiftReport): readonly WebhookChange[] {
    const orderId = shiftName(this.#context.settings.terminalId, closed.number);
    return this.#receivers.flatMap((receiver) => this.#told(receiver, orderId, [{ kind: SHIFT_CLOSED }]));
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
      const nowMs = clock.wallMs();
      if (receiver.inOrder !== undefined) {
        if (flying.size > 0 || !receiver.inOrder.reachable()) continue;
        const [row] = journal.webhooks.inOrder(receiver.name, 1);
        const { dueMs } = row ?? { dueMs: null };
        // What was never tried waits for nothing; what waits longer than any try does was put off by a clock that was ahead.
        const isDue =
          row?.tries === 0 || (dueMs ?? 0) <= nowMs || (dueMs ?? 0) > nowMs + 2 * BACKOFF_IN_ORDER.mostMs;
        if (row !== undefined && isDue) this.#send(receiver, flying, row);
        continue;
      }
      if (flying.size >= MOST_FLYING) continue;
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
    const line = receiver.inOrder === undefined ? orderId : IN_ORDER;
    flying.add(line);
    this.#context.endOnRejection(
      receiver.send({ id, body }).then((answer) => {
        this.#context.post({
          on: 'command',
          run: () => {
            flying.delete(line);
            if (!this.#over) this.#answered(receiver, row, answer);
          },
        });
      }),
    );
  }

  #body({ kind, orderId, atMs, about, seq }: WebhookRow, id: string): string | undefined {
    const { adapters, settings } = this.#context;
    const head: ToldHead = { id, atMs, terminal: settings.terminalId, ...(seq === null ? {} : { seq }) };
    if (kind === SHIFT_CLOSED) {
      const closed = adapters.journal.shifts.closed(shiftOfName(orderId));
      return closed === undefined ? undefined : webhookShiftBody(closed, head);
    }
    if (kind === SLOT_FAILED) {
      const slots = parseObject(about ?? '') as FailedSlots | undefined;
      return slots === undefined ? undefined : webhookSlotBody({ orderId, ...slots }, head);
    }
    const sale = adapters.journal.sale(orderId);
    return sale === undefined ? undefined : webhookBody(sale, { ...head, kind: kind as WebhookKind });
  }

  #answered({ inOrder }: WebhookReceiver, row: WebhookRow, answer: WebhookAnswer): void {
    const { clock, log } = this.#context.adapters;
    const name = nameOf(row);
    const id = webhookId(row);
    if (answer.taken) {
      log.info(`webhook ${row.hook} has taken ${id}`);
      return this.#write({ ...name, change: 'tried', tries: row.tries, dueMs: null, ended: 'taken' });
    }
    const tries = row.tries + 1;
    if (inOrder !== undefined && answer.never === true) {
      log.error(`E${FAULT.eventDropped} event ${id} is told to nobody: ${answer.why}`);
      return this.#write({ ...name, change: 'tried', tries, dueMs: null, ended: 'given up' });
    }
    if (inOrder !== undefined) {
      const waitMs = doubledMs(BACKOFF_IN_ORDER, tries - 1);
      log.warn(`E${FAULT.eventNotTaken} event ${id}: ${answer.why}; again in ${waitMs / 1_000} s`);
      return this.#write({ ...name, change: 'tried', tries, dueMs: clock.wallMs() + waitMs, ended: null });
    }
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
