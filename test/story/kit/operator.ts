import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemClock, SystemRandom } from '../../../src/host/clock.js';
import type { CommandReply } from '../../../src/mqtt/command.js';
import { FleetWatcher } from '../../../src/mqtt/fleet-watcher.js';
import { makeOperatorKey, parseOperatorKey, type SignedType, signClaims } from '../../../src/mqtt/signed.js';
import { commandTopic, configTopic } from '../../../src/mqtt/topics.js';
import { systemEnvironment } from '../../../src/programs/environment.js';
import type { FleetTools } from '../../../src/programs/fleet.js';
import { commandFleet, configureFleet } from '../../../src/programs/fleet-do.js';
import type { Options } from '../../../src/programs/usage.js';
import { realTimers } from '../../kit/pty/until.js';
import { type Shop, type ShopOptions, story } from './shop.js';

const PASSWORD = 'password-of-the-operator';
const RELAY_TOML = ['operator', 'postman']
  .map(
    (name) =>
      `[[operator]]\nname = "${name}"\ncommands = true\ntoken_sha256 = "${createHash('sha256').update(PASSWORD).digest('hex')}"\n`,
  )
  .join('');

/** Sri's key stands in the terminal's file, with what she may; Eve's does not. */
export interface Afar {
  readonly sri: string;
  readonly eve: string;
  readonly toml: string;
}

async function makeAfar(may: readonly string[]): Promise<Afar> {
  const [sri, eve] = [await makeOperatorKey('sri'), await makeOperatorKey('sri')];
  return {
    ...{ sri: sri.file, eve: eve.file },
    toml: `[[operator]]\nname = "sri"\npublic_key = "${sri.publicKey}"\nmay = ${JSON.stringify(may)}\n`,
  };
}

/** A shop with an operator far away. */
export async function afarStory(
  may: readonly string[],
  options: ShopOptions,
  tell: (shop: Shop, afar: Afar) => Promise<void>,
): Promise<void> {
  const afar = await makeAfar(may);
  const { toml = '', relayToml = '' } = options;
  const all = { ...options, toml: `${toml}\n${afar.toml}`, relayToml: `${relayToml}\n${RELAY_TOML}` };
  return story(all, async (shop) => {
    await listening(shop);
    await tell(shop, afar);
  });
}

/** The terminal has asked for commands, and the broker keeps them for it from now on. */
export async function listening(shop: Shop): Promise<void> {
  const lines = (): number => shop.log.filter((line) => line.includes('may send commands to')).length;
  const starts = shop.log.filter((line) => line.includes('linked, listening on')).length;
  await shop.until('the commands', () => lines() >= starts);
  await shop.until('the clock', () => shop.program.terminal.state().clockTrusted);
}

/** `gopay-pos fleet do WORDS`, on a machine whose clock is that of the story. */
export function fleetDo(
  shop: Shop,
  key: string,
  words: readonly string[],
  values: Options = {},
): Promise<Told> {
  return fleet(shop, key, (given, tools) => commandFleet(words, { ...given, ...values }, tools));
}

/** `gopay-pos fleet config set` or `clear`. */
export function fleetConfig(
  shop: Shop,
  key: string,
  verb: 'set' | 'clear',
  toml: string,
  boxes: readonly string[],
  name = 'prices',
  values: Options = {},
): Promise<Told> {
  const file = join(shop.directory, `${name}.toml`);
  writeFileSync(file, toml);
  const words = verb === 'set' ? [verb, file, ...boxes] : [verb, ...boxes];
  return fleet(shop, key, (given, tools) => configureFleet(words, { ...given, ...values }, tools));
}

