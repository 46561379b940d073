import type { Fault } from '../base/fault.js';
import type { Result } from '../base/result.js';
import type { Screen } from '../base/screen.js';

export interface Display {
  readonly name: string;
  /**
   * Whether a customer can scan a QR from it. A pole of two lines cannot: that it took a scan screen says nothing about
   * the QR (law 9).
   */
  readonly canShowQr: boolean;
  /**
   * Shows `screen` in place of the one before.
   * @returns true once a customer's screen has confirmed it; false when none did within the display's own bound (at
   * most 3 s), or when a newer screen took its place first. Never throws.
   */
  show(screen: Screen): Promise<boolean>;
  /**
   * A page for a technician instead, without money: for `forMs`, or until the next `show`. Then what was shown before
   * comes back.
   * @returns what is seen and how it should look, in lines for the technician; or why nothing is seen. Never throws.
   */
  test(forMs: number): Promise<Result<readonly string[], Fault>>;
  /** Whether a screen is attached right now. */
  attached(): boolean;
  /** Called at each change of `attached`. */
  onAttached(listener: (attached: boolean) => void): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}
