/**
 * What the kernel's GPIO character device is asked, in its second version (linux/gpio.h, since 5.10). The structures
 * have the same layout on 32 and 64 bits; all numbers in the byte order of the machine, which is little-endian on every
 * processor that we run on.
 */

/** `_IOWR(0xB4, 0x07, struct gpio_v2_line_request)`. */
export const GET_LINE = 0xc250b407;
/** `_IOWR(0xB4, 0x0F, struct gpio_v2_line_values)`. */
export const SET_VALUES = 0xc010b40f;

const REQUEST_BYTES = 592;
const CONSUMER_AT = 256;
const FLAGS_AT = 288;
const ATTRIBUTES_AT = 296;
const FIRST_ATTRIBUTE_AT = 320;
const LINES_AT = 560;
const FD_AT = 588;

const ACTIVE_LOW = 0x02n;
const OUTPUT = 0x08n;
/** The attribute that carries the first levels. */
const OUTPUT_VALUES = 2;

/** Asks for one line as an output that is idle (inactive) from the first moment. */
export function lineRequest(line: number, activeLow: boolean, consumer: string): Buffer {
  const bytes = Buffer.alloc(REQUEST_BYTES);
  bytes.writeUInt32LE(line, 0);
  bytes.write(consumer, CONSUMER_AT, 31, 'latin1');
  bytes.writeBigUInt64LE(OUTPUT | (activeLow ? ACTIVE_LOW : 0n), FLAGS_AT);
  bytes.writeUInt32LE(1, ATTRIBUTES_AT);
  bytes.writeUInt32LE(OUTPUT_VALUES, FIRST_ATTRIBUTE_AT);
  // The value is 0 = inactive; the mask says that it is meant for the first line.
  bytes.writeBigUInt64LE(1n, FIRST_ATTRIBUTE_AT + 16);
  bytes.writeUInt32LE(1, LINES_AT);
  return bytes;
}

/** The file that stands for the line, once the kernel has filled the request in. */
export function lineFile(request: Buffer): number {
  return request.readInt32LE(FD_AT);
}

export function lineValue(active: boolean): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(active ? 1n : 0n, 0);
  bytes.writeBigUInt64LE(1n, 8);
  return bytes;
}
