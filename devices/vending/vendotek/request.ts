import { formatRupiah } from '../../../src/base/rupiah.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { gaveUp, noted, settled } from '../session.js';
import { TAG, type VtkMessage } from './message.js';
import {
  highestAfter,
  isCounted,
  type Operation,
  type OperationKey,
  readKey,
  readVtkAmount,
  referenceOf,
  sameKey,
  vtkRequest,
} from './operation.js';
import {
  answer,
  remember,
  type VtkEffect,
  type VtkSettings,
  type VtkState,
  type VtkStep,
} from './vtk-state.js';

/** VRP: the machine asks, asks again, or asks for the next thing. */
export function requested(
  state: VtkState,
  message: VtkMessage,
  fresh: string,
  settings: VtkSettings,
): VtkStep {
  const key = readKey(message);
  if (typeof key === 'string') return declined(state, message, `E${FAULT.machineRequestInvalid} ${key}`);
  const amount = readVtkAmount(key.amount, settings.minorUnits);
  if (typeof amount === 'string') return declined(state, message, `E${FAULT.priceNotRupiah} ${amount}`);
  const reference = referenceOf(key, fresh);
  if (isRepeat(state, key, reference)) return repeated(state, message, settings);
  const request = vtkRequest(message, amount, reference, settings.operationSeconds * 1_000);
  const { number, amount: written } = given(message);
  const operation: Operation = { number, amount: written, request };
  const { state: free, effects } = overtaken(state);
  const slot = request.item === undefined ? '' : `, product ${request.item}`;
  return {
    state: {
      ...free,
      sale: { at: 'asked', operation, opening: free.openings },
      highest: highestAfter(free.highest, Number(key.number)),
    },
    effects: [
      ...effects,
      noted('info', `the machine asks for ${formatRupiah(amount)}${slot}, as ${reference}`),
      ...(isCounted(key) ? [noted('info', `operation ${key.number}: the machine counts by itself`)] : []),
      { do: 'calm', timer: 'watch' },
      { do: 'tell', event: { kind: 'asked', request } },
    ],
  };
}

/** Digits may begin with zeros; an answer has them as they came. */
function given(message: VtkMessage): { readonly number: string; readonly amount: string } {
  return { number: message.values.get(TAG.operation) ?? '', amount: message.values.get(TAG.amount) ?? '' };
}

/** The answer that says no: an amount of zero. */
export function no(number: string | undefined): VtkEffect {
  return answer('VRP', [TAG.operation, number], [TAG.amount, '0']);
}

export function yes({ number, amount }: Operation): VtkEffect {
  return answer('VRP', [TAG.operation, number], [TAG.amount, amount]);
}

/** Nothing is charged for it, and what the machine waited for is not what it asks now. */
function declined(state: VtkState, message: VtkMessage, why: string): VtkStep {
  const { state: free, effects } = overtaken(state);
  return {
    state: free,
    effects: [...effects, noted('warn', `denied: ${why}`), no(message.values.get(TAG.operation))],
  };
}

/** The same request while it is open: it gets the same answer, as soon as there is one. */
function repeated(state: VtkState, message: VtkMessage, settings: VtkSettings): VtkStep {
  const { sale } = state;
  if (sale.at === 'none') return { state, effects: [] };
  if (sale.at === 'asked')
    return {
      state: { ...state, sale: { ...sale, opening: state.openings } },
      effects: [noted('info', 'the request that is open already: no payment yet')],
    };
  // With a number of its own it may be the next customer by now, of a machine that lost its power: told once, and no more.
  if (sale.told && isCounted(sale.operation))
    return { state, effects: [noted('warn', 'told "paid" already, and the number is the machine\'s own')] };
  return {
    state: { ...state, sale: { ...sale, told: true } },
    effects: [
      noted('info', `a request that is paid already: approved${sale.told ? ' again' : ''}`),
      yes({ ...sale.operation, ...given(message) }),
      // Its goods take their time from the approval that it heard first.
      ...(sale.told ? [] : [{ do: 'wait', timer: 'vend', ms: settings.vendMs } as const]),
    ],
  };
}

/** A machine that asks for something else does not wait for what it asked before. */
function overtaken(state: VtkState): VtkStep {
  const { sale } = state;
  if (sale.at === 'none') return { state, effects: [] };
  const why = 'the machine asks for something else';
  if (sale.at === 'asked')
    return { state: remember(state, sale.operation, 'gaveUp'), effects: [gaveUp(sale.operation, why)] };
  return {
    state: remember(state, sale.operation, 'unknown'),
    effects: [
      { do: 'calm', timer: 'vend' },
      settled(sale.operation, sale.told ? 'unknown' : 'failed', `E${FAULT.goodsUnknown} ${why}`),
    ],
  };
}

/**
 * The same reference; and with a number that the machine counts by itself only what is open on the same line, since on
 * another one, and after a restart of ours, it may have begun to count anew.
 */
function isRepeat({ sale, openings }: VtkState, key: OperationKey, reference: string): boolean {
  if (sale.at === 'none') return false;
  if (!isCounted(key)) return sale.operation.request.reference === reference;
  return sameKey(sale.operation, key) && sale.opening === openings;
}
