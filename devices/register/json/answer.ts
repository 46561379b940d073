import { parseObject } from '../../../src/base/json.js';
import type {
  RegisterPending,
  RegisterProgress,
  RegisterResult,
  RegisterSale,
  RegisterShift,
  ShopOrder,
  WrongField,
} from '../../../src/base/register-messages.js';
import { type BadRequest, type JsonRequest, NAMES, type Names, OPS, readCanonical } from './request.js';

/** The one enumeration of what can become of a request. */
const CODES = {
  approved: 'approved',
  pending: 'pending',
  expired: 'expired',
  cancelled: 'cancelled',
  denied: 'denied',
  unknown: 'unknown',
  refunded: 'refunded',
  handedOver: 'handed_over',
  seenTo: 'seen_to',
  notRefunded: 'not_refunded',
  conflict: 'conflict',
  totals: 'done',
  shiftClosed: 'done',
  done: 'done',
  shop: 'done',
  echo: 'done',
  busy: 'busy',
  noConnection: 'no_connection',
  notReady: 'not_ready',
  noSuchSale: 'no_such_sale',
  unsupported: 'unsupported',
  invalid: 'invalid',
} as const satisfies Readonly<Record<RegisterResult['result'], string>>;

export type Code = (typeof CODES)[keyof typeof CODES];

/** Version of this protocol; a field that is added does not change it, a field that means something else does. */
const PROTOCOL = 1;

export interface JsonAnswerOptions {
  /** Minutes from UTC to the clock of the shop. */
  readonly zoneMinutes: number;
  readonly acknowledge: 'required' | 'assumed';
}

/** An answer as it stands in its line. */
export interface JsonAnswer extends Names, Partial<WrongField> {
  readonly msg: 'answer';
  readonly op?: string;
  readonly code: Code;
  /** Our number for it, as on the screen: `FAULT.noScreen`. */
  readonly fault?: string;
  readonly why?: string;
  readonly sale?: object;
  readonly shift?: object;
  /** What is closed or sold out by hand. */
  readonly shop?: object;
  readonly protocol?: number;
  readonly acknowledge?: string;
  /** Of a hello: whether a charge would begin now. */
  readonly ready?: boolean;
  readonly busy?: boolean;
  /** Of a pending: where the sale has come to, and what the customer can scan until when. */
  readonly step?: RegisterProgress['step'];
  readonly qr?: string;
  readonly until?: string;
  /** The answer waits for an ack, and is sent again without one. */
  readonly ack?: true;
}

/**
 * Pure: nothing but its arguments decides a byte, so a repeated answer is the same answer. The answer to a charge has
 * neither amount nor deadline of its request in it, only its reference: whichever repeat it answers, it is the same.
 */
export function encodeAnswer(
  frame: Uint8Array,
  result: RegisterResult,
  options: JsonAnswerOptions,
): Uint8Array {
  const sale = 'sale' in result ? result.sale : undefined;
  const asked = readCanonical(frame) ?? lost(sale);
  const answer: JsonAnswer = {
    msg: 'answer',
    ...(asked === undefined ? {} : { op: asked.op, ...namesIn(asked) }),
    code: CODES[result.result],
    ...(asked?.op === 'hello' ? { protocol: PROTOCOL, acknowledge: options.acknowledge } : {}),
    ...reasonOf(result),
    ...(result.result === 'pending' ? pendingOf(result, options.zoneMinutes) : {}),
    ...(sale === undefined ? {} : { sale: saleOf(sale, result.result, options.zoneMinutes) }),
    ...('shop' in result ? { shop: shopOf(result.shop, options.zoneMinutes) } : {}),
    ...('shift' in result ? { shift: shiftOf(result.shift, options.zoneMinutes) } : {}),
    ...(wantsAck(result) ? { ack: true } : {}),
  };
  return line(answer);
}

function reasonOf(result: RegisterResult): Partial<JsonAnswer> {
  if (result.result === 'invalid') return invalidOf(result);
  if (result.result === 'unknown' && result.code !== undefined)
    return {
      fault: `E${result.code}`,
      why: 'paid, and a person has to see to it: hand out nothing, charge nothing again',
    };
  if ('code' in result) return { fault: `E${result.code}`, ...whyOf(WHY[result.result]) };
  if (result.result === 'echo') return helloOf(result);
  return whyOf(WHY[result.result]);
}

function invalidOf({
  why,
  code,
  field,
  found,
  allowed,
}: Extract<RegisterResult, { result: 'invalid' }>): Partial<JsonAnswer> {
  return {
    ...(code === undefined ? {} : { fault: `E${code}` }),
    ...whyOf(why),
    ...(field === undefined || found === undefined || allowed === undefined ? {} : { field, found, allowed }),
  };
}

function whyOf(why: string | undefined): Pick<JsonAnswer, 'why'> {
  return why === undefined ? {} : { why };
}

function helloOf({ ready, busy }: Extract<RegisterResult, { result: 'echo' }>): Partial<JsonAnswer> {
  if (ready === undefined || busy === undefined) return {};
  if (ready === true) return { ready, busy };
  return { fault: `E${ready.code}`, why: ready.detail, ready: false, busy };
}

function pendingOf({ step, payload, untilMs }: RegisterPending, zoneMinutes: number): Partial<JsonAnswer> {
  return {
    ...(step === undefined ? {} : { step }),
    ...(payload === undefined ? {} : { qr: payload }),
    ...(untilMs === undefined ? {} : { until: shopTime(untilMs, zoneMinutes) }),
  };
}

