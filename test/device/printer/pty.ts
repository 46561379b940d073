import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import type { VirtualPrinter } from '../../../devices/simulated-printer/virtual-printer.js';
import { until } from './rig.js';

/** A virtual printer at the far end of a pty. `path` stays the same over unplug and replug. */
export class PtyPrinter {
  readonly path: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'printer-pty-'));
  readonly #printer: VirtualPrinter;
  #socat: ChildProcess | undefined;
  #gone: Promise<void> | undefined;

  constructor(printer: VirtualPrinter) {
    this.path = join(this.#folder, 'lp');
    this.#printer = printer;
  }

  /** @throws when socat (a Debian package) is missing. */
  async plug(): Promise<void> {
    const socat = spawn('socat', ['-d', '-d', '-b', '512', '-', `pty,raw,echo=0,link=${this.path}`]);
    let said = '';
    let failure: Error | undefined;
    socat.on('error', (error) => {
      failure = new Error(`socat does not run (apt-get install socat): ${error.message}`);
    });
    socat.stderr.on('data', (text: Buffer) => {
      said += text.toString();
    });
    this.#socat = socat;
    this.#gone = undefined;
    await until(() => {
      if (failure !== undefined) throw failure;
      return said.includes('starting data transfer loop') && existsSync(this.path);
    });
    const line = Duplex.from({ readable: socat.stdout, writable: socat.stdin });
    // What was dropped at the far end (`closeAfter`) is pulled here: what is still under way reaches nobody.
    line.once('close', () => {
      if (this.#socat === socat) void this.unplug();
    });
    this.#printer.attach(line);
  }

  /** Bytes under way are lost. @returns waits until it is out, whoever pulled it */
  unplug(): Promise<void> {
    this.#gone ??= this.#pull();
    return this.#gone;
  }

  async #pull(): Promise<void> {
    const socat = this.#socat;
    if (socat === undefined || socat.exitCode !== null || socat.signalCode !== null) return;
    const gone = new Promise((resolve) => socat.once('exit', resolve));
    socat.kill('SIGKILL');
    await gone;
    rmSync(this.path, { force: true });
  }

  /** The printer's end stops reading, as with its flow control asserted. */
  freeze(): void {
    this.#socat?.kill('SIGSTOP');
  }

  async remove(): Promise<void> {
    await this.unplug();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
