import type { Rupiah } from '../../src/base/rupiah.js';
import type { Clock, Random, Timers } from '../../src/port/clock.js';
import type { Log } from '../../src/port/log.js';
import type { VendingMachine } from '../../src/port/vending.js';
import type { Line } from '../kit/line.js';
import { SerialLine } from '../kit/serial-line.js';
import { type LineTap, tapped } from '../kit/tapped-line.js';
import { TcpLine } from '../kit/tcp-line.js';
import { type FafbSettings, openFafb } from './fafb/open.js';
import { QibixxMachine } from './mdb-qibixx/driver.js';
import { openPulse, type PulseSettings } from './pulse/open.js';
import { VendotekMachine } from './vendotek/driver.js';
import type { Carrier } from './vendotek/frame.js';

export interface VendingTools {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** Looks on at the raw bytes. */
  readonly tap?: LineTap;
}

/** The settings of [vending]; each protocol has its own beside the common ones. */
export type VendingSettings = Common &
  (
    | ({ readonly protocol: 'fafb' } & FafbSettings)
    | ({ readonly protocol: 'pulse' } & PulseSettings)
    | ({ readonly protocol: 'mdb-qibixx' } & QibixxSettings)
    | ({
        readonly protocol: 'vendotek';
        readonly host: string;
        readonly port: number;
        readonly callers: readonly string[];
      } & VendotekSettings)
    | ({ readonly protocol: 'vendotek-serial' } & SerialSettings & VendotekSettings)
  );

interface Common {
  /** How long to wait for word of the goods. */
  readonly vendSeconds: number;
}

interface SerialSettings {
  readonly device: string;
  readonly baud: number;
}

interface QibixxSettings extends SerialSettings {
  readonly session: 'selection-first' | 'authorization-first';
  readonly priceUnit: Rupiah;
  readonly setup: readonly string[];
}

interface VendotekSettings {
  readonly minorUnits: 0 | 2;
  readonly operationSeconds: number;
}

/** The journal knows the machine by this name: a new cable, port or protocol must not make it a stranger. */
const NAME = 'vending';

export function openVending(settings: VendingSettings, tools: VendingTools): VendingMachine {
  switch (settings.protocol) {
    case 'fafb':
      return openFafb(settings, tools);
    case 'pulse':
      return openPulse(settings, tools);
    case 'mdb-qibixx':
      return qibixx(settings, tools);
    case 'vendotek':
      return vendotek(settings, tools, 'tcp', tapped(new TcpLine({ ...settings, ...tools }), tools.tap));
    case 'vendotek-serial':
      return vendotek(settings, tools, 'serial', serialLine(settings, tools));
  }
}

function qibixx(settings: Common & QibixxSettings, tools: VendingTools): VendingMachine {
  const { session, setup, priceUnit, vendSeconds } = settings;
  const line = serialLine(settings, tools);
  return new QibixxMachine({
    name: NAME,
    line,
    session,
    setup,
    unit: priceUnit,
    vendMs: vendSeconds * 1_000,
    ...tools,
  });
}

function vendotek(
  settings: Common & VendotekSettings,
  tools: VendingTools,
  carrier: Carrier,
  line: Line,
): VendingMachine {
  const { minorUnits, operationSeconds, vendSeconds } = settings;
  return new VendotekMachine({
    name: NAME,
    carrier,
    line,
    minorUnits,
    operationSeconds,
    vendMs: vendSeconds * 1_000,
    ...tools,
  });
}

function serialLine({ device, baud }: SerialSettings, { timers, log, tap }: VendingTools): Line {
  return tapped(new SerialLine({ path: device, baudRate: baud, timers, log }), tap);
}
