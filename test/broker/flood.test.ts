import { afterEach, beforeEach, expect, it } from 'vitest';
import { EmbeddedBroker } from '../../src/mqtt/broker.js';
import { encodeNotice } from '../../src/mqtt/envelope.js';
import { noticeTopic } from '../../src/mqtt/topics.js';
import { until } from '../kit/pty/until.js';
import { AwaitedLog, someNotice } from './kit/collect.js';
import { makeLink } from './kit/links.js';
import { identify, MERCHANT } from './kit/people.js';
import { realTime } from './kit/time.js';

const COUNT = 300;
let broker: EmbeddedBroker;
let url: string;

beforeEach(async () => {
  broker = new EmbeddedBroker({
    authenticate: identify,
    persistence: 'memory',
    ...realTime(),
    log: new AwaitedLog(),
  });
  url = await broker.listen(0, '127.0.0.1');
});
afterEach(() => broker.close());

it('a queue of notices lets timers pass: none waits for more than one turn of 20 ms', async () => {
  let workMs = 0;
  const clock = { wallMs: () => Date.now(), monoMs: () => performance.now() + workMs };
  const { link, recorder, fatal } = makeLink(url, { clock });
  let inARow = 0;
  let mostInARow = 0;
  let heard = 0;
  let running = true;
  const turn = (): void => {
    inARow = 0;
    if (running) setTimeout(turn, 0);
  };
  // Each notice costs what a slow card's two commits cost: 10 ms, so that two of them are a turn.
  recorder.notice = () => {
    heard += 1;
    inARow += 1;
    mostInARow = Math.max(mostInARow, inARow);
    workMs += 10;
  };
  link.start(recorder);
  await recorder.up();
  turn();
  const publisher = broker.publisher();
  for (let i = 0; i < COUNT; i += 1)
    void publisher.publish(noticeTopic(MERCHANT, 'T1'), encodeNotice(someNotice({ id: `N${i}` })));
  await until('all of them', () => heard === COUNT);
  running = false;
  // The timer of the deferred one and ours are due in the same turn, in whichever order.
  expect(mostInARow).toBeLessThanOrEqual(6);
  expect(fatal).toEqual([]);
  await link.stop();
});
