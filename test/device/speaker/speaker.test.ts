import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SpeakerSettings } from '../../../devices/speaker/settings.js';
import { AlsaSpeaker } from '../../../devices/speaker/speaker.js';
import type { Fault } from '../../../src/base/fault.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { Zone } from '../../../src/base/time.js';
import type { SpeakOutcome } from '../../../src/port/speaker.js';
import { KeptLog } from '../../kit/kept-log.js';
import { until } from '../../kit/pty/until.js';
import { readWave, Sounds } from '../../kit/sound/sounds.js';
import { FakeTime } from '../../kit/time.js';

/** 12:00 in WIB. */
const NOON = Date.UTC(2026, 10, 25, 5, 0, 0);

let sounds: Sounds;
let timers: FakeTime;
let speakers: AlsaSpeaker[];
const clock = { wall: NOON, mono: 0, wallMs: () => clock.wall, monoMs: () => clock.mono };

beforeEach(() => {
  sounds = new Sounds();
  timers = new FakeTime();
  speakers = [];
  clock.wall = NOON;
  clock.mono = 0;
});

afterEach(async () => {
  await Promise.all(speakers.map((speaker) => speaker.stop()));
  sounds.remove();
});

function speakerOf(settings: Partial<SpeakerSettings> = {}, zone: Zone = 'WIB'): AlsaSpeaker {
  const all = { device: 'plughw:CARD=Device', language: 'id', volume: 100, quiet: [], chime: false } as const;
  const speaker = new AlsaSpeaker(
    { ...all, ...settings },
    { clock, timers, log: new KeptLog(), env: sounds.env, zone },
  );
  speakers.push(speaker);
  return speaker;
}

function pay(speaker: AlsaSpeaker, amount: number): Promise<SpeakOutcome> {
  return speaker.say({ say: 'paid', amount: rupiah(amount), again: false });
}

it('says a payment: one program plays one WAV file, on the card that was named', async () => {
  expect(await pay(speakerOf(), 15_000)).toEqual({ kind: 'said' });
  expect(sounds.texts()).toEqual(['pembayaran diterima, lima belas ribu rupiah']);
  expect(sounds.started('espeak-ng').map(({ args }) => args.slice(0, 2))).toEqual([['-v', 'id']]);
  expect(sounds.started('aplay').map(({ args }) => args)).toEqual([
    ['-q', '-D', 'plughw:CARD=Device', '-t', 'wav', '-'],
  ]);
  const [path = ''] = sounds.files();
  const { samples, ...format } = readWave(path);
  expect(format).toEqual({ channels: 1, bytes: 2, rate: 22_050, frames: 44 });
  expect(samples[0]).toBe(32_767);
});

it('says both languages and the chime in one piece, Indonesian first', async () => {
  expect(await pay(speakerOf({ language: 'both', chime: true }), 500)).toEqual({ kind: 'said' });
  expect(sounds.started('espeak-ng').map(({ args }) => args.at(-1))).toEqual([
    'pembayaran diterima, lima ratus rupiah',
    'payment received, five hundred rupiah',
  ]);
  const [path = '', ...more] = sounds.files();
  expect(more).toEqual([]);
  // 560 ms of chime, two sentences of the fake voice, 350 ms between them.
  expect(readWave(path).frames).toBe(
    Math.round(22_050 * 0.22) * 2 + Math.round(22_050 * 0.12) + 39 + 38 + 7_718,
  );
});

it('says one after the other, in the order in which they came', async () => {
  const speaker = speakerOf();
  await Promise.all([pay(speaker, 1_000), pay(speaker, 2_000), pay(speaker, 3_000)]);
  expect(sounds.texts()).toEqual(
    ['seribu', 'dua ribu', 'tiga ribu'].map((amount) => `pembayaran diterima, ${amount} rupiah`),
  );
});

it('says nothing that has waited half a minute, and lets no more than eight wait', async () => {
  const speaker = speakerOf();
  sounds.trouble('hang');
  const first = pay(speaker, 1_000);
  await until('the first to be played', () => sounds.files().length === 1);
  const waiting = [2, 3, 4, 5, 6, 7, 8, 9].map((thousands) => pay(speaker, thousands * 1_000));
  const fault = { kind: 'temporary', code: 494 };
  expect(await pay(speaker, 10_000)).toMatchObject({ kind: 'unsaid', fault });
  sounds.trouble('');
  clock.mono = 30_001;
  // aplay is given the length of the sound and 10 s more.
  await timers.pass(10_010);
  expect(await first).toMatchObject({
    kind: 'unsaid',
    fault: { ...fault, detail: expect.stringContaining('not done after') },
  });
  for (const outcome of await Promise.all(waiting))
    expect(outcome).toMatchObject({ fault: { ...fault, detail: 'too late to be said: it has waited 30 s' } });
  expect(sounds.files()).toHaveLength(1);
});

