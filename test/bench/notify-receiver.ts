import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { nowMs } from './clock.js';
import { ROOT } from './unit.js';

/**
 * The service manager's end of NOTIFY_SOCKET. Node has no datagram sockets of the unix family, so a few lines of Python
 * (those of the host's tests) receive and pass on.
 */
export class NotifyReceiver {
  readonly path: string;
  readonly #python: ChildProcess;
  #onReady: (atMs: number) => void = () => undefined;

  private constructor(path: string, python: ChildProcess) {
    this.path = path;
    this.#python = python;
  }

  /** @returns undefined where there is no Python */
  static open(path: string): Promise<NotifyReceiver | undefined> {
    const python = spawn('python3', [`${ROOT}test/host/receiver.py`, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const receiver = new NotifyReceiver(path, python);
    return new Promise((resolve, reject) => {
      python.on('error', () => resolve(undefined));
      python.on('exit', (code) => reject(new Error(`the receiver of NOTIFY_SOCKET ended with ${code}`)));
      createInterface({ input: python.stdout }).on('line', (line) => {
        const atMs = nowMs();
        if (line.includes('"listening"')) resolve(receiver);
        if (/\bREADY=1\b/.test(line)) receiver.#onReady(atMs);
      });
    });
  }

  /** When the next READY=1 came in. Ask before it can come. */
  nextReady(): Promise<number> {
    return new Promise((resolve) => {
      this.#onReady = resolve;
    });
  }

  close(): void {
    this.#python.removeAllListeners('exit');
    this.#python.kill();
  }
}
