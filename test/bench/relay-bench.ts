import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Mosquitto } from '../broker/kit/mosquitto.js';
import type { BareBroker, BareRelay } from './bare-relay.js';
import type { BenchResult, Comparison, Context } from './bench.js';
import { Child } from './child.js';
import { pause } from './clock.js';
import { cpuSeconds } from './cpu.js';
import type { Latencies } from './latencies.js';
import type { Notifier } from './notifier.js';
import { RelayProcess } from './relay-process.js';
import { freePort, MERCHANT, relayToml, SERVER_KEY, secretFile, TERMINAL, TOKEN } from './shop-files.js';
import { readUnit } from './unit.js';

/** Many and short: what else the machine does meets all parts of a round. */
const ROUNDS = 30;
const A_ROUND = 1_000;
const WARM_UP = 15_000;
const CONNECTIONS = 8;
/** For the acknowledgements of the terminal. */
const REST_MS = 50;
const PASSWORD = 'a-password-at-the-broker';

/** What ours is held against. */
const FLOORS = {
  a: 'bare server: node:http, verify',
  b: 'bare QoS 1 publish',
  c: 'bare server: node:http, verify, QoS 1 publish',
} as const;
type Part = 'ours' | keyof typeof FLOORS;

interface Measured extends Latencies {
  /** In a second of processor time, user and system, all threads. */
  readonly rate: number;
}
type Round = Readonly<Record<Part, Measured>>;

/** Sends so many to one of them. */
type Send = (many: number) => Promise<Latencies>;

/** Ours, what is bare beside it, and where their broker is. */
interface Place {
  readonly name: string;
  readonly relay: RelayProcess;
  readonly brokerOf: (part: 'ours' | 'bare') => string | BareBroker;
  end(): Promise<void>;
}

/** Notifications answered in a second of the server's processor time, and how long one waits, with either broker. */
export async function benchRelay({ directory }: Context): Promise<BenchResult> {
  mkdirSync(directory, { recursive: true });
  const results: { name: string; rounds: Round[]; linesEach: number }[] = [];
  for (const place of [() => atMosquitto(directory), () => embedded(directory)]) {
    const at = await place();
    try {
      results.push({ name: at.name, ...(await measureAt(at)) });
    } finally {
      await at.end();
    }
  }
  return {
    title: 'the relay under notifications',
    comparisons: results.flatMap(({ name, rounds }) => comparisons(name, rounds)),
    notes: [
      `${CONNECTIONS} connections that stay, in turns of ${A_ROUND}; user and system time of all threads of the server`,
      `lines in the log of ours for each: ${results.map(({ linesEach }) => linesEach.toFixed(2)).join(', ')}; the bare ones write none`,
      // It writes its database for each message then, which is all that would be measured.
      'at Mosquitto nobody listens; at the embedded brokers a terminal does, and acknowledges each',
      'embedded: the bare ones have aedes with aedes-persistence-level on the same disk in their own process, as ours has',
    ],
  };
}

async function measureAt(place: Place): Promise<{ rounds: Round[]; linesEach: number }> {
  const children: Child<BareRelay | Notifier>[] = [];
  const bare = (): Child<BareRelay> => {
    const child = new Child<BareRelay>('./bare-relay.js');
    children.push(child);
    return child;
  };
  const notifier = async (url: string, brokerUrl?: string): Promise<Send> => {
    const child = new Child<Notifier>('./notifier.js');
    children.push(child);
    if (brokerUrl !== undefined) await child.call('listen', brokerUrl);
    await child.call('open', url, CONNECTIONS);
    return async (many) => {
      const before = await child.call('heard');
      const took = await child.call('send', many);
      if (brokerUrl !== undefined) await allHeard(child, before + many);
      return took;
    };
  };
  try {
    const { relay } = place;
    const bareBroker = place.brokerOf('bare') as BareBroker;
    const [verifies, publishes, both] = [bare(), bare(), bare()];
    const listensAt = await both.call('connect', bareBroker);
    const own = 'directory' in bareBroker;
    const alone = await publishes.call(
      'connect',
      own ? { directory: `${bareBroker.directory}-b` } : { ...bareBroker, username: 'bareb' },
    );
    if (own) await notifier(await verifies.call('open', SERVER_KEY), alone);
    const parts: Record<Part, { readonly send: Send; readonly pid: number }> = {
      ours: {
        send: await notifier(await relay.url, own ? (place.brokerOf('ours') as string) : undefined),
        pid: relay.pid,
      },
      a: { send: await notifier(await verifies.call('open', SERVER_KEY)), pid: await verifies.call('pid') },
      b: {
        send: (many) => publishes.call('send', many, CONNECTIONS),
        pid: await publishes.call('pid'),
      },
      c: {
        send: await notifier(await both.call('open', SERVER_KEY), own ? listensAt : undefined),
        pid: await both.call('pid'),
      },
    };
    const names = ['ours', 'a', 'b', 'c'] as const;
    for (const name of names) await parts[name].send(WARM_UP);
    const linesBefore = relay.lines;
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const measured: Partial<Record<Part, Measured>> = {};
      for (const name of names) {
        const { send, pid } = parts[name];
        const before = cpuSeconds(pid);
        const took = await send(A_ROUND);
        measured[name] = { ...took, rate: A_ROUND / (cpuSeconds(pid) - before) };
      }
      rounds.push(measured as Round);
    }
    return { rounds, linesEach: (relay.lines - linesBefore) / (ROUNDS * A_ROUND) };
  } finally {
    for (const child of children) await child.end();
  }
}

