// What of a relay meets an external broker, in a process that the test can kill: notices out, events in. Argument: URL of the broker.
// Prints `up` when both ways work; each line `topic payload` on stdin is published, and `200 <payload>` printed when the relay would
// answer that; `event <id>` when its receiver is given one.
import { createInterface } from 'node:readline';
import { EventListener } from '../../../src/mqtt/event-listener.js';
import { MqttPublisher } from '../../../src/mqtt/publisher.js';
import { EventDesk } from '../../../src/relay/event-desk.js';
import { Metrics } from '../../../src/relay/metrics.js';
import { AwaitedLog } from './collect.js';
import { LISTENERS, MERCHANT, RELAYS } from './people.js';
import { fixedRandom, PATIENCE_MS, realTime } from './time.js';

const [url = ''] = process.argv.slice(2);
const [notices, log] = [new AwaitedLog(), new AwaitedLog()];
const time = { ...realTime(), random: fixedRandom(), broker: { urls: [url] }, connectTimeoutMs: PATIENCE_MS };
const publisher = new MqttPublisher({
  ...{ ...time, log: notices, ackTimeoutMs: PATIENCE_MS },
  ...{ userName: 'relay1', merchant: MERCHANT, password: RELAYS.relay1 },
});
const desk = new EventDesk({
  receivers: [
    {
      name: 'books',
      kinds: ['paid'],
      // So long that a burst is held here: what is acknowledged too early is lost with this process.
      send: ({ id }) =>
        new Promise((resolve) => {
          setTimeout(() => {
            process.stdout.write(`event ${id}\n`);
            resolve({ taken: true });
          }, 5);
        }),
      stop: () => undefined,
    },
  ],
  ...{ ...realTime(), counters: new Metrics(), strangers: log, log, fetchAgain: () => listener.again() },
});
const listener: EventListener = new EventListener({
  ...{ ...time, log, user: 'events', password: LISTENERS.events },
  connected: () => desk.connected(),
  arrived: (topic, payload, taken) => desk.take(topic, payload, taken),
});
listener.start();
void publisher.start();
await notices.said.nextWhere((line) => line.includes('proved by a message to ourselves'));
await log.said.nextWhere((line) => line.includes('listening to events'));
createInterface({ input: process.stdin }).on('line', (line) => {
  const [topic = '', payload = ''] = line.split(' ', 2);
  void publisher.publish(topic, payload).then(({ kind }) => {
    if (kind === 'acknowledged') process.stdout.write(`200 ${payload}\n`);
  });
});
process.stdout.write('up\n');
