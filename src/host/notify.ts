import { type Fault, temporary } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import type { SecretRegistry } from './secrets.js';

/** Sends one datagram. `errno` is that of sendto(2). */
export type Datagram = (bytes: Uint8Array) => Result<void, { readonly errno: number; readonly name: string }>;

export interface ServiceNotifierOptions {
  /** Undefined where there is no service manager (started from a shell): every message then succeeds and goes nowhere. */
  readonly datagram: Datagram | undefined;
  readonly secrets: SecretRegistry;
}

/** systemctl shows one line; more is of no use to anybody. */
const LONGEST_STATUS = 240;

/**
 * The process's side of sd_notify(3). Messages come from the main process itself, so that NotifyAccess=main suffices.
 *
 * Sending never waits: the socket's queue belongs to a service manager that may be busy, and a terminal in the middle of
 * a sale does not stand still for it. What did not get through goes along with the next message, except WATCHDOG=1,
 * which is worth something at its own time only.
 */
export class ServiceNotifier {
  readonly #datagram: Datagram | undefined;
  readonly #secrets: SecretRegistry;
  readonly #unsent = new Map<string, string>();

  constructor(options: ServiceNotifierOptions) {
    this.#datagram = options.datagram;
    this.#secrets = options.secrets;
  }

  /** The unit becomes active. Say it once the journal is open and sales can be taken or plainly refused. */
  ready(status: string): Result<void, Fault> {
    return this.#send([['READY', '1'], this.#status(status)]);
  }

  /** The line that `systemctl status` shows. One line, at most 240 characters, secrets replaced. */
  status(text: string): Result<void, Fault> {
    return this.#send([this.#status(text)]);
  }

  /** Proof of life. Only {@link Watchdog} says it. */
  watchdog(): Result<void, Fault> {
    return this.#send([['WATCHDOG', '1']]);
  }

  /** We are on our way out, by our own will or after SIGTERM. */
  stopping(status: string): Result<void, Fault> {
    return this.#send([['STOPPING', '1'], this.#status(status)]);
  }

  #status(text: string): [string, string] {
    const line = this.#secrets.mask(text).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
    return ['STATUS', line.slice(0, LONGEST_STATUS)];
  }

  #send(assignments: readonly (readonly [string, string])[]): Result<void, Fault> {
    if (!this.#datagram) return ok(undefined);
    const all = new Map([...this.#unsent, ...assignments]);
    const sent = this.#datagram(
      Buffer.from([...all].map(([key, value]) => `${key}=${value}`).join('\n'), 'utf8'),
    );
    this.#unsent.clear();
    if (sent.ok) return ok(undefined);
    for (const [key, value] of all) if (key !== 'WATCHDOG') this.#unsent.set(key, value);
    const detail = `systemd did not take ${[...all.keys()].join(', ')}: ${sent.error.name}`;
    return err(temporary(FAULT.systemdMessage, detail));
  }
}
