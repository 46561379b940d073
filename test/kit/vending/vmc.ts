import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from '../pty/until.js';

const PROGRAM = fileURLToPath(new URL('./vmc.py', import.meta.url));

/** The vending machine of vmc.py as a process of its own. It keeps its number over the terminal's restarts. */
export class Vmc {
  readonly #python: ChildProcessWithoutNullStreams;
  readonly #heard: string[] = [];
  #trouble = '';

  /** @param program where vmc.py lies, for who runs from elsewhere than the sources */
  constructor(program = PROGRAM) {
    this.#python = spawn('python3', [program]);
    let rest = '';
    this.#python.on('error', (error) => {
      this.#trouble += `python3 does not run (apt-get install python3): ${error.message}`;
    });
    this.#python.stdin.on('error', () => undefined);
    this.#python.stderr.on('data', (text: Buffer) => {
      this.#trouble += text.toString();
    });
    this.#python.stdout.on('data', (text: Buffer) => {
      const lines = (rest + text.toString()).split('\n');
      rest = lines.pop() ?? '';
      this.#heard.push(...lines);
    });
  }

  does(command: string): void {
    this.#python.stdin.write(`${command}\n`);
  }

  /** The next thing that the machine hears from the terminal. */
  async hears(): Promise<string> {
    await until('the vending machine to hear something', () => {
      if (this.#trouble !== '') throw new Error(this.#trouble);
      return this.#heard.length > 0;
    });
    return this.#heard.shift() ?? '';
  }

  /** What it has heard and nobody has looked at. */
  get waiting(): readonly string[] {
    return this.#heard;
  }

  /** Dials, and says that it is idle. @returns the number that it counts on from */
  async dials(port: number): Promise<string> {
    this.does(`dial ${port}`);
    while ((await this.hears()) !== 'dialled');
    this.does('idle');
    return (await this.hears()).replace(/^.* 3=(\d+).*$/, '$1');
  }

  async stop(): Promise<void> {
    if (this.#python.exitCode !== null || this.#python.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#python.once('exit', resolve));
    this.#python.kill('SIGKILL');
    await gone;
  }
}