/**
 * What was answered is still on its way to the terminal, and is paid for as well. The bare broker loses some of ten thousand to a
 * terminal that is there: where nothing more comes, all is over.
 */
async function allHeard(child: Child<Notifier>, wanted: number): Promise<void> {
  let before = -1;
  for (let heard = 0; heard < wanted && heard !== before; ) {
    before = heard;
    await pause(REST_MS);
    heard = await child.call('heard');
  }
  await pause(REST_MS);
}

async function atMosquitto(directory: string): Promise<Place> {
  const users = { relay: PASSWORD, bare: PASSWORD, bareb: PASSWORD };
  const terminals = { [TERMINAL]: TOKEN };
  const mosquitto = await Mosquitto.start({ merchant: MERCHANT, terminals, relays: users });
  const passwordFile = secretFile(directory, 'mqtt', PASSWORD);
  const file = relayFile(join(directory, 'mosquitto'), mosquitto.url, { passwordFile });
  const relay = new RelayProcess(readUnit('relay'), file);
  return {
    ...{ name: 'Mosquitto', relay },
    brokerOf: (part) =>
      part === 'ours' ? mosquitto.url : { url: mosquitto.url, username: 'bare', password: PASSWORD },
    end: async () => {
      await relay.stop();
      await mosquitto.dispose();
    },
  };
}

async function embedded(directory: string): Promise<Place> {
  const port = await freePort();
  const folder = join(directory, 'embedded');
  const ownBroker = `port = ${port}\ndirectory = ${JSON.stringify(join(folder, 'broker'))}`;
  const file = relayFile(folder, '', { ownBroker });
  const relay = new RelayProcess(readUnit('relay'), file, /embedded broker listens on/);
  return {
    ...{ name: 'embedded', relay },
    brokerOf: (part) => (part === 'ours' ? `mqtt://127.0.0.1:${port}` : { directory: join(folder, 'bare') }),
    end: () => relay.stop(),
  };
}

function relayFile(
  folder: string,
  brokerUrl: string,
  more: { readonly passwordFile?: string; readonly ownBroker?: string },
): string {
  mkdirSync(folder, { recursive: true });
  const key = secretFile(folder, 'server-key', SERVER_KEY);
  const file = join(folder, 'relay.toml');
  // Nobody asks Midtrans here: nothing listens at its address.
  writeFileSync(file, relayToml(key, 'http://127.0.0.1:7777', brokerUrl, { ...more, level: 'info' }));
  return file;
}

function comparisons(broker: string, rounds: readonly Round[]): Comparison[] {
  const against = (
    [words, unit]: readonly [string, Comparison['unit']],
    figure: keyof Measured,
    floor: keyof typeof FLOORS,
  ): Comparison => ({
    what: `${words}, ${broker}`,
    against: `(${floor}) ${FLOORS[floor]}`,
    unit,
    ours: rounds.map(({ ours }) => ours[figure]),
    theirs: rounds.map((round) => round[floor][figure]),
    ...(figure === 'rate' && floor === 'c' ? { goal: { of: 'ratio', atLeast: 0.75 } } : {}),
  });
  return (['c', 'a', 'b'] as const).flatMap((floor) => [
    against(['notifications a second of CPU', '/s'], 'rate', floor),
    against(['p50 of an answer', 'ms'], 'p50', floor),
    against(['p99 of an answer', 'ms'], 'p99', floor),
  ]);
}
