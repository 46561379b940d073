import { describe, expect, it } from 'vitest';
import { encodeNotice } from '../../../src/mqtt/envelope.js';
import { noticeTopic } from '../../../src/mqtt/topics.js';
import type { PublishOutcome } from '../../../src/port/publisher.js';
import type { RunningBroker } from './brokers.js';
import { someNotice } from './collect.js';
import { linkUp, makePublisher, startPublisher } from './links.js';
import { MERCHANT } from './people.js';

/** `BROKER_KILLS=40 npm test -- broker/shipped broker/rabbitmq broker/nats -t killed` kills each so often, and prints the figures. */
export const KILLS = Number(process.env['BROKER_KILLS'] ?? 2);
const BURST = 64;
const TOPIC = noticeTopic(MERCHANT, 'T1');

export interface Toll {
  acknowledged: number;
  readonly lost: string[];
}

/** What the relay would answer 200, each time with the broker killed in the midst of it; and what the terminal never hears of it. */
export async function killInBursts(broker: RunningBroker, kills: number): Promise<Toll> {
  const toll: Toll = { acknowledged: 0, lost: [] };
  const first = await linkUp(broker.url);
  await first.link.stop();
  for (let round = 0; round < kills; round += 1) {
    const made = makePublisher(broker.url);
    await proved(made);
    const taken = new Set<string>();
    // Another moment each time: after the first answer, or after many.
    const killAfter = 1 + ((round * 23) % BURST);
    let dead: Promise<void> | undefined;
    const settled = ({ kind }: PublishOutcome, id: string): void => {
      if (kind === 'acknowledged') taken.add(id);
      if (taken.size === killAfter) dead ??= broker.kill?.();
    };
    const burst = Array.from({ length: BURST }, async () => {
      const notice = someNotice();
      settled(await made.publisher.publish(TOPIC, encodeNotice(notice)), notice.id);
    });
    await Promise.all(burst);
    await (dead ?? broker.kill?.());
    await made.publisher.stop();
    await broker.startAgain();
    toll.acknowledged += taken.size;
    toll.lost.push(...(await missing(broker, taken)));
  }
  return toll;
}

/** A broker that has just begun may close its first connections. */
async function proved(made: ReturnType<typeof makePublisher>): Promise<void> {
  await startPublisher(made);
  await expect.poll(() => made.publisher.trouble()).toBeUndefined();
}

/** Of `ids` and of one that is sent before the terminal is back, what does not come to it; a last one is sent behind them. */
async function missing(broker: RunningBroker, ids: ReadonlySet<string>): Promise<string[]> {
  const [first, last] = [someNotice(), someNotice()];
  const wanted = new Set(ids).add(first.id);
  const made = makePublisher(broker.url);
  await proved(made);
  expect(await made.publisher.publish(TOPIC, encodeNotice(first))).toMatchObject({ kind: 'acknowledged' });
  const { link, recorder } = await linkUp(broker.url);
  expect(await made.publisher.publish(TOPIC, encodeNotice(last))).toMatchObject({ kind: 'acknowledged' });
  for (let heard = await recorder.notices.next(); heard.id !== last.id; heard = await recorder.notices.next())
    wanted.delete(heard.id);
  await made.publisher.stop();
  await link.stop();
  return [...wanted];
}

export function askKilled(name: string, broker: () => RunningBroker): void {
  describe(`${name}, killed ${KILLS} times in the midst of what the relay sends`, () => {
    it('loses nothing that Midtrans was answered 200 for', async () => {
      const { acknowledged, lost } = await killInBursts(broker(), KILLS);
      if (process.env['BROKER_KILLS'] !== undefined)
        process.stdout.write(`${name}: ${KILLS} kills, ${acknowledged} answered 200, ${lost.length} lost\n`);
      expect(acknowledged).toBeGreaterThanOrEqual(KILLS);
      expect(lost).toEqual([]);
    });
  });
}
