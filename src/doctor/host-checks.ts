import { readdirSync, readFileSync, statSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import { freeBytes } from '../host/disk.js';
import { hostFacts } from '../host/pi.js';
import { type Check, type Finding, fail, pass, skip, warn } from './check.js';
import type { Machine } from './machine.js';

/** What of the machine concerns both programs. */
export interface HostContext {
  readonly machine: Machine;
  /** Where the program writes. */
  readonly directory: string;
  readonly minFreeBytes: number;
  /** Of the program that runs; undefined where none does. */
  readonly runningVersion: string | undefined;
  /** Modules with a part of machine code that this program needs. */
  readonly nativeModules: readonly string[];
  /** Minutes from UTC to the clock of the shop; undefined where there is none. */
  readonly zoneMinutes?: number;
}

/** As package.json says. */
const NODE_LEAST = [20, 19] as const;

const SLOW_MS = 300;
const TOO_SLOW_MS = 2_000;
const HOT_C = 80;
/** Where a Pi slows down whatever it is told. */
const TOO_HOT_C = 85;
/** Tenths of its life that a medium says are used up: nine is a warning, eleven is beyond its end. */
const LIFE = { warn: 9, fail: 11 } as const;

export const HOST_CHECKS: readonly Check<HostContext>[] = [
  {
    name: 'host.program',
    about: { id: 'Program dan Node', en: 'program and Node' },
    boundMs: 30_000,
    run: async ({ machine, runningVersion, nativeModules }) => {
      const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
      if (major < NODE_LEAST[0] || (major === NODE_LEAST[0] && minor < NODE_LEAST[1]))
        return fail(
          FAULT.programMismatch,
          `Node ${process.version}; ${NODE_LEAST.join('.')} or newer is needed`,
        );
      const broken = await Promise.all(nativeModules.map(unloadable));
      const [first] = broken.flatMap((why) => why ?? []);
      if (first !== undefined) return fail(FAULT.programMismatch, first);
      if (runningVersion !== undefined && runningVersion !== machine.version)
        return warn(
          FAULT.programMismatch,
          `version ${runningVersion} runs, and ${machine.version} is installed: restart it`,
        );
      return pass(`gopay-pos ${machine.version}, Node ${process.version}`);
    },
  },
  {
    name: 'host.disk',
    about: { id: 'Ruang disk', en: 'room on the disk' },
    boundMs: 30_000,
    run: async ({ machine, directory, minFreeBytes }) => {
      const place = nearest(directory);
      try {
        const free = await freeBytes(place);
        const detail = `${mib(free)} MiB free at ${place}, ${mib(minFreeBytes)} wanted`;
        if (free === 0) return fail(FAULT.diskFull, detail);
        return free < minFreeBytes ? fail(FAULT.diskLow, detail) : pass(detail);
      } catch (thrown) {
        const { code } = thrown as { code?: unknown };
        if (code === 'EACCES' && machine.uid !== 0) return skip(`${place} is not yours: ask as root`);
        return fail(code === 'EROFS' ? FAULT.journalReadOnly : FAULT.diskUnknown, messageOf(thrown));
      }
    },
  },
  {
    name: 'host.disk-speed',
    about: { id: 'Kecepatan disk', en: 'speed of the disk' },
    boundMs: 30_000,
    run: async ({ machine, directory }) => {
      const place = nearest(directory);
      const file = join(place, `.doctor-${process.pid}`);
      try {
        const ms = await syncMs(file, machine);
        const detail = `a synchronous write takes ${ms} ms`;
        if (ms >= TOO_SLOW_MS) return fail(FAULT.diskSlow, detail);
        return ms >= SLOW_MS ? warn(FAULT.diskSlow, detail) : pass(detail);
      } catch (thrown) {
        return skip(`it cannot be tried: ${messageOf(thrown)}`);
      } finally {
        await rm(file, { force: true }).catch((error: unknown) =>
          machine.log.debug(`${file} stays: ${messageOf(error)}`),
        );
      }
    },
  },
  {
    name: 'host.disk-wear',
    about: { id: 'Keausan disk', en: 'wear of the disk' },
    boundMs: 30_000,
    run: async ({ machine }) => wearOf(machine.sysfs),
  },
  {
    name: 'host.voltage',
    about: { id: 'Tegangan', en: 'voltage' },
    boundMs: 30_000,
    run: async ({ machine }) => {
      const { underVoltage, underVoltageSeen } = hostFacts(machine.sysfs);
      if (underVoltage === true) return fail(FAULT.underVoltage, 'too low at this moment');
      if (underVoltageSeen === true) return warn(FAULT.underVoltage, 'it was too low since the start');
      return underVoltage === undefined ? skip('this machine does not say') : pass('good');
    },
  },
  {
    name: 'host.heat',
    about: { id: 'Suhu', en: 'temperature' },
    boundMs: 30_000,
    run: async ({ machine }) => {
      const { temperatureC, throttled } = hostFacts(machine.sysfs);
      const detail = `${temperatureC ?? '?'} °C${throttled === true ? ', slowed down' : ''}`;
      if (temperatureC !== undefined && temperatureC >= TOO_HOT_C) return fail(FAULT.tooHot, detail);
      if (throttled === true || (temperatureC !== undefined && temperatureC >= HOT_C))
        return warn(FAULT.tooHot, detail);
      return temperatureC === undefined ? skip('this machine does not say') : pass(detail);
    },
  },
  {
    name: 'host.zone',
    about: { id: 'Zona waktu', en: 'time zone' },
    boundMs: 30_000,
    run: async ({ machine, zoneMinutes }) => {
      const minutes = -new Date(machine.clock.wallMs()).getTimezoneOffset();
      const detail = `the machine's clock is UTC${signed(minutes)}`;
      if (zoneMinutes === undefined || zoneMinutes === minutes) return pass(detail);
      return warn(FAULT.zoneDiffers, `${detail}, that of the slips UTC${signed(zoneMinutes)}`);
    },
  },
];

/** @returns why it cannot be loaded */
async function unloadable(name: string): Promise<string | undefined> {
  try {
    const loaded = (await import(name)) as { readonly default?: unknown };
    // It loads its machine code when the first database is opened.
    if (name === 'better-sqlite3')
      new (loaded.default as new (path: string) => { close(): void })(':memory:').close();
    return undefined;
  } catch (thrown) {
    return `${name} cannot be loaded: ${messageOf(thrown).split('\n').slice(0, 2).join(' ')}`;
  }
}

/** Itself, or what of its parents there is. */
function nearest(directory: string): string {
  let place = directory;
  while (place !== '/' && statSync(place, { throwIfNoEntry: false }) === undefined) place = dirname(place);
  return place;
}

const PAGE = Buffer.alloc(4096, 'd');

/** The middle one of three: one alone may have waited for somebody else. */
async function syncMs(file: string, { clock }: Machine): Promise<number> {
  const handle = await open(file, 'wx', 0o600);
  try {
    const took: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const beganMs = clock.monoMs();
      await handle.write(PAGE);
      await handle.datasync();
      took.push(Math.round(clock.monoMs() - beganMs));
    }
    return took.sort((a, b) => a - b)[1] ?? 0;
  } finally {
    await handle.close();
  }
}

