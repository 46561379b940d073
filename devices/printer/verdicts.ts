import type { Fault } from '../../src/base/fault.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { PrinterStatus } from '../../src/port/printer.js';
import type { PrinterProfile } from './profile.js';
import { faultsOf, type PrinterSnapshot } from './status.js';

/** A printer that once missed an answer was busy; one that missed three in a row is gone. */
export const MISSES = 3;

export const PAPER_ENDED: Fault = {
  kind: 'temporary',
  code: FAULT.paperOut,
  detail: 'the paper ended with the slip',
};

export function silent(name: string): Fault {
  return { kind: 'unanswered', code: FAULT.printerSilent, detail: `${name} did not answer ${MISSES} times` };
}

/** It was switched off and on, and has forgotten the rest of the slip: clones that never answer `GS r` are no such thing. */
export function unconfirmed(name: string): Fault {
  const detail = `${name} is well, and has not said that the slip is printed, as it did before`;
  return { kind: 'unanswered', code: FAULT.printerSilent, detail };
}

export function stopped(name: string): Fault {
  return { kind: 'temporary', code: FAULT.stopping, detail: `${name} was stopped` };
}

export function printerStatus(snapshot: PrinterSnapshot): PrinterStatus {
  const faults = faultsOf(snapshot);
  return faults.length === 0 ? { state: 'ready', nearEnd: snapshot.nearEnd } : { state: 'notReady', faults };
}

/** A profile in one line, for the test page and the technician. */
export function aboutPrinter(profile: PrinterProfile): string {
  const { name, widthDots, columns, qr, cutter, status } = profile;
  return `${name}: ${widthDots} dots, ${columns} columns, qr ${qr}, ${cutter ? 'cutter' : 'no cutter'}, status ${status}`;
}
