import { isDeepStrictEqual } from 'node:util';
import { type Notice, noticeKey } from '../../src/base/notice.js';
import type { Screen } from '../../src/base/screen.js';
import type { Slip } from '../../src/base/slip.js';
import { bookedOf } from '../../src/core/sale/paid-amount.js';
import {
  awaitsQr,
  isEnded,
  isOpen,
  isSettled,
  occupiesTerminal,
  type Sale,
  slipNumber,
} from '../../src/core/sale/sale.js';
import type { ClosingTime } from '../../src/core/shift/closing-time.js';
import type { ShiftReport } from '../../src/core/shift/shift.js';
import { rrnOf } from '../../src/core/source/register-result.js';
import type { Commit, JournalEvent } from '../../src/journal/commit.js';
import type { Journal } from '../../src/journal/journal.js';
import type { Shifts } from '../../src/journal/shifts.js';
import { parseNotice } from '../../src/mqtt/envelope.js';
import { grossOf, paymentOf, refundTotal, type Transaction } from '../../src/sandbox/midtrans/transaction.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import type { TerminalSettings } from '../../src/terminal/context.js';
import { happenings } from '../kit/happenings.js';
import { readReceipt } from './receipts.js';
import type { SaleSource } from './sources/source.js';
import { StatusPace } from './status-pace.js';
import { START_WALL_MS, type VirtualTime } from './time.js';
import type { WireRequest } from './wire.js';

export interface Violation {
  readonly law: string;
  readonly words: string;
}

/** Longest that a source may wait for a word, from the opening or the last start: charge, patience, life, patience. */
export const COUNTER_BOUND_MS = 20_000 + 60_000 + 120_000 + 60_000 + 45_000;
/** Longest that nobody may ask about an open sale: the last look of the watch, or the longest backoff, and a time-out. */
export const ASKED_BOUND_MS = 900_000 + 60_000;

/** After the last bill nobody is in the way of a shift that is due. */
const QUIET_MS = 600_000;

/** What the laws need to know of the shop; the shop is built after them. */
export interface Witnesses {
  readonly sandbox: () => Sandbox;
  /** Why the running terminal would not sell, or undefined when it would. */
  readonly notReady: () => string | undefined;
  /** The clock has been years wrong since the process began. */
  readonly clockWrong: () => boolean;
  /** Or has been wrong at some time. */
  readonly clockWasWrong: () => boolean;
  /** Of the configuration of now. */
  readonly settings: () => TerminalSettings;
  /** The fraud check has a settlement of this order, and has not accepted it. */
  readonly held: (orderId: string) => boolean;
  /** Whose sale it is; undefined where nobody has asked for it. */
  readonly sourceOf: (sale: Sale) => SaleSource | undefined;
  /** Why a new sale should not have been opened: closed, or sold out. */
  readonly houseObjects: (sale: Sale) => string | undefined;
}

/**
 * The laws of the whole, checked from outside at each act: what the disk holds is known from the commits that have
 * returned, what is true from the books of Midtrans, what was given from the hands that took it.
 */
export class Laws {
  violation: Violation | undefined;
  /** Sales as the disk has them. */
  readonly sales = new Map<string, Sale>();
  readonly successors = new Map<string, string>();
  readonly openIds = new Set<string>();
  /** Told of each sale that is new on disk or changed. */
  onSale: (sale: Sale, before: Sale | undefined) => void = () => undefined;
  /** Told of each commit, before its sales are known here. */
  onCommit: (commit: Commit) => void = () => undefined;
  bootedAtMs = 0;
  /** The merchant gives back also what may have been handed over, or has done so before. */
  refundsUnknown = false;
  /** What all relays together let a terminal give back a day, and how far the clock of one may be ahead of another's. */
  refundsADay = Number.POSITIVE_INFINITY;
  relaysApartMs = 0;
  /** The process before this one ended by itself, with all that was under way at a machine told. */
  stoppedInOrder = false;
  readonly #time: VirtualTime;
  readonly #see: Witnesses;
  readonly #answers = new Set<string>();
  readonly #notices = new Set<string>();
  /** Orders that have been in the archive. */
  readonly #archived = new Set<string>();
  /** Written, and on no disk yet. */
  readonly #waitingNotices = new Set<string>();
  /** When the last notices about an order were written down. */
  readonly #noticedAt = new Map<string, number[]>();
  readonly #noticeRows = new Set<string>();
  /** How many were committed, by order. */
  readonly #events = new Map<string, number>();
  /** Notifications that a broker took. */
  readonly #taken = new Set<string>();
  /** What Midtrans has said of each order, to whichever relay, and how many notices of that were committed. */
  readonly #said = new Map<string, { readonly bodies: Set<string>; rows: number }>();
  /** What was asked to go back, by order and key, and when. */
  readonly #backAsked = new Map<string, { readonly atMs: number; readonly amount: number }>();
  readonly #byRrn = new Map<string, string>();
  readonly #charged = new Set<string>();
  readonly #keys = new Map<string, string>();
  readonly #heldSince = new Map<string, number>();
  readonly #askedAt = new Map<string, number>();
  readonly pace = new StatusPace();
  /** Orders whose original receipt was printed. */
  readonly #receipts = new Set<string>();
  /** When each sale was closed last: a charge can come to Midtrans after four of its "no such transaction". */
  readonly #closedAt = new Map<string, number>();
  /** Closed shifts as they were reported, and the number of the last. */
  readonly #closed = new Map<number, string>();
  /** Of each day that ended a shift, by itself. */
  readonly #days = new Map<string, number>();
  #lastShift = 0;
  #shiftSinceMs = 0;
  /** What registers were told of closed shifts: the sum of what was settled, by number. */
  readonly #shiftsTold = new Map<number, number>();
  readonly #closedAgain = new Set<number>();
  /** The key of each refund that was asked for, by order. */
  readonly #refunds = new Map<string, string>();
  /** What somebody at the dashboard gave back, or a part of, and whether a notice of the last of it has reached the disk. */
  readonly #elsewhere = new Map<string, 'silent' | 'heard'>();
  /** Slips that were begun without their QR, and when. */
  readonly #tops = new Map<string, number>();
  /** Orders whose QR was given to the printer as an original. */
  readonly #qrs = new Set<string>();
  /** Orders that a customer was told are paid, by screen or paper. */
  readonly #told = new Set<string>();

