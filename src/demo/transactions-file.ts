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
export class TransactionsFile {
  readonly #path: string;
  readonly #sandbox: Sandbox;
  readonly #environment: Pick<Environment, 'timers' | 'log'>;
  #written = '';
  #cancel: (() => void) | undefined;

  constructor(path: string, sandbox: Sandbox, environment: Pick<Environment, 'timers' | 'log'>) {
    this.#path = path;
    this.#sandbox = sandbox;
    this.#environment = environment;
  }

  load(): void {
    if (!existsSync(this.#path)) return;
    try {
      this.#sandbox.transactions.adopt(
        JSON.parse(readFileSync(this.#path, 'utf8')) as readonly Transaction[],
      );
    } catch (error) {
      // The sandbox is a toy with toy money: it begins anew, and says so.
      this.#environment.log.warn(
        `the sandbox' transactions ${this.#path} cannot be read (${messageOf(error)}): it begins with none`,
      );
    }
  }

  start(): void {
    this.#save();
    this.#cancel = this.#environment.timers.after(SAVE_MS, () => this.start());
  }

  stop(): void {
    this.#cancel?.();
    this.#save();
  }

  #save(): void {
    const text = JSON.stringify(this.#sandbox.transactions.list());
    if (text === this.#written) return;
    writeFileSync(`${this.#path}.new`, text, { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
    this.#written = text;
  }
}
