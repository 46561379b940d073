import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Voice } from '../../../devices/speaker/voice.js';
import { soundMs, waveOf } from '../../../devices/speaker/wave.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { Language } from '../../../src/core/text/spelled-number.js';
import { spoken } from '../../../src/core/text/spoken.js';
import { KeptLog } from '../../kit/kept-log.js';
import { realTimers } from '../../kit/pty/until.js';
import { readWave, Sounds } from '../../kit/sound/sounds.js';
import { vocabulary } from '../../kit/sound/vocabulary.js';

let folder = '';
let log: KeptLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voice-'));
  log = new KeptLog();
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function voice(options: { directory?: string; env?: NodeJS.ProcessEnv } = {}): Voice {
  return new Voice({
    directory: options.directory,
    env: options.env ?? process.env,
    timers: realTimers,
    log,
    signal: new AbortController().signal,
  });
}

function payment(amount: number, language: Language): ReturnType<typeof spoken> {
  return spoken({ say: 'paid', amount: rupiah(amount), again: false }, language);
}

/** A recording of each word: as many samples as its place in the vocabulary, each of that value. */
function record(language: Language): void {
  mkdirSync(join(folder, language));
  for (const [at, word] of vocabulary(language).entries())
    writeFileSync(join(folder, language, `${word}.wav`), waveOf(new Int16Array(at + 1).fill(at + 1)));
}

it('puts the recordings of a person together, with a pause between two breaths', async () => {
  record('id');
  const said = await voice({ directory: folder, env: { PATH: '/nonexistent' } }).speak(
    payment(101_000, 'id'),
    'id',
  );
  if (!said.ok) throw new Error(said.error.detail);
  const words = [...said.value].filter((sample, at, all) => sample !== 0 && sample !== all[at - 1]);
  const heard = words.map((value) => vocabulary('id')[value - 1]);
  expect(heard.join(' ')).toBe('pembayaran diterima seratus satu ribu rupiah');
  expect([...said.value].filter((sample) => sample === 0)).toHaveLength(3_969);
  expect(log.lines).toEqual([]);
});

it('lets espeak-ng speak a sentence of which a recording is missing or unfit, and says so once', async () => {
  record('id');
  rmSync(join(folder, 'id', 'lima.wav'));
  writeFileSync(join(folder, 'id', 'dua.wav'), 'no sound');
  const sounds = new Sounds();
  const speaker = voice({ directory: folder, env: sounds.env });
  for (const amount of [5_000, 5_000, 2_000, 1_000])
    expect(await speaker.speak(payment(amount, 'id'), 'id')).toMatchObject({ ok: true });
  expect(sounds.started('espeak-ng').map(({ args }) => args.at(-1))).toEqual([
    'pembayaran diterima, lima ribu rupiah',
    'pembayaran diterima, lima ribu rupiah',
    'pembayaran diterima, dua ribu rupiah',
  ]);
  expect(log.lines).toEqual([
    expect.stringMatching(/^warn E495 .*lima\.wav.*; espeak-ng speaks instead$/),
    expect.stringMatching(/^warn E495 .*dua\.wav: no WAV file; espeak-ng speaks instead$/),
  ]);
  sounds.remove();
});

it('names both where there is neither a recording nor espeak-ng', async () => {
  const said = await voice({ directory: folder, env: { PATH: '/nonexistent' } }).speak(
    payment(1_000, 'en'),
    'en',
  );
  expect(said).toMatchObject({
    ok: false,
    error: { code: 495, detail: expect.stringMatching(/payment\.wav.*; espeak-ng: spawn espeak-ng ENOENT$/) },
  });
});

for (const language of ['id', 'en'] as const)
  it(`speaks with the real espeak-ng: ${language}`, async () => {
    const said = await voice().speak(payment(15_000, language), language);
    if (!said.ok) throw new Error(said.error.detail);
    const path = join(folder, 'said.wav');
    writeFileSync(path, waveOf(said.value));
    const wave = readWave(path);
    expect(wave).toMatchObject({ channels: 1, bytes: 2, rate: 22_050, frames: said.value.length });
    expect(soundMs(said.value)).toBeGreaterThan(1_000);
    expect(soundMs(said.value)).toBeLessThan(8_000);
    expect(Math.max(...wave.samples)).toBeGreaterThan(5_000);
    // The longest that an amount can be is still one announcement.
    const long = await voice().speak(payment(17_777_777, language), language);
    expect(long.ok && soundMs(long.value)).toBeGreaterThan(soundMs(said.value));
    expect(long.ok && soundMs(long.value)).toBeLessThan(15_000);
  });
