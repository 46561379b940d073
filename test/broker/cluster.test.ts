import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNotice } from '../../src/mqtt/envelope.js';
import type { MqttPublisher } from '../../src/mqtt/publisher.js';
import { noticeTopic } from '../../src/mqtt/topics.js';
import { type Cluster, startNatsCluster, startRabbitCluster } from './kit/cluster.js';
import { someNotice } from './kit/collect.js';
import { linkUp, makePublisher, type TestLink } from './kit/links.js';
import { MERCHANT, OPERATORS, RELAYS } from './kit/people.js';

/**
 * `BROKER_CLUSTER=1 npm test -- broker/cluster`: three nodes cost a minute of a processor, so `npm test` leaves them out;
 * what one node does it asks of one (rabbitmq.test.ts, nats.test.ts), and what ends do where nodes go and come of several-nodes.test.ts.
 */
const ASKED = process.env['BROKER_CLUSTER'] !== undefined;
const BOXES = ['BOX1', 'BOX2', 'BOX3', 'BOX4', 'BOX5', 'BOX6', 'BOX7'];
/** It is carried away before the first kill, and comes back after the last; it gets each hundredth. */
const AWAY = 'BOX7';
const STREAMS = 8;
/** Of each span whose notices are counted. */
const SPAN_MS = 4_000;

const chance = {
  fraction: () => randomBytes(4).readUInt32BE() / 2 ** 32,
  bytes: (count: number) => new Uint8Array(randomBytes(count)),
};

/** What Midtrans would send without an end: the next as soon as one is answered, and what is not taken again after a moment. */
class Stream {
  readonly taken = new Map<string, string>();
  refused = 0;
  #over = false;
  readonly #runs: Promise<void>[];

  constructor(publisher: MqttPublisher) {
    this.#runs = Array.from({ length: STREAMS }, (_, n) => this.#run(publisher, n));
  }

  async end(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#runs);
  }

  async #run(publisher: MqttPublisher, from: number): Promise<void> {
    for (let n = from; !this.#over; n += 1) {
      const box = n % 100 === 99 ? AWAY : (BOXES[n % (BOXES.length - 1)] ?? '');
      const notice = someNotice({ orderId: `${box}-01JDA3Z1000000000000000000` });
      const { kind } = await publisher.publish(noticeTopic(MERCHANT, box), encodeNotice(notice));
      if (kind === 'acknowledged') this.taken.set(notice.id, box);
      else {
        this.refused += 1;
        await pause(50);
      }
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.runIf(ASKED).each([
  ['RabbitMQ', startRabbitCluster],
  ['NATS', startNatsCluster],
])('a cluster of three nodes of %s as it is shipped', (_name, start) => {
  let cluster: Cluster;
  beforeAll(async () => {
    const terminals = Object.fromEntries(BOXES.map((box) => [box, `secret-${box}`]));
    cluster = await start({ relay: RELAYS, operator: OPERATORS, KASIR1: terminals });
  });
  afterAll(() => cluster?.dispose());

  it('loses nothing that was acknowledged when each node is killed in its turn, and its boxes are back by themselves', async () => {
    const { nodes, urls } = cluster;
    const over = { broker: { urls }, random: chance };
    const boxes: TestLink[] = [];
    for (const box of BOXES)
      boxes.push(
        await linkUp('', { ...over, terminal: box, password: `secret-${box}`, connectTimeoutMs: 10_000 }),
      );
    const away = boxes.pop();
    await away?.link.stop();
    const { publisher } = makePublisher('', {
      ...over,
      instance: 'aaaaaaaa',
      ackTimeoutMs: 4_000,
      connectTimeoutMs: 5_000,
    });
    await publisher.start();
    await expect.poll(() => publisher.trouble()).toBeUndefined();
    const areBack = (): boolean => boxes.every(({ recorder }) => recorder.states.all.at(-1)?.up === true);
    const stream = new Stream(publisher);
    const rate = async (during: () => Promise<void>): Promise<number> => {
      const [before, beganMs] = [stream.taken.size, performance.now()];
      await during();
      return Math.round(((stream.taken.size - before) * 1000) / (performance.now() - beganMs));
    };
    for (const [at, node] of nodes.entries()) {
      const before = await rate(() => pause(SPAN_MS));
      const refusedBefore = stream.refused;
      let backMs = 0;
      const during = await rate(async () => {
        const killedMs = performance.now();
        await node.kill();
        // Whoever was there has noticed by then.
        await pause(200);
        await expect.poll(() => areBack() && publisher.trouble() === undefined).toBe(true);
        backMs = Math.round(performance.now() - killedMs);
        await pause(Math.max(0, SPAN_MS - backMs));
      });
      const refused = stream.refused - refusedBefore;
      await node.startAgain();
      const after = await rate(() => pause(SPAN_MS));
      process.stdout.write(
        `node ${at + 1} killed: ${before} notices a second before, ${during} in the 4 s from its death, ${after} when it is back; all boxes and the relay are back after ${backMs} ms; ${refused} notices answered 502\n`,
      );
    }
    await stream.end();
    const back = await linkUp('', { ...over, terminal: AWAY, password: `secret-${AWAY}` });
    boxes.push(back);
    const missing = (): string[] => {
      const heard = new Set(boxes.flatMap(({ recorder }) => recorder.notices.all.map(({ id }) => id)));
      return [...stream.taken.keys()].filter((id) => !heard.has(id));
    };
    await expect
      .poll(() => missing().length, { timeout: 90_000 })
      .toBe(0)
      .catch(() => undefined);
    const ofAway = [...stream.taken.values()].filter((box) => box === AWAY).length;
    process.stdout.write(
      `${stream.taken.size} acknowledged, ${ofAway} of them for a box that was away, ${missing().length} lost\n`,
    );
    expect(ofAway).toBeGreaterThan(0);
    expect(missing()).toEqual([]);
    for (const { link } of boxes) await link.stop();
    await publisher.stop();
  });
});
