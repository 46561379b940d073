import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedBroker } from '../../../src/mqtt/broker.js';
import type { Log } from '../../../src/port/log.js';
import { freePort } from '../../kit/net/free-port.js';
import { AwaitedLog } from './collect.js';
import { Mosquitto } from './mosquitto.js';
import { identify, MERCHANT, OPERATORS, RELAYS, STRANGERS, TERMINALS } from './people.js';
import { PATIENCE_MS, realTime } from './time.js';

/** A broker that is running, whichever it is. */
export interface RunningBroker {
  readonly url: string;
  readonly port: number;
  /** Stops it in good order; sessions stay where it keeps any. */
  stop(): Promise<void>;
  /** SIGKILL, for who is a process of its own. */
  kill?(): Promise<void>;
  /** On the same port again. */
  startAgain(): Promise<void>;
  dispose(): Promise<void>;
}

export interface BrokerKind {
  readonly name: string;
  readonly speaks5: boolean;
  /** Whether sessions outlive the broker's process. */
  readonly durable: boolean;
  /** It lets a user in under another one's client id, and keeps what waits for that one, or forgets it. */
  readonly takesAnyId?: 'keeps' | 'forgets';
  start(): Promise<RunningBroker>;
}

/** Every broker that is tested here; each sentence holds for all of them unless it says otherwise. */
export const BROKERS: readonly BrokerKind[] = [
  {
    name: 'embedded, memory',
    speaks5: false,
    durable: false,
    start: () => startEmbedded('memory', new AwaitedLog()),
  },
  {
    name: 'embedded, level',
    speaks5: false,
    durable: true,
    start: () => startEmbedded('level', new AwaitedLog()),
  },
  { name: 'Mosquitto', speaks5: true, durable: true, takesAnyId: 'keeps', start: startMosquitto },
];

export async function startEmbedded(store: 'memory' | 'level', log: Log): Promise<RunningBroker> {
  const directory = mkdtempSync(join(tmpdir(), 'gopay-pos-embedded-'));
  const make = (): EmbeddedBroker =>
    new EmbeddedBroker({
      authenticate: identify,
      persistence: store === 'memory' ? 'memory' : { directory },
      ackTimeoutMs: PATIENCE_MS,
      ...realTime(),
      log,
    });
  let broker = make();
  const port = await freePort();
  const url = await broker.listen(port, '127.0.0.1');
  return {
    url,
    port,
    stop: () => broker.close(),
    startAgain: async () => {
      broker = make();
      await broker.listen(port, '127.0.0.1');
    },
    dispose: async () => {
      await broker.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function startMosquitto(): Promise<RunningBroker> {
  const broker = await Mosquitto.start({
    terminals: TERMINALS,
    merchant: MERCHANT,
    relays: RELAYS,
    operators: OPERATORS,
    strangers: STRANGERS,
  });
  return {
    url: broker.url,
    port: broker.port,
    stop: () => broker.stop(),
    kill: () => broker.kill(),
    startAgain: () => broker.run(),
    dispose: () => broker.dispose(),
  };
}
