const LARGEST_BYTES = 10_000_000;
const PNG = '89504e470d0a1a0a';
const JPEG = 'ffd8ff';

/**
 * Why a file is no picture that is used, as far as can be told before anything unpacks it.
 * @param begins its first eight bytes, in hex
 */
export function pictureTrouble(size: number, begins: string): string | undefined {
  if (size > LARGEST_BYTES) return `too large: ${size} bytes, and at most ${LARGEST_BYTES} are allowed`;
  return begins === PNG || begins.startsWith(JPEG)
    ? undefined
    : 'neither PNG nor JPEG, whatever its name says';
}
