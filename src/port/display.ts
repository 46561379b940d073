import type { Screen } from '../base/screen.js';

export interface Display {
  readonly name: string;
  /**
   * Shows `screen` in place of the one before.
   * @returns true once somebody's screen has confirmed it; false when none did within the display's own bound (at
   * most 3 s), or when a newer screen took its place first. Never throws.
   */
  show(screen: Screen): Promise<boolean>;
  /** Whether a screen is attached right now. */
  attached(): boolean;
  /** Called at each change of `attached`. */
  onAttached(listener: (attached: boolean) => void): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}