/** To a line that is no request: it was never asked, so there is nothing to journal. */
export function encodeWrong({ op, names, field, found, allowed }: BadRequest): Uint8Array {
  return line({
    msg: 'answer',
    ...(op === undefined ? {} : { op }),
    ...namesIn(names),
    code: CODES.invalid,
    field,
    found,
    allowed,
  });
}

/** To a request that came too fast: it was not asked either. */
export function encodeTooFast(request: JsonRequest, why: string): Uint8Array {
  return line({ msg: 'answer', op: request.op, ...namesIn(request), code: CODES.busy, why });
}

/** Where the sale has come to. Never proof: what counts is the answer. */
export function encodeProgress(told: RegisterProgress): Uint8Array {
  const ref = refOf(told);
  const common = {
    msg: 'event',
    event: told.step,
    ...(ref === undefined ? {} : { ref }),
    order_id: told.orderId,
    amount: told.amount,
  };
  if (told.step !== 'scan') return line(common);
  return line({ ...common, qr: told.payload, left_s: Math.max(0, Math.floor(told.leftMs / 1000)) });
}

/** Whether an answer to a charge is the end of a sale: a request that was refused ends none, and the sale of its name goes on. */
export function isEnd({ code, sale }: JsonAnswer): boolean {
  return sale !== undefined && code !== 'conflict' && code !== 'pending';
}

/** For those who watch: a sale that another client asked for has its answer. */
export function encodeEnded({ ref, code, sale }: JsonAnswer): Uint8Array {
  return line({
    msg: 'event',
    event: 'ended',
    ...(ref === undefined ? {} : { ref }),
    code,
    ...(sale === undefined ? {} : { sale }),
  });
}

/** The answer in bytes that were encoded here, perhaps by an earlier version. */
export function readAnswer(bytes: Uint8Array): JsonAnswer | undefined {
  const value = parseObject(Buffer.from(bytes).toString('utf8'));
  // Without it: bytes of another protocol, journalled before the configuration was changed.
  return value !== undefined && 'msg' in value ? (value as unknown as JsonAnswer) : undefined;
}

export function refOf(told: RegisterProgress): string | undefined {
  return told.reference ?? readCanonical(told.frame)?.ref;
}

/** Whose sale it is. */
export function tillOf(frame: Uint8Array): Pick<Names, 'till'> {
  const till = readCanonical(frame)?.till;
  return till === undefined ? {} : { till };
}

/** After a restart the frame may not be known any more, but a charge is named by its sale as well. */
function lost(sale: RegisterSale | undefined): (Names & { readonly op: string }) | undefined {
  return sale?.reference === undefined ? undefined : { op: 'charge', ref: sale.reference };
}

function namesIn(names: Names): Names {
  return Object.fromEntries(NAMES.flatMap((key) => (names[key] === undefined ? [] : [[key, names[key]]])));
}

/** Goods change hands on the first, and a closed shift is closed again on a new request. */
function wantsAck({ result }: RegisterResult): boolean {
  return result === 'approved' || result === 'shiftClosed';
}

const WHY: { readonly [R in RegisterResult['result']]?: string } = {
  unsupported: `not done here; there are ${OPS.join(', ')}`,
  unknown: 'not known yet, and no failure: ask again',
  handedOver: 'paid, and handed over by a person: hand out nothing more',
  seenTo: 'paid, and seen to by a person: hand out nothing, charge nothing again',
  conflict:
    'this ref was used for another amount or other items, or from another address: a till may say its name',
};

/** A register may take an approval code for a yes: it stands where the bill is paid, and nowhere else. */
const APPROVING: readonly RegisterResult['result'][] = ['approved', 'handedOver'];

function saleOf(sale: RegisterSale, result: RegisterResult['result'], zoneMinutes: number): object {
  return {
    ...(sale.reference === undefined ? {} : { ref: sale.reference }),
    order_id: sale.orderId,
    amount: sale.amount,
    ...(sale.paid === undefined ? {} : { paid: sale.paid }),
    rrn: sale.rrn,
    ...(APPROVING.includes(result) ? { approval: sale.approvalCode } : {}),
    invoice: sale.invoice,
    time: shopTime(sale.atMs, zoneMinutes),
    ...(sale.issuer === undefined ? {} : { issuer: sale.issuer }),
  };
}

function shiftOf(shift: RegisterShift, zoneMinutes: number): object {
  const { number, openedAtMs, closedAtMs, settled, delivered, refunded, owed, cancelled, expired } = shift;
  return {
    number,
    opened: shopTime(openedAtMs, zoneMinutes),
    ...(closedAtMs === undefined ? {} : { closed: shopTime(closedAtMs, zoneMinutes) }),
    ...{ settled, delivered, refunded, owed, cancelled, expired },
  };
}

function shopOf({ maintenance, soldOut }: ShopOrder, zoneMinutes: number): object {
  const told = ({ by, sinceMs }: { readonly by: string; readonly sinceMs: number }) => {
    return { by, since: shopTime(sinceMs, zoneMinutes) };
  };
  const { words } = maintenance ?? {};
  return {
    maintenance:
      maintenance === undefined ? null : { ...told(maintenance), ...(words === undefined ? {} : { words }) },
    sold_out: soldOut.map(({ of, id, ...rest }) => ({ [of]: id, ...told(rest) })),
  };
}

/** `2026-11-25T10:15:30+07:00` */
function shopTime(wallMs: number, zoneMinutes: number): string {
  const local = new Date(wallMs + zoneMinutes * 60_000).toISOString().slice(0, 19);
  const hours = String(Math.floor(zoneMinutes / 60)).padStart(2, '0');
  return `${local}+${hours}:${String(zoneMinutes % 60).padStart(2, '0')}`;
}

function line(message: object): Uint8Array {
  return Uint8Array.from(Buffer.from(`${JSON.stringify(message)}\n`));
}
