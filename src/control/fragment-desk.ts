import { createHash } from 'node:crypto';
import type { BoxState } from '../base/box-state.js';
import type { Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import { timesOf } from '../journal/commit.js';
import type { Timers } from '../port/clock.js';
import type { Log } from '../port/log.js';
import type { Subject } from './answer.js';

/** A piece of TOML that an operator has signed. */
export interface Fragment {
  readonly operator: string;
  readonly serial: number;
  readonly name: string;
  readonly toml: string;
}

/** As it stands on disk. */
export interface FragmentsState {
  /** Of the newest that was taken, whatever became of it: an older one is never taken again. */
  readonly serial: number;
  readonly current?: Fragment;
  /** The one that holds where `current` comes to nothing. */
  readonly previous?: Fragment;
  /** `current` has not been seen to be ready yet. */
  readonly trial?: { readonly starts: number };
  readonly reverted?: { readonly name: string; readonly serial: number; readonly why: string };
}

/** Where it is kept, and judged by what the terminal's own file says. */
export interface Fragments {
  readonly state: FragmentsState;
  check(toml: string): Result<unknown, readonly string[]>;
  /** After a power cut the old state is there, or this. @returns why not */
  write(state: FragmentsState): string | undefined;
}

export interface FragmentDeskOptions {
  readonly fragments: Fragments;
  readonly readyMs: number;
  readonly timers: Timers;
  readonly log: Log;
  /** Why what is on trial is not in use since the start. */
  readonly inVain: string | undefined;
}

const LOOK_MS = 5_000;

/** What operators set from afar: taken, tried at the next start, kept when the terminal is ready with it, and else taken back. */
export class FragmentDesk {
  readonly #options: FragmentDeskOptions;
  #refused: { readonly name: string; readonly serial: number; readonly why: string } | undefined;
  /** The newest has been in use since the start. */
  readonly #began: number | undefined;

  constructor(options: FragmentDeskOptions) {
    this.#options = options;
    const { state } = options.fragments;
    this.#began = options.inVain === undefined ? state.current?.serial : state.previous?.serial;
  }

  get serial(): number {
    return this.#options.fragments.state.serial;
  }

  /** Which one is in use, for the fleet. */
  told(): BoxState['config'] {
    const { current, trial, reverted } = this.#options.fragments.state;
    if (current === undefined && reverted === undefined && this.#refused === undefined) return undefined;
    const state = current?.serial !== this.#began ? 'waiting' : trial === undefined ? 'in_use' : 'on_trial';
    return {
      ...(current === undefined
        ? {}
        : { name: current.name, serial: current.serial, digest: digestOf(current.toml), state }),
      ...(this.#refused === undefined ? {} : { refused: this.#refused }),
      ...(reverted === undefined ? {} : { reverted }),
    };
  }

  /** Between two events. @returns why not */
  take(subject: Subject, fragment: Fragment, again: () => void): readonly string[] {
    const { fragments } = this.#options;
    const { operator, serial, name, toml } = fragment;
    const judged = fragments.check(toml);
    if (!judged.ok) {
      this.#refused = { name, serial, why: judged.error.join('; ').slice(0, 200) };
      return judged.error;
    }
    const { journal, clock, terminal } = subject;
    journal.commit({
      ...timesOf(clock),
      events: [{ kind: 'fragmentTaken', body: { operator, serial, name, digest: digestOf(toml) } }],
    });
    const { current, previous, trial } = fragments.state;
    // What is still on trial is no good one to go back to.
    const good = trial === undefined ? current : previous;
    const trouble = fragments.write({
      ...{ serial, current: fragment, trial: { starts: 0 } },
      ...(good === undefined ? {} : { previous: good }),
    });
    if (trouble !== undefined) return [trouble];
    this.#refused = undefined;
    terminal.restarts.ask(operator, `operator ${operator}`, again);
    return [];
  }

  /** From the start on: whether the terminal is ready with what is on trial. */
  begin(subject: Subject): void {
    const { fragments, inVain, timers, readyMs } = this.#options;
    if (inVain !== undefined) return this.#revert(subject, inVain, false);
    if (fragments.state.trial === undefined) return;
    let left = readyMs;
    const look = (): void => {
      void subject.terminal.run(() => {
        // Another one has been taken meanwhile, and is tried at the next start.
        if (fragments.state.trial === undefined || fragments.state.current?.serial !== this.#began) return;
        const { readiness } = subject.terminal.state();
        const [trouble] = subject.terminal.catalogue.troubles;
        // Closed by its hours or by hand nothing is wrong.
        const isGood = readiness.ready || readiness.closed !== undefined;
        if (isGood && trouble === undefined) return this.#keep(subject);
        if (left <= 0)
          return this.#revert(
            subject,
            trouble ?? (readiness.ready ? '' : `E${readiness.code} ${readiness.detail}`),
            true,
          );
        left -= LOOK_MS;
        timers.after(LOOK_MS, look);
      });
    };
    look();
  }

  #keep({ journal, clock }: Subject): void {
    const { fragments, log } = this.#options;
    const { trial: _trial, reverted: _reverted, ...state } = fragments.state;
    const { name = '', serial = 0 } = state.current ?? {};
    journal.commit({ ...timesOf(clock), events: [{ kind: 'fragmentKept', body: { name, serial } }] });
    log.info(`the configuration ${name} from afar is in use`);
    this.#write(state);
  }

  /** @param running whether it is in use now, so that a start is needed to be rid of it */
  #revert({ journal, clock, terminal, again }: Subject, why: string, running: boolean): void {
    const { fragments, log } = this.#options;
    const { serial, current, previous } = fragments.state;
    const { name = '', operator = '' } = current ?? {};
    const words = why.slice(0, 200);
    journal.commit({
      ...timesOf(clock),
      events: [{ kind: 'fragmentReverted', body: { name, serial, why: words } }],
    });
    log.error(`E${FAULT.fragmentReverted} the configuration ${name} from afar is taken back: ${words}`);
    this.#write({
      serial,
      ...(previous === undefined ? {} : { current: previous }),
      reverted: { name, serial, why: words },
    });
    if (running && again !== undefined) terminal.restarts.ask(operator, 'itself', again);
  }

  #write(state: FragmentsState): void {
    const { fragments, log } = this.#options;
    const trouble = fragments.write(state);
    if (trouble !== undefined)
      log.error(`E${FAULT.fragmentReverted} what is set from afar cannot be written: ${trouble}`);
  }
}

/** Twelve hex digits by which two are told apart. */
function digestOf(toml: string): string {
  return createHash('sha256').update(toml).digest('hex').slice(0, 12);
}
