import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Fault, messageOf, refused, temporary } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Timers } from '../../src/port/clock.js';
import type { Log } from '../../src/port/log.js';
import type { ScaleJob } from './picture-scale.js';
import type { QrSearch } from './qr-picture.js';
import type { FromWorker, ToWorker } from './qr-search-worker.js';

/** Ten times what the hardest of our pictures takes on a PC; a Pi Zero takes eight times as long as that. */
const LIMIT_MS = 20_000;

/** After the last picture: a shop whose gateway sends such pictures has the next sale by then, or is at rest. */
const IDLE_MS = 120_000;

/** Pixels lie outside of the heap, and {@link MOST_PIXELS} in qr-search.ts bounds them. */
const FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=64'];

export interface QrSearchProcessOptions {
  readonly timers: Timers;
  readonly log: Log;
  /** Tests name another one. */
  readonly program?: string;
}

/**
 * Opens pictures in a process of its own, one at a time: searches them for a code, or makes them small. Not a thread: libvips stays in the memory of a process that has
 * loaded it, and what takes that process down, or all the memory of the box, must not be the terminal. It is started for
 * the first picture, killed when one takes too long, and let go after {@link IDLE_MS} without any.
 */
export class QrSearchProcess implements QrSearch {
  readonly #timers: Timers;
  readonly #log: Log;
  readonly #program: string;
  #child: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #stopIdle: (() => void) | undefined;
  #stopped = false;

  constructor({ timers, log, program }: QrSearchProcessOptions) {
    this.#timers = timers;
    this.#log = log;
    this.#program = program ?? fileURLToPath(new URL('./qr-search-worker.js', import.meta.url));
  }

  search(bytes: Uint8Array): Promise<Result<string, Fault>> {
    return this.#inTurn(bytes);
  }

  /** A picture of the shop's own, which may be as bad. @returns where the small one is */
  scale(job: ScaleJob): Promise<Result<string, Fault>> {
    return this.#inTurn(job);
  }

  #inTurn(work: ToWorker): Promise<Result<string, Fault>> {
    const found = this.#last.then(() => this.#next(work));
    this.#last = found;
    return found;
  }

  prepare(): void {
    // Where it cannot be started, the search says so.
    if (!this.#stopped) this.#running();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#letGo();
  }

  #next(work: ToWorker): Promise<Result<string, Fault>> {
    if (this.#stopped) return Promise.resolve(err(failed('the terminal stops')));
    const running = this.#running();
    if (!running.ok) return Promise.resolve(running);
    const child = running.value;
    return new Promise((resolve) => {
      const end = (found: Result<string, Fault>): void => {
        stopLimit();
        child.removeListener('message', heard).removeListener('close', gone).removeListener('error', gone);
        resolve(found);
      };
      const heard = (message: FromWorker): void => {
        if ('found' in message) end(message.found);
        else this.#log[message.say](message.text);
      };
      const gone = (how: unknown): void => {
        const why = how instanceof Error ? how.message : `ended with ${child.signalCode ?? child.exitCode}`;
        end(err(failed(why)));
      };
      const stopLimit = this.#timers.after(LIMIT_MS, () => {
        // The same picture would take as long again.
        end(err(refused(FAULT.qrSearchFailed, `a picture worked on for more than ${LIMIT_MS / 1000} s`)));
        void this.#letGo();
      });
      child.on('message', heard).on('close', gone).on('error', gone);
      // What became of a message that could not be sent is said by the end of the process.
      if (child.connected) child.send(work, () => undefined);
    });
  }

  #running(): Result<ChildProcess, Fault> {
    this.#stopIdle?.();
    this.#stopIdle = this.#timers.after(IDLE_MS, () => void this.#letGo());
    if (this.#child !== undefined) return ok(this.#child);
    let child: ChildProcess;
    try {
      child = fork(this.#program, {
        execArgv: FLAGS,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        serialization: 'advanced',
        // It unpacks what a stranger may have sent, and is told nothing of ours.
        env: { MALLOC_ARENA_MAX: '2' },
      });
    } catch (thrown) {
      // No memory for another process; other reasons come as an event.
      return err(failed(messageOf(thrown)));
    }
    const over = (): void => {
      if (this.#child === child) this.#child = undefined;
    };
    child.on('exit', over).on('error', over);
    this.#child = child;
    return ok(child);
  }

  async #letGo(): Promise<void> {
    this.#stopIdle?.();
    const child = this.#child;
    this.#child = undefined;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}

/** Another picture, or the same in another process, may be read. */
function failed(detail: string): Fault {
  return temporary(FAULT.qrSearchFailed, `the process that opens pictures: ${detail}`);
}
