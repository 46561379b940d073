import { MdbBoard } from '../../kit/vending/mdb-board.js';
import { Vmc } from '../../kit/vending/vmc.js';
import { HeldTimers } from './held-timers.js';
import { said } from './register-peer.js';
import { type Shop, type ShopOptions, story } from './shop.js';

/** How long a driver waits for report on the goods in these stories: a length that no other timer of a device has. */
const VEND_SECONDS = 61;

export interface VendingShopOptions extends ShopOptions {
  /** Lines added to the `[vending]` table. */
  readonly vendingToml?: string;
}

/** A shop that is a vending machine on MDB, behind a board at a serial line. */
export async function mdbStory(
  options: VendingShopOptions,
  tell: (shop: Shop, board: MdbBoard, patience: HeldTimers) => Promise<void>,
): Promise<void> {
  const board = new MdbBoard();
  const patience = new HeldTimers('a machine that was told to vend', 1_000 * VEND_SECONDS);
  try {
    await board.pty.plug();
    const { vendingToml = '', toml = '', ...rest } = options;
    const table = `
[vending]
protocol = "mdb-qibixx"
device = "${board.path}"
vend_seconds = ${VEND_SECONDS}
${vendingToml}
`;
    await story({ ...rest, outside: patience, toml: `${table}\n${toml}` }, async (shop) => {
      await machineThere(shop, 1);
      await tell(shop, board, patience);
    });
  } finally {
    await board.pty.remove();
  }
}

/** A shop that is a vending machine which dials the terminal and speaks VTK; it counts cents. */
export async function vtkStory(
  options: VendingShopOptions & { readonly machine?: Vmc },
  tell: (shop: Shop, machine: Vmc, patience: HeldTimers) => Promise<void>,
): Promise<void> {
  const { machine = new Vmc(), vendingToml = '', toml = '', ...rest } = options;
  const patience = new HeldTimers('a machine that was told to vend', 1_000 * VEND_SECONDS);
  try {
    const table = `
[vending]
protocol = "vendotek"
host = "127.0.0.1"
port = 0
minor_units = 2
vend_seconds = ${VEND_SECONDS}
${vendingToml}
`;
    await story({ ...rest, outside: patience, toml: `${table}\n${toml}` }, async (shop) => {
      await machine.dials(await vendingPort(shop, 1));
      await machineThere(shop, 1);
      await tell(shop, machine, patience);
    });
  } finally {
    await machine.stop();
  }
}

/** Waits until the machine has come for the `times`th time in this shop. */
export async function machineThere(shop: Shop, times: number): Promise<void> {
  await shop.until(`the machine, time ${times}`, () => said(shop, 'vending present') >= times);
}

/** Where the terminal listens for the machine, after its `times`th start. */
export async function vendingPort(shop: Shop, times: number): Promise<number> {
  const ports = (): string[] =>
    shop.log.flatMap((line) => /vending: tcp \S+ listening on port (\d+)/.exec(line)?.[1] ?? []);
  await shop.until('the port for the machine', () => ports().length >= times);
  return Number(ports().at(-1));
}
