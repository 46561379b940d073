import type { Fault } from '../base/fault.js';
import type { Result } from '../base/result.js';

/** Reads the payload out of a downloaded picture. */
export interface QrReader {
  /** @returns the text of the one QR in the picture, or E45x: no picture, too large, no QR in it. */
  read(bytes: Uint8Array, contentType: string): Promise<Result<string, Fault>>;
  /** @returns what keeps it from reading pictures, if anything does */
  check?(): Promise<Fault | undefined>;
  /** A picture is about to come. */
  prepare?(): void;
  stop?(): Promise<void>;
}
