import { closeSync, openSync } from 'node:fs';
import { messageOf } from '../../../src/base/fault.js';
import { GET_LINE, lineFile, lineRequest, lineValue, SET_VALUES } from './line-request.js';
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
      const line = lineFile(request);
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
