import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchResult, Comparison, Context } from './bench.js';
import { Child } from './child.js';
import { nowMs, pause } from './clock.js';
import { NotifyReceiver } from './notify-receiver.js';
import { salesMemory } from './sales-memory.js';
import { freePort, printerToml, registerToml, terminalFiles } from './shop-files.js';
import { TerminalProcess } from './terminal-process.js';
import { ROOT } from './unit.js';
import type { World } from './world.js';

const ROUNDS = 3;
const AT_LEAST_MS = 3_000;
const AT_MOST_MS = 20_000;
const SAMPLE_MS = 250;
/** So many samples in a row within {@link STEADY} of each other are a process that has come to rest. */
const STEADY_SAMPLES = 6;
const STEADY = 0.01;

interface Memory {
  readonly rssMiB: number;
  readonly privateMiB: number;
  readonly steady: boolean;
}

interface Round {
  readonly ours: Memory;
  readonly bare: Memory;
  readonly loaded: Memory;
}

/** What a terminal that waits for a customer holds, against a Node that waits, and one that has loaded the packages. */
export async function benchMemory(context: Context): Promise<BenchResult> {
  const world = new Child<World>('./world.js');
  const receiver = await NotifyReceiver.open(join(context.sockets, 'memory-notify'));
  try {
    const places = await world.call('open', join(context.directory, 'world'));
    const more = `${printerToml(places.printerPort)}\n${registerToml(await freePort())}`;
    const socket = join(context.sockets, 'memory.sock');
    const { file } = terminalFiles(join(context.directory, 'terminal'), socket, places, more);
    const rounds: Round[] = [];
    let natives: readonly string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const notifySocket = receiver === undefined ? {} : { notifySocket: receiver.path };
      const terminal = new TerminalProcess({ unit: context.unit, config: file, ...notifySocket });
      await terminal.ready;
      const ours = await settledMemory(terminal.child);
      natives = nativeModules(terminal.child);
      await terminal.stop();
      const [bare, loaded] = await Promise.all([
        idleMemory(context, 'setInterval(() => {}, 1e6)'),
        idleMemory(context, `${loading(natives)}; setInterval(() => {}, 1e6)`),
      ]);
      rounds.push({ ours, bare, loaded });
    }
    return result(rounds, natives, await salesMemory(context, world, places));
  } finally {
    receiver?.close();
    await world.end();
  }
}

function result(
  rounds: readonly Round[],
  natives: readonly string[],
  sales: readonly Comparison[],
): BenchResult {
  const compare = (what: string, pick: (memory: Memory) => number, floor: 'bare' | 'loaded'): Comparison => ({
    what,
    against: floor === 'bare' ? 'node that idles' : 'node that loaded the same native packages',
    unit: 'MiB',
    ours: rounds.map((round) => pick(round.ours)),
    theirs: rounds.map((round) => pick(round[floor])),
  });
  const unsteady = rounds.some(({ ours, bare, loaded }) => !(ours.steady && bare.steady && loaded.steady));
  return {
    title: 'memory of the terminal process',
    comparisons: [
      compare('private dirty, idle', (memory) => memory.privateMiB, 'bare'),
      compare('private dirty, idle', (memory) => memory.privateMiB, 'loaded'),
      compare('resident (RSS), idle', (memory) => memory.rssMiB, 'bare'),
      compare('resident (RSS), idle', (memory) => memory.rssMiB, 'loaded'),
      ...sales,
    ],
    notes: [
      'with the flags of the service file; register, printer, page and MQTT configured; idle: no sale since the start',
      `native packages: ${natives.map(packageOf).join(', ')}`,
      ...(unsteady ? [`some process had not come to rest after ${AT_MOST_MS / 1000} s`] : []),
    ],
  };
}

/** Files of native code that the process has mapped. */
function nativeModules({ pid }: ChildProcess): string[] {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
  return [...new Set([...maps.matchAll(/\s(\/\S+\.node)$/gm)].map(([, path = '']) => path))];
}

/** The binaries of sharp and koffi lie in packages of their own, one a platform. */
function packageOf(path: string): string {
  const [, name = path] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return name.replace(/^@(?:img|koromix)\/(sharp|koffi)-.*/, '$1');
}

/** Each package as its users load it, and its native code, which some load with their first use only. */
function loading(natives: readonly string[]): string {
  if (natives.length === 0) throw new Error('the terminal has loaded no native package, which cannot be');
  return `for (const path of ${JSON.stringify([...natives.map(packageOf), ...natives])}) require(path)`;
}

async function idleMemory(context: Context, script: string): Promise<Memory> {
  const { flags, environment } = context.unit;
  const child = spawn(process.execPath, [...flags, '-e', script], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...environment },
  });
  try {
    return await settledMemory(child);
  } finally {
    child.kill('SIGKILL');
  }
}

/** Looks for at least 3 s, and then until nothing has moved for {@link STEADY_SAMPLES} looks. */
async function settledMemory(child: ChildProcess): Promise<Memory> {
  const beganMs = nowMs();
  const samples: Omit<Memory, 'steady'>[] = [];
  for (;;) {
    await pause(SAMPLE_MS);
    samples.push(readMemory(child));
    const last = samples.slice(-STEADY_SAMPLES);
    const steady =
      last.length === STEADY_SAMPLES &&
      isSteady(last.map((sample) => sample.rssMiB)) &&
      isSteady(last.map((sample) => sample.privateMiB));
    const elapsedMs = nowMs() - beganMs;
    const newest = samples.at(-1);
    if (newest !== undefined && ((steady && elapsedMs >= AT_LEAST_MS) || elapsedMs >= AT_MOST_MS))
      return { ...newest, steady };
  }
}

function isSteady(values: readonly number[]): boolean {
  return Math.max(...values) - Math.min(...values) <= STEADY * Math.max(...values);
}

/** @throws when the process is gone */
function readMemory({ pid }: ChildProcess): Omit<Memory, 'steady'> {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
  return { rssMiB: mib('Rss'), privateMiB: mib('Private_Dirty') };
}
