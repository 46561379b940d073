import { mkdirSync, readFileSync } from 'node:fs';
import { QrPictureReader } from '../../devices/kit/qr-picture.js';
import { QrSearchProcess } from '../../devices/kit/qr-search-process.js';
import { composeSlip } from '../../devices/printer/compose.js';
import { findProfile, type PrinterProfile, type QrWay } from '../../devices/printer/profiles.js';
import { advance } from '../../src/core/sale/slip-job.js';
import { SystemTimers } from '../../src/host/clock.js';
import { Journal } from '../../src/journal/journal.js';
import type { Log } from '../../src/port/log.js';
import { serveParent } from './child.js';
import { benchSlip } from './print-slip.js';

export type Way = QrWay | 'node-thermal-printer' | 'escpos';

const silent: Log = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => silent,
};

/** A process that turns pictures into slips, and tells what it took. */
export class PrintTill {
  readonly #reader = new QrPictureReader(new QrSearchProcess({ timers: new SystemTimers(), log: silent }));
  readonly #slip = benchSlip();

  /** @returns CPU milliseconds of one slip of several, and its bytes; the picture is decoded unless the payload came as text */
  async slips(
    many: number,
    way: Way,
    png: Uint8Array | undefined,
  ): Promise<{ cpuMs: number; bytes: number }> {
    const before = process.cpuUsage();
    let bytes = 0;
    for (let slip = 0; slip < many; slip += 1) bytes = await this.#bytes(way, png);
    const { user, system } = process.cpuUsage(before);
    return { cpuMs: (user + system) / 1000 / many, bytes };
  }

  async #bytes(way: Way, png: Uint8Array | undefined): Promise<number> {
    if (way === 'node-thermal-printer' || way === 'escpos') {
      const { escposSlip, thermalPrinterSlip } = await import('./print-peers.js');
      const slip = way === 'escpos' ? escposSlip : thermalPrinterSlip;
      return (await slip(this.#slip, must(png))).length;
    }
    if (png !== undefined) await this.#read(png);
    const profile = { ...(findProfile('generic-58') as PrinterProfile), qr: way };
    const job = composeSlip(this.#slip, profile);
    if (!job.ok) throw new Error(job.error.detail);
    return job.value.bytes;
  }

  async #read(png: Uint8Array): Promise<string> {
    const read = await this.#reader.read(png, 'image/png');
    if (!read.ok) throw new Error(read.error.detail);
    return read.value;
  }

  /**
   * `sales` sales back to back: picture, decoder, slip, and the commits of a print job, on a disk.
   * @returns resident memory in MiB at its highest
   */
  async sales(sales: number, png: Uint8Array, directory: string): Promise<number> {
    mkdirSync(directory, { recursive: true });
    const journal = new Journal({ directory, wallMs: 0, version: 'bench' });
    const at = { wallMs: 0, monoMs: 0, events: [] };
    for (let sale = 0; sale < sales; sale += 1) {
      await this.#read(png);
      journal.commit({ ...at, slips: [{ slip: this.#slip, asked: false }] });
      const [waiting] = journal.slips.waiting();
      if (waiting === undefined) throw new Error('nothing waits');
      const handed = advance(waiting, { type: 'handed' });
      journal.commit({ ...at, slips: [handed] });
      await this.#bytes('raster', undefined);
      journal.commit({ ...at, slips: [advance(handed, { type: 'printed' })] });
    }
    journal.close();
    // Not getrusage(2): its figure begins with what the parent held when it started this process.
    const [, kib] = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(kib) / 1024;
  }
}

function must(png: Uint8Array | undefined): Uint8Array {
  if (png === undefined) throw new Error('these libraries print pictures');
  return png;
}

serveParent(new PrintTill());
