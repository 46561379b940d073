import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.js';

/**
 * A pty whose other end is the test: socat carries the bytes. `path` is what a driver opens; it stays the same over
 * unplug and replug, as a name below /dev/serial/by-id does.
 */
export class Pty {
  readonly path: string;
  readonly #folder: string;
  #socat: ChildProcess | undefined;
  readonly #heard: ((bytes: Uint8Array) => void) | undefined;
  #received: number[] = [];

  /** @param heard is told of the driver's bytes as they come, for a machine that answers by itself. */
  constructor(heard?: (bytes: Uint8Array) => void) {
    this.#heard = heard;
    this.#folder = mkdtempSync(join(tmpdir(), 'pty-'));
    this.path = join(this.#folder, 'serial');
  }

  /** @throws when socat (a Debian package) is missing. */
  async plug(): Promise<void> {
    const socat = spawn('socat', ['-d', '-d', '-', `pty,raw,echo=0,link=${this.path}`], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let said = '';
    let failed: Error | undefined;
    socat.on('error', (error) => {
      failed = new Error(`socat does not run (apt-get install socat): ${error.message}`);
    });
    socat.stdin.on('error', () => undefined);
    socat.stderr.on('data', (text: Buffer) => {
      said += text.toString();
    });
    socat.stdout.on('data', (bytes: Buffer) => {
      this.#received.push(...bytes);
      this.#heard?.(Uint8Array.from(bytes));
    });
    this.#socat = socat;
    await until(`socat to be ready: ${said}`, () => {
      if (failed !== undefined) throw failed;
      return said.includes('starting data transfer loop') && existsSync(this.path);
    });
  }

  /** From the machine at the other end. */
  send(bytes: Uint8Array): void {
    this.#socat?.stdin?.write(bytes);
  }

  /** How many bytes the driver has sent that were not taken yet. */
  waiting(): number {
    return this.#received.length;
  }

  /** The next `count` bytes that the driver sent. */
  async take(count: number): Promise<Uint8Array> {
    await until(`${count} bytes from the driver`, () => this.#received.length >= count);
    return Uint8Array.from(this.#received.splice(0, count));
  }

  /** What is there now, without waiting. */
  takeAll(): Uint8Array {
    return Uint8Array.from(this.#received.splice(0));
  }

  /** The cable is pulled: bytes under way are lost. */
  async unplug(): Promise<void> {
    const socat = this.#socat;
    this.#socat = undefined;
    if (socat === undefined || socat.exitCode !== null || socat.signalCode !== null) return;
    const gone = new Promise((resolve) => socat.once('exit', resolve));
    socat.kill('SIGKILL');
    await gone;
    rmSync(this.path, { force: true });
    this.#received = [];
  }

  /** The name now leads to another device, while this one goes on living. */
  point(path: string): void {
    rmSync(this.path, { force: true });
    symlinkSync(path, this.path);
  }

  /** The driver's bytes are no longer read, as by a machine that has frozen. */
  freeze(): void {
    this.#socat?.stdout?.pause();
    this.#socat?.kill('SIGSTOP');
  }

  async remove(): Promise<void> {
    await this.unplug();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
