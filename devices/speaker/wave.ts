import { err, ok, type Result } from '../../src/base/result.js';

/** Samples a second of everything here, as espeak-ng makes them. One channel, 16 bits, little-endian. */
export const RATE = 22_050;

const HEADER_BYTES = 44;
const PCM = 1;

/** A whole WAV file: RIFF header, `fmt ` of 16 bytes, `data`. */
export function waveOf(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const name = (at: number, text: string): void => bytes.set(Buffer.from(text, 'latin1'), at);
  name(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  name(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, 2 * RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  name(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  for (const [at, sample] of samples.entries()) view.setInt16(HEADER_BYTES + 2 * at, sample, true);
  return bytes;
}

/**
 * The samples of a WAV file. A length beyond the end of the file is what a program writes that did not know it yet
 * (espeak-ng to a pipe says 2 GB): what is there counts.
 * @returns or why it cannot be used, in words
 */
export function samplesOf(bytes: Uint8Array): Result<Int16Array, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = (at: number): string => Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
  if (bytes.length < 12 || name(0) !== 'RIFF' || name(8) !== 'WAVE') return err('no WAV file');
  let fit = false;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    const body = at + 8;
    if (name(at) === 'fmt ') {
      if (length < 16 || body + 16 > bytes.length) return err('a damaged WAV header');
      const words = unfit(view, body);
      if (words !== undefined) return err(words);
      fit = true;
    } else if (name(at) === 'data') {
      if (!fit) return err('a WAV file whose data come before their format');
      return ok(readSamples(view, body, Math.min(length, bytes.length - body)));
    }
    // Each chunk is filled up to an even length.
    at = body + length + (length % 2);
  }
  return err('a WAV file without data');
}

function unfit(view: DataView, at: number): string | undefined {
  const [format, channels, rate] = [
    view.getUint16(at, true),
    view.getUint16(at + 2, true),
    view.getUint32(at + 4, true),
  ];
  const bits = view.getUint16(at + 14, true);
  if (format === PCM && channels === 1 && rate === RATE && bits === 16) return undefined;
  return `format ${format}, ${channels} channels, ${rate} Hz, ${bits} bits in place of format 1, 1 channel, ${RATE} Hz, 16 bits`;
}

function readSamples(view: DataView, at: number, length: number): Int16Array {
  const samples = new Int16Array(Math.floor(length / 2));
  for (let n = 0; n < samples.length; n += 1) samples[n] = view.getInt16(at + 2 * n, true);
  return samples;
}

/** One after the other, without a gap. */
export function join(parts: readonly Int16Array[]): Int16Array {
  const joined = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function silence(ms: number): Int16Array {
  return new Int16Array(Math.round((ms * RATE) / 1000));
}

export function soundMs(samples: Int16Array): number {
  return Math.ceil((samples.length * 1000) / RATE);
}

/** The largest that a sample of 16 bits can be without its negative being out of range. */
const FULL = 32_767;

/**
 * Scaled so that the loudest sample is `percent` of what 16 bits can hold: nothing is cut off, and recordings of
 * different loudness come out alike.
 * @param percent 0 to 100
 */
export function toLoudness(samples: Int16Array, percent: number): Int16Array {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  if (peak === 0) return samples;
  const factor = (FULL * percent) / 100 / peak;
  return samples.map((sample) => Math.round(sample * factor));
}
