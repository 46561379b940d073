import type { Fault } from '../../src/base/fault.js';
import type { Result } from '../../src/base/result.js';
import type { Screen } from '../../src/base/screen.js';
import { FAULT, faultText } from '../../src/core/fault/table.js';
import type { Display } from '../../src/port/display.js';
import type { Tools } from '../kit/tools.js';
import { Turns } from '../kit/turns.js';

/** What a screen driver has to do itself; {@link ScreenDisplay} does the rest. Called one at a time; nothing throws. */
export interface Surface {
  readonly name: string;
  readonly canShowQr: boolean;
  /** Who looks at it. What only a technician sees counts for nothing. */
  readonly faces: 'customer' | 'technician';
  /** @param on called at each change: whether it can be seen now; also from within `start`, if it is there at once */
  start(on: (attached: boolean) => void): Promise<void>;
  /** @returns whether it can be seen now; why not, is in the log */
  draw(screen: Screen): Promise<boolean>;
  /** A second later, on the same scan screen: `leftMs` is less. */
  tick(screen: Extract<Screen, { show: 'scan' }>): Promise<void>;
  /** A page for a technician. @returns what it is and how it should look */
  test(): Promise<Result<readonly string[], Fault>>;
  stop(): Promise<void>;
}

/** The bound of {@link Display.show}. */
const CONFIRM_WITHIN_MS = 3_000;
const SECOND_MS = 1_000;
/** What stays on the screen of a terminal that was stopped: never a code that is not looked after. */
interface Showing {
  readonly screen: Screen;
  readonly sinceMs: number;
  readonly settle: (seen: boolean) => void;
}

/**
 * A display that draws by itself on a surface of its own: the newest screen wins, what is under way is finished first,
 * the countdown goes on every second, and a screen that comes back shows what it should.
 */
export class ScreenDisplay implements Display {
  readonly name: string;
  readonly canShowQr: boolean;
  readonly #surface: Surface;
  readonly #tools: Pick<Tools, 'clock' | 'timers'>;
  readonly #listeners: ((attached: boolean) => void)[] = [];
  #attached = false;
  #showing: Showing | undefined;
  #testing = false;
  /** One after the other: a surface never has two things to do at once. */
  readonly #turns = new Turns();
  #cancelTick: () => void = none;
  #cancelTest: () => void = none;

  constructor(surface: Surface, tools: Pick<Tools, 'clock' | 'timers'>) {
    this.name = surface.name;
    this.canShowQr = surface.canShowQr && surface.faces === 'customer';
    this.#surface = surface;
    this.#tools = tools;
  }

  show(screen: Screen): Promise<boolean> {
    this.#showing?.settle(false);
    this.#endTest();
    return new Promise((resolve) => {
      const cancel = this.#tools.timers.after(CONFIRM_WITHIN_MS, () => resolve(false));
      const settle = (seen: boolean): void => {
        cancel();
        resolve(seen);
      };
      const showing = { screen, sinceMs: this.#tools.clock.monoMs(), settle };
      this.#showing = showing;
      this.#redraw();
    });
  }

  async test(forMs: number): Promise<Result<readonly string[], Fault>> {
    this.#endTest();
    this.#testing = true;
    this.#cancelTick();
    const made = await this.#turns.next(() => this.#surface.test());
    // A screen that came meanwhile has ended the test already.
    if (!this.#testing) return made;
    this.#cancelTest = this.#tools.timers.after(forMs, () => {
      this.#endTest();
      this.#redraw();
    });
    return made;
  }

  attached(): boolean {
    return this.#attached && this.#surface.faces === 'customer';
  }

  onAttached(listener: (attached: boolean) => void): void {
    this.#listeners.push(listener);
  }

  async start(): Promise<void> {
    await this.#surface.start((attached) => {
      if (this.#attached === attached) return;
      this.#attached = attached;
      if (attached) this.#redraw();
      if (this.#surface.faces === 'customer') for (const listener of this.#listeners) listener(attached);
    });
  }

  /** Leaves a plain message behind instead of what was shown, and closes. */
  async stop(): Promise<void> {
    this.#endTest();
    this.#showing?.settle(false);
    this.#showing = undefined;
    this.#cancelTick();
    const words = faultText(FAULT.stopping);
    await this.#turns.next(async () => {
      if (this.#attached) await this.#surface.draw({ show: 'outOfService', words, code: FAULT.stopping });
    });
    await this.#surface.stop();
  }

  #endTest(): void {
    this.#testing = false;
    this.#cancelTest();
  }

  #redraw(): void {
    const showing = this.#showing;
    if (showing === undefined || this.#testing) return;
    this.#cancelTick();
    void this.#turns.next(async () => {
      if (!this.#current(showing)) return;
      const drawn = this.#now(showing);
      const seen = await this.#surface.draw(drawn);
      showing.settle(seen && this.#surface.faces === 'customer');
      if (this.#current(showing)) this.#countOn(showing, drawn);
    });
  }

  #current(showing: Showing): boolean {
    return this.#showing === showing && !this.#testing;
  }

  #now({ screen, sinceMs }: Showing): Screen {
    if (screen.show !== 'scan') return screen;
    return { ...screen, leftMs: Math.max(0, screen.leftMs - (this.#tools.clock.monoMs() - sinceMs)) };
  }

  /**
   * On the second, because that is what the digits show; at the end the whole screen changes, also when that came while a
   * slow screen was still busy with `drawn`.
   */
  #countOn(showing: Showing, drawn: Screen): void {
    if (!isCounting(drawn)) return;
    const now = this.#now(showing);
    if (!isCounting(now)) return this.#redraw();
    this.#cancelTick();
    this.#cancelTick = this.#tools.timers.after(now.leftMs % SECOND_MS || SECOND_MS, () => {
      void this.#turns.next(async () => {
        if (!this.#current(showing)) return;
        const then = this.#now(showing);
        if (!isCounting(then)) return this.#redraw();
        await this.#surface.tick(then);
        if (this.#current(showing)) this.#countOn(showing, then);
      });
    });
  }
}

function isCounting(screen: Screen): screen is Extract<Screen, { show: 'scan' }> {
  return screen.show === 'scan' && screen.leftMs > 0;
}

function none(): void {}
