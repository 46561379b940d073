import { join } from 'node:path';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { BareMqtt } from './bare-mqtt.js';
import type { BenchResult, Context } from './bench.js';
import { Child } from './child.js';
import { nowMs } from './clock.js';
import { commitMs } from './raw-commit.js';
import { RegisterClient } from './register-client.js';
import { freePort, type Places, registerToml, TERMINAL, TOKEN, terminalFiles } from './shop-files.js';
import { spread } from './stats.js';
import { TerminalProcess } from './terminal-process.js';
import type { World } from './world.js';

const WARM_UP = 3;
const ROUNDS = 20;

interface Round {
  readonly answerMs: number;
  readonly gatewayMs: number;
  readonly mqttMs: number;
  readonly statusMs: number;
}

/** From the notification at the relay to the register's answer on the wire, against the least that it takes. */
export async function benchNotice(context: Context): Promise<BenchResult> {
  const world = new Child<World>('./world.js');
  const places = await world.call('open', join(context.directory, 'world'));
  const port = await freePort();
  const socket = join(context.sockets, 'notice.sock');
  const files = terminalFiles(join(context.directory, 'terminal'), socket, places, registerToml(port));
  const terminal = new TerminalProcess({ unit: context.unit, config: files.file });
  const mqtt = new BareMqtt(places.brokerUrl);
  try {
    await terminal.ready;
    await world.call('openPage', terminal.pageUrl);
    await mqtt.open();
    const register = await RegisterClient.dial(port);
    await world.call('after', 'screen idle', 0);
    const rounds: Round[] = [];
    for (let sale = 0; sale < WARM_UP + ROUNDS; sale += 1) {
      const round = await oneRound(world, register, mqtt, places, 20_000 + sale);
      if (sale >= WARM_UP) rounds.push(round);
    }
    register.hangUp();
    return result(rounds, commitMs(join(context.directory, 'commit'), 20));
  } finally {
    await mqtt.close();
    await terminal.stop();
    await world.end();
  }
}

async function oneRound(
  world: Child<World>,
  register: RegisterClient,
  mqtt: BareMqtt,
  places: Places,
  amount: number,
): Promise<Round> {
  const askedMs = nowMs();
  const answer = register.sell(amount);
  await world.call('after', 'screen scan', askedMs);
  const paidMs = nowMs();
  const orderId = await world.call('pay');
  const arrivedMs = await world.call('after', 'notification', paidMs);
  const answeredMs = await answer;
  const gatewayMs = await world.call('gatewayMs', arrivedMs, answeredMs);
  await world.call('after', 'screen paid', paidMs);
  const mqttMs = await mqtt.roundTripMs();
  const statusMs = await statusOnce(places.relayUrl, orderId);
  return { answerMs: answeredMs - arrivedMs, gatewayMs, mqttMs, statusMs };
}

async function statusOnce(relayUrl: string, orderId: string): Promise<number> {
  const headers = { Authorization: basicAuthorization(TERMINAL, TOKEN), Accept: 'application/json' };
  const beganMs = nowMs();
  const answer = await fetch(`${relayUrl}/v2/${orderId}/status`, { headers });
  const body = (await answer.json()) as { transaction_status?: string };
  const endedMs = nowMs();
  if (body.transaction_status !== 'settlement') throw new Error(`the status is ${JSON.stringify(body)}`);
  return endedMs - beganMs;
}

function result(rounds: readonly Round[], commit: readonly number[]): BenchResult {
  const median = (pick: (round: Round) => number): string => spread(rounds.map(pick)).median.toFixed(2);
  const answers = rounds.map((round) => round.answerMs);
  return {
    title: "from the notification at the relay to the register's answer on the wire",
    comparisons: [
      {
        what: 'notification in to answer out',
        against: 'MQTT QoS 1 round trip + one status call',
        unit: 'ms',
        ours: answers,
        theirs: rounds.map((round) => round.mqttMs + round.statusMs),
      },
    ],
    notes: [
      `medians: MQTT QoS 1, publish to subscriber ${median((one) => one.mqttMs)} ms; status call ${median((one) => one.statusMs)} ms`,
      `of ours, ${median((one) => one.gatewayMs)} ms were with the gateway for the status`,
      `one raw commit of one row (WAL, FULL) on this disk: ${spread(commit).median.toFixed(2)} ms; the floor has none`,
    ],
  };
}
