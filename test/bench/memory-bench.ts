import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchResult, Comparison, Context } from './bench.js';
import { Child } from './child.js';
import { nowMs, pause } from './clock.js';
import { NotifyReceiver } from './notify-receiver.js';
import { salesMemory } from './sales-memory.js';
import { freePort, printerToml, registerToml, terminalFiles } from './shop-files.js';
import { environmentOf, TerminalProcess } from './terminal-process.js';
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
  /** RSS by kind of mapping. */
  readonly mappings: Readonly<Record<string, number>>;
  /** RSS of all processes that it has started. */
  readonly childrenMiB: number;
  readonly steady: boolean;
}

interface Round {
  readonly gopay: Memory;
  readonly qris: Memory;
  readonly bare: Memory;
  readonly loaded: Memory;
}

/** What a terminal that waits for a customer holds, against a Node that waits, and one that has loaded the packages. */
export async function benchMemory(context: Context): Promise<BenchResult> {
  const world = new Child<World>('./world.js');
  const receiver = await NotifyReceiver.open(join(context.sockets, 'memory-notify'));
  try {
    const places = await world.call('open', join(context.directory, 'world'));
    const rounds: Round[] = [];
    let natives: readonly string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const resting = async (paymentType: 'gopay' | 'qris'): Promise<Memory> => {
        const more = `${printerToml(places.printerPort)}\n${registerToml(await freePort())}`;
        const directory = join(context.directory, `idle-${paymentType}`);
        const socket = join(context.sockets, `idle-${paymentType}`);
        const { file } = terminalFiles(directory, socket, places, more, paymentType);
        const notifySocket = receiver === undefined ? {} : { notifySocket: receiver.path };
        const terminal = new TerminalProcess({ unit: context.unit, config: file, ...notifySocket });
        await terminal.ready;
        const memory = await settledMemory(terminal.child);
        if (paymentType === 'gopay') natives = nativeModules(terminal.child);
        await terminal.stop();
        return memory;
      };
      const gopay = await resting('gopay');
      const qris = await resting('qris');
      const [bare, loaded] = await Promise.all([
        idleMemory(context, 'setInterval(() => {}, 1e6)'),
        idleMemory(context, `${loading(natives)}; setInterval(() => {}, 1e6)`),
      ]);
      rounds.push({ gopay, qris, bare, loaded });
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
  const compare = (
    what: string,
    pick: (memory: Memory) => number,
    [by, floor]: readonly ['gopay' | 'qris', 'bare' | 'loaded'],
    atMost?: number,
  ): Comparison => ({
    what: `${what}, idle, by ${by}`,
    against: floor === 'bare' ? 'node that idles' : 'node that loaded the same native packages',
    unit: 'MiB',
    ours: rounds.map((round) => pick(round[by])),
    theirs: rounds.map((round) => pick(round[floor])),
    ...(atMost === undefined ? {} : { goal: { of: 'ours', atMost } }),
  });
  const unsteady = rounds.some((round) => Object.values(round).some((memory: Memory) => !memory.steady));
  const helper = Math.max(...rounds.map(({ gopay }) => gopay.childrenMiB));
  return {
    title: 'memory of the terminal process',
    comparisons: [
      compare('resident (RSS)', (memory) => memory.rssMiB, ['gopay', 'bare'], 80),
      compare('resident (RSS)', (memory) => memory.rssMiB, ['gopay', 'loaded']),
      compare('private dirty', (memory) => memory.privateMiB, ['gopay', 'bare']),
      compare('resident (RSS)', (memory) => memory.rssMiB, ['qris', 'bare'], 65),
      compare('private dirty', (memory) => memory.privateMiB, ['qris', 'bare']),
      ...sales,
    ],
    notes: [
      'with the flags of the service file; register, printer, page and MQTT configured; idle: no sale since the start',
      `native packages: ${natives.map(packageOf).join(', ')}`,
      `by gopay the process that searches pictures holds ${helper.toFixed(0)} MiB more for two minutes after the start`,
      ...(unsteady ? [`some process had not come to rest after ${AT_MOST_MS / 1000} s`] : []),
    ],
    pages: [mappingsPage(rounds)],
  };
}

/** Where the resident memory lies, by what is mapped there; the last round. */
function mappingsPage(rounds: readonly Round[]): string {
  const last = rounds.at(-1);
  if (last === undefined) return '';
  const columns = [last.gopay, last.qris, last.loaded, last.bare];
  const rows = MAPPINGS.map(([name]) => {
    const cells = columns.map(({ mappings }) => (mappings[name] ?? 0).toFixed(1).padStart(10));
    return `  ${name.padEnd(44)}${cells.join('')}`;
  });
  return [`  ${'resident, MiB'.padEnd(44)}     gopay      qris    loaded      bare`, ...rows].join('\n');
}

/** In the order in which they are asked: the first that fits a mapping has it. */
const MAPPINGS: readonly (readonly [name: string, fits: (path: string, access: string) => boolean])[] = [
  ["Node's own program", (path) => /\/node$/.test(path)],
  ['libvips and sharp', (path) => /sharp|vips/.test(path)],
  ['SQLite and other native packages', (path) => path.endsWith('.node')],
  ['libraries of the system', (path) => path.startsWith('/')],
  ['what the compiler made (executable)', (path, access) => path === '' && access.includes('x')],
  ['malloc: SQLite, TLS, pictures, Node (heap)', (path) => path === '[heap]'],
  ["JavaScript's heap, stacks, malloc's large ones", () => true],
];

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
    env: environmentOf(environment),
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
  const mappings: Record<string, number> = {};
  let privateMiB = 0;
  let kind = '';
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const [, access, path] = /^[0-9a-f]+-[0-9a-f]+ (\S+) \S+ \S+ \d+ *(.*)$/.exec(line) ?? [];
    if (access !== undefined && path !== undefined)
      kind = MAPPINGS.find(([, fits]) => fits(path, access))?.[0] ?? '';
    const [, what, kib] = /^(Rss|Private_Dirty): +(\d+) kB/.exec(line) ?? [];
    if (what === 'Rss') mappings[kind] = (mappings[kind] ?? 0) + Number(kib) / 1024;
    if (what === 'Private_Dirty') privateMiB += Number(kib) / 1024;
  }
  const rssMiB = Object.values(mappings).reduce((sum, mib) => sum + mib, 0);
  return { rssMiB, privateMiB, mappings, childrenMiB: childrenOf(pid) };
}

function childrenOf(pid: number | undefined): number {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean);
  const resident = pids.map((child) => {
    const text = readFileSync(`/proc/${child}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
  });
  return resident.reduce((sum, mib) => sum + mib, 0);
}
