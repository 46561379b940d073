import { PtyPair } from '../../kit/pty/pair.js';
import { type Heard, ZvtRegisterPeer } from '../../kit/zvt/register.js';
import { HeldTimers } from './held-timers.js';
import { connected } from './register-peer.js';
import { type Shop, type ShopOptions, story } from './shop.js';

/** Config 1E: the terminal prints, and the register wants intermediate status. */
export const REGISTRATION = '0600060000001e0360';
/** Rp15.000 in rupiah. */
export const SALE = '06010a0400000150000049' + '0360';
export const ABORT = '06b000';

/** The terminal's wait for a reply in these stories: a length that no other timer of a device has. */
const REPLY_WAIT_SECONDS = 29;

export interface ZvtShopOptions extends ShopOptions {
  readonly by?: 'serial' | 'tcp';
  /** What it registers with; false: not at all. */
  readonly registration?: string | false;
}

export interface ZvtShop {
  readonly shop: Shop;
  readonly register: ZvtRegisterPeer;
  /** For replies of the register. */
  readonly waits: HeldTimers;
  /** After the terminal was started again: the line is open, the register has registered. */
  comeBack(): Promise<void>;
}

/** A shop with a register that speaks ZVT, in a process and a language of its own. */
export async function zvtStory(
  options: ZvtShopOptions,
  tell: (shop: ZvtShop) => Promise<void>,
): Promise<void> {
  const { by = 'tcp', registration = REGISTRATION, toml = '', ...rest } = options;
  const pair = new PtyPair();
  const waits = new HeldTimers('a command that waits for its reply', 1_000 * REPLY_WAIT_SECONDS);
  if (by === 'serial') await pair.plug();
  const where =
    by === 'serial'
      ? `transport = "serial"\ndevice = "${pair.path}"`
      : 'transport = "tcp"\nhost = "127.0.0.1"\nport = 0';
  const table = `[register]\nprotocol = "zvt"\n${where}\nack_wait_seconds = ${REPLY_WAIT_SECONDS}`;
  let register: ZvtRegisterPeer | undefined;
  try {
    await story({ ...rest, outside: waits, toml: `${table}\n${toml}` }, async (shop) => {
      let starts = 0;
      const begin = async (): Promise<ZvtRegisterPeer> => {
        starts += 1;
        await register?.stop();
        const place =
          by === 'serial'
            ? ({ by, path: pair.theirs } as const)
            : ({ by, port: await portOf(shop, starts) } as const);
        if (by === 'serial') await connected(shop, starts);
        const peer = new ZvtRegisterPeer(place);
        register = peer;
        await peer.hears('open');
        await connected(shop, starts);
        if (registration !== false) {
          peer.send(registration);
          await peer.hears('8000');
          await peer.hears('060f');
        }
        return peer;
      };
      const world = { shop, register: await begin(), waits };
      const comeBack = async (): Promise<void> => {
        world.register = await begin();
      };
      await tell({
        ...{ shop, waits, comeBack },
        get register() {
          return world.register;
        },
      });
    });
  } finally {
    await register?.stop();
    await pair.remove();
  }
}

/** The port that the terminal listens on since its `start`th start. */
async function portOf(shop: Shop, start: number): Promise<number> {
  return shop.found('the port', () => {
    const found = shop.log.flatMap((line) => /tcp .* listening on port (\d+)/.exec(line)?.[1] ?? []);
    return found.length < start ? undefined : Number(found[start - 1]);
  });
}

/** The register's sale as far as the QR. */
export async function asks(register: ZvtRegisterPeer, frame = SALE): Promise<void> {
  register.send(frame);
  await register.hears('8000');
}

/** What the register is told of its sale, and the end of it, with intermediate status left out. */
export async function hearsEnd(register: ZvtRegisterPeer, end: '060f' | '061e'): Promise<Heard[]> {
  return (await register.hearsUpTo(end)).filter(({ heard }) => heard !== '04ff');
}
