import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Mosquitto } from '../broker/kit/mosquitto.js';
import type { BareRelay } from './bare-relay.js';
import type { BenchResult, Context } from './bench.js';
import { Child } from './child.js';
import { cpuSeconds } from './cpu.js';
import type { Notifier } from './notifier.js';
import { RelayProcess } from './relay-process.js';
import { MERCHANT, relayToml, SERVER_KEY, secretFile, TERMINAL, TOKEN } from './shop-files.js';
import { spread } from './stats.js';
import { readUnit } from './unit.js';

/** Many and short: what else the machine does meets both halves of a round. */
const ROUNDS = 45;
const A_ROUND = 1_000;
const WARM_UP = 30_000;
const CONNECTIONS = 8;
const PASSWORD = 'a-password-at-the-broker';

/** Notifications answered in a second of the server's processor time, through Mosquitto. */
export async function benchRelay({ directory }: Context): Promise<BenchResult> {
  mkdirSync(directory, { recursive: true });
  const mosquitto = await Mosquitto.start({
    merchant: MERCHANT,
    terminals: { [TERMINAL]: TOKEN },
    relays: { relay: PASSWORD, bare: PASSWORD },
  });
  const bare = new Child<BareRelay>('./bare-relay.js');
  const ours = new RelayProcess(readUnit('relay'), relayFile(directory, mosquitto.url));
  const senders = { ours: new Child<Notifier>('./notifier.js'), bare: new Child<Notifier>('./notifier.js') };
  try {
    await senders.ours.call('open', await ours.url, CONNECTIONS);
    const bareUrl = await bare.call('open', mosquitto.url, 'bare', PASSWORD, SERVER_KEY);
    await senders.bare.call('open', bareUrl, CONNECTIONS);
    const barePid = await bare.call('pid');
    const rate = async (sender: Child<Notifier>, pid: number): Promise<number> => {
      const before = cpuSeconds(pid);
      await sender.call('send', A_ROUND);
      return A_ROUND / (cpuSeconds(pid) - before);
    };
    await senders.ours.call('send', WARM_UP);
    await senders.bare.call('send', WARM_UP);
    const linesBefore = ours.lines;
    const rates: { ours: number; bare: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rates.push({ ours: await rate(senders.ours, ours.pid), bare: await rate(senders.bare, barePid) });
    }
    return result(rates, ours.lines - linesBefore);
  } finally {
    for (const sender of Object.values(senders)) await sender.end();
    await ours.stop();
    await bare.end();
    await mosquitto.dispose();
  }
}

function relayFile(directory: string, brokerUrl: string): string {
  const key = secretFile(directory, 'server-key', SERVER_KEY);
  const passwordFile = secretFile(directory, 'mqtt', PASSWORD);
  const file = join(directory, 'relay.toml');
  // Nobody asks Midtrans here: nothing listens at its address.
  writeFileSync(file, relayToml(key, 'http://127.0.0.1:7777', brokerUrl, { passwordFile, level: 'info' }));
  return file;
}

function result(rates: readonly { ours: number; bare: number }[], lines: number): BenchResult {
  const each = spread(rates.map(({ ours, bare }) => 1e6 / ours - 1e6 / bare)).median.toFixed(0);
  return {
    title: 'the relay under notifications',
    comparisons: [
      {
        what: 'notifications a second of CPU, Mosquitto',
        against: 'bare server: node:http, verify, MQTT.js',
        unit: '/s',
        ours: rates.map(({ ours }) => ours),
        theirs: rates.map(({ bare }) => bare),
        goal: { of: 'ratio', atLeast: 0.75 },
      },
    ],
    notes: [
      `${CONNECTIONS} connections that stay, in turns of ${A_ROUND}; user and system time of all threads of the server`,
      `ours takes ${each} us more for each; lines in its log for each: ${(lines / (ROUNDS * A_ROUND)).toFixed(2)}, the bare server writes none`,
    ],
  };
}
