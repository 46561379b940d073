/** What a register's line carries. */
export interface RegisterLine {
  /** The questions whose answers are on it, or wait for it. */
  readonly frames: string[];
  /** The newest answer that says how a sale ended: when it was put on the line, and whether it may have been lost there. */
  newest?: { readonly orderId: string; readonly atMs: number; unread: boolean };
  /** Why it is away; '' where it is there. */
  away?: string;
}
