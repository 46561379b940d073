import type { RegisterSale, RegisterShift } from '../../../src/base/register-messages.js';
import type { ValuesOf } from '../../../src/settings/schema.js';
import type { ANSWER_IDS } from '../settings.js';

/** Where a frame ends: at the length that it announces, or at the first ETX, because all before it is printable. */
export type Framing =
  | { readonly by: 'length'; readonly questionLength: number; readonly answerLength: number }
  | { readonly by: 'etx'; readonly longestPayload: number };

/** What a type of question asks for, in words that a technician can use in the settings. */
export type TypeMeaning = 'sale' | 'inquiry' | 'refund' | 'reprint' | 'settlement' | 'totals' | 'echo';

export interface FrameType {
  /** For the log. */
  readonly name: string;
  /** Absent: well known, and nothing that we do. */
  readonly means?: TypeMeaning;
}

/** The fields of a question that we look at, whatever the profile. */
export interface Question {
  /** One binary byte where the frame has one, otherwise 0. Echoed in the answer. */
  readonly version: number;
  /** Two characters: the key in {@link FrameProfile.types}. */
  readonly type: string;
  /** As it came; echoed in the answer, because registers compare it with their bill. */
  readonly amount: string;
  readonly otherAmount: string;
  /** Names a sale of before: up to twelve digits, or blank. */
  readonly reference: string;
  /** Names it by the number on its slip: six digits, or blank. */
  readonly invoice: string;
}

/** What an answer says beside its fields. */
export interface Told {
  readonly means: TypeMeaning | undefined;
  readonly sale: RegisterSale | undefined;
  /** The sale where the answer is said in the code that registers take for "yes". */
  readonly paid: RegisterSale | undefined;
  readonly shift: RegisterShift | undefined;
  /** Wall time of what the answer is about, if it has one. */
  readonly atMs: number | undefined;
  readonly code: string;
  /** Indonesian, plain ASCII, for the register's screen where the frame has room for it. */
  readonly text: string;
}

/** What stands in every answer, whatever was asked. */
export interface FrameAnswerOptions extends ValuesOf<typeof ANSWER_IDS> {
  /** Default 1. */
  readonly batch?: number;
  /** Length of the approval code in answers to types 31 and 32 of the 150/200 frame; default 9. Some registers expect 6. */
  readonly qrisApprovalLength?: 9 | 6;
  /** What stands for the card number of a paid GoPay sale; at most 19 characters. */
  readonly maskedPan?: string;
  /** Minutes from UTC to the clock of the shop: 420 (WIB, default), 480 (WITA) or 540 (WIT). */
  readonly zoneMinutes?: number;
}

/** What the log shows of an answer. Fields that the frame does not have are empty. */
export interface AnswerFields {
  readonly amount: string;
  readonly code: string;
  readonly rrn: string;
}

/** What differs between the members of the family: STX, a payload, ETX and an XOR checksum. One engine serves them all. */
export interface FrameProfile {
  readonly framing: Framing;
  /** Index in the frame of the first byte under the checksum: 1 leaves STX out, 0 takes it in. It ends with ETX. */
  readonly checksumFrom: 0 | 1;
  /** What the amount field counts for one rupiah: 100 when its last two digits are cents, which must be "00". */
  readonly amountScale: 1 | 100;
  /** Whether a reference of up to six digits is the number on a slip, and not the end of an RRN. */
  readonly shortIsInvoice: boolean;
  /** `detailed` codes tell one refusal from another; `plain` ones have little more than yes and no. */
  readonly codes: 'detailed' | 'plain';
  /** False: registers acknowledge a yes and nothing else, so that the silence after a refusal says nothing. */
  readonly refusalsAcknowledged: boolean;
  readonly types: Readonly<Record<string, FrameType>>;
  /** Whether a type is a binary byte, here written as two hex digits; otherwise it is two characters. */
  readonly hexTypes: boolean;
  typeOf(payload: Uint8Array): string;
  read(payload: Uint8Array, means: TypeMeaning | undefined): Question;
  /** Pure: nothing but its arguments decides a byte. */
  compose(question: Question, told: Told, options: FrameAnswerOptions): Uint8Array;
  answerFields(payload: Uint8Array): AnswerFields;
}
