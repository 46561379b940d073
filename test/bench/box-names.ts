export function boxIds(many: number): string[] {
  return Array.from({ length: many }, (_, at) => `BOX${at}`);
}

/** A token of its own for each, as the relay demands. */
export function passwordOf(id: string): string {
  return `a-token-of-the-box-${id}`;
}
