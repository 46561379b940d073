import type { Rupiah } from '../../../src/base/rupiah.js';
import type { Clock, Random, Timers } from '../../../src/port/clock.js';
import type { Log } from '../../../src/port/log.js';
import type { VendingMachine } from '../../../src/port/vending.js';
import { SerialLine } from '../../kit/serial-line.js';
import { type LineTap, tapped } from '../../kit/tapped-line.js';
import { FafbMachine } from './driver.js';

export interface FafbSettings {
  readonly device: string;
  readonly baud: number;
  readonly deliver: 'drive' | 'money' | 'buy';
  readonly priceUnit: Rupiah;
  readonly dropSensor: boolean;
  readonly elevator: boolean;
  readonly vendSeconds: number;
}

export interface FafbTools {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly tap?: LineTap;
}

/** The journal knows the machine by this name: a new cable, port or protocol must not make it a stranger. */
const NAME = 'vending';

export function openFafb(settings: FafbSettings, tools: FafbTools): VendingMachine {
  const { device, baud, deliver, priceUnit, dropSensor, elevator, vendSeconds } = settings;
  const { timers, log, tap } = tools;
  return new FafbMachine({
    name: NAME,
    line: tapped(new SerialLine({ path: device, baudRate: baud, timers, log }), tap),
    ...tools,
    deliver,
    priceUnit,
    dropSensor,
    elevator,
    vendMs: vendSeconds * 1000,
  });
}
