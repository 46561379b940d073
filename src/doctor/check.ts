import { Failure, type Fault, messageOf } from '../base/fault.js';
import type { Words } from '../base/screen.js';
import { FAULT } from '../core/fault/table.js';
import type { Timers } from '../port/clock.js';

/** `skip`: it could not be looked at, and the detail says why. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'skip';

export interface Finding {
  readonly verdict: Verdict;
  /** Of the fault table; 0 where nothing is wrong. */
  readonly code: number;
  /** Without secrets. */
  readonly detail: string;
  /** Which of several: a path, a host. */
  readonly of?: string;
}

/** One look at one thing, that changes nothing and moves no money. */
export interface Check<C> {
  /** `gateway.key`: leg or device, then what of it. */
  readonly name: string;
  readonly about: Words;
  /** How long it may take; then it is `checkLate`. */
  readonly boundMs: number;
  run(context: C): Promise<Finding | readonly Finding[]>;
}

/** A line of the table. */
export interface Row extends Finding {
  readonly name: string;
  readonly about: Words;
}

export function pass(detail: string, of?: string): Finding {
  return { verdict: 'pass', code: 0, detail, ...(of === undefined ? {} : { of }) };
}

export function warn(code: number, detail: string, of?: string): Finding {
  return { verdict: 'warn', code, detail, ...(of === undefined ? {} : { of }) };
}

export function fail(code: number, detail: string, of?: string): Finding {
  return { verdict: 'fail', code, detail, ...(of === undefined ? {} : { of }) };
}

export function skip(detail: string, of?: string): Finding {
  return { verdict: 'skip', code: 0, detail, ...(of === undefined ? {} : { of }) };
}

export function failed({ code, detail }: Pick<Fault, 'code' | 'detail'>, of?: string): Finding {
  return fail(code, detail, of);
}

/** All of them side by side, each within its own time. @returns in the order of the checks */
export async function examine<C>(checks: readonly Check<C>[], context: C, timers: Timers): Promise<Row[]> {
  const rows = await Promise.all(checks.map((check) => rowsOf(check, context, timers)));
  return rows.flat();
}

async function rowsOf<C>(check: Check<C>, context: C, timers: Timers): Promise<Row[]> {
  const { name, about, boundMs } = check;
  let cancel = (): void => undefined;
  const late = new Promise<Finding>((resolve) => {
    const detail = `no result within ${boundMs / 1000} s`;
    cancel = timers.after(boundMs, () => resolve(warn(FAULT.checkLate, detail)));
  });
  const looked = (async () => check.run(context))().catch((thrown: unknown): Finding => {
    if (thrown instanceof Failure) return failed(thrown.fault);
    return fail(FAULT.commandFailed, `${name}: ${messageOf(thrown)}`);
  });
  const found = await Promise.race([looked, late]);
  cancel();
  return [found].flat().map((finding) => ({ name, about, ...finding }));
}

/** Computed once, when it is first wanted: several checks judge one answer. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
