import type { VendDenial, VendRequest } from '../../../src/base/vending-messages.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { gaveUp, noted, settled } from '../session.js';
import { numberIn, TAG, type VtkMessage } from './message.js';
import { numberForIdle, type Operation, operationOf } from './operation.js';
import { no, requested, yes } from './request.js';
import { finished } from './result.js';
import {
  answer,
  remember,
  type VtkEffect,
  type VtkEvent,
  type VtkSettings,
  type VtkState,
  type VtkStep,
  type VtkTimer,
} from './vtk-state.js';

/** A machine that stays silent for three of its keepalives and this much more is gone; it does the same with us. */
const SILENT_KEEPALIVES = 3;
const SILENT_MORE_S = 8;

type Heard = Extract<VtkEvent, { kind: 'message' }>;

/** The whole conversation with the machine: what happened in, the next state and what to do out. */
export function vtkStep(state: VtkState, event: VtkEvent, settings: VtkSettings): VtkStep {
  switch (event.kind) {
    case 'opened':
      return { state: { ...state, link: { is: 'quiet' }, openings: state.openings + 1 }, effects: [] };
    case 'lost':
      return lost(state, event.why);
    case 'message':
      return heard(state, event, settings);
    case 'timeout':
      return timeout(state, event.timer);
    case 'pay':
      return pay(state, event.request, settings);
    case 'deny':
      return deny(state, event.request, event.denial);
    case 'stopped':
      return stopped(state);
  }
}

/**
 * The machine repeats what it has no answer to, so an open request outlives the line: it is the machine's first message on
 * the next one that tells whether it still waits.
 */
function lost(state: VtkState, why: string): VtkStep {
  return {
    state: { ...state, link: { is: 'gone' } },
    effects: [
      { do: 'calm', timer: 'watch' },
      { do: 'tell', event: { kind: 'gone', why } },
    ],
  };
}

function heard(state: VtkState, event: Heard, settings: VtkSettings): VtkStep {
  const { message } = event;
  const before = state.link.is === 'present' ? state.link.keepaliveS : undefined;
  const keepaliveS = numberIn(message, TAG.keepalive) ?? before;
  const here: VtkState = {
    ...state,
    link: { is: 'present', ...(keepaliveS === undefined ? {} : { keepaliveS }) },
  };
  const next = answered(here, event, settings);
  const arrived: VtkEffect[] =
    state.link.is === 'present' ? [] : [{ do: 'tell', event: { kind: 'present' } }];
  return { state: next.state, effects: [...arrived, ...watched(next.state), ...next.effects] };
}

/** While the machine waits for a payment it need not speak. */
function watched({ link, sale }: VtkState): VtkEffect[] {
  if (link.is !== 'present' || link.keepaliveS === undefined || link.keepaliveS === 0 || sale.at !== 'none')
    return [{ do: 'calm', timer: 'watch' }];
  return [{ do: 'wait', timer: 'watch', ms: (SILENT_KEEPALIVES * link.keepaliveS + SILENT_MORE_S) * 1_000 }];
}

/** Every message is answered under its own name; the machine takes silence for a dead terminal. */
function answered(state: VtkState, { message, wallMs, fresh }: Heard, settings: VtkSettings): VtkStep {
  switch (message.name) {
    case 'VRP':
      return requested(state, message, fresh, settings);
    case 'FIN':
      return finished(state, message);
    case 'ABR':
      return aborted(state, message);
    case 'IDL':
      return idle(state, message, wallMs, settings);
    case 'DIS':
      return { state, effects: [idleAnswer(state, message, wallMs, settings)] };
    case 'STA':
    case 'CDP':
      return { state, effects: [echo(message)] };
    default:
      return { state, effects: [noted('info', `${message.name} is nothing that we do`), echo(message)] };
  }
}

/** An idle machine waits for nothing. One that was told "paid" may have sent this before it heard. */
function idle(state: VtkState, message: VtkMessage, wallMs: number, settings: VtkSettings): VtkStep {
  const idling = idleAnswer(state, message, wallMs, settings);
  const why = 'the only QR here is the one that takes the payment';
  const isQr = message.values.has(TAG.qr);
  const notes = isQr ? [noted('info', `the QR text of the machine is not shown: ${why}`)] : [];
  if (state.sale.at !== 'asked') return { state, effects: [...notes, idling] };
  const { operation } = state.sale;
  return {
    state: remember(state, operation, 'gaveUp'),
    effects: [...notes, idling, gaveUp(operation, 'the machine is idle again')],
  };
}

