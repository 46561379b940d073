import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PulseMachine, type PulseOptions } from '../../../devices/vending/pulse/driver.js';
import { Emitter, type EmitterOptions } from '../../../devices/vending/pulse/emitter.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { Timers } from '../../../src/port/clock.js';
import type { VendingEvent } from '../../../src/port/vending.js';
import { KeptLog } from '../../kit/kept-log.js';
import { realTimers, until } from '../../kit/pty/until.js';

export const CHIPS = 'gpiochip0 [pinctrl-bcm2711] (58 lines)\ngpiochip1 [raspberrypi-exp-gpio] (8 lines)\n';

const LEVELS = 'levels';

export interface RigOptions {
  /** `none`: the programs are not installed. */
  readonly version?: '1.6.3' | '2.2.1' | '3.0' | 'none';
  readonly chips?: string;
  readonly trouble?: string;
  readonly emitter?: Partial<EmitterOptions>;
  readonly machine?: Partial<PulseOptions>;
}

/** One level of the line: which process set it, at what time of its own, and whether it was high. */
export interface Level {
  readonly pid: number;
  readonly ms: number;
  readonly high: boolean;
}

/** A program may take as long as it likes to start and to answer: no bound of ten seconds and more ends. */
export const unhurried: Timers = {
  after: (ms, run) => (ms >= 10_000 ? () => undefined : realTimers.after(ms, run)),
};

/** Puts the programs of `fake-gpio.sh` into `folder`. @returns the environment in which they are found and work */
export function pathWithFakes(folder: string): Record<string, string> {
  const fake = fileURLToPath(new URL('./fake-gpio.sh', import.meta.url));
  for (const name of ['gpioset', 'gpiodetect']) {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\nexec /bin/sh '${fake}' ${name} "$@"\n`);
    chmodSync(path, 0o755);
  }
  return {
    PATH: folder,
    FAKE_GPIO_VERSION: '2.2.1',
    FAKE_GPIO_CHIPS: CHIPS,
    FAKE_GPIO_LOG: join(folder, LEVELS),
    FAKE_GPIO_TROUBLE: '',
  };
}

/** What the fake programs in `folder` have done to the line. */
export function levelsIn(folder: string): Level[] {
  const path = join(folder, LEVELS);
  if (!existsSync(path)) return [];
  const rows = readFileSync(path, 'utf8')
    .split('\n')
    // The file may be there before its first line.
    .filter((line) => line !== '')
    .map((line) => line.split(' ').map(Number));
  return rows.map(([pid = 0, ms = 0, level]) => ({ pid, ms, high: level === 1 }));
}

/** A pulse machine whose programs are those of `fake-gpio.sh`, on a PATH of its own. */
export class GpioRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'gpio-'));
  readonly log = new KeptLog();
  readonly events: VendingEvent[] = [];
  readonly env: Record<string, string>;
  readonly emitter: Emitter;
  readonly machine: PulseMachine;

  constructor({ version = '2.2.1', chips = CHIPS, trouble = '', emitter, machine }: RigOptions = {}) {
    const found = version === 'none' ? { PATH: this.folder } : pathWithFakes(this.folder);
    const set = { FAKE_GPIO_VERSION: version, FAKE_GPIO_CHIPS: chips, FAKE_GPIO_TROUBLE: trouble };
    this.env = { ...found, ...set };
    const { log } = this;
    const chip = 'pinctrl-bcm2711';
    const { env } = this;
    this.emitter = new Emitter({ chip, line: 17, activeLow: false, timers: unhurried, env, ...emitter });
    this.machine = new PulseMachine({
      emitter: this.emitter,
      timers: realTimers,
      log,
      pulseValue: rupiah(1_000),
      pulseMs: 50,
      gapMs: 60,
      maxPulses: 100,
      ...machine,
    });
  }

  /** The programs are there from now on. */
  install(): void {
    Object.assign(this.env, pathWithFakes(this.folder));
  }

  /** Starts, and waits for the first word of the line. */
  async begin(): Promise<VendingEvent | undefined> {
    this.machine.start((event) => this.events.push(event));
    await until('word of the line', () => this.events.length > 0);
    return this.events[0];
  }

  levels(): Level[] {
    return levelsIn(this.folder);
  }

  /** The levels of each process that set more than one: the trains. */
  trains(): Level[][] {
    const levels = this.levels();
    const processes = [...new Set(levels.map(({ pid }) => pid))];
    return processes
      .map((pid) => levels.filter((level) => level.pid === pid))
      .filter((ofProcess) => ofProcess.length > 1);
  }

  async end(): Promise<void> {
    await this.machine.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
