import type { Announcement } from '../base/announcement.js';
import type { Fault } from '../base/fault.js';

export type SpeakOutcome =
  | { readonly kind: 'said' }
  /** At this hour its volume is 0. */
  | { readonly kind: 'quiet' }
  /** No card, nothing to speak with, too late: each a fault of its own. A part of it may have been heard. */
  | { readonly kind: 'unsaid'; readonly fault: Fault };

/** A loudspeaker. What it says is a comfort: nothing waits for it, and no sale hangs on it. */
export interface Speaker {
  readonly name: string;
  /**
   * Looks whether it could speak, without a sound, and again now and then while it could not.
   * @param on each change: undefined where it can speak
   */
  start(on: (fault: Fault | undefined) => void): void;
  /** After what is waiting already. Never throws for what the card does. */
  say(announcement: Announcement): Promise<SpeakOutcome>;
  /** Cuts off what is being said, and forgets what waits. */
  stop(): Promise<void>;
}
