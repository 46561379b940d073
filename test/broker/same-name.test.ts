import { describe, expect, it } from 'vitest';
import { FakeTime } from '../kit/time.js';
import { startEmbedded } from './kit/brokers.js';
import { AwaitedLog } from './kit/collect.js';
import { makePublisher } from './kit/links.js';
import { RELAYS } from './kit/people.js';
import { type Connect, connack5, disconnect5, ScriptedBroker } from './kit/scripted-broker.js';

/** A relay by the clock of the test, at a broker that lets it in and says nothing by itself. */
async function scripted(
  over: Parameters<typeof makePublisher>[1] = {},
  answer: (connect: Connect) => Buffer = () => connack5(0),
) {
  const broker = new ScriptedBroker(answer);
  const time = new FakeTime();
  const made = makePublisher(await broker.open(), {
    ...{ instance: 'abcd0123', clock: time, timers: time },
    ...over,
  });
  void made.publisher.start();
  return { broker, time, ...made };
}

describe('a relay that is a copy of another', () => {
  it('goes on by an id of its own when the other one has come, and says so once', async () => {
    const { broker, time, publisher, log } = await scripted();
    const first = await broker.connects.next();
    first.socket.end(disconnect5(142));
    await expect.poll(() => publisher.trouble()).toMatch(/^E782 the connection as relay1-abcd0123 was ended/);
    expect(time.waiting(), 'soon: nothing is in its way any more').toEqual([200]);
    time.advance(200);
    const second = await broker.connects.next();
    expect([first.clientId, second.clientId]).toEqual([
      'relay1-abcd0123',
      expect.stringMatching(/^relay1-[0-9a-f]{8}$/),
    ]);
    expect(second.clientId).not.toBe(first.clientId);
    expect(log.matching(/^warn E782/)).toEqual([expect.stringContaining(`going on as ${second.clientId}`)]);
    await publisher.stop();
    await broker.close();
  });

  it('steps back further each time, with one line, where the broker puts user names in place of ids', async () => {
    const { broker, time, publisher, log } = await scripted();
    const pauses: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const { socket } = await broker.connects.next();
      socket.end(disconnect5(142));
      await expect.poll(() => log.matching(/next connect in/)).toHaveLength(n + 1);
      pauses.push(time.waiting()[0] ?? 0);
      time.advance(pauses.at(-1) ?? 0);
    }
    expect(pauses).toEqual([200, 7_500, 15_000, 30_000, 60_000, 90_000, 90_000]);
    expect(log.matching(/^warn E782/)).toHaveLength(2);
    await publisher.stop();
    await broker.close();
  });
});

it('goes on by its user name where the broker wants that for an id', async () => {
  const { broker, time, publisher, log } = await scripted({}, ({ clientId }) =>
    connack5(clientId === 'relay1' ? 0 : 133),
  );
  expect((await broker.connects.next()).clientId).toBe('relay1-abcd0123');
  await expect.poll(() => log.matching(/next connect in/)).toHaveLength(1);
  time.advance(time.waiting()[0] ?? 0);
  expect((await broker.connects.next()).clientId).toBe('relay1');
  await publisher.stop();
  await broker.close();
});

describe('a relay whose id lies at a node that is down', () => {
  it('goes on by another one when it is thrown out at once, and by its own after a good connection', async () => {
    // Its message to itself goes nowhere here.
    const { broker, time, publisher, log } = await scripted({ keepaliveS: 60, ackTimeoutMs: 60_000 });
    const ids: string[] = [];
    for (const upMs of [20_000, 5, 20_000, 5, 5, 20_000]) {
      const { socket, clientId } = await broker.connects.next();
      ids.push(clientId);
      // Nothing is waited for any more that could be late.
      await expect.poll(() => log.matching(/-> gopay-pos\/v1\/warung-1\/_probe/)).toHaveLength(ids.length);
      time.advance(upMs);
      socket.destroy();
      await expect.poll(() => log.matching(/next connect in/)).toHaveLength(ids.length);
      time.advance(time.waiting()[0] ?? 0);
    }
    const own = 'relay1-abcd0123';
    const drawn = expect.stringMatching(/^relay1-[0-9a-f]{8}$/);
    expect(ids, "in its turn the user's name alone").toEqual([own, own, drawn, own, drawn, 'relay1']);
    expect(new Set(ids).size, 'no drawn id twice').toBe(4);
    await publisher.stop();
    await broker.close();
  });
});

it('relays hear each other when one comes, and one that hears more than were stated says so', async () => {
  const broker = await startEmbedded('memory', new AwaitedLog());
  const clock = new FakeTime();
  const first = makePublisher(broker.url, { relays: 1, clock });
  await first.publisher.start();
  expect(first.publisher.relays()).toBe(1);
  const second = makePublisher(broker.url, { userName: 'pen', password: RELAYS.pen, relays: 2 });
  await second.publisher.start();
  for (const { publisher } of [first, second]) await expect.poll(() => publisher.relays()).toBe(2);
  expect(first.log.matching(/^warn E783/)).toEqual([
    'warn E783 another relay is at the broker, as pen: 2 in all, and limits.relays is 1',
  ]);
  expect(second.log.matching(/another relay/)).toEqual([
    'info another relay is at the broker, as relay1: 2 in all',
  ]);
  clock.advance(100_000);
  expect(first.publisher.relays(), 'one that shows itself no more').toBe(1);
  for (const { publisher } of [first, second]) await publisher.stop();
  await broker.dispose();
});
