import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { MAIN, type Unit } from './unit.js';

const LISTENS_WITHIN_MS = 30_000;

/** The built relay, with the flags and the environment of its service file; its log is a socket, as journald's is. */
export class RelayProcess {
  readonly #child: ChildProcess;
  /** Where it listens. */
  readonly url: Promise<string>;
  /** In its log until now. */
  lines = 0;

  /** @param ready what its log says beside its address once it can be used */
  constructor(unit: Unit, config: string, ready = /proved by a message/) {
    const { PATH, HOME } = process.env;
    // systemd.exec(5): by this name a service knows that journald reads its log.
    const asService = 'JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec "$@"';
    const command = [process.execPath, ...unit.flags, MAIN, 'relay', '--config', config];
    this.#child = spawn('sh', ['-c', asService, 'sh', ...command], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH, HOME, ...unit.environment },
    });
    this.url = this.#listens(ready);
    this.url.catch(() => undefined);
  }

  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  async stop(name: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(name);
    await ended;
  }

  #listens(ready: RegExp): Promise<string> {
    let said = '';
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`the relay ${why}; it said\n${said}`));
      const late = setTimeout(() => fail('does not listen'), LISTENS_WITHIN_MS);
      this.#child.on('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
      this.#child.stderr?.on('data', (bytes: Buffer) => {
        for (const byte of bytes) if (byte === 10) this.lines += 1;
        if (said.length > 10_000) return;
        said += bytes.toString();
        const url = /listening at (http:\S+?),/.exec(said)?.[1];
        if (url === undefined || !ready.test(said)) return;
        clearTimeout(late);
        resolve(url);
      });
    });
  }
}
