import { formatRupiah } from '../../../src/base/rupiah.js';
import type { VendDenial, VendRequest } from '../../../src/base/vending-messages.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { gaveUp, noted, settled, told } from '../session.js';
import {
  type BoardEffect,
  type BoardEvent,
  type BoardSettings,
  type BoardState,
  type BoardStep,
  type Wanted,
  waits,
  wrote,
} from './board-state.js';
import { approval, type BoardMessage, type BoardStatus, readPrice, SAY } from './message.js';
import { beginSetUp, setUpReply, setUpTimeout } from './set-up.js';

/** Between a session's end and the next opening: a machine that refuses one must not be asked in a tight circle. */
const OPEN_AFTER_MS = 500;
/** A session that was asked for and did not come is asked for again. */
const OPEN_AGAIN_MS = 10_000;
/** How long a machine that was told no may take to say that it is ready again. */
const DENIED_MS = 5_000;
/** How long after a session's end the report on its goods may come. The published log has it before. */
const REPORT_MS = 1_000;
const SETTLE_MS = 10_000;

type Received = Extract<BoardEvent, { kind: 'message' }>;

/** The whole conversation with the board: what happened in, the next state and what to do out. */
export function boardStep(state: BoardState, event: BoardEvent, settings: BoardSettings): BoardStep {
  switch (event.kind) {
    case 'opened':
      return beginSetUp(settings);
    case 'lost':
      return lost(state, event.why);
    case 'message':
      return received(state, event, settings);
    case 'quiet':
      return quiet(state, settings);
    case 'timeout':
      return timeout(state, settings);
    case 'pay':
      return pay(state, event.request, settings);
    case 'deny':
      return deny(state, event.request, event.denial);
  }
}

function lost(state: BoardState, why: string): BoardStep {
  const effects: BoardEffect[] = [];
  if (state.at === 'asked') effects.push(gaveUp(state.wanted, why));
  if (state.at === 'paid') effects.push(settled(state.wanted, 'unknown', why));
  return { state: { at: 'gone' }, effects: [...effects, told({ kind: 'gone', why })] };
}

/**
 * A machine polls several times a second. Without polls it is off, or the board has lost its power and with it all that
 * it was told; a serial line does not show that. One that may be dispensing is left alone.
 */
function quiet(state: BoardState, settings: BoardSettings): BoardStep {
  if (state.at === 'gone' || state.at === 'settingUp' || state.at === 'paid') return { state, effects: [] };
  const why = `E${FAULT.cashlessOff} the machine has stopped polling`;
  const before = state.at === 'asked' ? [gaveUp(state.wanted, why)] : [];
  const gone = state.at === 'waiting' ? [] : [told({ kind: 'gone', why })];
  const next = beginSetUp(settings);
  return { ...next, effects: [...before, ...gone, ...next.effects] };
}

function pay(state: BoardState, request: VendRequest, settings: BoardSettings): BoardStep {
  if (state.at === 'asked' && state.wanted.request.reference === request.reference)
    return {
      state: { at: 'paid', wanted: state.wanted, closed: false },
      effects: [wrote(approval(state.wanted.price)), waits(settings.vendMs)],
    };
  // Told already: the report that comes is for both who asked for it.
  if (state.at === 'paid' && state.wanted.request.reference === request.reference)
    return { state, effects: [] };
  const wanted = { request, price: '' };
  return { state, effects: [settled(wanted, 'failed', 'the machine does not wait for it any more')] };
}

function deny(state: BoardState, request: VendRequest, denial: VendDenial): BoardStep {
  if (state.at !== 'asked' || state.wanted.request.reference !== request.reference)
    return { state, effects: [noted('info', `no denial (${denial.why}): the machine waits for none`)] };
  return denied(`denied: ${denial.why}`);
}

function denied(why: string): BoardStep {
  return {
    state: { at: 'denied', tries: 1 },
    effects: [noted('info', why), wrote(SAY.stop), waits(DENIED_MS)],
  };
}

