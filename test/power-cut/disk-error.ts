import { EXIT } from '../../src/host/process.js';
import type { End } from './program.js';

/**
 * Law 1, last sentence: a commit that throws is an unknown outcome. The process ends with its number in the log, or, when
 * it had not opened yet, says that it does not sell; and from the error on nothing leaves the box and nothing is committed.
 * A commit may return all the same when it was the checkpoint behind it that failed: it is in the WAL then, and synced. A
 * checkpoint begins by syncing the WAL, to which nothing was written since the commit itself has done so.
 * @param points of all lives, with the line of the call that failed
 * @param ends of the lives that ended by themselves
 */
export function afterDiskError(
  points: readonly string[],
  ends: readonly End[],
  log: readonly string[],
): string[] {
  const failed = points.findIndex((point) => point.startsWith('failed '));
  const before = points[failed - 1];
  // Between two commits, as when the journal is closed: SQLite copes, and the next life shows whether it did.
  if (failed < 0 || before?.startsWith('before commit') !== true) return [];
  const next = points.indexOf('born', failed);
  const rest = points.slice(failed + 1, next < 0 ? undefined : next);
  const checkpoint = /of journal\.db$|, which was synced$|^failed pread/.test(points[failed] ?? '');
  if (checkpoint && rest[0] === before.replace('before', 'after')) return [];
  const wrong = rest.slice(0, 3).map((point) => `law 1: "${before}", ${points[failed]}, and then "${point}"`);
  if (/ of (migration|boot) /.test(before)) {
    if (!log.some((line) => /not selling: E7[01]\d/.test(line)))
      wrong.push(`"${before}", ${points[failed]}, and the log does not say that it does not sell`);
    return wrong;
  }
  const [end] = ends;
  if (end?.code !== EXIT.misuse)
    wrong.push(`law 1: "${before}", ${points[failed]}, and the process ended with ${JSON.stringify(end)}`);
  if (!log.some((line) => /\bE71[01]\b/.test(line)))
    wrong.push(`"${before}", ${points[failed]}, and the log has neither E710 nor E711`);
  return wrong;
}
