import type { Slip } from '../../src/base/slip.js';
import { serveParent } from './child.js';

/** A process that has loaded its modules, and makes its first slip. */
export class PrintFirst {
  /** @returns CPU milliseconds of the first slip, and of the loading before it */
  async slip(slip: Slip, png: Uint8Array, ours: boolean): Promise<{ loadMs: number; firstMs: number }> {
    const begun = process.cpuUsage();
    const make = ours ? await ourWay() : await theirWay();
    const loadMs = cpuMs(begun);
    const loaded = process.cpuUsage();
    if ((await make(slip, png)) === 0) throw new Error('no slip');
    return { loadMs, firstMs: cpuMs(loaded) };
  }
}

type Make = (slip: Slip, png: Uint8Array) => Promise<number>;

function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** As the terminal is when it sells: the check before the first sale has been through. */
async function ourWay(): Promise<Make> {
  const { QrPictureReader } = await import('../../devices/kit/qr-picture.js');
  const { QrSearchProcess } = await import('../../devices/kit/qr-search-process.js');
  const { composeSlip } = await import('../../devices/printer/compose.js');
  const { findProfile } = await import('../../devices/printer/profiles.js');
  const { SystemTimers } = await import('../../src/host/clock.js');
  const log = { error: silent, warn: silent, info: silent, debug: silent, child: () => log };
  const reader = new QrPictureReader(new QrSearchProcess({ timers: new SystemTimers(), log }));
  const fault = await reader.check();
  const profile = findProfile('generic-58');
  if (fault !== undefined || profile === undefined) throw new Error(fault?.detail);
  return async (slip, png) => {
    const read = await reader.read(png, 'image/png');
    const job = composeSlip(slip, { ...profile, qr: 'raster' });
    return read.ok && job.ok ? job.value.bytes : 0;
  };
}

async function theirWay(): Promise<Make> {
  const { thermalPrinterSlip } = await import('./print-peers.js');
  return async (slip, png) => (await thermalPrinterSlip(slip, png)).length;
}

function silent(): void {}

serveParent(new PrintFirst());
