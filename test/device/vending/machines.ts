import { FafbMachine, type FafbOptions } from '../../../devices/vending/fafb/driver.js';
import { QibixxMachine, type QibixxOptions } from '../../../devices/vending/mdb-qibixx/driver.js';
import { VendotekMachine, type VendotekOptions } from '../../../devices/vending/vendotek/driver.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { SystemClock, SystemRandom } from '../../../src/host/clock.js';
import type { Random } from '../../../src/port/clock.js';

/** What each test has of its own, and whatever else it wants otherwise than usual. */
type Own<Options> = Pick<Options & FafbOptions, 'line' | 'timers' | 'log'> & Partial<Options>;

/** Never the same bytes twice. */
export function counting(): Random {
  let made = 0;
  return { bytes: (count) => new Uint8Array(count).fill(++made), fraction: () => 0 };
}

export function fafbMachine({ line, timers, log, ...options }: Own<FafbOptions>): FafbMachine {
  return new FafbMachine({
    ...{ line, timers, log },
    clock: { wallMs: () => 1_764_000_000_000, monoMs: () => 0 },
    random: counting(),
    deliver: 'drive',
    priceUnit: rupiah(1),
    dropSensor: true,
    elevator: false,
    vendMs: 60_000,
    ...options,
  });
}

export function qibixxMachine({ line, timers, log, ...options }: Own<QibixxOptions>): QibixxMachine {
  return new QibixxMachine({
    ...{ line, timers, log },
    clock: new SystemClock(),
    random: new SystemRandom(),
    setup: [],
    session: 'selection-first',
    unit: rupiah(1),
    vendMs: 60_000,
    ...options,
  });
}

export function vendotekMachine({ line, timers, log, ...options }: Own<VendotekOptions>): VendotekMachine {
  return new VendotekMachine({
    ...{ line, timers, log },
    carrier: 'tcp',
    clock: new SystemClock(),
    random: new SystemRandom(),
    minorUnits: 2,
    operationSeconds: 120,
    vendMs: 60_000,
    ...options,
  });
}
