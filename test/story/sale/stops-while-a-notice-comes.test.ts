import { expect, it } from 'vitest';
import { EmbeddedBroker } from '../../../src/mqtt/broker.js';
import { encodeNotice } from '../../../src/mqtt/envelope.js';
import { noticeTopic } from '../../../src/mqtt/topics.js';
import { someNotice } from '../../broker/kit/collect.js';
import { makeLink } from '../../broker/kit/links.js';
import { identify, MERCHANT } from '../../broker/kit/people.js';
import { realTime } from '../../broker/kit/time.js';
import { KeptLog } from '../../kit/kept-log.js';

it('says goodbye in peace when a notice comes in meanwhile, and leaves that to the next start', async () => {
  const broker = new EmbeddedBroker({
    authenticate: identify,
    persistence: 'memory',
    ...realTime(),
    log: new KeptLog(),
  });
  const url = await broker.listen(0, '127.0.0.1');
  const publisher = broker.publisher();
  await publisher.start();
  try {
    const first = makeLink(url);
    let refused = 0;
    let up = (): void => undefined;
    const linked = new Promise<void>((resolve) => {
      up = resolve;
    });
    first.link.start({
      notice: () => {
        refused += 1;
        throw new Error('the terminal has stopped');
      },
      state: (state) => state.up && up(),
    });
    await linked;
    const notice = someNotice();
    const stopping = first.link.stop();
    await publisher.publish(noticeTopic(MERCHANT, 'T1'), encodeNotice(notice));
    await stopping;
    expect(refused).toBe(1);
    // A drained process ends with 0; only a terminal that runs has to die of a notice that it cannot take.
    expect(first.fatal).toEqual([]);
    const second = makeLink(url);
    second.link.start(second.recorder);
    expect(await second.recorder.notices.next()).toEqual(notice);
    await second.link.stop();
  } finally {
    await publisher.stop();
    await broker.close();
  }
});
