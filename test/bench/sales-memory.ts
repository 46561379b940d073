import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison, Context } from './bench.js';
import type { Child } from './child.js';
import { sellAtKeypad } from './sell.js';
import { freePort, type Places, printerToml, registerToml, terminalFiles } from './shop-files.js';
import { TerminalProcess } from './terminal-process.js';
import type { World } from './world.js';

const SALES = 200;
const BOUND_MIB = 90;

/** What a terminal holds that sells without a pause, with two slips to print each time. */
export async function salesMemory(
  context: Context,
  world: Child<World>,
  places: Places,
): Promise<readonly Comparison[]> {
  return [
    ...(await oneTerminal(context, world, places, 'gopay')),
    ...(await oneTerminal(context, world, places, 'qris')),
  ];
}

/** With GoPay there is a picture to download and to read for each sale. */
async function oneTerminal(
  context: Context,
  world: Child<World>,
  places: Places,
  paymentType: 'gopay' | 'qris',
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
    let pssMiB = 0;
    let privateMiB = 0;
    for (let sale = 0; sale < SALES; sale += 1) {
      await sellAtKeypad(world, 15_000 + sale);
      pssMiB = Math.max(pssMiB, readMiB(terminal, 'smaps_rollup', 'Pss'));
      privateMiB = Math.max(privateMiB, readMiB(terminal, 'smaps_rollup', 'Private_Dirty'));
    }
    const against = `the bound of ${BOUND_MIB} MiB`;
    const compare = (what: string, ours: number): Comparison => ({
      what: `${what} at its highest, ${SALES} sales back to back by ${paymentType}`,
      against,
      unit: 'MiB',
      ours: [ours],
      theirs: [BOUND_MIB],
    });
    return [
      compare('resident (VmHWM)', readMiB(terminal, 'status', 'VmHWM')),
      compare('proportional (PSS)', pssMiB),
      compare('private dirty', privateMiB),
    ];
  } finally {
    await terminal.stop();
  }
}

/** @throws when the process is gone */
function readMiB({ child }: TerminalProcess, file: 'status' | 'smaps_rollup', name: string): number {
  const text = readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
}
