/** The fields of an answer that a register looks at. */
export interface JsonAnswer {
  readonly msg: string;
  readonly op: string;
  readonly code: string;
  readonly ref?: string;
  readonly id?: string;
  /** What was wrong with a line that was no request. */
  readonly field?: string;
  readonly why?: string;
  readonly sale?: { readonly rrn: string; readonly order_id: string };
  readonly shift?: { readonly number: number; readonly settled: { readonly sum: number } };
}

export function readJson(text: string): JsonAnswer | undefined {
  const answer = JSON.parse(text) as JsonAnswer;
  return typeof answer.msg === 'string' ? answer : undefined;
}

/** In the codes of the fixed frame, by which the laws know an answer. */
const CODES: Readonly<Record<string, string>> = {
  approved: '00',
  cancelled: 'S2',
  expired: 'S4',
  denied: 'P3',
};

/** That a refund or a cancelling was not done says nothing of the sale. */
export function codeOf({ op, code }: JsonAnswer): string {
  return op === 'charge' || op === 'status' ? (CODES[code] ?? code) : code;
}
