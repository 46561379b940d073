// What V8 itself counts: which parts of a script were executed, and how often.
import { Session } from 'node:inspector/promises';

/** Begins to count in this process. @returns ends it, with the functions of the script at `url` and their ranges */
export async function count() {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return async (url) => {
    const { result } = await session.post('Profiler.takePreciseCoverage');
    session.disconnect();
    return result.find((script) => script.url === url)?.functions ?? [];
  };
}