it('cuts off what it says when it is stopped, and forgets the rest', async () => {
  const speaker = speakerOf();
  sounds.trouble('hang');
  const said = [pay(speaker, 1_000), pay(speaker, 2_000)];
  await until('the first to be played', () => sounds.files().length === 1);
  const [player] = sounds.started('aplay');
  await speaker.stop();
  for (const outcome of await Promise.all(said))
    expect(outcome).toMatchObject({ kind: 'unsaid', fault: { code: 412 } });
  expect(() => process.kill(player?.pid ?? 0, 0)).toThrow('ESRCH');
  expect(sounds.files()).toHaveLength(1);
  expect(await pay(speaker, 3_000)).toMatchObject({ fault: { code: 412 } });
  expect(timers.waiting()).toEqual([]);
});

it('is as loud as the hour allows, and silent at volume 0', async () => {
  const speaker = speakerOf({
    volume: 80,
    quiet: [
      { from: 22 * 60, until: 6 * 60, volume: 30 },
      { from: 6 * 60, until: 7 * 60, volume: 0 },
    ],
  });
  await pay(speaker, 1_000);
  clock.wall = NOON + 10 * 3_600_000;
  await pay(speaker, 1_000);
  clock.wall = NOON + 18 * 3_600_000 - 1;
  await pay(speaker, 1_000);
  clock.wall += 1;
  expect(await pay(speaker, 1_000)).toEqual({ kind: 'quiet' });
  clock.wall += 3_600_000;
  await pay(speaker, 1_000);
  expect(sounds.heard().map(({ peak }) => peak)).toEqual([26_214, 9_830, 9_830, 26_214]);
});

it("means hours by the shop's clocks", async () => {
  const quiet = [{ from: 22 * 60, until: 6 * 60, volume: 0 }];
  clock.wall = NOON + 9 * 3_600_000;
  expect(await pay(speakerOf({ quiet }), 1_000)).toEqual({ kind: 'said' });
  expect(await pay(speakerOf({ quiet }, 'WITA'), 1_000)).toEqual({ kind: 'quiet' });
});

function told(speaker: AlsaSpeaker): (number | undefined)[] {
  const codes: (number | undefined)[] = [];
  speaker.start((fault: Fault | undefined) => codes.push(fault?.code));
  return codes;
}

it('tries its voice and its card at the start, without a sound', async () => {
  const codes = told(speakerOf());
  await until('its word', () => codes.length === 1);
  expect(codes).toEqual([undefined]);
  const [path = ''] = sounds.files();
  expect(readWave(path).samples.every((sample) => sample === 0)).toBe(true);
  expect(sounds.texts()).toEqual([]);
});

it('says by number that the card is not there, once, and that it is back, by itself', async () => {
  sounds.trouble('absent');
  const speaker = speakerOf();
  const codes = told(speaker);
  await until('its word', () => codes.length === 1);
  expect(await pay(speaker, 1_000)).toEqual({
    kind: 'unsaid',
    fault: {
      kind: 'temporary',
      code: 492,
      detail: 'aplay: main:831: audio open error: No such file or directory',
    },
  });
  expect(codes).toEqual([492]);
  sounds.trouble('');
  await timers.pass(60_000);
  await until('its return', () => codes.length === 2);
  expect(codes).toEqual([492, undefined]);
  expect(sounds.texts()).toEqual([]);
});

it('tries a busy card again for a few seconds', async () => {
  const speaker = speakerOf();
  sounds.trouble('busy:2');
  const said = pay(speaker, 1_000);
  for (const tries of [1, 2]) {
    await until(
      `try ${tries}`,
      () => sounds.started('aplay').length === tries && timers.waiting().includes(1_000),
    );
    await timers.pass(1_000);
  }
  expect(await said).toEqual({ kind: 'said' });
  expect(sounds.texts()).toHaveLength(1);
});

it('gives a card up that stays busy', async () => {
  const speaker = speakerOf();
  const codes = told(speaker);
  await until('its word', () => codes.length === 1);
  sounds.trouble('busy');
  const before = sounds.started('aplay').length;
  const said = pay(speaker, 1_000);
  for (const tries of [1, 2, 3, 4]) {
    await until(
      `try ${tries}`,
      () => sounds.started('aplay').length === before + tries && timers.waiting().includes(1_000),
    );
    await timers.pass(1_000);
  }
  expect(await said).toMatchObject({ kind: 'unsaid', fault: { code: 493 } });
  expect(codes).toEqual([undefined, 493]);
});

for (const [trouble, code, detail] of [
  ['cut', 494, 'aplay: pcm_write:2127: write error: No such device'],
  ['voiceless', 495, 'espeak-ng ended with 1: Error: The specified espeak-ng voice does not exist.'],
  ['mute', 495, 'espeak-ng made no sound: '],
] as const)
  it(`says by number what went wrong: ${trouble}`, async () => {
    sounds.trouble(trouble);
    expect(await pay(speakerOf(), 1_000)).toEqual({
      kind: 'unsaid',
      fault: { kind: 'temporary', code, detail },
    });
  });

it('says by number which program is missing', async () => {
  sounds.remove();
  sounds = new Sounds(['espeak-ng']);
  expect(await pay(speakerOf(), 1_000)).toMatchObject({ fault: { code: 491, detail: 'spawn aplay ENOENT' } });
  sounds.remove();
  sounds = new Sounds(['aplay']);
  expect(await pay(speakerOf(), 1_000)).toMatchObject({
    fault: { code: 495, detail: 'espeak-ng: spawn espeak-ng ENOENT' },
  });
});
