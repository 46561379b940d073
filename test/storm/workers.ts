import type { ChildProcess } from 'node:child_process';
import { type Job, type Outcome, perform, Worker } from './worker.js';

/** Begins a process that serves as {@link serve} does. */
export type Hire = () => Pick<ChildProcess, 'on' | 'send' | 'kill'>;

type JobOf<K extends Job['kind']> = Extract<Job, { kind: K }>;

/**
 * The outcomes of `jobs` in their order, by `count` processes at once; by this one where it is one. Jobs are taken from
 * the iterator when somebody is free for them: whoever stops reading has begun at most a few too many.
 * @throws Error where a process ends by itself: a bug of the storm, told on its standard error
 */
export async function* inOrder<K extends Job['kind']>(
  jobs: Iterator<JobOf<K>>,
  count: number,
  hire: Hire,
): AsyncGenerator<Outcome[K]> {
  if (count <= 1) {
    const worker = new Worker();
    for (let job = jobs.next(); job.done !== true; job = jobs.next())
      yield (await perform(worker, job.value)) as Outcome[K];
    return;
  }
  const done = new Map<number, Outcome[K]>();
  let begun = 0;
  let broken: string | undefined;
  let news = (): void => undefined;
  const crew = Array.from({ length: count }, hire);
  const give = (child: (typeof crew)[number]): ((outcome: Outcome[K]) => void) | undefined => {
    const job = jobs.next();
    if (job.done === true) return undefined;
    const at = begun;
    begun += 1;
    child.send(job.value);
    return (outcome) => void done.set(at, outcome);
  };
  for (const child of crew) {
    let take = give(child);
    child.on('message', (outcome) => {
      take?.(outcome as Outcome[K]);
      take = give(child);
      news();
    });
    child.on('exit', (code, signal) => {
      broken ??= `a process of the storm ended by itself: ${signal ?? code}`;
      news();
    });
  }
  try {
    for (let at = 0; at < begun; at += 1) {
      while (!done.has(at)) {
        if (broken !== undefined) throw new Error(broken);
        await new Promise<void>((resolve) => {
          news = resolve;
        });
      }
      yield done.get(at) as Outcome[K];
      done.delete(at);
    }
  } finally {
    for (const child of crew) child.kill();
  }
}
