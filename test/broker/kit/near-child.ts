// Connects to a name with addresses of both families, by HTTP and by MQTT, as the terminal does.
// Arguments: HTTP port, broker port, milliseconds of a request. Prints what became of each.
import { useConnectTime } from '../../../src/host/connect.js';
import { httpTransport } from '../../../src/midtrans/exchange.js';
import { linkUp } from './links.js';
import { realTime } from './time.js';

const [httpPort = '', brokerPort = '', requestMs = ''] = process.argv.slice(2);
useConnectTime(Number(requestMs));
const get = () =>
  httpTransport(realTime().timers)(
    { method: 'GET', url: `http://far.test:${httpPort}/`, headers: {} },
    { timeoutMs: Number(requestMs), limitBytes: 100 },
  );
// A machine that is held up may lose one of them; where an address has too little time, all fail.
let answer = await get();
for (let more = 5; !answer.ok && more > 0; more -= 1) answer = await get();
const word = answer.ok ? Buffer.from(answer.value.bytes).toString() : `E${answer.error.code}`;
process.stdout.write(`http ${word}\n`);
const { recorder, link } = await linkUp(`mqtt://far.test:${brokerPort}`, {
  connectTimeoutMs: Number(requestMs),
});
process.stdout.write(`mqtt ${recorder.states.all.at(-1)?.up === true ? 'up' : 'down'}\n`);
await link.stop();
process.exit(0);
