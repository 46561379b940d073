import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { Vmc } from '../kit/vending/vmc.js';
import type { BenchResult, Comparison, Context } from './bench.js';
import { Child } from './child.js';
import { nowMs, pause } from './clock.js';
import { commitMs } from './raw-commit.js';
import { RegisterClient } from './register-client.js';
import { sellAtKeypad } from './sell.js';
import { freePort, printerToml, registerToml, terminalFiles } from './shop-files.js';
import { spread } from './stats.js';
import { bytesOf, type DiskCall, readTrace, syncsOf, tracer } from './sync-trace.js';
import { TerminalProcess } from './terminal-process.js';
import type { World } from './world.js';

/** Of each kind that has no printer to wait for. */
const SALES = 8;
/** A customer who takes his time: two polls. And sales whose last slip ends on disk by itself, ten seconds later. */
const SLOW_MS = 22_000;
const SLIP_END_MS = 13_000;
const FEW = 3;
/** After a sale's last word on paper and screen, until whatever it still writes is written. */
const QUIET_MS = 300;

type Kind = 'page' | 'slow' | 'register' | 'slips' | 'vtk';

/** What a sale of each kind may cost at most. */
const KINDS: Readonly<Record<Kind, { readonly what: string; readonly syncs: number; readonly kib: number }>> =
  {
    page: { what: 'sale at the page', syncs: 4, kib: 64 },
    slow: { what: 'sale at the page, paid after two polls', syncs: 4, kib: 64 },
    register: { what: 'sale of a register', syncs: 4, kib: 64 },
    slips: { what: 'sale with two slips', syncs: 5, kib: 95 },
    vtk: { what: 'sale of a VTK machine', syncs: 5, kib: 95 },
  };

/** Wall times at the beginning of each sale, and at the end of the last. */
type Edges = Partial<Record<Kind, readonly number[]>>;

interface Traced {
  readonly calls: readonly DiskCall[];
  readonly edges: Edges;
}

interface Story {
  readonly bytes: number;
  readonly events: readonly string[];
}

/** What one sale writes to the journal's disk, against one commit of one row that holds the same words. */
export async function benchDisk(context: Context): Promise<BenchResult> {
  mkdirSync(context.directory, { recursive: true });
  const bare = await traceSales(context, 'bare');
  const printed = await traceSales(context, 'printed');
  const vending = await traceSales(context, 'vending');
  const stories = readStories(join(context.directory, 'bare', 'journal', 'journal.db'));
  const story = Math.round(spread(stories.map(({ bytes }) => bytes)).median);
  const floor = traceFloor(context.directory, story);
  const commit = spread(commitMs(join(context.directory, 'commit'), 20)).median;
  const events = stories.find(({ events }) => events.length > 0)?.events.join(', ') ?? '';
  return {
    title: 'what one sale writes to the disk of the journal',
    comparisons: [
      ...[bare, printed, vending].flatMap((traced) => compare(traced, floor, story)),
      ...idleHour(context.directory),
    ],
    notes: [
      'each sync of ours is one commit; counted by strace at the real process, from one sale to the next; the share of each sale in the checkpoint at the end is in its KiB',
      `the words of a sale: ${story} bytes of JSON; one raw commit takes ${commit.toFixed(2)} ms here`,
      `events of a sale at the page: ${events}`,
    ],
  };
}

