// A terminal's link in a process of its own. Arguments: URL, what to do with a notice (`die` or `keep`).
// Prints `up` and `notice <id>`. With `die` the process kills itself before the handler has returned.
import { MqttLink } from '../../../src/mqtt/link.js';
import { AwaitedLog } from './collect.js';
import { MERCHANT, TERMINALS } from './people.js';
import { fixedRandom, realTime } from './time.js';

const [url = '', manner = ''] = process.argv.slice(2);
const link = new MqttLink({
  broker: { urls: [url] },
  merchant: MERCHANT,
  terminal: 'T1',
  password: TERMINALS.T1,
  ...realTime(),
  random: fixedRandom(),
  log: new AwaitedLog(),
  onFatal: () => process.exit(1),
});
link.start({
  notice: (notice) => {
    if (manner === 'die') process.kill(process.pid, 'SIGKILL');
    process.stdout.write(`notice ${notice.id}\n`);
  },
  state: (state) => {
    if (state.up) process.stdout.write('up\n');
  },
});
