import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { Inbox } from './collect.js';
import { reap } from './reaper.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A TypeScript program of this folder as a process of its own, that can be killed; spoken to line by line. */
export class Child {
  readonly lines = new Inbox<string>();
  readonly ended: Promise<NodeJS.Signals | number | null>;
  readonly #process: ChildProcess;
  readonly #directory: string;

  private constructor(process: ChildProcess, directory: string) {
    this.#process = process;
    this.#directory = directory;
    let rest = '';
    process.stdout?.on('data', (data: Buffer) => {
      const lines = (rest + data.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.lines.push(line);
    });
    this.ended = once(process, 'exit').then(
      ([code, signal]) => (signal ?? code) as NodeJS.Signals | number | null,
    );
  }

  /**
   * @param file beside this one.
   * @param within a command that starts it, as `ip netns exec NAME`.
   */
  static async start(file: string, args: readonly string[], within: readonly string[] = []): Promise<Child> {
    // Below node_modules, so that the packages are found from there.
    const above = join(ROOT, 'node_modules', '.gopay-pos-test');
    mkdirSync(above, { recursive: true });
    const directory = mkdtempSync(join(above, 'child-'));
    const program = join(directory, 'child.mjs');
    await build({
      input: fileURLToPath(new URL(file, import.meta.url)),
      platform: 'node',
      external: (id) => !id.startsWith('.') && !id.startsWith('/'),
      output: { file: program, format: 'esm', codeSplitting: false },
      logLevel: 'silent',
    });
    const [command = '', ...rest] = [...within, process.execPath, program, ...args];
    const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
    reap(child);
    return new Child(child, directory);
  }

  get pid(): number {
    return this.#process.pid ?? Number.NaN;
  }

  say(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
