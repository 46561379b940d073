import type { VendOutcome } from '../../../src/base/vending-messages.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { gaveUp, noted, settled } from '../session.js';
import { numberIn, TAG, type VtkMessage } from './message.js';
import { isCounted, type Operation, readKey, referenceOf } from './operation.js';
import { answer, remember, type VtkState, type VtkStep } from './vtk-state.js';

/**
 * FIN: what became of the goods. The answer repeats number and amount, so a repeat gets the same, also from a terminal
 * that has forgotten everything.
 */
export function finished(state: VtkState, message: VtkMessage): VtkStep {
  const { values } = message;
  const heard = answer(
    'FIN',
    [TAG.operation, values.get(TAG.operation)],
    [TAG.amount, values.get(TAG.amount) ?? '0'],
  );
  const notes = values.has(TAG.qr) ? [noted('info', 'the QR text of the machine is not shown')] : [];
  const number = numberIn(message, TAG.operation);
  const { sale } = state;
  const next =
    sale.at !== 'none' && number === Number(sale.operation.number)
      ? ofOpen(state, sale.operation, sale.at, message)
      : ofPast(state, message);
  return { state: next.state, effects: [heard, ...notes, ...next.effects] };
}

function ofOpen(state: VtkState, operation: Operation, at: 'asked' | 'paid', message: VtkMessage): VtkStep {
  const outcome = outcomeOf(operation, message);
  if (at === 'paid')
    return {
      state: remember(state, operation, 'finished'),
      effects: [{ do: 'calm', timer: 'vend' }, settled(operation, outcome.vend, outcome.detail)],
    };
  return {
    state: remember(state, operation, 'gaveUp'),
    effects: [gaveUp(operation, `ended at the machine before it was paid: ${outcome.detail}`)],
  };
}

/** Late, repeated, or from before a restart of ours. */
function ofPast(state: VtkState, message: VtkMessage): VtkStep {
  const number = numberIn(message, TAG.operation);
  const before = state.past.find(({ operation }) => Number(operation.number) === number);
  if (before !== undefined) {
    if (before.how === 'finished')
      return { state, effects: [noted('info', 'a result that is known already')] };
    if (before.how !== 'unknown')
      return {
        state,
        effects: [noted('warn', `a result of an operation that was not approved (${before.how})`)],
      };
    const { operation } = before;
    const { reference } = operation.request;
    return {
      state: { ...remember(state, operation, 'finished'), sale: state.sale },
      effects: [{ do: 'tell', event: { kind: 'vended', reference, outcome: outcomeOf(operation, message) } }],
    };
  }
  const key = readKey(message);
  if (typeof key === 'string')
    return { state, effects: [noted('warn', `E${FAULT.machineRequestInvalid} a result with ${key}`)] };
  // The amount of a failure is zero, so it does not name its request.
  if (Number(key.amount) === 0)
    return {
      state,
      effects: [noted('warn', `E${FAULT.goodsFailed} operation ${key.number} failed; we do not know it`)],
    };
  if (isCounted(key))
    return {
      state,
      effects: [noted('warn', `E${FAULT.goodsUnknown} operation ${key.number} ended, and we do not know it`)],
    };
  const reference = referenceOf(key, '');
  const outcome: VendOutcome = { vend: 'done', detail: 'the machine says FIN, after a restart of ours' };
  return { state, effects: [{ do: 'tell', event: { kind: 'vended', reference, outcome } }] };
}

function outcomeOf(operation: Operation, message: VtkMessage): VendOutcome {
  const amount = numberIn(message, TAG.amount);
  if (amount === Number(operation.amount)) return { vend: 'done', detail: 'the machine says FIN' };
  if (amount === 0)
    return { vend: 'failed', detail: `E${FAULT.goodsFailed} the machine says FIN with amount 0` };
  const said = message.values.get(TAG.amount) ?? 'no amount';
  return {
    vend: 'unknown',
    detail: `E${FAULT.goodsUnknown} FIN says ${said}, and ${operation.amount} was asked`,
  };
}
