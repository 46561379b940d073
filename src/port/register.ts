import type { RegisterProgress, RegisterQuestion, RegisterResult } from '../base/register-messages.js';

export type RegisterEvent =
  /** `judged`: its door has seen that whoever asks may. */
  | {
      readonly kind: 'asked';
      readonly question: RegisterQuestion;
      readonly frame: Uint8Array;
      readonly judged?: boolean;
    }
  | { readonly kind: 'present' }
  /** `unread`: what was written may never have come to its other end. */
  | { readonly kind: 'gone'; readonly why: string; readonly unread?: true };

/**
 * What became of an answer on the wire. `silent`: sent whole (and sent again) on a line that has held since the question,
 * and not acknowledged. `assumed`: the same, where the protocol acknowledges no such answer. `gone`: the line fell before it
 * was out, or before anybody could acknowledge it. `unheard`: it was sent whole, and the register did not get it, or the line
 * had fallen since the question. `rejected`: the register answered that it did not take it. `partly`: it took it, and handed
 * over a part of the goods.
 */
export type SendOutcome = 'acknowledged' | 'assumed' | 'silent' | 'unheard' | 'rejected' | 'partly' | 'gone';

/** A driver: link control (ACK, NAK, resends, inter-byte time-outs) is its own; sales are not. */
export interface Register {
  /** The journal knows the register by it: a new cable or port must not change it. */
  readonly name: string;
  /** Other machines than this one can call, and nothing proves who they are: no money goes back at their request. */
  readonly fromAfar?: boolean;
  /** Programs ask, and may ask every second: what was told of a state that passes is told anew, and not written down. */
  readonly polls?: boolean;
  /** Whether a program is there that shows the QR of its sales itself; absent where none does. */
  readonly shows?: () => boolean;
  /** Registers of its protocol are known that never acknowledge anything. */
  readonly mayNeverAcknowledge?: boolean;
  start(on: (event: RegisterEvent) => void): void;
  /** Pure: the same question and result give the same bytes. Journalled before it is sent (law 7). */
  encode(frame: Uint8Array, result: RegisterResult): Uint8Array;
  /**
   * One write of the whole frame. At most one send is under way; a newer one waits for it.
   * @param frame the question's, as it was asked
   */
  send(answer: Uint8Array, frame: Uint8Array): Promise<SendOutcome>;
  /**
   * After an answer was acknowledged or not taken, and that is on disk. Who says so may hear only then that it counts.
   * @param counts whether the sale is delivered, or is not, as they say: it may have been given back meanwhile
   */
  heard?(answer: Uint8Array, counts: boolean): void;
  /** Where the protocol has a message for it. Never throws; what cannot be sent is dropped. */
  progress?(told: RegisterProgress): void;
  stop(): Promise<void>;
}
