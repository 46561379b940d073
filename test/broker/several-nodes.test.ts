import { expect, it } from 'vitest';
import { FakeTime } from '../kit/time.js';
import { linkUp, makeLink, makePublisher } from './kit/links.js';
import { connack5, ScriptedBroker } from './kit/scripted-broker.js';
import { fixedRandom } from './kit/time.js';

const welcome = () => connack5(0);

/** Nodes of one cluster, and a clock that stands still. */
async function cluster(...answers: ConstructorParameters<typeof ScriptedBroker>[0][]) {
  const nodes = answers.map((answer) => new ScriptedBroker(answer));
  const urls = await Promise.all(nodes.map((node) => node.open()));
  const time = new FakeTime();
  return { nodes, urls, time, over: { broker: { urls }, clock: time, timers: time } };
}

it('a terminal whose node dies is at the next one after the pause, and at the first again when that dies', async () => {
  const { nodes, time, over } = await cluster(welcome, welcome);
  const [first, second] = nodes;
  const { link, recorder, log } = await linkUp('', { ...over, random: fixedRandom(0) });
  for (const node of [first, second, first]) {
    const { socket } = (await node?.connects.next()) ?? {};
    socket?.destroy();
    expect(await recorder.down()).toMatch(/^E601 /);
    time.advance(time.waiting()[0] ?? 0);
    await recorder.up();
  }
  expect((await second?.connects.next())?.clean).toBe(false);
  expect(log.matching(/next connect in \d+ ms at mqtt:/)).toHaveLength(3);
  await link.stop();
  for (const node of nodes) await node.close();
});

it('a fleet spreads over the nodes: chance says which one is the first', async () => {
  const { nodes, over } = await cluster(welcome, welcome, welcome);
  for (const [at, fraction] of [0, 0.5, 0.99].entries()) {
    const { link } = await linkUp('', { ...over, random: fixedRandom(fraction) });
    await nodes[at]?.connects.next();
    await link.stop();
  }
  for (const node of nodes) await node.close();
});

it('a node that is away does not hide that another has the session locked up: the second time it is left behind', async () => {
  const { nodes, urls, time, over } = await cluster(() => undefined, welcome);
  const [silent, dead] = nodes as [ScriptedBroker, ScriptedBroker];
  await dead.close();
  const { link, recorder, log } = makeLink('', { ...over, broker: { urls }, random: fixedRandom(0) });
  link.start(recorder);
  const seen: string[] = [];
  const pauses = (): number => log.matching(/next connect in|does not speak MQTT 5/).length;
  for (let passed = 0; seen.length < 3; ) {
    await expect.poll(() => pauses() > passed || silent.connects.all.length > seen.length).toBe(true);
    if (pauses() > passed) {
      passed += 1;
      time.advance(time.waiting()[0] ?? 0);
    } else {
      const { version, clean, socket } = await silent.connects.next();
      seen.push(`${version} ${clean}`);
      socket.destroy();
    }
  }
  expect(seen).toEqual(['5 false', '4 false', '5 true']);
  await link.stop();
  await silent.close();
});

it('a relay goes on at the next node', async () => {
  const { nodes, time, over } = await cluster(welcome, welcome);
  const { publisher } = makePublisher('', { ...over, random: fixedRandom(0) });
  void publisher.start();
  (await nodes[0]?.connects.next())?.socket.destroy();
  await expect.poll(() => publisher.trouble()).toMatch(/^E601 (?!not connected)/);
  time.advance(time.waiting()[0] ?? 0);
  await nodes[1]?.connects.next();
  await publisher.stop();
  for (const node of nodes) await node.close();
});
