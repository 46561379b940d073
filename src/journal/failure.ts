import { Failure, messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';

/** What a write threw. Its outcome is unknown: the row may be there; unless it was we who refused. */
export function failure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const what = (thrown as { code?: unknown }).code;
  const code = what === 'SQLITE_FULL' || what === 'ENOSPC' ? FAULT.diskFull : FAULT.journalWrite;
  return new Failure({
    kind: 'unanswered',
    code,
    detail: `the journal could not commit: ${messageOf(thrown)}`,
  });
}
