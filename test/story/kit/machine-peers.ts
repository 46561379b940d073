import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FafbPeer } from '../../device/vending/fafb-peer.js';
import { type Level, levelsIn, pathWithFakes, unhurried } from '../../device/vending/gpio-rig.js';
import { HeldTimers } from './held-timers.js';
import { type Shop, type ShopOptions, story } from './shop.js';

/** The wait for report on the goods in these stories: a length that no other timer of a device has. */
const VEND_SECONDS = 61;

export interface MachinePlace {
  readonly shop: Shop;
  readonly peer: FafbPeer;
  /** For report on the goods. */
  readonly wait: HeldTimers;
}

/** A shop with an FA FB controller that was written from the tables alone; slot 12 costs Rp15.000, slot 7 Rp5.000. */
export async function controllerStory(
  options: ShopOptions,
  tell: (place: MachinePlace) => Promise<void>,
): Promise<void> {
  const peer = new FafbPeer();
  const wait = new HeldTimers('a machine that was told to vend', 1_000 * VEND_SECONDS);
  peer.order('price 12 15000', 'price 7 5000');
  const toml = `
[vending]
protocol = "fafb"
device = "${await peer.path()}"
vend_seconds = ${VEND_SECONDS}
slot_failures = 2
${options.toml ?? ''}
`;
  try {
    await story({ ...options, toml, outside: wait }, async (shop) => {
      await synchronised(shop, 1);
      await tell({ shop, peer, wait });
    });
  } finally {
    await peer.remove();
  }
}

/** The controller has told both prices, `times` times. */
export async function synchronised(shop: Shop, times: number): Promise<void> {
  const slots = (): number => shop.log.filter((line) => line.includes('<- slot (11)')).length;
  await shop.until('the slots of the machine', () => slots() >= 2 * times);
  await shop.until('the machine', () => shop.program.terminal.state().readings.machine?.code === 0);
}

export interface PulsePlace {
  readonly shop: Shop;
  levels(): Level[];
  /** How the fake programs fail from now on; see `fake-gpio.sh`. */
  trouble(what: string): void;
}

/** A shop whose machine takes pulses of Rp1.000, by the programs of `fake-gpio.sh`. */
export async function pulseStory(
  options: ShopOptions,
  tell: (place: PulsePlace) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gpio-'));
  const before = { ...process.env };
  Object.assign(process.env, pathWithFakes(folder));
  const toml = `
[vending]
protocol = "pulse"
chip = "pinctrl-bcm2711"
line = 17
pulse_value = 1000
${options.toml ?? ''}
`;
  try {
    await story({ ...options, toml, outside: unhurried }, async (shop) => {
      await lineReady(shop);
      await tell({
        shop,
        levels: () => levelsIn(folder),
        trouble: (what) => {
          process.env['FAKE_GPIO_TROUBLE'] = what;
        },
      });
    });
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The line was found and is idle. */
export async function lineReady(shop: Shop): Promise<void> {
  await shop.until('the line', () => shop.program.terminal.state().readings.machine?.code === 0);
}

/** High levels of processes that toggled: the pulses that left. */
export function pulses(levels: readonly Level[]): number {
  return levels.filter(({ high }) => high).length;
}
