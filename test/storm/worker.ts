import { hunt } from './hunt.js';
import { PATCHES } from './planted/patches.js';
import { type RunOptions, type RunResult, runSeed } from './world.js';

/** A seed that was run, and the CPU time that it took, that of V8's helper threads included. */
export interface Timed {
  readonly options: RunOptions;
  readonly result: RunResult;
  readonly cpuS: number;
}

/** What became of the hunt for a planted bug. */
export interface Hunted {
  readonly name: string;
  readonly within: number;
  readonly words: string;
  readonly found: boolean;
}

/** What one process does, one after the other; the main one itself where it works alone. */
export class Worker {
  #last = process.cpuUsage();

  async seed(options: RunOptions): Promise<Timed> {
    const result = await runSeed(options);
    const { user, system } = process.cpuUsage(this.#last);
    this.#last = process.cpuUsage();
    return { options, result, cpuS: (user + system) / 1e6 };
  }

  /** @param at place of the bug in the list of them */
  async plant(at: number): Promise<Hunted> {
    const patch = PATCHES[at];
    if (patch === undefined) throw new Error(`no planted bug ${at}`);
    const { name, within } = patch;
    try {
      const found = await hunt(patch);
      if (found === undefined) return { name, within, words: 'NOT FOUND', found: false };
      const { law, words } = found.violation;
      return { name, within, words: `seed ${found.seed}, ${law}: ${words}`, found: true };
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      return { name, within, words: `NOT FOUND, ${words}`, found: false };
    }
  }
}

/** Does what the process that began this one asks for, until that one is gone. */
export function serve(): void {
  const worker = new Worker();
  process.on('disconnect', () => process.exit());
  process.on('message', (job: Job) => {
    // Where nobody is there to hear it, this process is about to end.
    void perform(worker, job).then((done) => process.send?.(done, undefined, undefined, () => undefined));
  });
}

export type Job =
  | { readonly kind: 'seed'; readonly given: RunOptions }
  | { readonly kind: 'plant'; readonly given: number };

/** What comes of a job of each kind. */
export interface Outcome {
  readonly seed: Timed;
  readonly plant: Hunted;
}

export function perform(worker: Worker, job: Job): Promise<Timed | Hunted> {
  return job.kind === 'seed' ? worker.seed(job.given) : worker.plant(job.given);
}
