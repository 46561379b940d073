import type { Words } from '../../base/screen.js';

/** One fault: its number, what a customer or cashier reads, where it comes from, and what a technician does about it. */
export interface FaultRow<Number extends number = number> {
  /** 100 to 999, and never another: the same on slip, screen, log, to registers, and in the pages. */
  readonly number: Number;
  /** The sentence for a customer or cashier. */
  readonly says: Words;
  readonly cause: Words;
  readonly remedy: Words;
}

/** Faults by name. */
export type FaultBlock = Readonly<Record<string, FaultRow>>;

/** The numbers of a block. */
export type NumberOf<Block extends FaultBlock> = Block[keyof Block]['number'];

/** A row as it is written: six sentences, Indonesian and English of each below one another. */
export function row<const N extends number>(
  number: N,
  texts: Readonly<Record<`${'says' | 'cause' | 'remedy'}${'Id' | 'En'}`, string>>,
): FaultRow<N> {
  return {
    number,
    says: { id: texts.saysId, en: texts.saysEn },
    cause: { id: texts.causeId, en: texts.causeEn },
    remedy: { id: texts.remedyId, en: texts.remedyEn },
  };
}
