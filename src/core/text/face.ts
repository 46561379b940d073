import type { Rupiah } from '../../base/rupiah.js';
import type { ChooseScreen, Help, Screen, Words } from '../../base/screen.js';
import type { Zone } from '../../base/time.js';
import { FAULT, faultText } from '../fault/table.js';
import type { Readiness } from '../readiness.js';
import type { SourceResult } from '../sale/effect.js';
import { ownerOf } from '../sale/emv.js';
import { paidOf } from '../sale/paid-amount.js';
import { occupiesTerminal, type Sale, slipNumber } from '../sale/sale.js';
import type { Entry } from '../source/entry.js';
import { notesIfDeducted } from './advice.js';
import { closedNotes, closedTitle, type ShopClock } from './closed-face.js';
import { type Contact, contactLines, helpOf } from './contact.js';
import { owedKind } from './owed-kind.js';
import { nothingCameOut, PHRASES, paidWithFee } from './phrases.js';

/** The end of the last sale, as long as it stays on the screen. */
export type EndNotice =
  | { readonly end: 'paid'; readonly sale: Sale; readonly receipt: 'none' | 'printed' | 'failed' }
  | { readonly end: 'told'; readonly amount: Rupiah; readonly result: SourceResult; readonly sale?: Sale }
  | { readonly end: 'owed'; readonly sale: Sale };

export interface FaceState {
  readonly shop: string;
  readonly terminal: string;
  readonly contact?: Contact | undefined;
  /** The shop's; WIB when absent. */
  readonly zone?: Zone | undefined;
  /** What a phone opens for the receipt of a sale whose end is in the journal; absent where no code is shown. */
  readonly receiptOf?: ((sale: Sale) => string | undefined) | undefined;
  /** No slip tells the customer what to quote. */
  readonly paperless?: boolean;
  readonly sale: Sale | undefined;
  readonly entry: Entry | undefined;
  readonly hint: Words | undefined;
  readonly ending: EndNotice | undefined;
  readonly readiness: Readiness;
  /** What a register wants to be shown while nothing else is. */
  readonly lines?: readonly string[];
  /** In the place of an idle screen and of typing, where customers choose from a catalogue. */
  readonly choose?:
    | {
        readonly screen: () => ChooseScreen;
        /** Something is typed, or in the cart. */
        readonly begun: boolean;
        /** Somebody has turned a page, at least. */
        readonly touched: boolean;
        /** There is nothing to choose, and no amount may be typed. */
        readonly nothing: boolean;
      }
    | undefined;
  /** What stands there while nobody is before the screen. */
  readonly slide?: string | undefined;
  /** What is paid is a donation. */
  readonly thanks?: boolean;
  /** What the staff should know meanwhile. */
  readonly note?: Words | undefined;
  readonly qrLifeMs: number;
  readonly nowWallMs: number;
  readonly clock?: ShopClock;
  /** A register sells although the shop is closed to customers: its lines are shown. */
  readonly registerSells?: boolean;
}

/** What the customer sees now. A sale under way comes first, then its end, then typing, then the rest. */
export function faceOf(state: FaceState): Screen {
  const { sale, ending, entry, terminal } = state;
  if (sale !== undefined && occupiesTerminal(sale)) return saleFace(sale, state);
  if (ending !== undefined) return endingFace(ending, state);
  if (state.choose?.begun) return state.choose.screen();
  // That nothing is typed is no news to a customer who cannot be sold to.
  if (entry !== undefined && (entry.amount > 0 || state.readiness.ready))
    return {
      show: 'entering',
      amount: entry.amount,
      ...(state.hint === undefined ? {} : { hint: state.hint }),
    };
  const { shop, lines = [], note, choose, readiness } = state;
  const attended = state.registerSells === true && lines.length > 0;
  if (!readiness.ready && !attended) return outOfService(readiness.code, state);
  if (choose?.nothing) return outOfService(FAULT.nothingToChoose, state);
  // A register's lines are about what somebody is buying there now.
  // What the staff should know is not covered.
  const isFree = lines.length === 0 && note === undefined && choose?.touched !== true;
  const resting = state.slide !== undefined && isFree;
  if (choose !== undefined && !attended && !resting && (choose.touched || lines.length === 0))
    return choose.screen();
  const slide = state.slide !== undefined && resting ? { picture: state.slide } : undefined;
  const more = { ...(lines.length === 0 ? {} : { lines }), ...(note === undefined ? {} : { note }) };
  if (slide === undefined) return { show: 'idle', shop, terminal, ...more };
  return {
    ...{ show: 'idle', shop, terminal, ...more },
    slide: choose === undefined ? slide : { ...slide, choose: true },
  };
}

