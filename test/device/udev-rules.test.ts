import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DEVICES = fileURLToPath(new URL('fixtures/udev/devices.umockdev', import.meta.url));
const RULES = readdirSync(join(ROOT, 'devices'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.rules'))
  .map((file) => join('devices', file));
const USB = '/sys/devices/pci0000:00/0000:00:14.0/usb1';

/** A rule file, a device that it is for, and what udev then says of it. */
const TRIALS = [
  [
    '70-gopay-pos-keypad',
    `${USB}/1-1/1-1:1.0/input/input5/event5`,
    /DEVLINKS=.*\/dev\/input\/gopay-pos-keypad/,
  ],
  ['70-gopay-pos-keypad', `${USB}/1-1/1-1:1.0/input/input5/event5`, /LIBINPUT_IGNORE_DEVICE=1/],
  [
    '70-gopay-pos-keypad',
    '/sys/devices/platform/matrix-keypad/input/input6/event6',
    /\/dev\/input\/gopay-pos-keypad/,
  ],
  [
    '60-gopay-pos-printer',
    `${USB}/1-2/1-2:1.0/usbmisc/lp0`,
    /DEVLINKS=.*\/dev\/gopay-pos\/printer-04b8-0e28/,
  ],
  ['60-gopay-pos-printer', `${USB}/1-2/1-2:1.0/usbmisc/lp0`, /DEVLINKS=.*\/dev\/gopay-pos\/printer( |$)/m],
  ['60-gopay-pos-vending', `${USB}/1-3/1-3:1.0/tty/ttyACM0`, /DEVLINKS=.*\/dev\/gopay-pos\/vending/],
  ['60-gopay-pos-vending', `${USB}/1-3/1-3:1.0/tty/ttyACM0`, /ID_MM_DEVICE_IGNORE=1/],
  [
    '60-gopay-pos-gpio',
    '/sys/devices/platform/soc/fe200000.gpio/gpiochip0',
    /60-gopay-pos-gpio\.rules:\d+.* 0?660/,
  ],
] as const;

/** The machine's own rules are read as well. Its `/dev` and udev's memory are out of reach: `udevadm test` writes to both. */
const STAGE = `set -e
mount --bind "$1/rules" /etc/udev/rules.d
mount --bind "$1/group" /etc/group
mount -t tmpfs tmpfs /run
mkdir -p "$1/dev"
mount --rbind /dev "$1/dev"
mount -t tmpfs tmpfs /dev
for node in null zero urandom; do : > /dev/$node; mount --bind "$1/dev/$node" /dev/$node; done
mkdir /dev/pts
mount --bind "$1/dev/pts" /dev/pts
ln -s pts/ptmx /dev/ptmx
exec umockdev-run --device "$2" -- udevadm test "$3" 2>&1`;

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'udev-'));
  mkdirSync(join(folder, 'rules'));
  for (const rule of RULES) copyFileSync(join(ROOT, rule), join(folder, 'rules', basename(rule)));
  writeFileSync(join(folder, 'group'), `${readFileSync('/etc/group', 'utf8')}gpio:x:64999:\n`);
  // What its page tells a technician to do: the # away, the numbers of the pad in.
  const keypad = join(folder, 'rules/70-gopay-pos-keypad.rules');
  const line = /^#(ENV.*ID_VENDOR_ID}==")0000(".*ID_MODEL_ID}==")0000/m;
  const text = readFileSync(keypad, 'utf8');
  expect(text).toMatch(line);
  writeFileSync(keypad, text.replace(line, '$11a2c$22124'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tried(device: string): string {
  const space = process.getuid?.() === 0 ? '-m' : '-rm';
  const stage = ['unshare', space, 'sh', '-c', STAGE, 'sh', folder, DEVICES, device] as const;
  const [program, ...args] = stage;
  const { stdout, stderr, error, status } = spawnSync(program, args, { encoding: 'utf8', timeout: 240_000 });
  expect(error ?? stderr, 'a mount namespace of its own can be had (root, or user namespaces)').toBe('');
  expect(status, stdout).toBe(0);
  return stdout;
}

describe('a udev rule', () => {
  it.each(TRIALS)('of %s does to %s what its page says: %s', (_rule, device, says) => {
    expect(tried(device)).toMatch(says);
  });

  it('is in each file that is installed, and each file is tried here', () => {
    const files = RULES.map((rule) => basename(rule, '.rules')).sort();
    expect([...new Set(TRIALS.map(([rule]) => rule))].sort()).toEqual(files);
  });

  it('leaves a keyboard alone whose numbers nobody has put in', () => {
    copyFileSync(
      join(ROOT, 'devices/keypad/70-gopay-pos-keypad.rules'),
      join(folder, 'rules/70-gopay-pos-keypad.rules'),
    );
    expect(tried(`${USB}/1-1/1-1:1.0/input/input5/event5`)).not.toContain('/dev/input/gopay-pos-keypad');
  });
});
