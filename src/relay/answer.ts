/** What the relay answers to one HTTP request. */
export interface RelayAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the access log: what happened, and to which order. */
  readonly note: string;
  /** A client that knows the address can have this answer as often as it likes: its lines in the log are bounded. */
  readonly anybody?: true;
}

/**
 * An error of the relay's own in the shape of Midtrans' errors, so that the terminal's client needs no second reading.
 * @param status HTTP status and `status_code` alike. Never 404: the terminal would read "no such transaction".
 */
export function apiError(status: number, code: number, message: string, note: string): RelayAnswer {
  return {
    status,
    contentType: 'application/json',
    body: JSON.stringify({ status_code: String(status), status_message: `E${code} ${message}` }),
    note: `E${code} ${note}`,
  };
}

/** A short JSON answer for a client that is no terminal. Without `status_code`: it must not be read as Midtrans' status. */
export function plainAnswer(status: number, message: string, note: string): RelayAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify({ message }), note };
}

export function toAnybody(answer: RelayAnswer): RelayAnswer {
  return { ...answer, anybody: true };
}