function timeout(state: BoardState, settings: BoardSettings): BoardStep {
  switch (state.at) {
    case 'settingUp':
      return setUpTimeout(state, settings);
    case 'waiting': {
      const why = `E${FAULT.cashlessOff} the machine has not enabled cashless payment`;
      return { state, effects: [noted('warn', why), told({ kind: 'gone', why })] };
    }
    case 'enabled':
      return { state, effects: [wrote(SAY.open), waits(OPEN_AGAIN_MS)] };
    case 'denied':
      // The other documented refusal, then the machine sees the reader switched off: one of them frees the customer.
      if (state.tries === 2) return beginSetUp(settings);
      return { state: { at: 'denied', tries: 2 }, effects: [wrote(SAY.deny), waits(DENIED_MS)] };
    case 'paid':
      return unanswered(state.wanted, `E${FAULT.goodsUnknown} no report on the goods`);
    case 'settling':
      return enabled(settings, state.late);
    case 'gone':
    case 'open':
    case 'asked':
      return { state, effects: [] };
  }
}

/** It is not known whether the goods fell; a report on them may still come. */
function unanswered(wanted: Wanted, why: string, ...more: readonly BoardEffect[]): BoardStep {
  return {
    state: { at: 'settling', late: wanted },
    effects: [noted('warn', why), settled(wanted, 'unknown', why), waits(SETTLE_MS), ...more],
  };
}

function received(state: BoardState, event: Received, settings: BoardSettings): BoardStep {
  const said = event.message;
  if (state.at === 'gone') return { state, effects: [] };
  if (state.at === 'settingUp') {
    const next = setUpReply(state, said, settings);
    if (next.state.at !== 'waiting' || said.said !== 'status') return next;
    // The answer to C,1 is often the status itself, and the last of them for a while.
    const now = status(next.state, said.status, settings);
    return now.state.at === 'waiting' ? next : now;
  }
  switch (said.said) {
    case 'vend':
      return ask(state, said, event.reference, settings);
    case 'status':
      return status(state, said.status, settings);
    case 'success':
    case 'failure':
      return goods(state, said.said === 'success');
    case 'cancelled':
      return cancelled(state);
    case 'error':
      return error(state, said.text);
    case 'version':
    case 'switched':
    case 'set':
    case 'polled':
      return { state, effects: [] };
    case 'other':
      return { state, effects: [noted('warn', `a line that says nothing to us: ${said.text}`)] };
  }
}

function ask(
  state: Exclude<BoardState, { at: 'gone' | 'settingUp' }>,
  { price, item }: Extract<BoardMessage, { said: 'vend' }>,
  reference: string,
  settings: BoardSettings,
): BoardStep {
  const before: BoardEffect[] = [];
  if (state.at === 'asked') {
    const same = state.wanted.price === price && state.wanted.request.item === item;
    if (same) return { state, effects: [noted('info', 'the request that is open already')] };
    before.push(gaveUp(state.wanted, 'the machine asks for something else'));
  }
  if (state.at === 'paid')
    before.push(...unanswered(state.wanted, `E${FAULT.goodsUnknown} the machine asks for the next`).effects);
  const amount = readPrice(price, settings.unit);
  if (typeof amount === 'string') {
    const no = denied(`E${FAULT.priceNotRupiah} denied: ${amount}`);
    return { ...no, effects: [...before, ...no.effects] };
  }
  const request: VendRequest = { amount, reference, ...(item === undefined ? {} : { item }) };
  const slot = item === undefined ? '' : `, slot ${item}`;
  const asks = `the machine asks for ${formatRupiah(amount)}${slot}, as ${reference}`;
  return {
    state: { at: 'asked', wanted: { request, price } },
    effects: [...before, noted('info', asks), told({ kind: 'asked', request })],
  };
}

