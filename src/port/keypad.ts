import type { Key } from '../base/key.js';
import type { Wish } from '../base/wish.js';

export type KeypadEvent =
  | { readonly kind: 'key'; readonly key: Key }
  /** A touch on a face to choose from, at a pad that is a screen as well. */
  | { readonly kind: 'wish'; readonly wish: Wish }
  /** A person wants to hear the last announcement once more. No part of an amount. */
  | { readonly kind: 'again' }
  | { readonly kind: 'present' }
  /** Gone in mid-entry takes its entry with it (law 13). */
  | { readonly kind: 'gone'; readonly why: string };

export interface Keypad {
  readonly name: string;
  /** Opens, and opens again after an unplug, until `stop`. `present` comes when keys can be read. */
  start(on: (event: KeypadEvent) => void): void;
  stop(): Promise<void>;
}
