import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.js';

/** Two ptys back to back: the driver opens `path`, and the register opens, uses and closes its own end at will. */
export class PtyPair {
  readonly path: string;
  /** The register's end, for one that is another program. */
  readonly theirs: string;
  readonly #folder: string;
  #socat: ChildProcess | undefined;
  #fd: number | undefined;
  readonly #received: number[] = [];

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'pty-'));
    this.path = join(this.#folder, 'terminal');
    this.theirs = join(this.#folder, 'register');
  }

  /** @throws when socat (a Debian package) is missing. */
  async plug(): Promise<void> {
    const ends = [this.path, this.theirs].map((path) => `pty,raw,echo=0,link=${path}`);
    const socat = spawn('socat', ['-d', '-d', ...ends], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    socat.stderr.on('data', (text: Buffer) => {
      said += text.toString();
    });
    let failed: Error | undefined;
    socat.on('error', (error) => {
      failed = new Error(`socat does not run (apt-get install socat): ${error.message}`);
    });
    this.#socat = socat;
    await until('socat to make both ptys', () => {
      if (failed !== undefined) throw failed;
      // Their names are there before their modes.
      return said.includes('starting data transfer loop') && existsSync(this.path) && existsSync(this.theirs);
    });
  }

  /** The register opens its port. */
  open(): void {
    this.#fd = openSync(this.theirs, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY);
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  write(bytes: Uint8Array): void {
    if (this.#fd === undefined) throw new Error('the register has not opened its port');
    writeSync(this.#fd, bytes);
  }

  /** Polls its port, as simple registers do. */
  async read(count: number): Promise<Uint8Array> {
    const buffer = Buffer.alloc(512);
    await until(`${count} bytes at the register`, () => {
      try {
        if (this.#fd !== undefined)
          this.#received.push(...buffer.subarray(0, readSync(this.#fd, buffer, 0, buffer.length, null)));
      } catch (thrown) {
        if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EAGAIN')) throw thrown;
      }
      return this.#received.length >= count;
    });
    return Uint8Array.from(this.#received.splice(0, count));
  }

  async remove(): Promise<void> {
    this.close();
    const socat = this.#socat;
    if (socat !== undefined && socat.exitCode === null && socat.signalCode === null) {
      const gone = new Promise((resolve) => socat.once('exit', resolve));
      socat.kill('SIGKILL');
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
