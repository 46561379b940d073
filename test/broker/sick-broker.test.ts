import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeTime } from '../kit/time.js';
import { makeLink } from './kit/links.js';
import { connack5, connack311, ScriptedBroker } from './kit/scripted-broker.js';

describe('a terminal whose broker is sick', () => {
  let broker: ScriptedBroker;
  afterEach(() => broker.close());

  it('leaves its session behind once in each version after a connect in each without an answer', async () => {
    broker = new ScriptedBroker((_connect, count) => (count <= 2 ? undefined : connack5(0)));
    const time = new FakeTime();
    const { link, recorder } = makeLink(await broker.open(), { clock: time, timers: time });
    link.start(recorder);
    for (const version of [5, 4]) {
      expect(await broker.connects.next()).toMatchObject({ version, clean: false });
      time.advance(10_000);
      if (version === 4) expect(await recorder.down()).toBe('E601 no CONNACK in time');
      time.advance(time.waiting()[0] ?? 0);
    }
    const third = await broker.connects.next();
    expect(third).toMatchObject({ version: 5, clean: true });
    await recorder.up();
    third.socket.destroy();
    await recorder.down();
    time.advance(time.waiting()[0] ?? 0);
    expect((await broker.connects.next()).clean, 'once only').toBe(false);
    await recorder.up();
    await link.stop();
  });

  it.each(['closes the socket', 'says nothing'])(
    'goes on with 3.1.1 where a broker %s at MQTT 5, says so once, and asks again after a day',
    async (manner) => {
      broker = new ScriptedBroker((connect) => {
        if (connect.version === 4) return connack311(0);
        if (manner === 'closes the socket') connect.socket.end();
        return undefined;
      });
      const time = new FakeTime();
      const clock = new FakeTime();
      const { link, recorder, log } = makeLink(await broker.open(), { clock, timers: time });
      link.start(recorder);
      const versionOfNext = async (): Promise<number> => {
        const { version, socket } = await broker.connects.next();
        if (version === 4) {
          await recorder.up();
          last = socket;
        } else {
          if (manner === 'says nothing') time.advance(10_000);
          await log.said.nextWhere((line) => line.includes('does not speak MQTT 5'));
          time.advance(time.waiting()[0] ?? 0);
        }
        return version;
      };
      let last: Socket | undefined;
      const again = async (): Promise<number> => {
        last?.destroy();
        await recorder.down();
        time.advance(time.waiting()[0] ?? 0);
        return versionOfNext();
      };
      expect([await versionOfNext(), await versionOfNext()]).toEqual([5, 4]);
      expect(recorder.states.all, 'nothing was wrong').toEqual([{ up: true }]);
      expect(await again()).toBe(4);
      expect(log.matching(/does not speak MQTT 5/)).toHaveLength(1);
      clock.advance(24 * 3_600_000);
      expect([await again(), await versionOfNext()]).toEqual([5, 4]);
      expect(broker.connects.all.some(({ clean }) => clean)).toBe(false);
      await link.stop();
    },
  );

  it.each([
    ['1 of MQTT 3.1.1', connack311(1)],
    ['132 of MQTT 5', connack5(132)],
  ])(
    'goes on with 3.1.1 at once when the answer to MQTT 5 is %s, and stays with it',
    async (_name, refusal) => {
      broker = new ScriptedBroker((connect) => (connect.version === 5 ? refusal : connack311(0)));
      const time = new FakeTime();
      const { link, recorder } = makeLink(await broker.open(), { clock: time, timers: time });
      link.start(recorder);
      await recorder.up();
      expect(recorder.states.all).toEqual([{ up: true }]);
      const versions = [await broker.connects.next(), await broker.connects.next()];
      expect(versions.map((connect) => connect.version)).toEqual([5, 4]);
      versions[1]?.socket.destroy();
      await recorder.down();
      time.advance(time.waiting()[0] ?? 0);
      await recorder.up();
      expect((await broker.connects.next()).version).toBe(4);
      await link.stop();
    },
  );

  it('goes on trying after every kind of refusal', async () => {
    const refusals = [128, 134, 135, 136, 137, 138];
    broker = new ScriptedBroker((_connect, count) => connack5(refusals[count - 1] ?? 0));
    const time = new FakeTime();
    const { link, recorder, log } = makeLink(await broker.open(), { clock: time, timers: time });
    link.start(recorder);
    for (const _ of refusals) {
      await log.said.nextWhere((line) => /E602 .*; next connect/.test(line));
      time.advance(time.waiting()[0] ?? 0);
    }
    await recorder.up();
    expect(broker.connects.all.every((connect) => !connect.clean)).toBe(true);
    await link.stop();
  });

  it('does not keep a 3.1.1 session where it is told not to, and then starts clean', async () => {
    broker = new ScriptedBroker((connect) => (connect.version === 5 ? connack5(132) : connack311(0)));
    const { link, recorder } = makeLink(await broker.open(), { keep311Session: false });
    link.start(recorder);
    await recorder.up();
    expect(broker.connects.all.map(({ version, clean }) => ({ version, clean }))).toEqual([
      { version: 5, clean: false },
      { version: 4, clean: true },
    ]);
    await link.stop();
  });

  it('is not killed by bytes that are no MQTT', async () => {
    broker = new ScriptedBroker((_connect, count) =>
      count <= 2 ? Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') : connack5(0),
    );
    const time = new FakeTime();
    const { link, recorder, log } = makeLink(await broker.open(), { clock: time, timers: time });
    link.start(recorder);
    await log.said.nextWhere((line) => /does not speak MQTT 5/.test(line));
    time.advance(time.waiting()[0] ?? 0);
    expect(await recorder.down()).toMatch(/^E60[12] /);
    await log.said.nextWhere((line) => /next connect/.test(line));
    time.advance(time.waiting()[0] ?? 0);
    await recorder.up();
    await link.stop();
  });
});