interface Told {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

const counted = new WeakMap<Shop, number>();

async function fleet(
  shop: Shop,
  key: string,
  run: (values: Options, tools: FleetTools) => Promise<number>,
): Promise<Told> {
  const out: string[] = [];
  const errors: string[] = [];
  const file = (name: string, text: string): string => {
    const path = join(shop.directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const environment = systemEnvironment({ level: 'error', credentialPrefix: 'none.' });
  const nextDigits = (): number => {
    const next = ((counted.get(shop) ?? 0) + 1) % 1000;
    counted.set(shop, next);
    return next;
  };
  const code = await run(
    {
      ...{
        url: `mqtt://${shop.brokerWire.address}`,
        key: file('key.jwk', key),
        merchant: 'story',
        wait: '120',
      },
      'password-file': file('password', PASSWORD),
    },
    {
      environment: {
        ...environment,
        // The broker is of this process: what lies there is heard before a wait is over.
        timers: realTimers,
        // The story's clock stands still between two commands, and by chance alone one in a thousand had the number of another.
        random: {
          bytes: (count) => environment.random.bytes(count),
          fraction: () => (nextDigits() + 0.5) / 1000,
        },
        clock: { wallMs: () => shop.clock.wallMs(), monoMs: () => new SystemClock().monoMs() },
      },
      print: (text) => void out.push(text),
      complain: (text) => void errors.push(text),
      untilStopped: () => Promise.resolve(),
    },
  );
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}

/** Puts whatever it likes on the command topic, as a broker's administrator can, and reads what is answered. */
export class Postman {
  readonly replies: CommandReply[] = [];
  readonly #shop: Shop;
  readonly #watcher: FleetWatcher;
  #number = 1_000;

  constructor(shop: Shop) {
    this.#shop = shop;
    const { log } = shop.environment;
    this.#watcher = new FleetWatcher({
      ...{ broker: { urls: [`mqtt://${shop.brokerWire.address}`] }, user: 'postman', password: PASSWORD },
      ...{ merchant: 'story', clock: new SystemClock(), timers: realTimers, random: new SystemRandom(), log },
      changed: () => undefined,
      replied: (_terminal, payload) => void this.replies.push(JSON.parse(payload) as CommandReply),
      down: () => undefined,
    });
  }

  async open(): Promise<this> {
    this.#watcher.start();
    await this.#watcher.listening;
    return this;
  }

  /** A sound one for T1, of now, but for `over`. */
  async signed(key: string, over: object = {}, type: SignedType = 'gopay-pos-command'): Promise<string> {
    const read = parseOperatorKey(key);
    if (!read.ok) throw new Error(read.error);
    this.#number += 1;
    const iat = Math.floor(this.#shop.clock.wallMs() / 1000);
    const claims = {
      ...{
        aud: 'story/T1',
        iat,
        exp: iat + 300,
        number: this.#number,
        command: 'status',
        args: [],
        flags: {},
      },
      ...over,
    };
    return signClaims(type, claims, read.value);
  }

  async put(text: string): Promise<void> {
    await this.#watcher.publish(commandTopic('story', 'T1'), text);
  }

  /** A sound configuration for T1, but for `over`. */
  async config(key: string, over: object): Promise<string> {
    const read = parseOperatorKey(key);
    if (!read.ok) throw new Error(read.error);
    this.#number += 1;
    const iat = Math.floor(this.#shop.clock.wallMs() / 1000);
    const claims = { aud: 'story/T1', iat, serial: this.#number, name: 'prices', toml: '', ...over };
    return signClaims('gopay-pos-config', claims, read.value);
  }

  /** Retained. */
  async keep(text: string): Promise<void> {
    await this.#watcher.publish(configTopic('story', 'T1'), text, true);
  }

  async set(key: string, over: object): Promise<void> {
    await this.keep(await this.config(key, over));
  }

  /** Until a line of the log has it. */
  async logged(text: string): Promise<void> {
    await this.#shop.until(text, () => this.#shop.log.some((line) => line.includes(text)));
  }

  /** The answer that ends number `index` of the ends. */
  async answer(index: number): Promise<Extract<CommandReply, { good: boolean }>> {
    const ends = () => this.replies.filter((reply) => 'good' in reply);
    return this.#shop.found('an answer', () => ends()[index]);
  }

  close(): Promise<void> {
    return this.#watcher.stop();
  }
}
