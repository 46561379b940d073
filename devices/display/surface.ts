import type { Fault } from '../../src/base/fault.js';
import type { Result } from '../../src/base/result.js';
import type { Screen } from '../../src/base/screen.js';

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