function compare({ calls, edges }: Traced, floor: readonly DiskCall[], story: number): Comparison[] {
  const kinds = Object.entries(edges) as [Kind, readonly number[]][];
  const sold = kinds.reduce((sum, [, edgesMs]) => sum + edgesMs.length - 1, 0);
  const isFile = ({ path }: DiskCall): boolean => path.endsWith('journal.db');
  const firstMs = Math.min(...kinds.flatMap(([, [beginMs = 0]]) => [beginMs]));
  // What a checkpoint writes is written once for all sales since the one before it.
  const shareKib = bytesOf(calls.filter((call) => isFile(call) && call.atMs >= firstMs)) / 1024 / sold;
  const against = `one commit of one row of ${story} bytes`;
  return kinds.flatMap(([kind, edgesMs]): Comparison[] => {
    const sales = edgesMs.slice(1).map((endMs, index) => {
      const beginMs = edgesMs[index] ?? 0;
      return calls.filter((call) => !isFile(call) && call.atMs >= beginMs && call.atMs < endMs);
    });
    const { what, syncs, kib } = KINDS[kind];
    return [
      {
        what: `${what}: synced commits`,
        against,
        unit: 'syncs',
        ours: sales.map(syncsOf),
        theirs: sales.map(() => syncsOf(floor)),
        goal: { of: 'ours', atMost: syncs },
      },
      {
        what: `${what}: written, checkpoint included`,
        against,
        unit: 'KiB',
        ours: sales.map((some) => bytesOf(some) / 1024 + shareKib),
        theirs: sales.map(() => bytesOf(floor) / 1024),
        goal: { of: 'ours', atMost: kib },
      },
    ];
  });
}

/** The proofs of the disk in an hour without a sale. */
function idleHour(directory: string): Comparison[] {
  const calls = traceProgram(directory, 'idle-hour', 'idle', '61').filter(({ path }) =>
    path.endsWith('-wal'),
  );
  const start = traceProgram(directory, 'idle-hour', 'idle-start', '1').filter(({ path }) =>
    path.endsWith('-wal'),
  );
  const bound = (what: string, unit: 'syncs' | 'KiB', ours: number, atMost: number): Comparison => ({
    ...{ what: `idle hour: ${what}`, against: 'the bound', unit, ours: [ours], theirs: [atMost] },
    goal: { of: 'ours', atMost },
  });
  return [
    bound('synced commits', 'syncs', syncsOf(calls) - syncsOf(start), 12),
    bound('written', 'KiB', (bytesOf(calls) - bytesOf(start)) / 1024, 64),
  ];
}

async function traceSales(context: Context, shop: 'bare' | 'printed' | 'vending'): Promise<Traced> {
  const world = new Child<World>('./world.js');
  const directory = join(context.directory, shop);
  const places = await world.call('open', join(directory, 'world'));
  const port = await freePort();
  const socket = join(context.sockets, `${shop}.sock`);
  const more = {
    bare: registerToml(port),
    printed: printerToml(places.printerPort),
    vending: `[vending]\nprotocol = "vendotek"\nhost = "127.0.0.1"\nport = ${port}\nminor_units = 2\n`,
  };
  const files = terminalFiles(directory, socket, places, more[shop]);
  const trace = join(directory, 'trace');
  const terminal = new TerminalProcess({ unit: context.unit, config: files.file, before: tracer(trace) });
  try {
    await terminal.ready;
    await world.call('openPage', terminal.pageUrl);
    await world.call('after', 'screen idle', 0);
    const edges = await SHOPS[shop](world, port);
    return { calls: await ended(terminal, trace, files.journal), edges };
  } finally {
    endTraced(terminal);
    await terminal.stop();
    await world.end();
  }
}

const SHOPS: Readonly<
  Record<'bare' | 'printed' | 'vending', (world: Child<World>, port: number) => Promise<Edges>>
> = {
  bare: async (world, port) => {
    const page = await edgesOf(SALES, QUIET_MS, (i) => paid(world, () => typed(world, 15_000 + i)));
    const slow = await edgesOf(FEW, QUIET_MS, (i) => paid(world, () => typed(world, 16_000 + i), SLOW_MS));
    const register = await RegisterClient.dial(port);
    const rung = await edgesOf(SALES, QUIET_MS, (i) =>
      paid(world, async () => void register.sell(25_000 + i)),
    );
    register.hangUp();
    return { page, slow, register: rung };
  },
  printed: async (world) => ({
    slips: await edgesOf(FEW, SLIP_END_MS, (i) => sellAtKeypad(world, 17_000 + i)),
  }),
  vending: async (world, port) => {
    const machine = new Vmc(VMC);
    try {
      await machine.dials(port);
      const vtk = await edgesOf(SALES, QUIET_MS, async () => {
        await paid(world, async () => machine.does('buy 1500000 7 KOPI'));
        await machine.hears();
        machine.does('done');
        await machine.hears();
      });
      return { vtk };
    } finally {
      await machine.stop();
    }
  },
};

