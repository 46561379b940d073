import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Bounds against hanging, not measures of speed. */
const BOOT_MS = 180_000;
const HALT_MS = 60_000;
const UNTIL_MS = 120_000;

/**
 * A machine with systemd as PID 1: systemd-nspawn on a rootfs that it does not change (what is written goes to memory),
 * with a network of its own. Commands run inside it by nsenter, so that no bus to the machine outside is needed.
 */
export class Container {
  readonly #child: ChildProcess;
  readonly #output: string[];
  readonly #leader: number;

  private constructor(child: ChildProcess, output: string[], leader: number) {
    this.#child = child;
    this.#output = output;
    this.#leader = leader;
  }

  /** @param binds read-only, host path to path inside. */
  static async boot(root: string, binds: Readonly<Record<string, string>>): Promise<Container> {
    // setpriv: should the test runner be killed, the container goes with it.
    const args = ['--pdeathsig', 'TERM', 'systemd-nspawn', '-q', '-D', root, '--volatile=overlay'];
    args.push('--register=no', '--keep-unit', `--machine=gopay-pos-${process.pid}`, '--private-network');
    args.push(...Object.entries(binds).map(([from, to]) => `--bind-ro=${from}:${to}`));
    args.push('-b', 'systemd.show_status=0');
    const child = spawn('setpriv', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // The machine outside may still have its cgroups in the old order. No lock: the rootfs is only read, by any number.
      env: { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1', SYSTEMD_NSPAWN_LOCK: '0' },
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data) => output.push(String(data)));
    const endMs = Date.now() + BOOT_MS;
    while (Date.now() < endMs && child.exitCode === null) {
      const leader = leaderOf(child.pid);
      if (leader !== undefined) {
        const booted = new Container(child, output, leader);
        if (/^(running|degraded)$/m.test(booted.run('systemctl', 'is-system-running').stdout)) return booted;
      }
      await pause(50);
    }
    child.kill('SIGKILL');
    throw new Error(`the container did not boot:\n${output.join('')}`);
  }

  run(...command: readonly string[]): Ran {
    const done = spawnSync('nsenter', ['-t', String(this.#leader), '-a', '--', ...command], {
      encoding: 'utf8',
      timeout: UNTIL_MS,
      env: {
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
        LC_ALL: 'C.UTF-8',
        SYSTEMD_COLORS: '0',
        SYSTEMD_PAGER: '',
      },
    });
    return { code: done.status, stdout: done.stdout, stderr: done.stderr };
  }

  /** What a shell script prints; throws with both outputs when it fails. */
  sh(script: string): string {
    const ran = this.run('sh', '-euc', script);
    if (ran.code !== 0) throw new Error(`${script}\nended with ${ran.code}\n${ran.stdout}${ran.stderr}`);
    return ran.stdout.trim();
  }

  /** Asks again until `good`, less and less often: each question is processes. The last answer is in the error when it never is. */
  async until(script: string, good: (output: string) => boolean): Promise<string> {
    const endMs = Date.now() + UNTIL_MS;
    for (let restMs = 50; ; restMs = Math.min(1_000, restMs * 1.5)) {
      const output = this.sh(script);
      if (good(output)) return output;
      if (Date.now() > endMs) throw new Error(`${script}\nstill says\n${output}`);
      await pause(restMs);
    }
  }

  /** SIGTERM makes nspawn halt the machine in order. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const hard = setTimeout(() => this.#child.kill('SIGKILL'), HALT_MS);
    await gone;
    clearTimeout(hard);
  }

  /** What nspawn and the first process wrote. */
  get console(): string {
    return this.#output.join('');
  }
}

/** PID 1 of the container, seen from here: the only child of nspawn. */
function leaderOf(nspawn: number | undefined): number | undefined {
  try {
    const children = readFileSync(`/proc/${nspawn}/task/${nspawn}/children`, 'utf8').trim();
    return children === '' ? undefined : Number(children.split(' ')[0]);
  } catch (thrown) {
    // It ended meanwhile; whoever asks sees that by its exit code.
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}
