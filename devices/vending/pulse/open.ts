import type { Rupiah } from '../../../src/base/rupiah.js';
import type { Timers } from '../../../src/port/clock.js';
import type { Log } from '../../../src/port/log.js';
import type { VendingMachine } from '../../../src/port/vending.js';
import { PulseMachine } from './driver.js';
import { Emitter } from './emitter.js';

export interface PulseSettings {
  readonly chip: string;
  readonly line: number;
  readonly active: 'high' | 'low';
  readonly pulseValue: Rupiah;
  readonly pulseMs: number;
  readonly gapMs: number;
  readonly maxPulses: number;
}

export interface PulseTools {
  readonly timers: Timers;
  readonly log: Log;
}

/** The journal knows the machine by this name: a new cable, port or protocol must not make it a stranger. */
const NAME = 'vending';

export function openPulse(settings: PulseSettings, { timers, log }: PulseTools): VendingMachine {
  const { chip, line, active, pulseValue, pulseMs, gapMs, maxPulses } = settings;
  return new PulseMachine({
    name: NAME,
    emitter: new Emitter({ chip, line, activeLow: active === 'low', timers }),
    timers,
    log,
    pulseValue,
    pulseMs,
    gapMs,
    maxPulses,
  });
}
