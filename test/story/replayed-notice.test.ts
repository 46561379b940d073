import { expect, it } from 'vitest';
import { SystemClock, SystemTimers } from '../../src/host/clock.js';
import { EmbeddedBroker } from '../../src/mqtt/broker.js';
import { encodeNotice } from '../../src/mqtt/envelope.js';
import { noticeTopic } from '../../src/mqtt/topics.js';
import { askedAt, expectOneCharge } from './kit/account.js';
import { type Shop, story } from './kit/shop.js';

const TIMES = 10_000;

it('knows a notice again by what it says: ten thousand of one are one row, one look, and no customer waits', async () => {
  const silent = { error: ignore, warn: ignore, info: ignore, debug: ignore, child: () => silent };
  const broker = new EmbeddedBroker({
    authenticate: (clientId) => ({ role: 'terminal', merchant: 'story', terminal: clientId }),
    persistence: 'memory',
    clock: new SystemClock(),
    timers: new SystemTimers(),
    log: silent,
  });
  const url = await broker.listen(0, '127.0.0.1');
  const toml = `[mqtt]\nurl = "${url}"\nsecret = "file:/unused"`;
  try {
    await story({ mqtt: false, toml }, (shop) => flood(shop, broker));
  } finally {
    await broker.close();
  }
});

async function flood(shop: Shop, broker: EmbeddedBroker): Promise<void> {
  await shop.until('the link', () => shop.program.terminal.state().link.up);
  const order = await shop.ring(15_000);
  await shop.shows('scan');
  const atMs = shop.clock.wallMs();
  const publisher = broker.publisher();
  const ring = (id: string, said: string) =>
    publisher.publish(
      noticeTopic('story', 'T1'),
      encodeNotice({
        id,
        at: new Date(atMs).toISOString(),
        expiresAt: new Date(atMs + 600_000).toISOString(),
        orderId: order,
        says: 'pending',
        said,
      }),
    );
  const events = () => shop.program.journal.eventsOf(order).filter(({ kind }) => kind === 'notice');
  await ring('FIRST', 'a1');
  await shop.until('the first', () => events().length === 1);
  const looks = askedAt(shop, 'status', order).length;
  // Each was taken in by the relay anew, so that its id is another one.
  for (let i = 0; i < TIMES; i += 1) await ring(`REPLAY-${i}`, 'a1');
  await ring('LAST', 'b2');
  await shop.until('the last', () => events().length > 1);
  expect(events().map(({ body }) => (body as { id: string }).id)).toEqual(['FIRST', 'LAST']);
  expect(askedAt(shop, 'status', order).length).toBeLessThanOrEqual(looks + 1);

  // What is new each time is dropped above the limit, without a row.
  for (let i = 0; i < 100; i += 1) await ring(`NEW-${i}`, `c${i}`);
  await ring('OTHER', 'a1');
  await shop.until('the limit', () =>
    shop.log.some((line) => line.includes('more than 20 notices a minute')),
  );
  expect(events().length).toBeLessThanOrEqual(20);

  shop.sandbox.books.pay(order);
  await shop.clock.advance(10_000);
  await shop.shows('paid');
  expectOneCharge(shop);
}

function ignore(): void {}