  constructor(time: VirtualTime, see: Witnesses) {
    this.#time = time;
    this.#see = see;
  }

  broken(law: string, words: string): void {
    this.violation ??= { law, words };
  }

  transaction(orderId: string): Transaction | undefined {
    return this.#see.sandbox().transactions.find(orderId);
  }

  // What is on disk.

  /** A notice that says what another said is no row: ten thousand of one must not fill a disk, or take a loop's time. */
  #oneRow(notice: Notice): void {
    const key = noticeKey(notice);
    const again = this.#noticeRows.has(key) && !this.#archived.has(notice.orderId);
    if (again) this.broken('law 16', `notice "${key}" is written down a second time`);
    this.#noticeRows.add(key);
    const said = this.#said.get(notice.orderId);
    if (said === undefined || notice.id.startsWith(FORGED)) return;
    said.rows += 1;
    if (said.rows > said.bodies.size && !this.#archived.has(notice.orderId))
      this.broken(
        'law 16',
        `${said.rows} notices of ${notice.orderId} are written down, and Midtrans has said ${said.bodies.size} things of it`,
      );
  }

  /** To any of the relays. What is not signed rings nowhere. */
  notificationArrives(body: string): void {
    if (body.includes('"signature_key":"00000000')) return;
    const orderId = ORDER_ID.exec(body)?.[1] ?? '';
    const said = this.#said.get(orderId) ?? { bodies: new Set(), rows: 0 };
    this.#said.set(orderId, said);
    said.bodies.add(body);
  }

  /** Their stories are in the archive: what was known of their notices is told there, and one may be written down once more. */
  archived(orders: readonly string[]): void {
    for (const order of orders) this.#archived.add(order);
  }

  /** The fleet is told what the sales of the day came to, by a program that counted on and by one that adds up. */
  ofTheDay(midnightMs: number, journals: readonly Pick<Journal, 'days'>[]): void {
    const sums = { paid: { count: 0, sum: 0 }, unpaid: { count: 0, sum: 0 } };
    for (const sale of this.sales.values()) {
      const { openedAtMs } = sale;
      if (!isEnded(sale) || openedAtMs < midnightMs || openedAtMs >= midnightMs + 86_400_000) continue;
      const part = isSettled(sale) ? sums.paid : sums.unpaid;
      part.count += 1;
      part.sum += bookedOf(sale);
    }
    for (const { days } of journals) {
      const told = days.since(midnightMs);
      if (!isDeepStrictEqual(told, sums))
        this.broken(
          'law 11',
          `the day came to ${JSON.stringify(sums)}, and the fleet is told ${JSON.stringify(told)}`,
        );
    }
  }

  /** What was committed of each order is told by the journal and its archive. */
  stories(journal: Journal): void {
    for (const [orderId, count] of this.#events) {
      const told = happenings(journal.eventsOf(orderId));
      if (told < count)
        this.broken('law 1', `${count} events of ${orderId} were committed, and ${told} are told`);
    }
  }

  /** Decided, and acted upon from now on; lost in a power cut until it is {@link committed}. */
  written({ events, noticeId }: Commit): void {
    this.pace.happened(events);
    if (noticeId !== undefined) this.#waitingNotices.add(noticeId);
    for (const { kind, orderId } of events)
      if (kind === 'notice' && orderId !== undefined)
        this.#noticedAt.set(orderId, [...(this.#noticedAt.get(orderId) ?? []).slice(-19), this.#time.nowMs]);
  }

  /** The power went: what had not been committed is gone. */
  lost(): void {
    this.#waitingNotices.clear();
  }

