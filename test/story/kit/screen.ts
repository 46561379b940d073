import type { Fault } from '../../../src/base/fault.js';
import { ok, type Result } from '../../../src/base/result.js';
import type { Screen } from '../../../src/base/screen.js';
import type { Display } from '../../../src/port/display.js';

/** A screen on the wall that somebody watches: remembers what it showed, and can be unplugged. */
export class WallScreen implements Display {
  readonly name: string;
  readonly canShowQr: boolean;
  readonly shown: Screen[] = [];
  #attached = true;
  readonly #listeners: ((attached: boolean) => void)[] = [];

  constructor({ name = 'wall screen', canShowQr = true } = {}) {
    this.name = name;
    this.canShowQr = canShowQr;
  }

  get now(): Screen | undefined {
    return this.shown.at(-1);
  }

  async show(screen: Screen): Promise<boolean> {
    if (this.#attached) this.shown.push(screen);
    return this.#attached;
  }

  async test(): Promise<Result<readonly string[], Fault>> {
    return ok([`${this.name}: test page`]);
  }

  attached(): boolean {
    return this.#attached;
  }

  onAttached(listener: (attached: boolean) => void): void {
    this.#listeners.push(listener);
  }

  plug(attached: boolean): void {
    this.#attached = attached;
    for (const listener of this.#listeners) listener(attached);
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}
}
