import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { QrPictureReader } from '../../devices/kit/qr-picture.js';
import { QrSearchProcess } from '../../devices/kit/qr-search-process.js';
import { SystemTimers } from '../../src/host/clock.js';
import type { Log } from '../../src/port/log.js';
import { serveParent } from './child.js';
import { pause } from './clock.js';

const silent: Log = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => silent,
};

/** Linux counts processor time of ended children in hundredths of a second (proc(5), USER_HZ). */
const TICK_MS = 10;

export interface Reading {
  /** The payload, or the number of the fault. */
  readonly read: string | number;
  /** Processor time of this process alone. */
  readonly ownMs: number;
  /** The longest time between two turns of its loop. */
  readonly heldMs: number;
  /** Processor time of the process that searched, its start included. */
  readonly searchMs: number;
}

/** A process that reads hard pictures as the terminal does. */
export class PictureTill {
  async read(picture: Uint8Array): Promise<Reading> {
    const search = new QrSearchProcess({ timers: new SystemTimers(), log: silent });
    const reader = new QrPictureReader(search);
    const turns = monitorEventLoopDelay({ resolution: 1 });
    turns.enable();
    const before = process.cpuUsage();
    const read = await reader.read(picture, 'image/png');
    const { user, system } = process.cpuUsage(before);
    turns.disable();
    const searchMs = childrenMs();
    await search.stop();
    return {
      read: read.ok ? read.value : read.error.code,
      ownMs: (user + system) / 1000,
      heldMs: turns.max / 1e6,
      searchMs,
    };
  }

  /** Until nothing is left to be compiled. */
  async warm(picture: Uint8Array): Promise<void> {
    for (let round = 0; round < 10; round += 1) await this.read(picture);
    await pause(100);
  }
}

/** User and system time of the children that run. */
function childrenMs(): number {
  const pids = readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return sum + TICK_MS * (Number(fields[11]) + Number(fields[12]));
  }, 0);
}

serveParent(new PictureTill());