  /** On disk. */
  committed(commit: Commit): void {
    this.onCommit(commit);
    const { events, answers, noticeId, sales } = commit;
    if (answers !== undefined) for (const answer of answers) this.#answers.add(answer.bytes);
    if (noticeId !== undefined) this.#notices.add(noticeId);
    for (const event of events) {
      const { kind, orderId } = event;
      if (orderId !== undefined) this.#events.set(orderId, (this.#events.get(orderId) ?? 0) + 1);
      if (kind === 'notice') {
        this.#oneRow(event.body as Notice);
        if (this.#elsewhere.has(orderId ?? '')) this.#heard(event);
      }
      if (kind !== 'opened') continue;
      const after = (event.body as { after?: unknown } | undefined)?.after;
      if (typeof after === 'string' && orderId !== undefined) this.successors.set(after, orderId);
    }
    if (sales === undefined || sales.length === 0) return;
    const changes = sales.map((sale) => ({ sale, before: this.sales.get(sale.orderId) }));
    for (const { sale, before } of changes) this.pace.became(before, sale);
    for (const { sale, before } of changes) {
      this.sales.set(sale.orderId, sale);
      this.#checkSale(before, sale);
    }
    this.#oneAtATime();
    for (const { sale, before } of changes) this.onSale(sale, before);
  }

  #heard({ orderId = '', body }: JournalEvent): void {
    if (JSON.stringify(body).includes('refund')) this.#elsewhere.set(orderId, 'heard');
  }

  #checkSale(before: Sale | undefined, sale: Sale): void {
    const { orderId, state } = sale;
    this.#askedAt.set(orderId, this.#time.nowMs);
    if (isOpen(sale)) this.openIds.add(orderId);
    else this.openIds.delete(orderId);
    if (!occupiesTerminal(sale)) this.#heldSince.delete(orderId);
    else if (!this.#heldSince.has(orderId)) this.#heldSince.set(orderId, this.#time.nowMs);
    if (before === undefined) this.#checkNew(sale);
    else if (isSettled(before) && !isSettled(sale))
      this.broken('law 5', `${orderId} was ${before.state.at} and is ${state.at}`);
    const was = before?.state.at;
    if (was === state.at) return;
    const transaction = this.transaction(orderId);
    const paid = transaction !== undefined && paymentOf(transaction) !== undefined;
    const wrong = transaction !== undefined && isUnexplained(transaction) && /^deliver/.test(state.at);
    if (isSettled(sale) && (!paid || transaction.amount !== sale.amount || wrong))
      this.broken(
        'law 4',
        `${orderId} is ${state.at}, Midtrans says ${transaction?.state.status ?? 'absent'}`,
      );
    if (isSettled(sale) && !(before !== undefined && isSettled(before)) && this.#see.held(orderId))
      this.broken('law 4', `${orderId} is ${state.at}, and the fraud check has not accepted the payment`);
    if (
      (state.at === 'closed' || state.at === 'refused') &&
      transaction !== undefined &&
      !endedWithoutMoney(transaction)
    )
      this.broken('law 2', `${orderId} is ${state.at}, Midtrans says ${transaction.state.status}`);
    if (state.at === 'closed') this.#closedAt.set(orderId, this.#time.wallMs());
    if (state.at === 'delivered') this.#checkDelivered(sale);
    if (was === 'delivering' && state.at === 'owed' && state.why === 'deliveryUnknown') this.#checkStop(sale);
  }

  /** What is under way at a machine that cannot be asked later is waited for when the program stops. */
  #checkStop(sale: Sale): void {
    const first = this.#time.nowMs - this.bootedAtMs < 100;
    if (this.stoppedInOrder && first && this.#see.sourceOf(sale)?.endsInOrder === true)
      this.broken('law 5', `${sale.orderId} is in doubt after a stop in order`);
  }

  #checkNew(sale: Sale): void {
    const { orderId } = sale;
    this.#byRrn.set(rrnOf(sale.openedAtMs, sale.invoice), orderId);
    if (sale.attempt > 1) return;
    const why = this.#see.notReady();
    if (why !== undefined) this.broken('law 9', `${orderId} was opened although ${why}`);
    const shut = this.#see.houseObjects(sale);
    if (shut !== undefined) this.broken('law 9', `${orderId} was opened although ${shut}`);
    if (this.#see.clockWrong()) this.broken('law 9', `${orderId} was opened by a clock that is years wrong`);
    const source = this.#see.sourceOf(sale);
    if (source === undefined) return this.broken('law 13', `${orderId}: nobody has asked for it`);
    const objection = source.objects(sale);
    if (objection !== undefined) this.broken(objection.law, objection.words);
  }

  #checkDelivered(sale: Sale): void {
    const { orderId } = sale;
    if (!this.sourceHasWord(sale)) this.broken('law 5', `${orderId} is delivered, and nobody was told`);
  }

  /** An older sale may be claimed beside the open one; two that wait for money may not. */
  #oneAtATime(): void {
    let waiting = 0;
    for (const id of this.#heldSince.keys()) if (this.sales.get(id)?.state.at !== 'delivering') waiting += 1;
    if (waiting > 1) this.broken('law 8', `${waiting} sales wait at the counter`);
  }

  // What leaves the box.

