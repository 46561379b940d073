// The embedded broker with its level store, in a process that the test can kill.
// Arguments: directory, port. Prints its URL; each line `topic payload` on stdin is published and answered with its
// outcome.
import { createInterface } from 'node:readline';
import { EmbeddedBroker } from '../../../src/mqtt/broker.js';
import { AwaitedLog } from './collect.js';
import { identify, MERCHANT } from './people.js';
import { realTime } from './time.js';

const [directory = '', port = ''] = process.argv.slice(2);
const broker = new EmbeddedBroker({
  authenticate: (id, password) =>
    password === 'idle' ? { role: 'terminal', merchant: MERCHANT } : identify(id, password),
  persistence: directory === '' ? 'memory' : { directory },
  ...realTime(),
  log: new AwaitedLog(),
});
const url = await broker.listen(Number(port), '127.0.0.1');
const publisher = broker.publisher();
createInterface({ input: process.stdin }).on('line', (line) => {
  const at = line.indexOf(' ');
  publisher.publish(line.slice(0, at), line.slice(at + 1)).then((outcome) => {
    process.stdout.write(`${outcome.kind}\n`);
  });
});
process.stdout.write(`${url}\n`);
