import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { signatureMatches, signatureOf } from '../../src/midtrans/signature.js';
import { BareMqtt } from './bare-mqtt.js';
import type { BenchResult, Context } from './bench.js';
import { Child } from './child.js';
import { nowMs, pause } from './clock.js';
import { commitMs } from './raw-commit.js';
import { RegisterClient } from './register-client.js';
import { columns } from './report.js';
import {
  freePort,
  type Places,
  registerToml,
  SERVER_KEY,
  TERMINAL,
  TOKEN,
  terminalFiles,
} from './shop-files.js';
import { spread } from './stats.js';
import { TerminalProcess } from './terminal-process.js';
import type { World } from './world.js';

const WARM_UP = 5;
const ROUNDS = 40;
/** Nobody pays in the instant in which the QR is there; and each half of a round begins when the box has come to rest. */
const REST_MS = 150;

/** What nobody can spare, each by itself and done by the barest means. */
interface Floor {
  readonly verifyMs: number;
  readonly mqttMs: number;
  readonly statusMs: number;
  readonly commitMs: number;
  readonly wireMs: number;
}

/** Where ours was in between, by marks of one clock. */
interface Legs {
  /** From the head of the notification to its answer out of the relay: verified, published, acknowledged. */
  readonly relayMs: number;
  /** From the head of the notification to the head of the status request at the relay. */
  readonly askedMs: number;
  /** From there to the end of its answer. */
  readonly statusMs: number;
  /** From there to the first byte of the register's answer: read, decided, written down, sent. */
  readonly tellMs: number;
}

interface Round extends Legs {
  readonly answerMs: number;
  readonly floor: Floor;
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
    const wire = await Wire.dial(await world.call('echo'));
    await world.call('after', 'screen idle', 0);
    const rounds: Round[] = [];
    for (let sale = 0; sale < WARM_UP + ROUNDS; sale += 1) {
      const sold = await sellOnce(world, register, 20_000 + sale);
      await pause(REST_MS);
      const floor: Floor = {
        verifyMs: verifyMs(sold.orderId),
        mqttMs: await mqtt.roundTripMs(),
        statusMs: await statusOnce(places, sold.orderId),
        commitMs: commitMs(join(context.directory, 'commit'), 2).at(-1) ?? Number.NaN,
        wireMs: await wire.oneWayMs(),
      };
      if (sale >= WARM_UP) rounds.push({ ...sold, floor });
    }
    register.hangUp();
    wire.hangUp();
    return result(rounds);
  } finally {
    await mqtt.close();
    await terminal.stop();
    await world.end();
  }
}

async function sellOnce(
  world: Child<World>,
  register: RegisterClient,
  amount: number,
): Promise<Legs & { readonly answerMs: number; readonly orderId: string }> {
  const askedMs = nowMs();
  const answer = register.sell(amount);
  await world.call('after', 'screen scan', askedMs);
  await pause(REST_MS);
  const paidMs = nowMs();
  const orderId = await world.call('pay');
  const arrivedMs = await world.call('after', 'notification', paidMs);
  const answeredMs = await answer;
  const at = (what: string, sinceMs: number): Promise<number> => world.call('after', what, sinceMs);
  const rungMs = await at('notification answered', arrivedMs);
  const statusMs = await at('status asked', arrivedMs);
  const toldMs = await at('status answered', statusMs);
  await at('screen paid', paidMs);
  return {
    orderId,
    answerMs: answeredMs - arrivedMs,
    relayMs: rungMs - arrivedMs,
    askedMs: statusMs - arrivedMs,
    statusMs: toldMs - statusMs,
    tellMs: answeredMs - toldMs,
  };
}

function verifyMs(orderId: string): number {
  const signed = { orderId, statusCode: '200', grossAmount: '20000.00' };
  const text = JSON.stringify({ ...signed, signature: signatureOf(signed, SERVER_KEY) });
  const beganMs = nowMs();
  const said = JSON.parse(text) as typeof signed & { signature: string };
  if (!signatureMatches(said, said.signature, SERVER_KEY)) throw new Error('not signed');
  return nowMs() - beganMs;
}

const KEPT = new Agent({ keepAlive: true });

/** Over a connection that is kept. */
async function statusOnce({ relayUrl }: Places, orderId: string): Promise<number> {
  const headers = { Authorization: basicAuthorization(TERMINAL, TOKEN), Accept: 'application/json' };
  const beganMs = nowMs();
  const text = await new Promise<string>((resolve, reject) => {
    const asked = request(`${relayUrl}/v2/${orderId}/status`, { headers, agent: KEPT }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (piece: string) => {
        body += piece;
      });
      answer.on('end', () => resolve(body));
    });
    asked.on('error', reject).end();
  });
  const body = JSON.parse(text) as { transaction_status?: string };
  const endedMs = nowMs();
  if (body.transaction_status !== 'settlement') throw new Error(`the status is ${text}`);
  return endedMs - beganMs;
}

/** A byte on TCP between two processes. */
class Wire {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static dial(port: number): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(new Wire(socket)));
      socket.on('error', reject);
    });
  }

  async oneWayMs(): Promise<number> {
    const beganMs = nowMs();
    const back = once(this.#socket, 'data');
    this.#socket.write('x');
    await back;
    return (nowMs() - beganMs) / 2;
  }

  hangUp(): void {
    this.#socket.destroy();
  }
}

function result(rounds: readonly Round[]): BenchResult {
  const median = (pick: (round: Round) => number): string => spread(rounds.map(pick)).median.toFixed(2);
  const floorMs = ({ floor }: Round): number =>
    floor.verifyMs + floor.mqttMs + floor.statusMs + floor.commitMs + floor.wireMs;
  const legs = [
    ['verified, published, acknowledged, 200', median((one) => one.relayMs), ''],
    [
      'until the status request is at the relay',
      median((one) => one.askedMs),
      `verify ${median(({ floor }) => floor.verifyMs)}, QoS 1 to the other client ${median(({ floor }) => floor.mqttMs)}`,
    ],
    ['its answer', median((one) => one.statusMs), `status call ${median(({ floor }) => floor.statusMs)}`],
    [
      'read, decided, written down, at the register',
      median((one) => one.tellMs),
      `commit ${median(({ floor }) => floor.commitMs)}, wire ${median(({ floor }) => floor.wireMs)}`,
    ],
  ];
  return {
    title: "from the notification at the relay to the register's answer on the wire",
    comparisons: [
      {
        what: 'notification in to answer out',
        against: 'verify, MQTT QoS 1, one status call, one commit, the wire',
        unit: 'ms',
        ours: rounds.map((round) => round.answerMs),
        theirs: rounds.map(floorMs),
        goal: { of: 'ratio', atMost: 1.5 },
      },
    ],
    notes: ['the first leg is part of the second: the terminal asks while the relay still answers Midtrans'],
    pages: [columns(['leg', 'ours, median ms', 'its floor, median ms'], legs)],
  };
}