/** What eMMC says of its life, and ext4 of its errors. An SD card says nothing. */
function wearOf(sysfs: string): readonly Finding[] {
  const found = [...lives(join(sysfs, 'class/mmc_host')), ...ext4Errors(join(sysfs, 'fs/ext4'))];
  return found.length === 0 ? [skip('no medium says')] : found;
}

function lives(hosts: string): Finding[] {
  return namesIn(hosts).flatMap((host) =>
    namesIn(join(hosts, host)).flatMap((card) => {
      const used = (textIn(join(hosts, host, card, 'life_time')) ?? '').match(/0x[0-9a-f]{2}/gi) ?? [];
      if (used.length === 0) return [];
      const most = Math.max(...used.map((part) => Number.parseInt(part, 16)));
      const detail = `${Math.min(most, 10) * 10} % of its life ${most >= LIFE.fail ? 'and more are' : 'is'} used up`;
      if (most >= LIFE.fail) return [fail(FAULT.diskWorn, detail, card)];
      return [most >= LIFE.warn ? warn(FAULT.diskWorn, detail, card) : pass(detail, card)];
    }),
  );
}

function ext4Errors(mounts: string): Finding[] {
  return namesIn(mounts).flatMap((device) => {
    const text = textIn(join(mounts, device, 'errors_count'));
    if (text === undefined) return [];
    return Number(text) > 0
      ? [fail(FAULT.diskWorn, `the kernel has counted ${text} errors of this file system`, device)]
      : [pass('no errors counted', device)];
  });
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    // This machine has no such thing.
    return [];
  }
}

function textIn(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    // The same.
    return undefined;
  }
}

function mib(bytes: number): number {
  return Math.floor(bytes / (1024 * 1024));
}

function signed(minutes: number): string {
  const hours = minutes / 60;
  return `${hours < 0 ? '' : '+'}${hours}`;
}
