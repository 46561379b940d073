import type { FramebufferOptions } from '../../../devices/display/framebuffer/framebuffer.js';
import { FramebufferSurface } from '../../../devices/display/framebuffer/framebuffer.js';
import { ScreenDisplay } from '../../../devices/display/screen-display.js';
import { KeptLog } from '../../kit/kept-log.js';
import { FakeFramebuffer, type FakeGeometry } from '../../kit/screens/fake-framebuffer.js';
import { FakeTime } from '../../kit/time.js';

export const SMALL: FakeGeometry = { width: 320, height: 240, bits: 16 };

/** A framebuffer display on a fake one, on a clock that the test turns. */
export class FramebufferRig {
  readonly fb: FakeFramebuffer;
  readonly timers = new FakeTime();
  readonly log = new KeptLog();
  readonly display: ScreenDisplay;
  readonly attached: boolean[] = [];

  constructor(geometry: FakeGeometry, options: Partial<FramebufferOptions> = {}, connector?: string) {
    this.fb = new FakeFramebuffer(geometry);
    const { device, sysfs } = this.fb;
    const { timers, log } = this;
    const surface = new FramebufferSurface({
      place: { device, sysfs, ...(connector === undefined ? {} : { connector }) },
      rotation: 0,
      swapRedBlue: false,
      language: 'both',
      shop: 'Warung Bu Sri',
      timers,
      log,
      ...options,
    });
    this.display = new ScreenDisplay(surface, { clock: timers, timers });
    this.display.onAttached((attached) => this.attached.push(attached));
  }

  /** Turns the clock on, a little at a time, until `holds`: files are looked at in time of their own in between. */
  async turnUntil(what: string, holds: () => boolean): Promise<void> {
    for (let turns = 0; !holds(); turns += 1) {
      if (turns > 2_000) throw new Error(`turned the clock in vain for: ${what}`);
      await this.timers.pass(500);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async end(): Promise<void> {
    await this.display.stop();
    this.fb.remove();
  }
}

export async function withFramebuffer(
  geometry: FakeGeometry,
  options: Partial<FramebufferOptions>,
  run: (rig: FramebufferRig) => Promise<void>,
): Promise<void> {
  const rig = new FramebufferRig(geometry, options);
  try {
    await rig.display.start();
    await run(rig);
  } finally {
    await rig.end();
  }
}
