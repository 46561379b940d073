import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFacts } from '../base/box-state.js';

/** Bits of `vcgencmd get_throttled`, which the firmware's driver also shows as a file. */
const UNDER_VOLTAGE = 1 << 0;
const THROTTLED = (1 << 1) | (1 << 2) | (1 << 3);
const UNDER_VOLTAGE_SEEN = 1 << 16;

/**
 * What the kernel knows of the machine's health, from files that cost next to nothing to read. Other machines than a Pi
 * have a temperature at most; a file that is not there, or has something else in it, says nothing.
 * @param root `/sys`, or a tree like it
 */
export function hostFacts(root = '/sys'): HostFacts {
  const milli = numberIn(join(root, 'class/thermal/thermal_zone0/temp'), 10);
  const throttled = numberIn(join(root, 'devices/platform/soc/soc:firmware/get_throttled'), 16);
  const alarm = throttled === undefined ? lowVoltageAlarm(join(root, 'class/hwmon')) : undefined;
  return {
    ...(milli === undefined ? {} : { temperatureC: Math.round(milli / 100) / 10 }),
    ...(throttled === undefined
      ? {}
      : {
          underVoltage: (throttled & UNDER_VOLTAGE) !== 0,
          underVoltageSeen: (throttled & UNDER_VOLTAGE_SEEN) !== 0,
          throttled: (throttled & THROTTLED) !== 0,
        }),
    ...(alarm === undefined ? {} : { underVoltage: alarm !== 0 }),
  };
}

/** The driver `raspberrypi-hwmon`, which is there where the firmware's file is not. */
function lowVoltageAlarm(hwmon: string): number | undefined {
  for (const name of namesIn(hwmon))
    if (textIn(join(hwmon, name, 'name')) === 'rpi_volt')
      return numberIn(join(hwmon, name, 'in0_lcrit_alarm'), 10);
  return undefined;
}

function numberIn(path: string, base: 10 | 16): number | undefined {
  const text = textIn(path) ?? '';
  const shape = base === 16 ? /^(0x)?[0-9a-f]{1,8}$/i : /^-?\d{1,9}$/;
  return shape.test(text) ? Number.parseInt(text, base) : undefined;
}

/** Undefined where it cannot be read: that is how a machine says that it has no such thing. */
function textIn(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