function status(
  state: Exclude<BoardState, { at: 'gone' | 'settingUp' }>,
  now: BoardStatus,
  settings: BoardSettings,
): BoardStep {
  if (state.at === 'paid') {
    const over = `E${FAULT.goodsUnknown} the machine went to ${now} without a report on the goods`;
    if (now === 'INACTIVE' || now === 'ONLINE' || now === 'DISABLED') {
      const { effects } = unanswered(state.wanted, over);
      return { state: { at: 'waiting' }, effects: [...effects, disabled(now)] };
    }
    if (state.closed) return { state, effects: [] };
    return { state: { ...state, closed: true }, effects: [noted('info', over), waits(REPORT_MS)] };
  }
  const before = state.at === 'asked' ? [gaveUp(state.wanted, `the machine went to ${now}`)] : [];
  const next = follow(state, now, settings);
  return { ...next, effects: [...before, ...next.effects] };
}

function follow(
  state: Exclude<BoardState, { at: 'gone' | 'settingUp' | 'paid' }>,
  now: BoardStatus,
  settings: BoardSettings,
): BoardStep {
  const late = 'late' in state ? state.late : undefined;
  switch (now) {
    case 'INACTIVE':
    case 'ONLINE':
    case 'DISABLED':
      return { state: { at: 'waiting' }, effects: state.at === 'waiting' ? [] : [disabled(now)] };
    case 'ENABLED':
      // The timer of one that waits for its session runs on.
      return state.at === 'enabled' ? { state, effects: [] } : enabled(settings, late);
    case 'IDLE':
      return { state: { at: 'open', ...(late === undefined ? {} : { late }) }, effects: [] };
  }
}

function enabled(settings: BoardSettings, late: Wanted | undefined): BoardStep {
  return {
    state: { at: 'enabled', ...(late === undefined ? {} : { late }) },
    effects: settings.session === 'authorization-first' ? [waits(OPEN_AFTER_MS)] : [],
  };
}

function disabled(now: BoardStatus): BoardEffect {
  return told({ kind: 'gone', why: `E${FAULT.cashlessOff} the machine went to ${now}` });
}

function goods(state: Exclude<BoardState, { at: 'gone' | 'settingUp' }>, fell: boolean): BoardStep {
  const outcome = fell
    ? ({ vend: 'done', detail: 'the machine says SUCCESS' } as const)
    : ({
        vend: 'failed',
        detail: `E${FAULT.goodsFailed} the machine says that nothing was dispensed (VEND 3)`,
      } as const);
  switch (state.at) {
    case 'paid':
      return {
        state: { at: 'settling' },
        effects: [settled(state.wanted, outcome.vend, outcome.detail), waits(SETTLE_MS)],
      };
    case 'asked':
      // Nothing was approved, so this is about other money, or a mistake; the request is over for the machine.
      return {
        state: { at: 'settling' },
        effects: [gaveUp(state.wanted, `not approved, but: ${outcome.detail}`), waits(SETTLE_MS)],
      };
    default: {
      const late = 'late' in state ? state.late : undefined;
      if (late === undefined)
        return { state, effects: [noted('warn', `about nothing that we know: ${outcome.detail}`)] };
      const { late: _, ...rest } = state as Extract<BoardState, { late?: Wanted }>;
      return { state: rest, effects: [told({ kind: 'vended', reference: late.request.reference, outcome })] };
    }
  }
}

function cancelled(state: Exclude<BoardState, { at: 'gone' | 'settingUp' }>): BoardStep {
  if (state.at === 'paid')
    return unanswered(state.wanted, `E${FAULT.goodsUnknown} cancelled at the machine after it was paid`);
  if (state.at !== 'asked') return { state, effects: [] };
  return {
    state: { at: 'settling' },
    effects: [gaveUp(state.wanted, 'cancelled at the machine'), waits(SETTLE_MS)],
  };
}

function error(state: Exclude<BoardState, { at: 'gone' | 'settingUp' }>, text: string): BoardStep {
  if (state.at !== 'paid') return { state, effects: [noted('warn', `the board refuses: ${text}`)] };
  // A reader that is off cannot have passed our approval on.
  if (text === 'cashless is off')
    return {
      state: { at: 'settling' },
      effects: [settled(state.wanted, 'failed', 'the board was off when it was told'), waits(SETTLE_MS)],
    };
  return unanswered(state.wanted, `E${FAULT.goodsUnknown} the board refuses the approval: ${text}`);
}
