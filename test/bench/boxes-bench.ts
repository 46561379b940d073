import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { LINK_BACKOFF } from '../../src/mqtt/link.js';
import { firstDial, redial } from '../../src/mqtt/redial.js';
import { startMosquittoAsShipped } from '../broker/kit/shipped.js';
import { makeCertificate } from '../kit/certificate.js';
import { peakASecond } from '../kit/peak.js';
import type { BenchResult, Comparison, Context } from './bench.js';
import { boxIds, passwordOf } from './box-names.js';
import type { Boxes, BrokerAt } from './boxes.js';
import { Child } from './child.js';
import { nowMs, pause, until } from './clock.js';
import { cpuSeconds } from './cpu.js';
import { RelayProcess } from './relay-process.js';
import { columns } from './report.js';
import { freePort, MERCHANT, SERVER_KEY, secretFile } from './shop-files.js';
import { readUnit } from './unit.js';

/** How long nobody answers. */
const AWAY_MS = 5_000;
/** A connection that held for ten seconds was a good one. */
const STEADY_MS = 11_000;
const PATIENCE_MS = 240_000;

/** A broker that can be killed, and starts again where it was. */
interface Subject {
  readonly name: string;
  readonly many: number;
  /** Of its memory for each, in KiB: what the units of systemd leave for so many. */
  readonly bound: number;
  readonly at: BrokerAt;
  /** Of the relay that is to go on answering beside its own broker. */
  url?(): Promise<string>;
  pid(): number;
  kill(): Promise<void>;
  /** Resolves when it accepts connections. */
  again(): Promise<void>;
  end(): Promise<void>;
}

interface Measured {
  readonly subject: Subject;
  readonly kibEach: number;
  readonly residentMiB: number;
  readonly backMs: readonly number[];
  /** The same of boxes that anybody takes in at once. */
  readonly floorMs: readonly number[];
  readonly openedPeak: number;
  readonly upPeak: number;
  readonly turnedAway: number;
  /** Processor time of the broker for each that came when few others did, and for each when all came back. */
  readonly firstCpuMs: number;
  readonly backCpuMs: number;
  /** Longest time that the relay took for an answer meanwhile. */
  readonly slowestMs: number;
}

/** What a box that says nothing costs its broker, and how thousands come back when that was away. */
export async function benchBoxes({ directory }: Context): Promise<BenchResult> {
  mkdirSync(directory, { recursive: true });
  const embedded = Number(process.env['BOXES'] ?? 5_000);
  const subjects = [
    () => embeddedBroker(directory, embedded, false),
    () => embeddedBroker(directory, embedded, true),
    () => mosquitto(2 * embedded),
  ];
  const all: Measured[] = [];
  for (const start of subjects) all.push(await measureOne(await start()));
  return result(all);
}

async function measureOne(subject: Subject): Promise<Measured> {
  const boxes = new Child<Boxes>('./boxes.js');
  const { many } = subject;
  try {
    const before = residentKib(subject.pid());
    const cpuBefore = cpuSeconds(subject.pid());
    await boxes.call('open', subject.at, many);
    await pause(STEADY_MS);
    const after = residentKib(subject.pid());
    const firstCpuMs = ((cpuSeconds(subject.pid()) - cpuBefore) * 1000) / many;
    await boxes.call('watch');
    const awayFromMs = nowMs();
    await subject.kill();
    await pause(AWAY_MS);
    await subject.again();
    const backFromMs = nowMs();
    const cpuBack = cpuSeconds(subject.pid());
    const slowest = new Slowest(await subject.url?.());
    await until('all boxes', async () => ((await boxes.call('up')) === many ? true : undefined), PATIENCE_MS);
    const backCpuMs = ((cpuSeconds(subject.pid()) - cpuBack) * 1000) / many;
    const { openedAtMs, turnedAway, upAtMs } = await boxes.call('comings');
    return {
      ...{ subject, turnedAway },
      kibEach: (after - before) / many,
      residentMiB: after / 1024,
      backMs: upAtMs.map((ms) => Math.max(0, ms - backFromMs)).sort(rising),
      floorMs: floorMs(many, backFromMs - awayFromMs),
      openedPeak: peakASecond(openedAtMs.filter((ms) => ms >= backFromMs)),
      upPeak: peakASecond(upAtMs),
      ...{ firstCpuMs, backCpuMs },
      slowestMs: slowest.end(),
    };
  } finally {
    await boxes.end();
    await subject.end();
  }
}

/** When boxes would be back whose broker takes everybody in at once: what is left is the chance in their pauses. */
function floorMs(many: number, awayMs: number): number[] {
  const back = (): number => {
    let atMs = 0;
    let state = { ...firstDial(), proved: 5 as const };
    let ending: Parameters<typeof redial>[1] = { at: 'connected', upMs: STEADY_MS, byPeer: true };
    do {
      const next = redial(state, ending, Math.random(), LINK_BACKOFF);
      atMs += next.delayMs;
      state = { ...state, ...next.state, proved: 5 };
      ending = { at: 'unreached' };
    } while (atMs < awayMs);
    return atMs - awayMs;
  };
  return Array.from({ length: many }, back).sort(rising);
}

/** Asks the relay how it is, again and again, over one connection. */
class Slowest {
  #slowestMs = 0;
  #ended = false;

