import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { messageOf } from '../base/fault.js';
import type { Environment } from '../programs/environment.js';
import type { Transaction } from '../sandbox/midtrans/transaction.js';
import type { Sandbox } from '../sandbox/sandbox.js';

const SAVE_MS = 500;

/**
 * Midtrans remembers its transactions whatever happens to a terminal, so the demo's sandbox has to outlive a restart,
 * too: a terminal that comes back would otherwise ask for transactions that never were.
 */
export class BooksFile {
  readonly #path: string;
  readonly #sandbox: Sandbox;
  readonly #around: Pick<Environment, 'timers' | 'log'>;
  #written = '';
  #cancel: (() => void) | undefined;

  constructor(path: string, sandbox: Sandbox, around: Pick<Environment, 'timers' | 'log'>) {
    this.#path = path;
    this.#sandbox = sandbox;
    this.#around = around;
  }

  load(): void {
    if (!existsSync(this.#path)) return;
    try {
      this.#sandbox.books.adopt(JSON.parse(readFileSync(this.#path, 'utf8')) as readonly Transaction[]);
    } catch (error) {
      // The sandbox is a toy with toy money: it begins anew, and says so.
      this.#around.log.warn(
        `the sandbox' books ${this.#path} cannot be read (${messageOf(error)}): new ones are begun`,
      );
    }
  }

  start(): void {
    this.#save();
    this.#cancel = this.#around.timers.after(SAVE_MS, () => this.start());
  }

  stop(): void {
    this.#cancel?.();
    this.#save();
  }

  #save(): void {
    const text = JSON.stringify(this.#sandbox.books.list());
    if (text === this.#written) return;
    writeFileSync(`${this.#path}.new`, text, { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
    this.#written = text;
  }
}
