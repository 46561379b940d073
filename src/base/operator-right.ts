/** What `may` of an [[operator]] can hold: none of it moves money, opens or ends a sale, or runs a program of the machine. */
export const OPERATOR_RIGHTS = [
  'status',
  'doctor',
  'bundle',
  'why',
  'sales',
  'say',
  'reprint',
  'sold-out',
  'maintenance',
  'reload',
  'restart',
  'config',
] as const;

export type OperatorRight = (typeof OPERATOR_RIGHTS)[number];
