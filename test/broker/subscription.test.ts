import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeTime } from '../kit/time.js';
import { Inbox } from './kit/collect.js';
import { linkUp, makeLink } from './kit/links.js';

/** A broker that lets everybody in and answers each SUBSCRIBE as it is told. */
async function brokerWith(answer: {
  grant: boolean;
  /** Commands: refused by SUBACK, or by the end of the connection, as RabbitMQ does. */
  readonly commands?: 'refused' | 'ended';
  /** Whether a publish for Home Assistant ends the connection. */
  readonly endsAtDiscovery?: boolean;
}): Promise<{ url: string; close: () => Promise<void> }> {
  const aedes = await Aedes.createBroker({
    authorizePublish: (_client, { topic }, done) => {
      const isForbidden = answer.endsAtDiscovery === true && topic.startsWith('homeassistant/');
      done(isForbidden ? new Error('not allowed') : null);
    },
    authorizeSubscribe: (_client, subscription, done) => {
      if (answer.commands === undefined || !subscription.topic.endsWith('/command'))
        return done(null, answer.grant ? subscription : null);
      if (answer.commands === 'ended') done(new Error('not allowed'));
      else done(null, null);
    },
  });
  const server = createServer(aedes.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    close: async () => {
      await new Promise<void>((resolve) => aedes.close(resolve));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

describe('a link whose subscription is refused', () => {
  let close = async (): Promise<void> => {};
  afterEach(() => close());

  it('is down with the number of it, tries again, and is up once it is granted', async () => {
    const answer = { grant: false };
    const broker = await brokerWith(answer);
    close = broker.close;
    const time = new FakeTime();
    const { link, recorder, log } = makeLink(broker.url, { clock: time, timers: time });
    link.start(recorder);
    expect(await recorder.down()).toMatch(
      /^E603 gopay-pos\/v1\/warung-1\/T1\/notice: .*128|Unspecified error/,
    );
    expect(recorder.states.all).not.toContainEqual({ up: true });
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await expect.poll(() => log.matching(/next connect in/).length).toBe(attempt + 1);
      if (attempt === 5) answer.grant = true;
      time.advance(time.waiting()[0] ?? 0);
    }
    await recorder.up();
    expect(log.matching(/another device/), 'a refusal is not taken for a rival').toEqual([]);
    await link.stop();
  });
});

describe('a link that may not read commands', () => {
  let close = async (): Promise<void> => {};
  afterEach(() => close());

  const commands = { take: () => Promise.resolve(), linked: () => undefined };

  it('is up for notices all the same, where the broker says no', async () => {
    const broker = await brokerWith({ grant: true, commands: 'refused' });
    close = broker.close;
    const { link, recorder, log } = makeLink(broker.url, { commands });
    link.start(recorder);
    await recorder.up();
    await expect.poll(() => log.matching(/E603 nothing from operators/).length).toBe(1);
    expect(recorder.states.all).toEqual([{ up: true }]);
    await link.stop();
  });

  it('asks for notices alone, where the broker ends the connection: for an hour, and then again', async () => {
    const broker = await brokerWith({ grant: true, commands: 'ended' });
    close = broker.close;
    const time = new FakeTime();
    const { link, recorder, log } = makeLink(broker.url, { clock: time, timers: time, commands });
    link.start(recorder);
    for (let ends = 1; ends <= 3; ends += 1) {
      await expect.poll(() => log.matching(/next connect in/).length).toBe(ends);
      time.advance(time.waiting()[0] ?? 0);
    }
    await expect.poll(() => log.matching(/linked, listening/).length).toBe(4);
    expect(log.matching(/E603 the broker ends the connection .*: no commands for an hour/)).toHaveLength(1);
    expect(log.matching(/-> SUBSCRIBE .*command/)).toHaveLength(3);
    await link.stop();
  });
});

describe('a link that may not tell Home Assistant', () => {
  let close = async (): Promise<void> => {};
  afterEach(() => close());

  it('stays up for notices, where the broker ends the connection for it: it is left for an hour, and then tried again', async () => {
    const broker = await brokerWith({ grant: true, endsAtDiscovery: true });
    close = broker.close;
    const time = new FakeTime();
    let taken = 0;
    const discovery = { payload: '{}', taken: () => (taken += 1) };
    const { link, recorder, log } = makeLink(broker.url, { clock: time, timers: time, discovery });
    link.start(recorder);
    for (let ends = 1; ends <= 3; ends += 1) {
      await expect.poll(() => log.matching(/next connect in/).length).toBe(ends);
      time.advance(time.waiting()[0] ?? 0);
    }
    await expect.poll(() => log.matching(/linked, listening/).length).toBe(4);
    expect(
      log.matching(/E\d+ the broker ends the connection .*: nothing to Home Assistant for an hour/),
    ).toHaveLength(1);
    expect(log.matching(/-> homeassistant\//)).toHaveLength(3);
    expect(log.matching(/another device/), 'a refusal is not taken for a rival').toEqual([]);
    expect(taken).toBe(0);
    await link.stop();
  });

  it('tells it in each connection, where it may', async () => {
    const broker = await brokerWith({ grant: true });
    close = broker.close;
    const told = new Inbox<true>();
    const { link, log } = await linkUp(broker.url, {
      discovery: { payload: '{}', taken: () => told.push(true) },
    });
    await told.next();
    expect(log.matching(/E6/)).toEqual([]);
    await link.stop();
  });
});