/** Where the sources are; this runs beside them. */
const VMC = fileURLToPath(new URL('../../../../test/kit/vending/vmc.py', import.meta.url));

async function edgesOf(
  sales: number,
  quietMs: number,
  sellOne: (index: number) => Promise<void>,
): Promise<number[]> {
  const edges = [Date.now()];
  for (let sale = 0; sale < sales; sale += 1) {
    await sellOne(sale);
    await pause(quietMs);
    edges.push(Date.now());
  }
  return edges;
}

/** One sale without a printer, from its begin to the screen that says "paid". */
async function paid(world: Child<World>, begin: () => Promise<void>, afterMs = 0): Promise<void> {
  const beganMs = nowMs();
  await begin();
  await world.call('after', 'screen scan', beganMs);
  await pause(afterMs);
  await world.call('pay');
  await world.call('after', 'screen paid', beganMs);
}

async function typed(world: Child<World>, amount: number): Promise<void> {
  await world.call('press', [...String(amount)]);
  await world.call('press', ['enter']);
}

async function ended(terminal: TerminalProcess, trace: string, journal: string): Promise<DiskCall[]> {
  endTraced(terminal);
  await terminal.stop();
  return readTrace(trace, journal);
}

/** strace keeps signals from itself, so the terminal under it is the one to be told. */
function endTraced({ child }: TerminalProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
  const pid = Number(children.trim().split(' ')[0]);
  if (pid > 0) process.kill(pid, 'SIGTERM');
}

/** What the journal says of each sale at the keypad: how much, and which events. */
function readStories(file: string): Story[] {
  const db = new Database(file, { readonly: true });
  try {
    const sales = db
      .prepare("SELECT invoice, length(body) AS size FROM sale WHERE source_kind = 'keypad' ORDER BY invoice")
      .all() as { invoice: number; size: number }[];
    const events = db.prepare('SELECT kind, body, ignored FROM event WHERE sale = ? ORDER BY seq');
    return sales.map(({ invoice, size }) => {
      const told = events.all(invoice) as { kind: string; body: string; ignored: string | null }[];
      return {
        bytes: size + told.reduce((sum, { body }) => sum + body.length, 0),
        events: told.map(({ kind, ignored }) => (ignored === null ? kind : `${kind} (ignored)`)),
      };
    });
  } finally {
    db.close();
  }
}

/** One commit of the floor: what eleven make more than one, a tenth of it. */
function traceFloor(directory: string, bytes: number): DiskCall[] {
  const run = (count: number): DiskCall[] =>
    traceProgram(directory, 'raw-floor', `floor-${count}`, String(count), String(bytes)).filter(({ path }) =>
      path.endsWith('-wal'),
    );
  const [one, eleven] = [run(1), run(11)];
  const sync = { atMs: 0, path: '' };
  const syncs = Math.round((syncsOf(eleven) - syncsOf(one)) / 10);
  return [
    { ...sync, bytes: (bytesOf(eleven) - bytesOf(one)) / 10 },
    ...Array.from({ length: syncs }, () => sync),
  ];
}

/** Runs a program of this folder under the tracer, on a folder of its own. */
function traceProgram(
  directory: string,
  name: string,
  folder: string,
  ...more: readonly string[]
): DiskCall[] {
  const place = join(directory, folder);
  const trace = join(directory, `${folder}.trace`);
  const program = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const [command = '', ...args] = [...tracer(trace), process.execPath, program, place, ...more];
  const done = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (done.status !== 0 && done.signal !== 'SIGKILL')
    throw new Error(`${command} ended with ${done.status ?? done.error?.message}`);
  return readTrace(trace, place);
}
