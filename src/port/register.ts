import type { RegisterQuestion, RegisterResult } from '../base/register-words.js';

export type RegisterEvent =
  | { readonly kind: 'asked'; readonly question: RegisterQuestion; readonly frame: Uint8Array }
  | { readonly kind: 'present' }
  | { readonly kind: 'gone'; readonly why: string };

/** What became of an answer on the wire. `silent`: sent (and sent again) and not acknowledged. */
export type SendOutcome = 'acknowledged' | 'silent' | 'gone';

/** A driver: link control (ACK, NAK, resends, inter-byte time-outs) is its own; sales are not. */
export interface Register {
  readonly name: string;
  start(on: (event: RegisterEvent) => void): void;
  /** Pure: the same question and result give the same bytes. Journalled before it is sent (law 7). */
  encode(frame: Uint8Array, result: RegisterResult): Uint8Array;
  /** One write of the whole frame. At most one send is under way; a newer one waits for it. */
  send(answer: Uint8Array): Promise<SendOutcome>;
  stop(): Promise<void>;
}
