// Stands where main.js will be, in the container of the unit tests: a daemon made of the built src/host alone. It takes
// `terminal --config FILE` or `relay --config FILE` and obeys these, which the real program does not know:
//   $STATE_DIRECTORY/hold   while it exists, READY is held back
//   SIGUSR2                 the loop stops moving while timers and I/O go on
import { existsSync, fstatSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { SystemClock, SystemTimers } from './host/clock.js';
import { readSecret } from './host/credentials.js';
import { checkSpace, probeWritable } from './host/disk.js';
import { createLog } from './host/log.js';
import { chooseFormat, streamSink } from './host/log-stream.js';
import { Notifier } from './host/notify.js';
import { openNotifySocket } from './host/notify-socket.js';
import { EXIT, superviseProcess } from './host/process.js';
import { SecretRegistry } from './host/secrets.js';
import { Watchdog, watchdogUsec } from './host/watchdog.js';

const { env } = process;
const clock = new SystemClock();
const timers = new SystemTimers();
const secrets = new SecretRegistry();
const program = process.argv[2];
const prefix = program === 'relay' ? 'gopay-pos-relay.' : 'gopay-pos.';
const credential = program === 'relay' ? 'midtrans-server-key' : 'gateway';

const { dev: device, ino: inode } = fstatSync(2);
const { format, colour } = chooseFormat({ env, isTty: process.stderr.isTTY === true, device, inode });
const log = createLog({ level: 'debug', sink: streamSink(process.stderr), format, colour, clock, secrets });

function must(result) {
  if (result.ok) return result.value;
  log.error(`E${result.error.code} ${result.error.detail}`);
  return process.exit(EXIT.unavailable);
}

const notifier = new Notifier({ datagram: must(await openNotifySocket(env)), secrets });
const key = readSecret('server-key', { credential }, { env, secrets, prefix, uid: process.geteuid() });
if (key.ok) log.info(`key ${key.value} of ${key.value.length} characters`);
else log.warn(`E${key.error.code} ${key.error.detail}`);

const directory = env.STATE_DIRECTORY;
must(await probeWritable(directory));
log.debug(`${must(await checkSpace(directory, 1)).freeBytes} bytes free`);
const Database = createRequire(import.meta.url)('better-sqlite3');
const journal = new Database(join(directory, 'journal.db'));
journal.pragma('journal_mode = WAL');
journal.pragma('synchronous = FULL');
journal.exec('create table if not exists start (pid integer)');
journal.prepare('insert into start values (?)').run(process.pid);
const { starts } = journal.prepare('select count(*) as starts from start').get();

while (existsSync(join(directory, 'hold'))) {
  notifier.extend(30_000);
  await new Promise((resolve) => timers.after(20, resolve));
}

let moving = true;
process.on('SIGUSR2', () => {
  moving = false;
  log.info('the loop stops moving');
});
const interval = must(watchdogUsec(env, process.pid));
const alive = () => (moving ? { ok: true } : { ok: false, why: 'a tick is still in the inbox' });
const watchdog =
  interval &&
  new Watchdog({ intervalUsec: interval, timers, clock, notifier, log: log.child('watchdog'), alive });

const idle = setInterval(() => undefined, 1_000);
superviseProcess({
  process,
  clock,
  log,
  drain: () => {
    must(notifier.stopping('draining'));
    if (watchdog) watchdog.stop();
    clearInterval(idle);
    journal.close();
    log.info('drained');
    process.exit(EXIT.ok);
  },
});
log.error('this is an error\nof two lines');
log.warn('this is a warning');
must(notifier.ready(`${program}: start ${starts}, waiting for a sale`));
if (watchdog) watchdog.start();
