/** Two clocks: one for people, one for waiting. */
export interface Clock {
  /** Milliseconds since 1970. May jump by years when a Pi first hears of NTP. Never use it to wait. */
  wallMs(): number;
  /** Milliseconds since some point before boot of this process; only goes forward. */
  monoMs(): number;
}

export interface Timers {
  /** Runs `run` once after `ms` milliseconds (0 to 2^31-1) unless the returned function is called before. */
  after(ms: number, run: () => void): () => void;
}

export interface Random {
  bytes(count: number): Uint8Array;
  /** 0 up to but not including 1. */
  fraction(): number;
}