  requestLeaves(request: WireRequest): void {
    const { path, method, body } = request;
    const charge = path === '/v2/charge';
    const orderId = charge ? (ORDER_ID.exec(body)?.[1] ?? '') : (path.split('/')[2] ?? '');
    if (path.includes('/qr-code') || orderId.endsWith('-HEALTH')) return;
    const sale = this.sales.get(orderId);
    const at = sale?.state.at;
    if (sale === undefined) return this.broken('law 1', `${method} ${path} of a sale that is on no disk`);
    this.#askedAt.set(orderId, this.#time.nowMs);
    const haste = path.endsWith('/status') ? this.pace.asked(orderId, this.#time.nowMs) : undefined;
    if (haste !== undefined) this.broken("Midtrans' rate", haste);
    const close = path.endsWith('/cancel') || path.endsWith('/expire');
    if (path.endsWith('/refund')) this.#refundLeaves(sale, body);
    if (close && at !== 'closing') this.broken('law 1', `${path} leaves while the disk says ${at}`);
    if (!charge) return;
    if (at !== 'charging') this.broken('law 1', `a charge leaves while the disk says ${at}`);
    if (!body.includes(`"gross_amount":${sale.amount}`))
      this.broken('law 4', `${orderId} is charged wrongly`);
    if (this.#charged.has(orderId)) this.broken('law 7', `${orderId} is charged twice`);
    this.#charged.add(orderId);
  }

  /** Given back is only what is on disk as that, with its key, and what nobody has had the goods for. */
  #refundLeaves(sale: Sale, body: string): void {
    const { orderId, state, amount } = sale;
    if (state.at !== 'refunding' || !body.includes(`"refund_key":"${state.refundKey}"`))
      return this.broken('law 1', `a refund of ${orderId} leaves while the disk says ${state.at}`);
    const transaction = this.transaction(orderId);
    const paid = transaction === undefined ? amount : grossOf(transaction);
    if (!body.includes(`"amount":${paid}`)) this.broken('law 4', `${orderId} is refunded wrongly`);
    const { refundKey } = state;
    const before = this.#refunds.get(orderId);
    this.#refunds.set(orderId, refundKey);
    if (before !== undefined && before !== refundKey)
      return this.broken('law 7', `${orderId} is refunded under two keys, ${before} and ${refundKey}`);
    if (this.refundsUnknown || before !== undefined) return;
    const source = this.#see.sourceOf(sale);
    if (source?.wantsBack?.(sale) === true) return;
    if (source?.hasWord(sale, this.#told.has(orderId)) === true)
      this.broken('law 6', `${orderId} is refunded, and its source was told "paid"`);
  }

  /** At Midtrans: one key, one request. */
  requestArrives(request: WireRequest): void {
    const key = request.headers['idempotency-key'];
    if (request.path.endsWith('/refund')) this.#refundArrives(request);
    if (key === undefined) return;
    const now = `${request.method} ${request.path} ${request.body}`;
    const known = this.#keys.get(key);
    if (known === undefined) this.#keys.set(key, now);
    else if (known !== now) this.broken('law 7', `the key ${key} came with another request: ${request.path}`);
  }

  /** Law 15: of a day no more than was allowed, whichever relay was asked. */
  #refundArrives({ path, body }: WireRequest): void {
    const { nowMs } = this.#time;
    const { amount, refund_key: key } = JSON.parse(body) as { amount: number; refund_key: string };
    if (!this.#backAsked.has(`${path} ${key}`))
      this.#backAsked.set(`${path} ${key}`, { atMs: nowMs, amount });
    let sum = 0;
    for (const one of this.#backAsked.values()) if (nowMs - one.atMs < DAY_MS) sum += one.amount;
    if (sum > this.refundsADay)
      this.broken('law 15', `${sum} go back within a day, and ${this.refundsADay} may`);
  }

  /** An answer frame on the register's line. `asked`: the register has asked since this line or terminal came up. */
  answerWritten(bytes: string, code: string, rrn: string, asked: boolean): void {
    if (!this.#answers.has(bytes)) this.broken('law 1', `an answer ${code} that is on no disk went out`);
    if (!asked) this.broken('law 6', `an answer ${code} that nobody asked for went out`);
    const orderId = this.#byRrn.get(rrn);
    if (code === '00' && rrn.trim() !== '') this.saidPaid(orderId);
    if (/^(S2|S4|P3)$/.test(code)) this.saidEnded(orderId, code);
  }

  /** A register is told "paid", whether or not it hears that. */
  saidPaid(orderId: string | undefined): void {
    const transaction = orderId === undefined ? undefined : this.transaction(orderId);
    const paid = transaction !== undefined && paymentOf(transaction) !== undefined;
    if (!paid) this.broken('law 4', `the register is told "paid" of ${orderId}, and nothing was paid`);
  }

  /** Or that there was no payment. */
  saidEnded(orderId: string | undefined, code: string): void {
    const transaction = orderId === undefined ? undefined : this.transaction(orderId);
    const closedAtMs = this.#closedAt.get(orderId ?? '') ?? Number.POSITIVE_INFINITY;
    const existed = transaction !== undefined && transaction.createdWallMs <= closedAtMs;
    // Who hears "cancelled" of what was paid starts again, and that is right only where the money went back.
    const state = this.sales.get(orderId ?? '')?.state;
    const back = state?.at === 'resolved' && state.how === 'refunded';
    if (existed && !back && !endedWithoutMoney(transaction))
      this.broken('law 2', `the register is told ${code} of ${orderId}: ${transaction.state.status}`);
  }

  orderOf(rrn: string): string | undefined {
    return this.#byRrn.get(rrn);
  }

  screenShows(screen: Screen, confirmed: boolean): void {
    if (screen.show === 'scan') this.#qr(screen.orderId, screen.payload);
    if (screen.show === 'owed' || screen.show === 'paid') this.#receipt(screen);
    if (screen.show !== 'paid') return;
    const sale = this.sales.get(screen.orderId);
    if (sale === undefined || !isSettled(sale))
      this.broken('law 1', `the screen says "paid" of ${screen.orderId}`);
    if (confirmed) this.#told.add(screen.orderId);
  }

  /** What a phone opens is this sale, as it stands in the journal, and says "paid" with LUNAS alone. */
  #receipt({ show, orderId, receipt }: Extract<Screen, { show: 'owed' | 'paid' }>): void {
    if (receipt === undefined) return;
    const facts = readReceipt(receipt);
    const sale = this.sales.get(orderId);
    const { state } = sale ?? {};
    const why = state !== undefined && 'why' in state ? state.why : undefined;
    const { amount: asked, evidence } = sale ?? {};
    // What went to somebody else may be another amount as well, or have a fee on top.
    const amounts = { otherAmount: [evidence?.amount], otherPayee: [asked, evidence?.amount] };
    const right = why === 'otherAmount' || why === 'otherPayee' ? amounts[why] : [asked];
    const isSame = facts?.orderId === orderId && right.includes(facts.amount);
    if (sale === undefined || !isSettled(sale) || !isSame || facts.number !== slipNumber(sale))
      this.broken('law 1', `a receipt of ${facts?.orderId} of ${facts?.amount} on the face of ${orderId}`);
    else if ((facts.standing === 'paid') !== (show === 'paid'))
      this.broken('law 1', `a receipt that says ${facts.standing} on a face that says ${show}`);
  }

  #noQr(orderId: string): void {
    const sale = this.sales.get(orderId);
    if (sale === undefined || awaitsQr(sale) || sale.state.at === 'awaitingPayment')
      this.broken('law 1', `a slip says that there is no QR for ${orderId}, which is ${sale?.state.at}`);
  }

  /** A copy that somebody has asked for may wait while the payment comes after all. */
  #unpaid(orderId: string, copy: boolean): void {
    const sale = this.sales.get(orderId);
    if (
      sale === undefined ||
      awaitsQr(sale) ||
      sale.state.at === 'awaitingPayment' ||
      (!copy && isSettled(sale))
    )
      this.broken('law 2', `a slip says that ${orderId} was not paid, which is ${sale?.state.at}`);
  }

  #qr(orderId: string, payload: string): void {
    if (this.sales.get(orderId)?.state.at !== 'awaitingPayment')
      this.broken('law 1', `a QR of ${orderId} is out, which is ${this.sales.get(orderId)?.state.at}`);
    if (this.transaction(orderId)?.payload !== payload)
      this.broken('law 4', `the QR of ${orderId} is not the one that Midtrans made for it`);
  }

  /** Paper hangs in the printer with an amount on it, and waits for its QR. */
  topBegun(slip: Slip): void {
    const orderId = slip.orderId ?? '';
    if (slip.lines.some(({ put }) => put === 'qr')) this.broken('law 1', `a QR in the top of ${orderId}`);
    this.#tops.set(orderId, this.#time.nowMs);
  }

  /** The first byte of a whole slip goes to the printer. */
  slipBegun({ kind, copy, orderId = '' }: Slip): void {
    if (kind !== 'qr' || copy) return;
    if (this.#qrs.has(orderId)) this.broken('law 1', `a second original QR of ${orderId}`);
    this.#qrs.add(orderId);
  }

  topEnded(orderId: string): void {
    this.#tops.delete(orderId);
  }

  slip(slip: Slip): void {
    // About no sale; what is in it is what the shift says (law 11).
    if (slip.kind === 'shift') return;
    const orderId = slip.orderId ?? '';
    if (slip.kind === 'no-qr') return this.#noQr(orderId);
    if (slip.kind === 'unpaid') return this.#unpaid(orderId, slip.copy);
    const qr = slip.lines.find((line) => line.put === 'qr');
    if (qr?.put === 'qr') return this.#qr(orderId, qr.payload);
    const sale = this.sales.get(orderId);
    if (sale === undefined || !isSettled(sale))
      return this.broken('law 1', `a ${slip.kind} slip of ${orderId}`);
    if (slip.kind !== 'receipt') return;
    // A copy that a register asks for may overtake the original, where that waits for paper.
    if (!slip.copy && this.#receipts.has(orderId))
      this.broken('law 6', `a second original receipt of ${orderId}`);
    if (!slip.copy) this.#receipts.add(orderId);
    this.#told.add(orderId);
  }

  /** The broker is about to be told that the terminal has it. */
  acknowledged(topic: string, payload: string): void {
    if (!topic.endsWith('/notice')) return;
    const parsed = parseNotice(payload);
    if (!parsed.ok) return;
    const { id, expiresAt, orderId, says } = parsed.value;
    const key = noticeKey(parsed.value);
    const isExpired = Date.parse(expiresAt) - this.relaysApartMs <= this.#time.wallMs();
    if (isExpired || this.#notices.has(key)) return;
    if (this.#waitingNotices.has(key) && !this.#isOnlyNotice(orderId, says)) return;
    // Law 16: of twenty different words about one order within a minute the rest are dropped.
    const lately = this.#noticedAt.get(orderId)?.filter((ms) => this.#time.nowMs - ms <= 60_000) ?? [];
    if (lately.length < 20) this.broken('law 1', `notice ${id} is acknowledged and on no disk`);
  }

  /** Nobody would ask about this by himself after a power cut: the notice must not be lost. */
  #isOnlyNotice(orderId: string, says: string): boolean {
    const sale = this.sales.get(orderId);
    // What is being given back is asked about until that is over.
    if (sale === undefined || sale.state.at === 'refunding') return false;
    if (isSettled(sale)) return says.includes('refund') && this.#back(sale) < this.#booked(sale);
    return !isOpen(sale);
  }

  /** One that says what a broker has already may be answered at once. */
  notificationAnswered(httpStatus: number, taken: number, body: string): void {
    if (taken > 0) this.#taken.add(body);
    if (httpStatus === 200 && !this.#taken.has(body))
      this.broken('law 5', 'the relay told Midtrans 200 of a notification that no broker has');
  }

  // What does not happen.

  /** Law 14, at any time while the terminal runs. */
  audit(): void {
    const { nowMs } = this.#time;
    for (const [id, sinceMs] of this.#tops) {
      const sale = this.sales.get(id);
      if (sinceMs < this.bootedAtMs) this.#tops.delete(id);
      else if (sale !== undefined && !awaitsQr(sale))
        this.broken('law 14', `the top of a slip of ${id} hangs in the printer, it is ${sale.state.at}`);
    }
    for (const id of this.openIds) {
      const held = this.#heldSince.get(id);
      const heldMs = held === undefined ? 0 : nowMs - Math.max(held, this.bootedAtMs);
      const sale = this.sales.get(id);
      if (heldMs > COUNTER_BOUND_MS)
        this.broken('law 14', `${id} occupies the terminal for ${heldMs / 1000} s, it is ${sale?.state.at}`);
      const silentMs = nowMs - Math.max(this.#askedAt.get(id) ?? 0, this.bootedAtMs);
      if (silentMs > ASKED_BOUND_MS)
        this.broken('law 14', `nobody asks about ${id} for ${silentMs / 1000} s, it is ${sale?.state.at}`);
    }
  }

  /** Law 11: numbers have no gaps, and what was closed is what its sales add up to. */
  shiftClosed(report: ShiftReport): void {
    if (report.number <= this.#lastShift)
      this.broken('law 11', `shift ${report.number} was closed after shift ${this.#lastShift}`);
    this.#lastShift = report.number;
    const owed = [...this.sales.values()].reduce((sum, sale) => sum + this.#owed(sale), 0);
    if (owed !== report.owed.sum)
      this.broken(
        'law 11',
        `shift ${report.number} ends with ${report.owed.sum} owed, the sales with ${owed}`,
      );
    this.#closed.set(report.number, JSON.stringify(report));
    if (report.closedBy === 'gopay-pos') this.#closedByItself(report);
    this.#shiftSinceMs = this.#time.nowMs;
  }

  /** As long as it was open in truth; what was closed in a process that went with its answer began later than is known here. */
  #closedByItself({ number, day }: ShiftReport): void {
    this.mustNotBeEmpty(number);
    const { closeShiftAfterMs = Number.POSITIVE_INFINITY } = this.#see.settings();
    const openMs = this.#time.nowMs - this.#shiftSinceMs;
    if (day !== undefined) this.#closedForItsDay(number, day);
    else if (!this.#see.clockWasWrong() && openMs < closeShiftAfterMs)
      this.broken('law 11', `shift ${number} closes by itself after ${openMs / 1000} s`);
    if (this.#see.clockWrong())
      this.broken('law 9', `shift ${number} is closed by a clock that is years wrong`);
    for (const id of this.#heldSince.keys())
      if (this.sales.get(id)?.state.at === 'awaitingPayment')
        this.broken('law 14', `shift ${number} closes by itself while a customer looks at the QR of ${id}`);
  }

  /** Its time of day has come since it was opened, and no shift had that day before. */
  #closedForItsDay(number: number, day: string): void {
    if (this.#see.clockWasWrong()) return;
    const { closeShiftAt } = this.#see.settings();
    if (closeShiftAt === undefined || !this.#hasCome(closeShiftAt, this.#shiftSinceMs, this.#time.nowMs))
      this.broken(
        'law 11',
        `shift ${number} ends with ${day}, and its time has not come since it was opened`,
      );
    const name = `${day} at ${closeShiftAt?.minute}`;
    const before = this.#days.get(name);
    if (before !== undefined)
      this.broken('law 11', `shift ${number} ends with ${day}, as shift ${before} did`);
    this.#days.set(name, number);
  }

  /** Whether the clocks of the shop showed this time of day between two times. */
  #hasCome({ minute }: ClosingTime, afterMs: number, untilMs: number): boolean {
    const dayOf = (nowMs: number): number =>
      Math.floor((START_WALL_MS + nowMs + (7 * 60 - minute) * 60_000) / 86_400_000);
    return dayOf(untilMs) > dayOf(afterMs);
  }

  /** When it was closed: what ended in it without money, and was paid all the same, belongs to a later one by now. */
  #hadSales(number: number): boolean {
    const report = this.#closed.get(number);
    return report !== undefined && (JSON.parse(report) as ShiftReport).bySource.length > 0;
  }

  /** Nobody closes it by hand, and it was due long ago. A clock that was ahead by less than so long may double the time. */
  #mustHaveClosed(shifts: Shifts): void {
    const { closeShiftAfterMs = Number.POSITIVE_INFINITY } = this.#see.settings();
    const openMs = this.#time.nowMs - this.#shiftSinceMs;
    const { closeShiftAt } = this.#see.settings();
    const [first] = shifts.salesOf(shifts.current);
    const begunMs = Math.max(this.#shiftSinceMs, (first?.openedAtMs ?? START_WALL_MS) - START_WALL_MS);
    const due =
      closeShiftAt !== undefined && this.#hasCome(closeShiftAt, begunMs, this.#time.nowMs - QUIET_MS);
    if (due && first !== undefined && !this.#see.clockWasWrong())
      this.broken('law 11', `shift ${shifts.current} was to be closed at its time of day, and is open`);
    if (openMs > 2 * closeShiftAfterMs + QUIET_MS && !shifts.isEmpty())
      this.broken(
        'law 11',
        `shift ${shifts.current} is open for ${openMs / 1000} s, and does not close by itself`,
      );
  }

  /** A register was told what a shift that it closed has taken. */
  shiftTold(number: number, settled: number): void {
    const before = this.#shiftsTold.get(number);
    if (before !== undefined && before !== settled)
      this.broken('law 11', `the register is told ${settled} of shift ${number}, and ${before} before`);
    this.#shiftsTold.set(number, settled);
  }

  /** Closed for a frame that had closed one before, or by itself. */
  mustNotBeEmpty(number: number): void {
    this.#closedAgain.add(number);
  }

  /** What the gateway and the journal say of the same sale, when all is over. */
  compared(orderId: string, difference: string): void {
    const state = this.sales.get(orderId)?.state;
    // A person said what became of it, and the gateway may know nothing of that: cash.
    if (this.#elsewhere.has(orderId) || (state?.at === 'resolved' && state.by !== 'gateway')) return;
    // Told at each comparison until a person has seen to it, and the amounts are the same.
    if (state?.at === 'owed' && state.why === 'otherAmount') return;
    // The same, of what went to another payee besides.
    if (state?.at === 'owed' && state.why === 'otherPayee' && difference.startsWith('E545')) return;
    this.broken('law 11', `${orderId} differs from the gateway when all is over: ${difference}`);
  }

  refundedElsewhere(orderId: string): void {
    this.#elsewhere.set(orderId, 'silent');
  }

  /** Before anybody compares: what a notice told of is known. */
  refundsHeard(): void {
    for (const [orderId, heard] of this.#elsewhere) {
      const sale = this.sales.get(orderId);
      const transaction = this.transaction(orderId);
      if (heard === 'silent' || sale === undefined || transaction === undefined) continue;
      const there = Math.min(booked(transaction), refundTotal(transaction));
      if (this.#back(sale) !== there)
        this.broken('law 11', `a notice told that ${there} of ${orderId} is back, here ${this.#back(sale)}`);
    }
  }

  /** What a person hears who asks the register, or looks into the machine. */
  sourceHasWord(sale: Sale): boolean {
    return this.#see.sourceOf(sale)?.hasWord(sale, this.#told.has(sale.orderId)) === true;
  }

  isRefundedElsewhere(orderId: string): boolean {
    return this.#elsewhere.has(orderId);
  }

  /** The end: faults off, everything over. */
  settled(shifts: Shifts): void {
    this.#mustHaveClosed(shifts);
    for (const [number, told] of this.#shiftsTold)
      if (shifts.closed(number)?.all.settled.sum !== told)
        this.broken('law 11', `the register was told ${told} of shift ${number}, the journal says otherwise`);
    for (const number of this.#closedAgain)
      if ([...shifts.salesOf(number)].length === 0 && !this.#hadSales(number))
        this.broken('law 11', `shift ${number} was closed, and there was nothing in it to close`);
    const books = { paid: 0, back: 0 };
    for (const transaction of this.#see.sandbox().transactions.list()) {
      const { orderId, state } = transaction;
      const amount = booked(transaction);
      const sale = this.sales.get(orderId);
      const at = sale?.state.at;
      if (state.status === 'pending') this.broken('law 10', `${orderId} is pending at Midtrans, here ${at}`);
      if (paymentOf(transaction) === undefined) continue;
      books.paid += amount;
      if (at !== 'delivered' && at !== 'owed' && at !== 'resolved')
        this.broken('law 5', `${orderId} is paid and neither delivered nor owed: ${at}`);
      const there = Math.min(booked(transaction), refundTotal(transaction));
      const here = sale === undefined ? 0 : this.#back(sale);
      if (here !== there)
        this.broken(
          'law 11',
          `Midtrans has given ${there} of ${orderId} back, here it is ${at}, and ${here} back`,
        );
      const gone = sale?.state.at === 'resolved' && sale.state.how === 'refunded';
      if (gone && sale.state.by === 'gateway' && there !== amount)
        this.broken('law 11', `${orderId} is resolved as refunded, and ${there} of ${amount} went back`);
      books.back += gone ? amount : there;
    }
    this.#addUp(shifts, books);
  }

  /** What the disk knows that Midtrans gave back of it. */
  #back(sale: Sale): number {
    const { evidence } = sale;
    if (evidence?.status === 'refund') return this.#booked(sale);
    return evidence?.status === 'partial_refund'
      ? Math.min(this.#booked(sale), evidence.refundAmount ?? 0)
      : 0;
  }

  /** Paid, and neither handed over nor seen to nor given back. */
  #owed(sale: Sale): number {
    const { at, ...more } = sale.state;
    const due =
      at === 'delivering' ||
      at === 'owed' ||
      (at === 'refunding' && !('why' in more && more.why === 'returned'));
    return due ? this.#booked(sale) - this.#back(sale) : 0;
  }

  #booked({ orderId, amount }: Sale): number {
    const transaction = this.transaction(orderId);
    return transaction === undefined ? amount : booked(transaction);
  }

  /** Each closed shift and the open one: with what was owed before, over shifts, and against Midtrans' books. */
  #addUp(shifts: Shifts, books: { readonly paid: number; readonly back: number }): void {
    const ours = { paid: 0, back: 0, owed: 0 };
    for (let number = 1; number <= shifts.current; number += 1) {
      const report = number === shifts.current ? shifts.open() : shifts.closed(number);
      const heard = this.#closed.get(number);
      if (report === undefined) return this.broken('law 11', `there is no shift ${number}`);
      if (heard !== undefined && heard !== JSON.stringify(report))
        this.broken('law 11', `shift ${number} is not what it was when it was closed`);
      const settled = [...shifts.salesOf(number)].filter(isSettled);
      const sum = settled.reduce((all, sale) => all + this.#booked(sale), 0);
      const { all, earlier, owed } = report;
      if (sum !== all.settled.sum)
        this.broken('law 11', `shift ${number} says ${all.settled.sum}, its sales are ${sum}`);
      const back = all.refunded.sum + earlier.refunded.sum;
      const gone = all.delivered.sum + earlier.delivered.sum + back + all.other.sum + earlier.other.sum;
      if (ours.owed + all.settled.sum - gone !== owed.sum)
        this.broken(
          'law 11',
          `shift ${number}: owed before ${ours.owed}, settled ${all.settled.sum}, gone ${gone}, owed ${owed.sum}`,
        );
      ours.paid += all.settled.sum;
      ours.back += back;
      ours.owed = owed.sum;
    }
    if (ours.paid !== books.paid)
      this.broken('law 11', `the shifts say ${ours.paid}, Midtrans ${books.paid}`);
    if (ours.back !== books.back)
      this.broken('law 11', `the shifts gave back ${ours.back}, Midtrans ${books.back}`);
    const owed = [...this.sales.values()].reduce((sum, sale) => sum + this.#owed(sale), 0);
    if (ours.owed !== owed)
      this.broken('law 11', `the shifts end with ${ours.owed} owed, the sales with ${owed}`);
  }
}

/** Another amount was paid, and Midtrans names no fee. */
function isUnexplained(transaction: Transaction): boolean {
  const other = paymentOf(transaction)?.other;
  return other !== undefined && other.customerFee === undefined;
}

/** What the shop's books have of it: all that was paid, without the fee. */
export function booked(transaction: Transaction): number {
  return isUnexplained(transaction) ? grossOf(transaction) : transaction.amount;
}

/** The last word was a no, whatever came after it. */
function endedWithoutMoney(transaction: Transaction): boolean {
  return transaction.history.some(
    ({ status }) => status === 'cancel' || status === 'expire' || status === 'deny',
  );
}

const DAY_MS = 86_400_000;
/** Of what whoever has a password at the broker sends. */
export const FORGED = 'FORGED';
const ORDER_ID = /"order_id":"([^"]+)"/;
