// An HTTP server and the embedded broker, at every address. Prints both ports.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EmbeddedBroker } from '../../../src/mqtt/broker.js';
import { AwaitedLog } from './collect.js';
import { identify } from './people.js';
import { realTime } from './time.js';

const broker = new EmbeddedBroker({
  authenticate: identify,
  persistence: 'memory',
  ...realTime(),
  log: new AwaitedLog(),
});
const brokerPort = new URL(await broker.listen(0, '::')).port;
const server = createServer((_request, response) => response.end('here'));
server.listen(0, '::', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port} ${brokerPort}\n`);
});
