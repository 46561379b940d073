import type { Notice } from '../../../src/base/notice.js';
import { SystemClock, SystemTimers } from '../../../src/host/clock.js';
import { EmbeddedBroker } from '../../../src/mqtt/broker.js';
import { encodeNotice } from '../../../src/mqtt/envelope.js';
import { noticeTopic } from '../../../src/mqtt/topics.js';
import { KeptLog } from '../../kit/kept-log.js';
import { type Shop, story } from './shop.js';

/** Sends the terminal what no relay of ours sent. */
export type Publish = (notice: Notice) => Promise<unknown>;

/** A story at a broker whose owner publishes notices of his own. */
export async function storyAtBrokerOf(tell: (shop: Shop, publish: Publish) => Promise<void>): Promise<void> {
  const broker = new EmbeddedBroker({
    authenticate: (clientId) => ({ role: 'terminal', merchant: 'story', terminal: clientId }),
    persistence: 'memory',
    clock: new SystemClock(),
    timers: new SystemTimers(),
    log: new KeptLog(),
  });
  const url = await broker.listen(0, '127.0.0.1');
  const publish: Publish = (notice) =>
    broker.publisher().publish(noticeTopic('story', 'T1'), encodeNotice(notice));
  try {
    await story({ mqtt: false, toml: `[mqtt]\nurl = "${url}"\nsecret = "file:/unused"` }, async (shop) => {
      await shop.until('the link', () => shop.program.terminal.state().link.up);
      await tell(shop, publish);
    });
  } finally {
    await broker.close();
  }
}
