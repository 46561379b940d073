import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../kit/net/free-port.js';
import { BrokerProcess } from './broker-process.js';
import {
  IS_FROM_3_13,
  natsNode,
  type People,
  Place,
  rabbitDefinitions,
  rabbitNode,
  shipped,
  startEpmd,
} from './shipped.js';

const NODES = 3;

export interface ClusterNode {
  readonly url: string;
  readonly process: BrokerProcess;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Settles when it takes terminals again. */
  startAgain(): Promise<void>;
}

export interface Cluster {
  readonly nodes: readonly ClusterNode[];
  readonly urls: readonly string[];
  dispose(): Promise<void>;
}

/** Three nodes of RabbitMQ on this machine, with the shipped configuration of a cluster. */
export async function startRabbitCluster(people: People): Promise<Cluster> {
  const home = mkdtempSync(join(tmpdir(), 'gopay-pos-cluster-'));
  const epmdPort = String(await freePort());
  const epmd = await startEpmd(epmdPort, home);
  const definitions = rabbitDefinitions(people);
  const places = Array.from({ length: NODES }, () => new Place());
  for (const place of places) await place.prepare();
  const nameOf = (at: number): string => `gopay-pos-${at + 1}@localhost`;
  const more = shipped(
    'rabbitmq-cluster.conf',
    places.map((_, at) => [`rabbit@node${at + 1}`, nameOf(at)] as const),
  );
  const nodes: ClusterNode[] = [];
  for (const [at, place] of places.entries()) {
    const distPort = String(await freePort());
    const command = rabbitNode(place, { name: nameOf(at), home, epmdPort, distPort, definitions, more });
    const process = new BrokerProcess(() => command);
    const startAgain = (): Promise<void> => process.run(place.plainPort);
    const url = `mqtt://127.0.0.1:${place.plainPort}`;
    nodes.push({ url, process, startAgain, kill: () => process.end('SIGKILL') });
  }
  // The first of 4.0 waits for another one; of 3.10 two that begin together may become two clusters.
  const starts = nodes.map(({ startAgain }) => startAgain);
  if (IS_FROM_3_13) await Promise.all(starts.map((start) => start()));
  else for (const start of starts) await start();
  return {
    nodes,
    urls: nodes.map(({ url }) => url),
    dispose: async () => {
      for (const node of nodes) await node.kill();
      await epmd.end('SIGKILL');
      for (const { directory } of places) rmSync(directory, { recursive: true, force: true });
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Three nodes of NATS on this machine, in the same way. They answer when two of them have met. */
export async function startNatsCluster(people: People): Promise<Cluster> {
  const places = Array.from({ length: NODES }, () => new Place());
  const ports: number[] = [];
  for (const place of places) {
    await place.prepare();
    ports.push(await freePort());
  }
  const nodes: ClusterNode[] = [];
  for (const [at, place] of places.entries()) {
    const more = shipped('nats-cluster.conf', [
      ['10.0.0.1:6222', `127.0.0.1:${ports[at]}`],
      ...ports.map((port, other) => [`node${other + 1}:6222`, `127.0.0.1:${port}`] as const),
    ]);
    const command = await natsNode(place, false, people, more);
    const file = place.file('nats.conf');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('server_name: gopay-pos', `server_name: gopay-pos-${at + 1}`),
    );
    const process = new BrokerProcess(() => command);
    const url = `mqtt://127.0.0.1:${place.plainPort}`;
    const startAgain = (): Promise<void> => process.run(place.plainPort);
    nodes.push({ url, process, startAgain, kill: () => process.end('SIGKILL') });
  }
  await Promise.all(nodes.map((node) => node.startAgain()));
  return {
    nodes,
    urls: nodes.map(({ url }) => url),
    dispose: async () => {
      for (const node of nodes) await node.kill();
      for (const { directory } of places) rmSync(directory, { recursive: true, force: true });
    },
  };
}
