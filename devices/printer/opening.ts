import type { Fault } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Timers } from '../../src/port/clock.js';
import { within } from './bounded.js';
import type { PrinterLine } from './transport.js';

/** A line that is on its way. */
export interface PortOpening<L extends PrinterLine> {
  readonly line: L;
  /** For the fault: `/dev/ttyUSB0 did not open`. */
  readonly name: string;
  /** Settles once, with what kept it from opening. */
  readonly opened: Promise<Fault | undefined>;
  readonly timers: Timers;
  readonly ms: number;
}

/** @returns the line once it is open; one that is not, or not in time (FAULT.printerUnreachable), is given up */
export async function openPort<L extends PrinterLine>(opening: PortOpening<L>): Promise<Result<L, Fault>> {
  const { line, name, opened, timers, ms } = opening;
  const late: Fault = {
    kind: 'temporary',
    code: FAULT.printerUnreachable,
    detail: `${name}: not open within ${ms} ms`,
  };
  const fault = await within(timers, ms, opened, late);
  if (fault === undefined) return ok(line);
  await line.abandon();
  return err(fault);
}
