/**
 * What differs between the members of the fixed-length frame family: STX, a length in two bytes of packed BCD, a
 * payload of a fixed size, ETX and an XOR checksum. Other members have other numbers here, and the same engine.
 */
export interface FrameProfile {
  /** Bytes of payload in a question and in an answer. */
  readonly questionLength: number;
  readonly answerLength: number;
  /** Index in the frame of the first byte under the checksum: 1 leaves STX out, 0 takes it in. It ends with ETX. */
  readonly checksumFrom: 0 | 1;
  /** What the amount field counts for one rupiah: 100 when its last two digits are cents, which must be "00". */
  readonly amountScale: 1 | 100;
}

/** Questions of 150 bytes, answers of 200, checksum without STX, amounts with two decimals. */
export const FRAME_150_200: FrameProfile = {
  questionLength: 150,
  answerLength: 200,
  checksumFrom: 1,
  amountScale: 100,
};
