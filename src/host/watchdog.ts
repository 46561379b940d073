import { assert } from '../base/assert.js';
import type { Fault } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import type { Runtime } from '../port/runtime.js';
import type { ServiceNotifier } from './notify.js';

/** Whether the loop moved since it was asked last, or what it seems to be stuck in. */
export type Alive = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface WatchdogOptions extends Runtime {
  /** WATCHDOG_USEC of the unit; see {@link watchdogUsec}. */
  readonly intervalUsec: number;
  readonly notifier: Pick<ServiceNotifier, 'watchdog'>;
  /**
   * Asked before each ping. Must prove progress since the last time that it said yes: an event that the engine posted to
   * itself went through the inbox and the journal. A timer that still fires proves only that timers fire.
   */
  readonly alive: () => Alive;
}

/** sd_watchdog_enabled(3) advises half of the interval. A quarter leaves room for a slow tick and for a lost datagram. */
const PINGS_PER_INTERVAL = 4;

/** Tells the service manager that we are alive, as long as that is true. When it is not, systemd ends and restarts us. */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #periodMs: number;
  #cancel: (() => void) | undefined;
  /** Monotonic time of the last proof, and whether its absence was logged already. */
  #provenMs = 0;
  #starving = false;
  #refused = false;

  constructor(options: WatchdogOptions) {
    assert(options.intervalUsec > 0, `a watchdog interval of ${options.intervalUsec} us`);
    this.#options = options;
    this.#periodMs = options.intervalUsec / 1000 / PINGS_PER_INTERVAL;
  }

  /** Begins to ask and to ping, the first time at once. */
  start(): void {
    assert(this.#cancel === undefined, 'the watchdog was started twice');
    this.#provenMs = this.#options.clock.monoMs();
    this.#turn();
  }

  /** No more pings: from now on the unit's TimeoutStopSec counts. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #turn(): void {
    this.#cancel = this.#options.timers.after(this.#periodMs, () => this.#turn());
    const alive = this.#options.alive();
    if (alive.ok) this.#feed();
    else this.#starve(alive.why);
  }

  #feed(): void {
    const { clock, log, notifier } = this.#options;
    const nowMs = clock.monoMs();
    if (this.#starving)
      log.warn(`watchdog fed again, ${seconds(nowMs - this.#provenMs)} after the last time`);
    this.#starving = false;
    this.#provenMs = nowMs;
    const sent = notifier.watchdog();
    // Said once a series: the pings come every few seconds, and a log full of them hides the rest.
    if (!sent.ok && !this.#refused) log.warn(`E${sent.error.code} ${sent.error.detail}`);
    this.#refused = !sent.ok;
  }

  #starve(why: string): void {
    if (this.#starving) return;
    this.#starving = true;
    const { clock, intervalUsec, log } = this.#options;
    const goneMs = clock.monoMs() - this.#provenMs;
    const leftMs = Math.max(0, intervalUsec / 1000 - goneMs);
    log.error(
      `watchdog not fed any more: ${why}; systemd restarts us in ${seconds(leftMs)} if nothing moves`,
    );
  }
}

/**
 * Microseconds between pings that the service manager allows at most; undefined when it does not watch this process.
 * WATCHDOG_PID names the process that is meant; a child inherits the variables without being it (sd_watchdog_enabled(3)).
 * @returns FAULT.watchdogValue when WATCHDOG_USEC is not a whole number above 0.
 */
export function watchdogUsec(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): Result<number | undefined, Fault> {
  const text = env['WATCHDOG_USEC'];
  if (text === undefined || text === '') return ok(undefined);
  const meant = env['WATCHDOG_PID'];
  if (meant !== undefined && meant !== '' && meant !== String(pid)) return ok(undefined);
  const usec = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (usec > 0) return ok(usec);
  const detail = `WATCHDOG_USEC=${text} is not a number of microseconds`;
  return err({ kind: 'refused', code: FAULT.watchdogValue, detail });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
