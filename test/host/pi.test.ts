import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostFacts } from '../../src/host/pi.js';

let sys: string;
beforeEach(() => {
  sys = mkdtempSync(join(tmpdir(), 'gopay-pos-sys-'));
});
afterEach(() => rmSync(sys, { recursive: true }));

function put(path: string, text: string): void {
  const file = join(sys, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const TEMPERATURE = 'class/thermal/thermal_zone0/temp';
const THROTTLED = 'devices/platform/soc/soc:firmware/get_throttled';

it('a machine without such files has nothing to tell', () => {
  expect(hostFacts(sys)).toEqual({});
  expect(hostFacts(join(sys, 'nowhere'))).toEqual({});
});

it("reads a Pi's temperature and what its firmware says of the supply", () => {
  put(TEMPERATURE, '51540\n');
  put(THROTTLED, '0x0\n');
  const good = { underVoltage: false, underVoltageSeen: false, throttled: false };
  expect(hostFacts(sys)).toEqual({ temperatureC: 51.5, ...good });
  put(THROTTLED, '50005\n');
  expect(hostFacts(sys)).toMatchObject({ underVoltage: true, underVoltageSeen: true, throttled: true });
  put(THROTTLED, '50000');
  expect(hostFacts(sys)).toMatchObject({ underVoltage: false, underVoltageSeen: true, throttled: false });
});

it('takes the alarm of the voltage sensor where the firmware has no file', () => {
  put('class/hwmon/hwmon0/name', 'cpu_thermal\n');
  put('class/hwmon/hwmon0/in0_lcrit_alarm', '1\n');
  put('class/hwmon/hwmon1/name', 'rpi_volt\n');
  put('class/hwmon/hwmon1/in0_lcrit_alarm', '0\n');
  expect(hostFacts(sys)).toEqual({ underVoltage: false });
  put('class/hwmon/hwmon1/in0_lcrit_alarm', '1\n');
  expect(hostFacts(sys)).toEqual({ underVoltage: true });
});

it.each(['', 'N/A', '51 C', '0x', '99999999999'])('says nothing of a file with %j in it', (text) => {
  put(TEMPERATURE, text);
  put(THROTTLED, text === '99999999999' ? 'fffffffff' : text);
  expect(hostFacts(sys)).toEqual({});
});
