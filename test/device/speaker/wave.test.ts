import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { chime } from '../../../devices/speaker/chime.js';
import { volumeAt } from '../../../devices/speaker/settings.js';
import {
  join,
  RATE,
  samplesOf,
  silence,
  soundMs,
  toLoudness,
  waveOf,
} from '../../../devices/speaker/wave.js';
import { readWave } from '../../kit/sound/sounds.js';

const folder = mkdtempSync(joinPath(tmpdir(), 'wave-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function peakOf(samples: Int16Array): number {
  return samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
}

it("writes WAV files that Python's own module reads", () => {
  const samples = Int16Array.from([0, 1, -1, 32_767, -32_768, 258]);
  const path = joinPath(folder, 'six.wav');
  writeFileSync(path, waveOf(samples));
  expect(readWave(path)).toEqual({ channels: 1, bytes: 2, rate: 22_050, frames: 6, samples: [...samples] });
  // By the published layout of the header, byte for byte.
  expect(Buffer.from(waveOf(Int16Array.from([258]))).toString('hex')).toBe(
    '524946462600000057415645666d7420100000000100010022560000' + '44ac00000200100064617461020000000201',
  );
});

it('reads what it wrote, whatever follows or is missing at the end', () => {
  const sounds = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 50 });
  fc.assert(
    fc.property(sounds, fc.nat(110), (list, cut) => {
      const whole = waveOf(Int16Array.from(list));
      expect(samplesOf(whole)).toEqual({ ok: true, value: Int16Array.from(list) });
      const part = samplesOf(whole.slice(0, Math.max(0, whole.length - cut)));
      if (part.ok) expect([...part.value]).toEqual(list.slice(0, part.value.length));
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void samplesOf(bytes)));
});

it('reads files of other programs: further chunks, a length that was not known, an odd byte at the end', () => {
  const data = Buffer.from(waveOf(Int16Array.from([7, 8, 9])));
  const list = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
  const more = Buffer.concat([data.subarray(0, 36), list, data.subarray(36)]);
  expect(samplesOf(more)).toEqual({ ok: true, value: Int16Array.from([7, 8, 9]) });
  const piped = Buffer.concat([data, Buffer.from([1])]);
  piped.writeUInt32LE(0x7ffff000, 40);
  expect(samplesOf(piped)).toEqual({ ok: true, value: Int16Array.from([7, 8, 9]) });
});

it('says in words what it cannot use', () => {
  const wave = Buffer.from(waveOf(Int16Array.from([1])));
  const changed = (at: number, byte: number): Buffer => {
    const copy = Buffer.from(wave);
    copy[at] = byte;
    return copy;
  };
  expect(samplesOf(Buffer.from('ID3 something else'))).toEqual({ ok: false, error: 'no WAV file' });
  expect(samplesOf(changed(22, 2))).toMatchObject({ error: expect.stringContaining('2 channels') });
  expect(samplesOf(changed(24, 0))).toMatchObject({ error: expect.stringContaining('Hz') });
  expect(samplesOf(changed(34, 8))).toMatchObject({ error: expect.stringContaining('8 bits') });
  expect(samplesOf(changed(20, 3))).toMatchObject({ error: expect.stringContaining('format 3') });
  expect(samplesOf(wave.subarray(0, 36))).toEqual({ ok: false, error: 'a WAV file without data' });
});

it('is as loud as asked, and never cut off', () => {
  const list = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(list, fc.nat(100), (samples, percent) => {
      const heard = toLoudness(Int16Array.from(samples), percent);
      const quiet = samples.every((sample) => sample === 0);
      // A half is rounded up, below zero as well.
      expect(Math.abs(peakOf(heard) - (quiet ? 0 : 327.67 * percent))).toBeLessThanOrEqual(0.5);
      // Nothing has wrapped round: what was positive stays so.
      for (const [at, sample] of samples.entries())
        expect((heard[at] ?? 0) * sample).toBeGreaterThanOrEqual(0);
    }),
  );
});

it('chimes for less than a second, below the voice, and without a click at either end', () => {
  const bell = chime();
  expect(soundMs(bell)).toBe(560);
  expect(peakOf(bell)).toBeGreaterThan(15_000);
  expect(peakOf(bell)).toBeLessThan(20_000);
  expect(Math.abs(bell[0] ?? 1)).toBe(0);
  const jumps = Array.from(bell.slice(1), (sample, at) => Math.abs(sample - (bell[at] ?? 0)));
  expect(Math.max(...jumps)).toBeLessThan(4_000);
  expect(chime()).toEqual(bell);
});

it('joins sounds without a gap', () => {
  const joined = join([Int16Array.from([1, 2]), silence(1), Int16Array.from([3])]);
  expect([...joined]).toEqual([1, 2, ...new Array<number>(Math.round(RATE / 1_000)).fill(0), 3]);
});

it('knows the volume of the hour', () => {
  const night = { from: 22 * 60, until: 6 * 60, volume: 30 };
  const noon = { from: 12 * 60, until: 13 * 60, volume: 0 };
  const at = (hour: number, minute: number): number => volumeAt(hour * 60 + minute, 80, [night, noon]);
  expect([at(21, 59), at(22, 0), at(23, 59), at(0, 0), at(5, 59), at(6, 0)]).toEqual([
    80, 30, 30, 30, 30, 80,
  ]);
  expect([at(11, 59), at(12, 0), at(12, 59), at(13, 0)]).toEqual([80, 0, 0, 80]);
  const always = { from: 60, until: 60, volume: 5 };
  expect([0, 60, 1_439].map((minute) => volumeAt(minute, 80, [always]))).toEqual([5, 5, 5]);
});
