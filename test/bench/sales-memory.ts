import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison, Context } from './bench.js';
import type { Child } from './child.js';
import { nowMs } from './clock.js';
import { sellAtKeypad } from './sell.js';
import { freePort, type Places, printerToml, registerToml, terminalFiles } from './shop-files.js';
import { TerminalProcess } from './terminal-process.js';
import type { World } from './world.js';

const SALES = 200;
/** What grows with every sale has shown itself by then. Fewer where the machine is busy: a bench ends in minutes. */
const MANY_SALES = 2_000;
const MANY_MS = 240_000;
const BOUND_MIB = 95;

/** What a terminal holds at its highest that sells without a pause, with two slips to print each time. */
export async function salesMemory(
  context: Context,
  world: Child<World>,
  places: Places,
): Promise<readonly Comparison[]> {
  return [
    ...(await oneTerminal(context, world, places, 'gopay', MANY_SALES)),
    ...(await oneTerminal(context, world, places, 'qris', SALES)),
  ];
}

/** With GoPay there is a picture to download and to read for each sale. */
async function oneTerminal(
  context: Context,
  world: Child<World>,
  places: Places,
  paymentType: 'gopay' | 'qris',
  most: number,
): Promise<readonly Comparison[]> {
  const more = `${printerToml(places.printerPort)}\n${registerToml(await freePort())}`;
  const socket = join(context.sockets, `${paymentType}.sock`);
  const directory = join(context.directory, paymentType);
  const { file } = terminalFiles(directory, socket, places, more, paymentType);
  const terminal = new TerminalProcess({ unit: context.unit, config: file });
  try {
    await terminal.ready;
    await world.call('openPage', terminal.pageUrl);
    await world.call('after', 'screen idle', 0);
    const rows: Comparison[] = [];
    const beganMs = nowMs();
    let privateMiB = 0;
    for (let sale = 1; sale <= most; sale += 1) {
      await sellAtKeypad(world, 15_000 + sale);
      privateMiB = Math.max(privateMiB, readMiB(terminal, 'smaps_rollup', 'Private_Dirty'));
      const isLast = sale === most || (sale > SALES && nowMs() - beganMs > MANY_MS);
      if (sale === SALES || isLast)
        rows.push(
          highest('resident (VmHWM)', sale, paymentType, readMiB(terminal, 'status', 'VmHWM')),
          highest('private dirty', sale, paymentType, privateMiB),
        );
      if (isLast) break;
    }
    return rows;
  } finally {
    await terminal.stop();
  }
}

function highest(what: string, sales: number, paymentType: string, ours: number): Comparison {
  return {
    what: `${what} at its highest, ${sales} sales back to back by ${paymentType}`,
    against: `the bound of ${BOUND_MIB} MiB`,
    unit: 'MiB',
    ours: [ours],
    theirs: [BOUND_MIB],
    goal: { of: 'ours', atMost: BOUND_MIB },
  };
}

/** @throws when the process is gone */
function readMiB({ child }: TerminalProcess, file: 'status' | 'smaps_rollup', name: string): number {
  const text = readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
}
