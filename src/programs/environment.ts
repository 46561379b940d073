import { existsSync, fstatSync } from 'node:fs';
import { Failure } from '../base/fault.js';
import type { Network } from '../bounds/network.js';
import { SystemClock, SystemRandom, SystemTimers } from '../host/clock.js';
import { readSecret } from '../host/credentials.js';
import { JOURNAL_SOCKET, journalSink } from '../host/journal-fields.js';
import { createLog, type LogFormat, type LogLevel, type LogSink } from '../host/log.js';
import { chooseFormat, gatheredSink, streamSink } from '../host/log-stream.js';
import { openDatagram } from '../host/notify-socket.js';
import { RecentLines } from '../host/recent-lines.js';
import { SecretRegistry } from '../host/secrets.js';
import type { Random, Timers } from '../port/clock.js';
import type { Runtime } from '../port/runtime.js';
import type { SecretSource } from '../settings/places.js';

/** What each program needs of the machine that it runs on. */
export interface Environment extends Runtime {
  /** Undefined: every connection is made straight. */
  readonly network?: Network | undefined;
  readonly random: Random;
  readonly secrets: SecretRegistry;
  /** @throws Failure FAULT.credentialMissing to FAULT.secretTooShort */
  readonly secret: (name: string, source: SecretSource) => string;
  /** The newest lines of the log; absent where nobody asks for them. */
  readonly recent?: RecentLines | undefined;
}

export interface EnvironmentOptions {
  readonly level: LogLevel;
  /** `gopay-pos.` or `gopay-pos-relay.`: what our systemd credentials begin with. */
  readonly credentialPrefix: string;
  readonly format?: LogFormat;
  /** How long a line waits for more; by default until the turn of the loop is over in which it came. */
  readonly gatherMs?: number | undefined;
  /** Keep the newest lines, for `tail`. */
  readonly keepLines?: boolean;
}

/** The real machine: its clocks, its chance, and the log on standard error. */
export function systemEnvironment(options: EnvironmentOptions): Environment {
  const clock = new SystemClock();
  const timers = new SystemTimers();
  const secrets = new SecretRegistry();
  const { device, inode } = behindStandardError();
  const chosen = chooseFormat(
    { env: process.env, isTty: process.stderr.isTTY === true, device, inode },
    options.format,
  );
  const recent = options.keepLines === true ? new RecentLines(clock.wallMs()) : undefined;
  const stream = standardError(timers, options.gatherMs);
  const log = createLog({
    level: options.level,
    kept: recent === undefined ? undefined : (entry) => recent.add(entry),
    sink: chosen.format === 'journal' && isOwnService(options) ? journald(stream) : stream,
    clock,
    secrets,
    ...chosen,
  });
  const credentials = {
    env: process.env,
    secrets,
    prefix: options.credentialPrefix,
    uid: process.geteuid?.() ?? 0,
  };
  return {
    clock,
    timers,
    random: new SystemRandom(),
    log,
    secrets,
    recent,
    secret: (name, source) => {
      const read = readSecret(name, source, credentials);
      if (!read.ok) throw new Failure(read.error);
      return read.value;
    },
  };
}

function standardError(timers: Timers, gatherMs: number | undefined): LogSink {
  const soon = (run: () => void): (() => void) => {
    if (gatherMs !== undefined) return timers.after(gatherMs, run);
    const end = setImmediate(run);
    return () => clearImmediate(end);
  };
  const { sink, flush } = gatheredSink(streamSink(process.stderr), soon);
  process.on('exit', flush);
  return sink;
}

/**
 * A relay that gathers its lines keeps to standard error: an entry each is a wake-up of journald each, thousands of times a second. And who
 * has no service manager would load the library that calls libc for this alone.
 */
function isOwnService({ gatherMs }: EnvironmentOptions): boolean {
  return gatherMs === undefined && (process.env['NOTIFY_SOCKET'] ?? '') !== '' && existsSync(JOURNAL_SOCKET);
}

/** Opened with the first line, which is written when the program has been loaded. */
function journald(otherwise: LogSink): LogSink {
  let sink: LogSink | undefined;
  return (line, level, entry) => {
    if (sink === undefined) {
      const opened = openDatagram(JOURNAL_SOCKET);
      sink = opened.ok ? journalSink(opened.value, otherwise) : otherwise;
    }
    sink(line, level, entry);
  };
}

function behindStandardError(): { device: number | undefined; inode: number | undefined } {
  try {
    const { dev, ino } = fstatSync(2);
    return { device: dev, inode: ino };
  } catch {
    // Closed: there is no journal behind it then, and nothing to compare.
    return { device: undefined, inode: undefined };
  }
}
