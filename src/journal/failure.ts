import { Failure, messageOf } from '../base/fault.js';

/** What a write threw. Its outcome is unknown: the row may be there. */
export function failure(thrown: unknown): Failure {
  const code = (thrown as { code?: unknown }).code === 'SQLITE_FULL' ? 710 : 711;
  return new Failure({
    kind: 'unanswered',
    code,
    detail: `the journal could not commit: ${messageOf(thrown)}`,
  });
}
