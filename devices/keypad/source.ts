/** Why a keypad is not there. */
export type KeypadLoss = 'absent' | 'denied' | 'unplugged' | 'taken' | 'unusable';

export interface KeySourceHandlers {
  /** Keys can be read. `grabbed` false: they may also go to the console or a window, for the reason in `why`. */
  opened(grabbed: boolean, why?: string): void;
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
