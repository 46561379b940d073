import { once } from 'node:events';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Check, examine, pass } from '../../src/doctor/check.js';
import { freePort } from '../kit/net/free-port.js';
import { foundBy, Patient, wrongOf } from '../kit/patient.js';
import { Pty } from '../kit/pty/pty.js';
import { FakeTime, settled } from '../kit/time.js';

let patient: Patient;
beforeEach(() => {
  patient = new Patient();
});
afterEach(() => patient.remove());

async function direct(): Promise<string> {
  const secret = patient.secret('key', 'SB-Mid-server-0123456789');
  return `mode = "direct"\nenvironment = "sandbox"\nurl = "http://127.0.0.1:${await freePort()}"\nsecret = "${secret}"`;
}

/** As the kernel has it below /sys. */
function plant(files: Readonly<Record<string, string>>): string {
  const root = join(patient.folder, 'sys');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

it('a Pi that is too hot, has too little voltage, and a worn medium with errors', async () => {
  const sysfs = plant({
    'class/thermal/thermal_zone0/temp': '86123\n',
    'devices/platform/soc/soc:firmware/get_throttled': '50005\n',
    'class/mmc_host/mmc0/mmc0:0001/life_time': '0x0b 0x02\n',
    'fs/ext4/mmcblk0p2/errors_count': '3\n',
  });
  const findings = await patient.terminal(await direct(), '', { sysfs });
  expect(foundBy(findings, 'host.heat')).toMatchObject({ verdict: 'fail', code: 849 });
  expect(foundBy(findings, 'host.voltage')).toMatchObject({ verdict: 'fail', code: 848 });
  expect(findings.filter(({ check }) => check === 'host.disk-wear')).toMatchObject([
    { verdict: 'fail', code: 847, of: 'mmc0:0001' },
    {
      verdict: 'fail',
      code: 847,
      of: 'mmcblk0p2',
      detail: 'the kernel has counted 3 errors of this file system',
    },
  ]);
});

it('one that was so since its start, and one that is well', async () => {
  const before = plant({
    'class/thermal/thermal_zone0/temp': '81000\n',
    'devices/platform/soc/soc:firmware/get_throttled': '10000\n',
    'class/mmc_host/mmc0/mmc0:0001/life_time': '0x09 0x02\n',
  });
  const findings = await patient.terminal(await direct(), '', { sysfs: before });
  const ofMachine = wrongOf(findings).filter((each) => /^host.(heat|voltage|disk-wear)/.test(each));
  expect(ofMachine).toEqual(['host.disk-wear warn E847', 'host.voltage warn E848', 'host.heat warn E849']);
  const slowed = plant({
    'class/thermal/thermal_zone0/temp': '60000\n',
    'devices/platform/soc/soc:firmware/get_throttled': '4\n',
  });
  expect(foundBy(await patient.again({ sysfs: slowed }), 'host.heat')).toMatchObject({
    verdict: 'warn',
    code: 849,
  });
  const well = plant({
    'class/thermal/thermal_zone0/temp': '48000\n',
    'devices/platform/soc/soc:firmware/get_throttled': '0\n',
    'class/mmc_host/mmc0/mmc0:0001/life_time': '0x01 0x01\n',
  });
  const good = await patient.again({ sysfs: well });
  for (const check of ['host.heat', 'host.voltage', 'host.disk-wear'])
    expect(foundBy(good, check), check).toMatchObject({ verdict: 'pass' });
});

it('a port that another program has', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const findings = await patient.terminal(await direct(), `[page]\nport = ${port}\n`);
  expect(findings.find(({ of }) => of === `page 127.0.0.1:${port}`)).toMatchObject({
    check: 'host.ports',
    verdict: 'fail',
    code: 832,
  });
  other.close();
  await once(other, 'close');
  expect(wrongOf(await patient.again()).filter((each) => each.startsWith('host.ports'))).toEqual([]);
});

it('a device that root may open, and the user of the service may not: its group is missing', async () => {
  const pty = new Pty();
  await pty.plug();
  const journal = join(patient.folder, 'journal');
  mkdirSync(journal);
  // Nobody of this machine, in no group; a pty belongs to tty, 0620.
  chownSync(journal, 54_321, 54_321);
  const toml = `[register]\ntransport = "serial"\ndevice = "${pty.path}"\n`;
  const findings = await patient.terminal(await direct(), toml, { uid: 0 });
  expect(foundBy(findings, 'device.rights')).toMatchObject({ verdict: 'fail', code: 203, of: pty.path });
  expect(foundBy(findings, 'device.rights').detail).toMatch(
    /^user 54321 may not open it: group \S+, mode 6\d\d$/,
  );
  await pty.remove();
});

it('a configuration that cannot be used: each mistake, and the machine all the same', async () => {
  const findings = await patient.terminal('mode = "direkt"\n');
  expect(wrongOf(findings)[0]).toMatch(/^config fail E90\d$/);
  expect(foundBy(findings, 'host.program')).toMatchObject({ verdict: 'pass' });
  expect(findings.some(({ check }) => check.startsWith('gateway.'))).toBe(false);
});

it('a check that hangs is told as late, one that fails by its number, and no other waits for them', async () => {
  const time = new FakeTime();
  const about = { id: 'x', en: 'x' };
  const checks: readonly Check<null>[] = [
    { name: 'a', about, boundMs: 5_000, run: () => new Promise(() => undefined) },
    { name: 'b', about, boundMs: 5_000, run: async () => Promise.reject(new Error('no')) },
    { name: 'c', about, boundMs: 5_000, run: async () => [pass('good', '1'), pass('good', '2')] },
  ];
  const rows = examine(checks, null, time);
  await settled();
  await time.pass(5_000);
  expect(await rows).toMatchObject([
    { name: 'a', verdict: 'warn', code: 854 },
    { name: 'b', verdict: 'fail', code: 840, detail: 'b: no' },
    { name: 'c', of: '1' },
    { name: 'c', of: '2' },
  ]);
  expect(time.waiting()).toEqual([]);
});
