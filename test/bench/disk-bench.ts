import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import type { BenchResult, Comparison, Context } from './bench.js';
import { Child } from './child.js';
import { pause } from './clock.js';
import { commitMs } from './raw-commit.js';
import { RegisterClient } from './register-client.js';
import { sell, sellAtKeypad } from './sell.js';
import { freePort, printerToml, registerToml, terminalFiles } from './shop-files.js';
import { spread } from './stats.js';
import { bytesOf, type DiskCall, readTrace, syncsOf, tracer } from './sync-trace.js';
import { TerminalProcess } from './terminal-process.js';
import type { World } from './world.js';

const SALES = 8;
/** After a sale's last word on paper and screen, until whatever it still writes is written. */
const QUIET_MS = 300;

interface Traced {
  readonly calls: readonly DiskCall[];
  /** Wall time at the beginning of each sale, and at the end of the last. */
  readonly keypadMs: readonly number[];
  readonly registerMs: readonly number[];
}

interface Story {
  readonly bytes: number;
  readonly events: readonly string[];
}

/** What one sale writes to the journal's disk, against one commit of one row that holds the same words. */
export async function benchDisk(context: Context): Promise<BenchResult> {
  mkdirSync(context.directory, { recursive: true });
  const journal = join(context.directory, 'terminal', 'journal');
  const traced = await traceSales(context, journal);
  const stories = readStories(join(journal, 'journal.db'));
  const story = Math.round(spread(stories.map(({ bytes }) => bytes)).median);
  const floor = traceFloor(context.directory, story);
  const commit = spread(commitMs(join(context.directory, 'commit'), 20)).median;
  const events = stories.find(({ events }) => events.length > 0)?.events.join(', ') ?? '';
  return {
    title: 'what one sale writes to the disk of the journal',
    comparisons: [
      ...compare('sale at the keypad', traced.calls, traced.keypadMs, floor, story),
      ...compare('sale at the register', traced.calls, traced.registerMs, floor, story),
    ],
    notes: [
      'each sync of ours is one commit; counted by strace at the real process, from one sale to the next',
      `the words of a sale: ${story} bytes of JSON; one raw commit takes ${commit.toFixed(2)} ms here`,
      `events of a sale at the keypad: ${events}`,
    ],
  };
}

function compare(
  what: string,
  calls: readonly DiskCall[],
  edgesMs: readonly number[],
  floor: readonly DiskCall[],
  story: number,
): Comparison[] {
  const sales = edgesMs.slice(1).map((endMs, index) => {
    const beginMs = edgesMs[index] ?? 0;
    return calls.filter(({ atMs }) => atMs >= beginMs && atMs < endMs);
  });
  const against = `one commit of one row of ${story} bytes`;
  const kib = (some: readonly DiskCall[]): number => bytesOf(some) / 1024;
  return [
    {
      what: `${what}: bytes written`,
      against,
      unit: 'KiB',
      ours: sales.map(kib),
      theirs: sales.map(() => kib(floor)),
    },
    {
      what: `${what}: syncs`,
      against,
      unit: 'syncs',
      ours: sales.map(syncsOf),
      theirs: sales.map(() => syncsOf(floor)),
    },
  ];
}

async function traceSales(context: Context, journal: string): Promise<Traced> {
  const world = new Child<World>('./world.js');
  const places = await world.call('open', join(context.directory, 'world'));
  const port = await freePort();
  const more = `${printerToml(places.printerPort)}\n${registerToml(port)}`;
  const socket = join(context.sockets, 'disk.sock');
  const files = terminalFiles(join(context.directory, 'terminal'), socket, places, more);
  const trace = join(context.directory, 'trace');
  const terminal = new TerminalProcess({ unit: context.unit, config: files.file, before: tracer(trace) });
  try {
    await terminal.ready;
    await world.call('openPage', terminal.pageUrl);
    await world.call('after', 'screen idle', 0);
    const keypadMs = [Date.now()];
    for (let sale = 0; sale < SALES; sale += 1) {
      await sellAtKeypad(world, 15_000 + sale);
      await pause(QUIET_MS);
      keypadMs.push(Date.now());
    }
    const register = await RegisterClient.dial(port);
    const registerMs = [Date.now()];
    for (let sale = 0; sale < SALES; sale += 1) {
      await sell(world, async () => void register.sell(25_000 + sale));
      await pause(QUIET_MS);
      registerMs.push(Date.now());
    }
    register.hangUp();
    return { calls: await ended(terminal, trace, journal), keypadMs, registerMs };
  } finally {
    endTraced(terminal);
    await terminal.stop();
    await world.end();
  }
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
      .prepare(
        "SELECT order_id, length(body) AS size FROM sale WHERE source_kind = 'keypad' ORDER BY invoice",
      )
      .all() as { order_id: string; size: number }[];
    const events = db.prepare('SELECT kind, body, ignored FROM event WHERE order_id = ? ORDER BY seq');
    return sales.map(({ order_id, size }) => {
      const told = events.all(order_id) as { kind: string; body: string; ignored: string | null }[];
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
  const run = (count: number): DiskCall[] => {
    const place = join(directory, `floor-${count}`);
    const trace = join(directory, `floor-${count}.trace`);
    const program = fileURLToPath(new URL('./raw-floor.js', import.meta.url));
    const [command = '', ...args] = [
      ...tracer(trace),
      process.execPath,
      program,
      place,
      String(count),
      String(bytes),
    ];
    const done = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
    if (done.status !== 0) throw new Error(`${command} ended with ${done.status ?? done.error?.message}`);
    return readTrace(trace, place).filter(({ path }) => path.endsWith('-wal'));
  };
  const [one, eleven] = [run(1), run(11)];
  const sync = { atMs: 0, path: '' };
  const syncs = Math.round((syncsOf(eleven) - syncsOf(one)) / 10);
  return [
    { ...sync, bytes: (bytesOf(eleven) - bytesOf(one)) / 10 },
    ...Array.from({ length: syncs }, () => sync),
  ];
}
