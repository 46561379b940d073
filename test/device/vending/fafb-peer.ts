import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from '../../kit/pty/until.js';

export type Said = Readonly<Record<string, string | number>>;

/** The controller of `fafb-vmc.py`, which shares no code with the driver. */
export class FafbPeer {
  readonly said: Said[] = [];
  readonly #child: ChildProcess;
  #errors = '';

  /** @param patienceSeconds how long it waits for an answer before it says the same again */
  constructor(patienceSeconds = 2) {
    const program = fileURLToPath(new URL('./fafb-vmc.py', import.meta.url));
    const child = spawn('python3', [program, String(patienceSeconds)], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', (text: Buffer) => {
      this.#errors += text.toString();
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.said.push(JSON.parse(line)));
    this.#child = child;
  }

  async path(): Promise<string> {
    return String((await this.says('pty'))['pty']);
  }

  order(...lines: readonly string[]): void {
    for (const line of lines) this.#child.stdin?.write(`${line}\n`);
  }

  /** The `times`-th thing that it said with this name. */
  async says(name: string, times = 1): Promise<Said> {
    const found = (): readonly Said[] => this.said.filter((said) => name in said);
    await until(`the controller to say ${name} ${this.#errors}`, () => found().length >= times);
    return found()[times - 1] ?? {};
  }

  all(name: string): number {
    return this.said.filter((said) => name in said).length;
  }

  async remove(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await gone;
  }
}