function idleAnswer(state: VtkState, message: VtkMessage, wallMs: number, settings: VtkSettings): VtkEffect {
  return answer(
    message.name,
    [TAG.operation, String(numberForIdle(state.highest, wallMs))],
    [TAG.patience, String(settings.operationSeconds)],
    [TAG.eventNumber, message.values.get(TAG.eventNumber) ?? '0'],
  );
}

function echo(message: VtkMessage): VtkEffect {
  return answer(message.name, [TAG.operation, message.values.get(TAG.operation)]);
}

function aborted(state: VtkState, message: VtkMessage): VtkStep {
  const { sale } = state;
  const number = numberIn(message, TAG.operation);
  const echoed = echo(message);
  const other = sale.at !== 'none' && number !== undefined && number !== Number(sale.operation.number);
  if (sale.at === 'none' || other) return { state, effects: [echoed] };
  if (sale.at === 'asked')
    return {
      state: remember(state, sale.operation, 'gaveUp'),
      effects: [echoed, gaveUp(sale.operation, 'aborted at the machine')],
    };
  return {
    state: remember(state, sale.operation, 'unknown'),
    effects: [
      echoed,
      { do: 'calm', timer: 'vend' },
      settled(
        sale.operation,
        sale.told ? 'unknown' : 'failed',
        `E${FAULT.goodsUnknown} aborted at the machine after it was paid`,
      ),
    ],
  };
}

function timeout(state: VtkState, timer: VtkTimer): VtkStep {
  const { sale } = state;
  if (timer === 'watch') {
    const why = `E${FAULT.machineNotConnected} the machine has stopped speaking`;
    return {
      state: { ...state, link: { is: 'quiet' } },
      effects: [noted('warn', why), { do: 'tell', event: { kind: 'gone', why } }],
    };
  }
  if (sale.at !== 'paid') return { state, effects: [] };
  const outcome = sale.told
    ? settled(sale.operation, 'unknown', `E${FAULT.goodsUnknown} no report on the goods`)
    : settled(sale.operation, 'failed', `E${FAULT.machineLineLost} the machine did not come back to be told`);
  return { state: remember(state, sale.operation, 'unknown'), effects: [outcome] };
}

/** A machine that is not there, or has not asked since a restart of ours, is told when it comes and asks again. */
function pay(state: VtkState, request: VendRequest, settings: VtkSettings): VtkStep {
  const { sale } = state;
  const open = sale.at !== 'none' && sale.operation.request.reference === request.reference;
  // Told already: the report that comes is for both who asked for it.
  if (open && sale.at === 'paid') return { state, effects: [] };
  const operation = open ? sale.operation : fromBefore(state, request);
  if (operation === undefined) {
    const outcome = { vend: 'failed', detail: 'the machine does not wait for it any more' } as const;
    return { state, effects: [{ do: 'settle', reference: request.reference, outcome }] };
  }
  const told = sale.at === 'asked' && isThere(state, sale.opening);
  // One that was not told has its own wait for the answer in which to ask again.
  const ms = told ? settings.vendMs : settings.operationSeconds * 1_000;
  const wait: VtkEffect = { do: 'wait', timer: 'vend', ms };
  return {
    state: { ...state, sale: { at: 'paid', operation, opening: state.openings, told } },
    effects: told ? [yes(operation), wait] : [wait],
  };
}

/** What this run has heard nothing of: it was asked for before a restart, and the machine repeats what it waits for. */
function fromBefore({ sale, past }: VtkState, request: VendRequest): Operation | undefined {
  const known = past.some(({ operation }) => operation.request.reference === request.reference);
  return sale.at === 'none' && !known ? operationOf(request) : undefined;
}

/** A machine that has dialled since would take the answer for that of a request of its own. */
function isThere({ link, openings }: VtkState, opening: number): boolean {
  return link.is !== 'gone' && opening === openings;
}

function deny(state: VtkState, request: VendRequest, denial: VendDenial): VtkStep {
  const { sale } = state;
  if (sale.at !== 'asked' || sale.operation.request.reference !== request.reference)
    return { state, effects: [noted('info', `no denial (${denial.why}): the machine waits for none`)] };
  const { operation } = sale;
  return {
    state: remember(state, operation, 'denied'),
    effects: [
      noted('info', `denied: ${denial.why}`),
      ...(isThere(state, sale.opening) ? [no(operation.number)] : []),
    ],
  };
}

function stopped(state: VtkState): VtkStep {
  const { sale } = state;
  const end: VtkEffect[] =
    sale.at === 'paid'
      ? [settled(sale.operation, sale.told ? 'unknown' : 'failed', 'the terminal stops')]
      : [];
  return {
    state: { ...state, link: { is: 'gone' }, sale: { at: 'none' } },
    effects: [{ do: 'calm', timer: 'vend' }, { do: 'calm', timer: 'watch' }, ...end],
  };
}
