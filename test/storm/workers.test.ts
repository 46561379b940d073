import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { Job } from './worker.js';
import { type Hire, inOrder } from './workers.js';

type SeedJob = Extract<Job, { kind: 'seed' }>;

/** Answers when the test says so. */
class Hired extends EventEmitter {
  readonly jobs: SeedJob[] = [];
  killed = false;

  send(job: SeedJob): boolean {
    this.jobs.push(job);
    return true;
  }

  kill(): boolean {
    this.killed = true;
    return true;
  }

  finishes(): void {
    const seed = this.jobs.at(-1)?.given.seed;
    this.emit('message', { options: { seed }, result: {}, cpuS: 1 });
  }
}

function* seeds(): Generator<SeedJob> {
  for (let seed = 1; seed <= 5; seed += 1) yield { kind: 'seed', given: { seed } };
}

function crew(): { readonly all: Hired[]; readonly hire: Hire } {
  const all: Hired[] = [];
  const hire = (): Hired => {
    const one = new Hired();
    all.push(one);
    return one;
  };
  return { all, hire: hire as unknown as Hire };
}

it('tells of seeds in their order, whoever is done first, and ends its processes', async () => {
  const { all, hire } = crew();
  const told = inOrder(seeds(), 2, hire);
  const first = told.next();
  const [slow, quick] = all as [Hired, Hired];
  for (let times = 0; times < 4; times += 1) quick.finishes();
  expect(quick.jobs.map(({ given }) => given.seed)).toEqual([2, 3, 4, 5]);
  slow.finishes();
  const order = [(await first).value?.options.seed];
  for await (const { options } of told) order.push(options.seed);
  expect(order).toEqual([1, 2, 3, 4, 5]);
  expect([slow.killed, quick.killed]).toEqual([true, true]);
});

it('fails when a process ends by itself', async () => {
  const { all, hire } = crew();
  const told = inOrder(seeds(), 2, hire);
  const first = told.next();
  all[1]?.emit('exit', null, 'SIGSEGV');
  await expect(first).rejects.toThrow('a process of the storm ended by itself: SIGSEGV');
  expect(all.every(({ killed }) => killed)).toBe(true);
});
