/**
 * What the relay sends when Midtrans notified it. A doorbell, never proof (law 3): `says` only tells how long to keep
 * asking the gateway while its status lags behind.
 */
export interface Notice {
  /** For logs, and for terminals that know no {@link said}: they drop what they have seen. */
  readonly id: string;
  /** UTC ISO time of the relay. */
  readonly at: string;
  /** UTC ISO time; an older notice is dropped and logged. Judged by the relay's own `at`, not by our wall clock. */
  readonly expiresAt: string;
  readonly orderId: string;
  /** `transaction_status` of the notification. A hint. */
  readonly says: string;
  /**
   * Names what the notification said (what was signed, status, refunds): two with one name say the same. Letters and digits.
   * Relays of before this have none.
   */
  readonly said?: string;
}

/** What a notice is known again by: one that says the same about the same order is the same, however often it was sent. */
export function noticeKey({ id, orderId, said }: Notice): string {
  return said === undefined ? id : `${orderId} ${said}`;
}
