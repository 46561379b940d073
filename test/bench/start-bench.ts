import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BenchResult, Context } from './bench.js';
import { Child } from './child.js';
import { nowMs } from './clock.js';
import { cpuSeconds } from './cpu.js';
import { NotifyReceiver } from './notify-receiver.js';
import { printerToml, terminalFiles } from './shop-files.js';
import { environmentOf, TerminalProcess } from './terminal-process.js';
import type { World } from './world.js';

const ROUNDS = 9;

/** From the start of the process to READY=1, against a Node that starts and ends. */
export async function benchStart(context: Context): Promise<BenchResult> {
  const world = new Child<World>('./world.js');
  const receiver = await NotifyReceiver.open(join(context.sockets, 'start-notify'));
  try {
    const places = await world.call('open', join(context.directory, 'world'));
    const socket = join(context.sockets, 'start.sock');
    const files = terminalFiles(
      join(context.directory, 'terminal'),
      socket,
      places,
      printerToml(places.printerPort),
    );
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const { wallMs } = await startOnce(context, files.file, receiver);
      const bareMs = await bareOnce(context);
      // The first start makes the journal and fills the caches of the disk.
      if (round === 0) continue;
      ours.push(wallMs);
      theirs.push(bareMs);
    }
    const sign = receiver === undefined ? 'the log line "ready" (no python3 for NOTIFY_SOCKET)' : 'READY=1';
    return {
      title: 'start to ready',
      comparisons: [
        {
          what: `process start to ${sign}`,
          against: 'node -e 0, start to exit',
          unit: 'ms',
          ours,
          theirs,
          goal: { of: 'ratio', atMost: 3 },
        },
      ],
      notes: [
        'with flags and environment of the service file and a journal that exists; both processes started by the bench',
      ],
    };
  } finally {
    receiver?.close();
    await world.end();
  }
}

export interface Start {
  readonly wallMs: number;
  /** Of all threads, user and system. */
  readonly cpuMs: number;
}

/** From starting the process to READY=1, or to its line in the log. */
export async function startOnce(
  context: Context,
  config: string,
  receiver: NotifyReceiver | undefined,
): Promise<Start> {
  const notified = receiver?.nextReady();
  const { unit } = context;
  const terminal = new TerminalProcess({
    unit,
    config,
    ...(receiver === undefined ? {} : { notifySocket: receiver.path }),
  });
  try {
    // The log line comes right after READY=1, and tells why when neither comes.
    const loggedMs = await terminal.ready;
    const cpuMs = cpuSeconds(terminal.child.pid ?? 0) * 1000;
    return { wallMs: ((await notified) ?? loggedMs) - terminal.spawnedMs, cpuMs };
  } finally {
    await terminal.stop();
  }
}

/** In the environment of the other: certificates of one's own (NODE_EXTRA_CA_CERTS) double what a bare Node takes. */
async function bareOnce({ unit: { flags, environment } }: Context): Promise<number> {
  const beganMs = nowMs();
  const env = environmentOf(environment);
  const bare = spawn(process.execPath, [...flags, '-e', '0'], { stdio: 'ignore', env });
  await once(bare, 'exit');
  return nowMs() - beganMs;
}
