import { isatty } from 'node:tty';
import { Failure, messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import { ServiceNotifier } from '../host/notify.js';
import { openNotifySocket } from '../host/notify-socket.js';
import { EXIT, superviseProcess } from '../host/process.js';
import { Watchdog, watchdogUsec } from '../host/watchdog.js';
import type { Environment } from './environment.js';

/** A program as a service manager sees it. */
export interface ServedProgram {
  /** One line in words, for systemctl status. */
  status(): string;
  stop(): Promise<void>;
  /** SIGHUP: reads again what may change while it runs, and says in the log what became of it. */
  reload?(): void;
  /** Grows while the program makes progress; the watchdog is fed by it. Absent: the process being there is enough. */
  progress?(): number;
}

const STATUS_MS = 1_000;
/** systemd's TimeoutStopSec is longer; a stop that hangs is cut off here, since the journal is safe at any time. */
const STOP_MS = 8_000;

export interface Service {
  readonly environment: Environment;
  /** `again` ends the process in peace, so that it is started again; undefined where no service manager would. */
  readonly start: (
    fatal: (error: unknown) => void,
    again: (() => void) | undefined,
  ) => Promise<ServedProgram>;
}

/** Faults of a start that only another configuration or another secret mends: systemd does not try again. */
const CONFIGURATION: readonly number[] = [
  FAULT.credentialMissing,
  FAULT.secretUnreadable,
  FAULT.secretExposed,
  FAULT.secretMalformed,
  FAULT.secretTooShort,
  FAULT.caFileUnusable,
  FAULT.apiTokenShared,
  FAULT.apiTls,
  FAULT.brokerCertificate,
  FAULT.enrolFailed,
];

/**
 * Runs a program until it is told to end: READY when it has started, STATUS in words, WATCHDOG while it makes progress,
 * STOPPING when it drains. Ends the process with one of the documented codes.
 */
export async function serve(service: Service): Promise<void> {
  const { environment } = service;
  const { clock, timers, log } = environment;
  const fatal = (error: unknown): void => {
    log.error(`fatal: ${describe(error)}`);
    process.exit(EXIT.misuse);
  };
  const notifier = openNotifier(environment);
  let running: ServedProgram | undefined;
  let draining = false;
  const drain = (): void => {
    if (draining) return;
    draining = true;
    notifier.stopping('draining');
    const late = timers.after(STOP_MS, () => {
      log.warn(`not stopped within ${STOP_MS / 1000} s; ending: what was committed is safe`);
      process.exit(EXIT.ok);
    });
    (running?.stop() ?? Promise.resolve()).then(() => {
      late();
      log.info('stopped');
      process.exit(EXIT.ok);
    }, fatal);
  };
  // In a terminal window SIGHUP says that the window is gone.
  const isService = !isatty(0);
  const reload = (): boolean => {
    if (draining || running?.reload === undefined) return false;
    running.reload();
    return true;
  };
  superviseProcess({ clock, log, drain, isService, reload });
  try {
    running = await service.start(fatal, process.env['NOTIFY_SOCKET'] === undefined ? undefined : drain);
  } catch (error) {
    if (!(error instanceof Failure)) return fatal(error);
    log.error(error.message);
    // systemctl status goes on showing it until the next start.
    notifier.status(`cannot start: ${error.message}`);
    const { code } = error.fault;
    process.exit(CONFIGURATION.includes(code) ? EXIT.config : EXIT.unavailable);
  }
  const program = running;
  notifier.ready(program.status());
  log.info(`started: ${program.status()}`);
  let said = program.status();
  const repeat = (): void => {
    if (draining) return;
    const status = program.status();
    if (status !== said && notifier.status(status).ok) said = status;
    timers.after(STATUS_MS, repeat);
  };
  repeat();
  feedWatchdog(environment, notifier, program);
}

/** Ends a program whose configuration is wrong: every problem in the log, and what to do in systemctl status. */
export async function refuseConfig(
  environment: Environment,
  file: string,
  problems: readonly string[],
): Promise<never> {
  const notifier = openNotifier(environment);
  for (const problem of problems) environment.log.error(problem);
  const [only, second] = problems;
  const many = `${file} is wrong in ${problems.length} places (gopay-pos config check)`;
  notifier.status(`cannot start: ${second === undefined ? only : many}`);
  return process.exit(EXIT.config);
}

function openNotifier({ log, secrets }: Environment): ServiceNotifier {
  const socket = openNotifySocket(process.env);
  if (!socket.ok) log.warn(`E${socket.error.code} ${socket.error.detail}`);
  return new ServiceNotifier({ datagram: socket.ok ? socket.value : undefined, secrets });
}

function feedWatchdog(environment: Environment, notifier: ServiceNotifier, program: ServedProgram): void {
  const { clock, timers, log } = environment;
  const usec = watchdogUsec(process.env, process.pid);
  if (!usec.ok) return log.warn(`E${usec.error.code} ${usec.error.detail}`);
  if (usec.value === undefined) return;
  let seen = -1;
  const alive = () => {
    const now = program.progress?.() ?? seen + 1;
    if (now === seen) return { ok: false, why: 'the loop has not gone round' } as const;
    seen = now;
    return { ok: true } as const;
  };
  new Watchdog({ intervalUsec: usec.value, timers, clock, notifier, log, alive }).start();
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}