function outOfService(code: number, face: FaceState): Screen {
  const { terminal, shop, readiness } = face;
  const closed = readiness.ready ? undefined : readiness.closed;
  if (closed !== undefined)
    return {
      ...{ show: 'outOfService', words: closedTitle(closed), closed: { why: closed.why, shop } },
      notes: closedNotes(closed, face.nowWallMs, face.clock),
      ...help({ terminal, code }, face),
    };
  return { show: 'outOfService', words: faultText(code), code, ...help({ terminal, code }, face) };
}

function saleFace(sale: Sale, face: FaceState): Screen {
  const { amount, orderId, state } = sale;
  const wait = (words: Words): Screen => ({ show: 'wait', amount, words });
  switch (state.at) {
    case 'requested':
      return wait(PHRASES.retrying);
    case 'charging':
      return wait(PHRASES.preparing);
    case 'chargeUnknown':
      return wait(PHRASES.asking);
    case 'awaitingPayment': {
      if (state.payload === undefined) return wait(PHRASES.preparing);
      const leftMs = Math.max(0, Math.min(face.qrLifeMs, state.endsAtMs - face.nowWallMs));
      const notes = state.misses > 0 ? [PHRASES.gatewaySilent] : [];
      const lifeMs = Math.min(face.qrLifeMs, sale.patienceMs ?? face.qrLifeMs);
      const { payload } = state;
      const whose = { shop: face.shop, owner: ownerOf(payload) };
      return { show: 'scan', orderId, amount, payload, ...whose, leftMs, lifeMs, notes };
    }
    case 'closing':
      return wait(state.how === 'cancelled' ? PHRASES.closing : PHRASES.asking);
    case 'delivering':
      return { show: 'paid', orderId, number: slipNumber(sale), amount, notes: [] };
    default:
      return wait(PHRASES.recovering);
  }
}

function help(
  about: Parameters<typeof helpOf>[1],
  { contact = {}, paperless = false, zone }: FaceState,
): { help?: Help } {
  const found = helpOf(contact, about, paperless, zone);
  return found === undefined ? {} : { help: found };
}

function receipt(sale: Sale, { receiptOf }: FaceState): { receipt?: string } {
  const link = receiptOf?.(sale);
  return link === undefined ? {} : { receipt: link };
}

function endingFace(ending: EndNotice, face: FaceState): Screen {
  switch (ending.end) {
    case 'paid': {
      const { orderId, amount } = ending.sale;
      const shown = { orderId, number: slipNumber(ending.sale), amount, notes: paidNotes(ending, face) };
      return { show: 'paid', ...shown, ...receipt(ending.sale, face) };
    }
    case 'owed': {
      const { sale } = ending;
      const { orderId, amount, state } = sale;
      const number = slipNumber(sale);
      const words = PHRASES[owedKind(state)];
      return { show: 'owed', orderId, number, amount, words, ...help(sale, face), ...receipt(sale, face) };
    }
    case 'told':
      return closedFace(ending, face);
  }
}

function paidNotes(
  { sale, receipt: printed }: Extract<EndNotice, { end: 'paid' }>,
  face: FaceState,
): readonly Words[] {
  // A donation hands nothing over.
  const given = face.thanks === true && sale.items !== undefined;
  const [whom] = contactLines(face.contact ?? {});
  const unattended = sale.source.kind === 'vending' && !given && whom !== undefined;
  return [
    ...(given ? [PHRASES.thanks] : []),
    ...(paidOf(sale) > sale.amount ? [paidWithFee(sale)] : []),
    ...(printed === 'failed' ? [PHRASES.noReceipt] : []),
    // Nobody stands there, and a machine that took pulses never says what came out.
    ...(unattended ? [nothingCameOut(whom)] : []),
  ];
}

function closedFace({ amount, result, sale }: Extract<EndNotice, { end: 'told' }>, face: FaceState): Screen {
  const notes = sale === undefined ? [] : notesIfDeducted(sale, result);
  const more = {
    amount,
    ...(sale === undefined ? {} : { orderId: sale.orderId, number: slipNumber(sale) }),
    ...help(sale ?? { terminal: face.terminal, code: 'code' in result ? result.code : 0 }, face),
    ...(notes.length === 0 ? {} : { notes }),
  };
  switch (result.result) {
    case 'cancelled':
      return { show: 'closed', words: PHRASES.cancelled, ...more };
    case 'expired':
      return { show: 'closed', words: PHRASES.expired, ...more };
    case 'denied':
      return { show: 'closed', words: PHRASES.denied, code: result.code, ...more };
    case 'failed':
      return { show: 'closed', words: faultText(result.code), code: result.code, ...more };
    case 'unknown':
      return { show: 'closed', words: PHRASES.unknown, code: result.code, unsure: true, ...more };
  }
}
