import type { Fault } from '../../src/base/fault.js';
import type { PrinterStatus } from '../../src/port/printer.js';
import type { PrinterProfile } from './profile.js';
import { faultsOf, type PrinterSnapshot } from './status.js';

/** A printer that once missed an answer was busy; one that missed three in a row is gone. */
export const MISSES = 3;

export function silent(name: string): Fault {
  return { kind: 'unanswered', code: 408, detail: `${name} did not answer ${MISSES} times` };
}

export function stopped(name: string): Fault {
  return { kind: 'temporary', code: 412, detail: `${name} was stopped` };
}

export function statusOf(snapshot: PrinterSnapshot): PrinterStatus {
  const faults = faultsOf(snapshot);
  return faults.length === 0 ? { state: 'ready', nearEnd: snapshot.nearEnd } : { state: 'notReady', faults };
}

/** A profile in one line, for the test page and the technician. */
export function aboutPrinter(profile: PrinterProfile): string {
  const { name, widthDots, columns, qr, cutter, status } = profile;
  return `${name}: ${widthDots} dots, ${columns} columns, qr ${qr}, ${cutter ? 'cutter' : 'no cutter'}, status ${status}`;
}
