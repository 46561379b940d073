import type { Right } from '../../src/base/register-messages.js';
import type { LineLoss } from './line.js';

/** One of those who may be on a line at the same time. */
export interface Caller {
  /** For the log: an address, or the path of a device. */
  readonly name: string;
  /** Whether it is always the same machine, at the other end of a cable. */
  readonly cable: boolean;
  /** Whose names its requests have, where it does not say: `@` and its address. Absent for a cable and this machine. */
  readonly till?: string;
  /** Its name is proved by a token: it says no other, sees no other's sales, and may do these things only. */
  readonly program?: { readonly name: string; readonly rights: readonly Right[] };
  /** Each of its requests brings its own connection: it hears every event, and an answer only while a request waits for it. */
  readonly visits?: true;
  /** Whether it is there, of one that is not connected all the time. */
  readonly there?: () => boolean;
  /**
   * Hands over all bytes in one write.
   * @returns true once they have left the process; false when this caller is gone, or took longer than its limit.
   */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Its ack counted, and that is on disk. */
  acked?(names: { readonly ref?: string; readonly till?: string }): void;
  /** Hangs up. A cable has nothing to hang up. */
  end(why: string): void;
}

export type CallersEvent =
  | { readonly kind: 'open'; readonly caller: Caller }
  | { readonly kind: 'bytes'; readonly caller: Caller; readonly bytes: Uint8Array }
  /** One whole message of a caller whose messages are bounded and paced where they come in. */
  | { readonly kind: 'message'; readonly caller: Caller; readonly text: string }
  | { readonly kind: 'closed'; readonly caller: Caller; readonly cause: LineLoss; readonly why: string }
  /** No caller is there, and this is why. */
  | { readonly kind: 'absent'; readonly cause: LineLoss; readonly why: string };

/** Where several can call at once. Comes back by itself until `stop`. */
export interface Callers {
  readonly name: string;
  /** Events come one at a time and never from within `start` or a caller's `write`. */
  start(on: (event: CallersEvent) => void): void;
  /** Hangs up on everybody. No event comes after the promise has settled. */
  stop(): Promise<void>;
}
