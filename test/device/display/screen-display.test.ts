import { expect, it } from 'vitest';
import { ScreenDisplay, type Surface } from '../../../devices/display/screen-display.js';
import { ok } from '../../../src/base/result.js';
import type { Screen } from '../../../src/base/screen.js';
import { SCREENS } from '../../browser/screens.js';
import { FakeTime, settled } from '../../kit/time.js';

/** A screen that is as slow as it is told to be. */
class SlowSurface implements Surface {
  readonly name = 'slow';
  readonly canShowQr = true;
  readonly faces = 'customer';
  readonly drawn: string[] = [];
  readonly #waiting: (() => void)[] = [];

  async start(on: (attached: boolean) => void): Promise<void> {
    on(true);
  }

  async draw(screen: Screen): Promise<boolean> {
    await this.#work(`draw ${'leftMs' in screen ? screen.leftMs : screen.show}`);
    return true;
  }

  tick({ leftMs }: Extract<Screen, { show: 'scan' }>): Promise<void> {
    return this.#work(`tick ${leftMs}`);
  }

  async test() {
    return ok([]);
  }

  async stop(): Promise<void> {}

  /** What it is busy with is done. */
  async done(): Promise<void> {
    this.#waiting.shift()?.();
    await settled();
  }

  #work(what: string): Promise<void> {
    this.drawn.push(what);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

it('takes the code away also when its life ends while a slow screen is still busy with it', async () => {
  for (const busyWith of ['draw', 'tick'] as const) {
    const surface = new SlowSurface();
    const timers = new FakeTime();
    const display = new ScreenDisplay(surface, { clock: timers, timers });
    await display.start();
    void display.show({ ...SCREENS.scan, leftMs: 1_500 });
    await settled();
    if (busyWith === 'tick') {
      await surface.done();
      await timers.pass(500);
      expect(surface.drawn).toEqual(['draw 1500', 'tick 1000']);
    }
    await timers.pass(2_000);
    await surface.done();
    expect(surface.drawn.at(-1)).toBe('draw 0');
    await surface.done();
    await timers.pass(10_000);
    expect(surface.drawn.at(-1)).toBe('draw 0');
  }
});
