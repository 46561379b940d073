/**
 * What went wrong, as a value.
 * - `refused`: a final no. Trying the same again gives the same.
 * - `unanswered`: we do not know whether it happened. Never to be read as a failure (law 2).
 * - `temporary`: it did not happen, and may work later.
 *
 * `code` is a number of core/fault/table.ts: 1xx keypad, 2xx register, 3xx vending, 4xx printer and display, 5xx gateway,
 * 6xx relay and MQTT, 7xx journal, 8xx host, 9xx configuration. `detail` is for the log; it never holds a secret.
 */
export interface Fault {
  readonly kind: 'refused' | 'unanswered' | 'temporary';
  readonly code: number;
  readonly detail: string;
}

/** A final no. */
export function refused(code: number, detail: string): Fault {
  return { kind: 'refused', code, detail };
}

/** Nothing is known of what became of it (law 2). */
export function unanswered(code: number, detail: string): Fault {
  return { kind: 'unanswered', code, detail };
}

/** It certainly did not happen, and may work later. */
export function temporary(code: number, detail: string): Fault {
  return { kind: 'temporary', code, detail };
}

/** A {@link Fault} on its way up a stack; caught where it becomes a journalled outcome. */
export class Failure extends Error {
  override name = 'Failure';
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(`E${fault.code} ${fault.detail}`);
    this.fault = fault;
  }
}

/** The message of whatever was thrown, for a `detail`. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** What drivers and links say of themselves begins with its number. @param otherwise where it has none */
export function faultIn(why: string, otherwise: number): Pick<Fault, 'code' | 'detail'> {
  const [, code, detail] = /^E(\d{3}) (.*)$/s.exec(why) ?? [];
  return code === undefined || detail === undefined
    ? { code: otherwise, detail: why }
    : { code: Number(code), detail };
}
