/** What one fault number says: to a customer or cashier, and what a technician does. */
export interface FaultRow {
  readonly id: string;
  readonly en: string;
  readonly remedy: string;
}

export type FaultRows = Readonly<Record<number, FaultRow>>;

export function row(en: string, id: string, remedy: string): FaultRow {
  return { en, id, remedy };
}
