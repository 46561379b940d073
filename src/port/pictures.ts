/** Pictures of the shop's own, made small once, for the screens. */
export interface Pictures {
  /** Makes these ready, in the background, and forgets all others. Never throws. */
  prepare(paths: readonly string[]): void;
  /** As displays find it; undefined while it is not ready, and where it cannot be used. */
  nameOf(path: string): string | undefined;
  /** @param changed one more is ready */
  start(changed: () => void): void;
  stop(): Promise<void>;
}
