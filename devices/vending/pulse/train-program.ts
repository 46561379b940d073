import { closeSync, openSync } from 'node:fs';
import { messageOf } from '../../../src/base/fault.js';
import { levelsOf, type PulseLine, type Train } from './tools.js';

/** What a train needs of the system. A level is held until `sleep` returns. */
export interface Gpio {
  /** Takes the line as an output, idle. @throws when nothing has been driven */
  take(where: PulseLine): { set(active: boolean): void; release(): void };
  sleep(ms: number): void;
  nowMs(): number;
}

/** Nothing has left: the line was never ours. */
export const LINE_REFUSED = 3;
/** It was ours, and then something went wrong. */
export const TRAIN_BROKEN = 4;

export interface Emitted {
  readonly code: 0 | typeof LINE_REFUSED | typeof TRAIN_BROKEN;
  readonly words: string;
}

/**
 * The whole train in one go. Each level lasts from its own edge, not by a timetable: a process that was held up makes a
 * pulse longer, never the next one shorter.
 */
export function emit(where: PulseLine, train: Train, gpio: Gpio): Emitted {
  let line: ReturnType<Gpio['take']>;
  try {
    line = gpio.take(where);
  } catch (thrown) {
    return { code: LINE_REFUSED, words: messageOf(thrown) };
  }
  try {
    let longestMs = 0;
    for (const [i, ms] of levelsOf(train).entries()) {
      const begun = gpio.nowMs();
      gpio.sleep(ms);
      if (i % 2 === 1) longestMs = Math.max(longestMs, gpio.nowMs() - begun);
      line.set(i % 2 === 0);
    }
    return { code: 0, words: `${train.pulses} pulses, the longest ${longestMs.toFixed(1)} ms` };
  } catch (thrown) {
    return { code: TRAIN_BROKEN, words: messageOf(thrown) };
  } finally {
    line.release();
  }
}

/** Runs in a process of its own: `chip line activeLow pulses pulseMs gapMs leadMs`. */
export async function main(args: readonly string[]): Promise<void> {
  const [chip = '', ...numbers] = args;
  const [line = 0, activeLow = 0, pulses = 0, pulseMs = 0, gapMs = 0, leadMs = 0] = numbers.map(Number);
  const where = { chip, line, activeLow: activeLow === 1 };
  const gpio = await kernelGpio().catch((error: unknown) => messageOf(error));
  const train = { pulses, pulseMs, gapMs, leadMs };
  const { code, words } =
    typeof gpio === 'string' ? { code: LINE_REFUSED, words: gpio } : emit(where, train, gpio);
  process.exitCode = code;
  (code === 0 ? process.stdout : process.stderr).write(`${words}\n`);
}

export function programArguments(where: PulseLine, train: Train): string[] {
  const { pulses, pulseMs, gapMs, leadMs } = train;
  const numbers = [where.line, where.activeLow ? 1 : 0, pulses, pulseMs, gapMs, leadMs];
  return [where.chip, ...numbers.map(String)];
}

/** The kernel itself, by koffi: Node has no ioctl. */
async function kernelGpio(): Promise<Gpio> {
  const { default: koffi } = await import('koffi');
  const ioctl = koffi.load(null).func('int ioctl(int fd, unsigned long request, ...)');
  const call = (fd: number, request: number, bytes: Buffer, what: string): void => {
    const returned: unknown = ioctl(fd, request, 'void *', bytes);
    if (returned !== 0) throw new Error(`${what}: errno ${koffi.errno()}`);
  };
  const bell = new Int32Array(new SharedArrayBuffer(4));
  return {
    take: (where) => {
      const chip = openSync(where.chip.startsWith('/') ? where.chip : `/dev/${where.chip}`, 'r+');
      const request = lineRequest(where.line, where.activeLow, 'gopay-pos');
      try {
        call(chip, GET_LINE, request, `line ${where.line} of ${where.chip} was not given`);
      } finally {
        closeSync(chip);
      }
      // The kernel has filled the request in.
      const line = request.readInt32LE(FD_AT);
      if (line <= 0) throw new Error('the kernel gave no file for the line');
      return {
        set: (active) => call(line, SET_VALUES, lineValue(active), 'the level could not be set'),
        release: () => closeSync(line),
      };
    },
    // Nothing notifies: it is the time-out that counts, to a fraction of a millisecond.
    sleep: (ms) => void Atomics.wait(bell, 0, 0, ms),
    nowMs: () => performance.now(),
  };
}

/**
 * What the kernel's GPIO character device is asked, in its second version (linux/gpio.h, since 5.10). The structures
 * have the same layout on 32 and 64 bits; all numbers in the byte order of the machine, which is little-endian on every
 * processor that we run on.
 */

/** `_IOWR(0xB4, 0x07, struct gpio_v2_line_request)`. */
const GET_LINE = 0xc250b407;
/** `_IOWR(0xB4, 0x0F, struct gpio_v2_line_values)`. */
const SET_VALUES = 0xc010b40f;

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
function lineRequest(line: number, activeLow: boolean, consumer: string): Buffer {
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

function lineValue(active: boolean): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(active ? 1n : 0n, 0);
  bytes.writeBigUInt64LE(1n, 8);
  return bytes;
}
