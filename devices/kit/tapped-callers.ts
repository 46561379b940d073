import type { Caller, Callers, CallersEvent } from './callers.js';
import type { LineTap } from './tapped-line.js';

/** A place for callers with one tap on all of them alike. */
class TappedCallers implements Callers {
  readonly name: string;
  readonly #callers: Callers;
  readonly #tap: LineTap;
  /** A driver knows a caller by its object. */
  readonly #known = new WeakMap<Caller, Caller>();

  constructor(callers: Callers, tap: LineTap) {
    this.#callers = callers;
    this.#tap = tap;
    this.name = callers.name;
  }

  start(on: (event: CallersEvent) => void): void {
    this.#callers.start((event) => {
      if (event.kind === 'open') this.#tap.opened();
      if (event.kind === 'bytes') this.#tap.heard(event.bytes);
      on(event.kind === 'absent' ? event : { ...event, caller: this.#dressed(event.caller) });
    });
  }

  stop(): Promise<void> {
    return this.#callers.stop();
  }

  #dressed(caller: Caller): Caller {
    const known = this.#known.get(caller);
    if (known !== undefined) return known;
    const dressed: Caller = {
      name: caller.name,
      cable: caller.cable,
      write: (bytes) => {
        this.#tap.wrote(bytes);
        return caller.write(bytes);
      },
      end: (why) => caller.end(why),
    };
    this.#known.set(caller, dressed);
    return dressed;
  }
}

/** The callers themselves where there is no tap. */
export function tappedCallers(callers: Callers, tap: LineTap | undefined): Callers {
  return tap === undefined ? callers : new TappedCallers(callers, tap);
}
