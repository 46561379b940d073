import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeTime } from '../kit/time.js';
import { makeLink } from './kit/links.js';

/** A broker that lets everybody in and answers each SUBSCRIBE as it is told. */
async function brokerWith(answer: { grant: boolean }): Promise<{ url: string; close: () => Promise<void> }> {
  const aedes = await Aedes.createBroker({
    authorizeSubscribe: (_client, subscription, done) => done(null, answer.grant ? subscription : null),
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
