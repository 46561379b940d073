import { describe, expect, it } from 'vitest';
import { encodeNotice } from '../../src/mqtt/envelope.js';
import { noticeTopic } from '../../src/mqtt/topics.js';
import { FakeTime } from '../kit/time.js';
import { startEmbedded } from './kit/brokers.js';
import { AwaitedLog, someNotice } from './kit/collect.js';
import { linkUp } from './kit/links.js';
import { Mosquitto } from './kit/mosquitto.js';
import { publishAs } from './kit/peers.js';
import { MERCHANT, RELAYS, TERMINALS } from './kit/people.js';
import { TcpLine } from './kit/tcp-line.js';

describe('a link whose other end is frozen', () => {
  it('is noticed by our own clock after two keepalives of silence', async () => {
    const broker = await startEmbedded('memory', new AwaitedLog());
    const line = new TcpLine(broker.port);
    const time = new FakeTime();
    const { link, recorder } = await linkUp(await line.open(), { clock: time, timers: time, keepaliveS: 30 });
    line.freeze();
    time.advance(59_000);
    expect(recorder.states.all).toEqual([{ up: true }]);
    time.advance(31_000);
    expect(await recorder.down()).toMatch(/^E607 silent for \d+ s/);
    await link.stop();
    await line.close();
    await broker.dispose();
  });

  it('is noticed on a broker that was stopped with SIGSTOP, and comes back when it goes on', async () => {
    const broker = await Mosquitto.start({ terminals: TERMINALS, merchant: MERCHANT, relays: RELAYS });
    const { link, recorder } = await linkUp(broker.url, {
      keepaliveS: 1,
      backoff: { firstMs: 100, mostMs: 500 },
    });
    broker.freeze();
    expect(await recorder.down()).toMatch(/^E607 /);
    broker.thaw();
    await recorder.up();
    const notice = someNotice();
    await publishAs(
      { port: broker.port, user: 'pen', password: RELAYS.pen },
      noticeTopic(MERCHANT, 'T1'),
      encodeNotice(notice),
    );
    expect(await recorder.notices.next()).toEqual(notice);
    await link.stop();
    await broker.dispose();
  });
});