  constructor(url: string | undefined) {
    if (url !== undefined) void this.#ask(url);
  }

  end(): number {
    this.#ended = true;
    return this.#slowestMs;
  }

  async #ask(url: string): Promise<void> {
    while (!this.#ended) {
      const beganMs = nowMs();
      await new Promise<void>((resolve) => {
        const asked = request(`${url}/healthz`, (answer) => answer.resume().on('end', resolve));
        asked.on('error', () => resolve()).end();
      });
      this.#slowestMs = Math.max(this.#slowestMs, nowMs() - beganMs);
      await pause(20);
    }
  }
}

async function embeddedBroker(directory: string, many: number, tls: boolean): Promise<Subject> {
  const folder = join(directory, tls ? 'tls' : 'plain');
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const file = relayFile(folder, port, many, tls);
  const start = (): RelayProcess =>
    new RelayProcess(readUnit('relay'), file, /embedded broker listens on|listening at/);
  let relay = start();
  await relay.url;
  return {
    name: `embedded${tls ? ', TLS' : ''}`,
    bound: tls ? 60 : 30,
    ...{ many, at: { port, tls, version: 4 } },
    url: () => relay.url,
    pid: () => relay.pid,
    kill: () => relay.stop('SIGKILL'),
    again: async () => {
      relay = start();
      await relay.url;
    },
    end: () => relay.stop('SIGKILL'),
  };
}

function relayFile(folder: string, port: number, many: number, tls: boolean): string {
  const hash = (id: string): string => createHash('sha256').update(passwordOf(id)).digest('hex');
  const pair = tls ? certificate(folder) : '';
  const boxes = boxIds(many).map((id) => `[[terminal]]\nid = "${id}"\ntoken_sha256 = "${hash(id)}"\n`);
  const file = join(folder, 'relay.toml');
  writeFileSync(
    file,
    `
[relay]
merchant = "${MERCHANT}"
port = 0
public_url = "http://127.0.0.1"
[midtrans]
url = "http://127.0.0.1:7777"
secret = ${JSON.stringify(`file:${secretFile(folder, 'server-key', SERVER_KEY)}`)}
[broker]
port = ${port}
directory = ${JSON.stringify(join(folder, 'broker'))}
${pair}
${boxes.join('')}`,
  );
  return file;
}

function certificate(folder: string): string {
  const { cert, key } = makeCertificate('broker.example', 2);
  const certFile = join(folder, 'broker.pem');
  writeFileSync(certFile, cert);
  return `tls_cert = ${JSON.stringify(certFile)}\ntls_key = ${JSON.stringify(`file:${secretFile(folder, 'broker-key', key)}`)}`;
}

async function mosquitto(many: number): Promise<Subject> {
  const users = Object.fromEntries(boxIds(many).map((id) => [id, passwordOf(id)]));
  const broker = await startMosquittoAsShipped(users, MERCHANT);
  return {
    ...{ name: 'Mosquitto', bound: 10 },
    ...{ many, at: { port: broker.port, tls: false, version: 5 } },
    pid: () => broker.pid(),
    kill: () => broker.kill(),
    again: () => broker.startAgain(),
    end: () => broker.dispose(),
  };
}

function residentKib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function rising(a: number, b: number): number {
  return a - b;
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

function result(all: readonly Measured[]): BenchResult {
  const rows = all.flatMap((one): Comparison[] => {
    const { name, many, bound } = one.subject;
    const of = `${many} boxes, ${name}`;
    const back = (words: string, part: number): Comparison => ({
      what: `${of}: ${words} are back`,
      against: 'the pauses alone: a broker that takes everybody at once',
      unit: 'ms',
      ours: [quantile(one.backMs, part)],
      theirs: [quantile(one.floorMs, part)],
    });
    return [
      {
        what: `${of}: memory of the broker for each`,
        against: 'the bound',
        unit: 'KiB',
        ours: [one.kibEach],
        theirs: [bound],
        goal: { of: 'ours', atMost: bound },
      },
      {
        what: `${of}: CPU of the broker for each that comes back`,
        against: 'for each of 50 at a time',
        unit: 'ms',
        ours: [one.backCpuMs],
        theirs: [one.firstCpuMs],
        // What is begun and not ended in time is paid for again. Of Mosquitto it is its database, which is not ours to mend.
        ...(one.subject.url === undefined ? {} : { goal: { of: 'ratio', atMost: 1.5 } }),
      },
      back('half', 0.5),
      back('all', 1),
    ];
  });
  const told = all.map(({ subject, ...one }) => [
    subject.name,
    ...[one.residentMiB, one.openedPeak, one.upPeak, one.turnedAway, one.slowestMs].map((value) =>
      value.toFixed(0),
    ),
  ]);
  const head = [
    'broker',
    'resident, MiB',
    'sockets/s, at most',
    'logins/s, at most',
    'turned away',
    'slowest answer of the relay, ms',
  ];
  return {
    title: 'thousands of boxes that say nothing, and their broker killed',
    comparisons: rows,
    notes: [
      'the bounds are of 5,000 and more: what a process takes before any came is shared by all',
      `away for ${AWAY_MS / 1000} s and its own start; each box publishes its presence and a state of 1 KiB when it is back`,
    ],
    pages: [columns(head, told)],
  };
}
