/** Why a keypad is not there. */
export type KeypadLoss = 'absent' | 'denied' | 'unplugged' | 'taken' | 'unusable';

/** Whether keys come here only, or also go to the console or the window on top. */
export type Grab =
  | { readonly grab: 'held' }
  | { readonly grab: 'off' }
  | { readonly grab: 'failed'; readonly why: string };

export interface KeySourceHandlers {
  /** Keys can be read. */
  opened(grab: Grab): void;
  bytes(bytes: Uint8Array): void;
  /** Once, also when it could not be opened at all. Nothing comes after it. */
  gone(cause: KeypadLoss, why: string): void;
}

/** Where the bytes of an input device come from: the kernel, or a test, or the demo. */
export interface KeySource {
  readonly name: string;
  /**
   * One attempt to open. Handlers are called later, never from within.
   * @returns closes at once, without waiting for a key; no handler is called afterwards.
   */
  open(handlers: KeySourceHandlers): () => void;
}
