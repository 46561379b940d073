import { err, ok } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import { choice, flag, integer, type Kind, list, text } from '../../src/settings/kinds.js';
import { path } from '../../src/settings/places.js';
import { defaulted, optional, type SettingsOf, switched } from '../../src/settings/schema.js';
import { shown, typeName } from '../../src/settings/shown.js';

/** Minutes of the day; over midnight where `until` is not after `from`. */
export interface QuietHours {
  readonly from: number;
  readonly until: number;
  readonly volume: number;
}

/** Percent at a minute of the day. The first hours that hold it count; the same beginning and end is a whole day. */
export function volumeAt(minute: number, volume: number, quiet: readonly QuietHours[]): number {
  const found = quiet.find(({ from, until }) =>
    from < until ? minute >= from && minute < until : minute >= from || minute < until,
  );
  return found?.volume ?? volume;
}

const FORM = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)=(0|[1-9]\d?|100)$/;

/** `22:00-06:00=30`. */
export function quietHours(): Kind<QuietHours> {
  return {
    allowed: '"HH:MM-HH:MM=VOLUME" with a volume from 0 to 100, such as "22:00-06:00=30"',
    read: (value) => {
      if (typeof value !== 'string') return err([{ code: FAULT.configType, found: typeName(value) }]);
      const match = FORM.exec(value);
      if (match === null) return err([{ code: FAULT.configForm, found: shown(value) }]);
      const [h1 = 0, m1 = 0, h2 = 0, m2 = 0, volume = 0] = match.slice(1).map(Number);
      return ok({ from: h1 * 60 + m1, until: h2 * 60 + m2, volume });
    },
    toml: ({ from, until, volume }) => JSON.stringify(`${clock(from)}-${clock(until)}=${volume}`),
  };
}

function clock(minutes: number): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

export const SPEAKER_TABLE = switched(
  'off',
  'A loudspeaker that says each payment: "Pembayaran diterima, lima belas ribu rupiah".',
  {
    device: defaulted(
      text('a device name of ALSA, at most 100 characters', /^[A-Za-z0-9_][\x21-\x7e]{0,99}$/),
      'default',
      'The sound card by its ALSA name: plughw:CARD=NAME,DEV=0. aplay -L lists them.',
    ),
    language: defaulted(
      choice('id', 'en', 'both'),
      'id',
      'What it speaks: Indonesian, English, or both in turn.',
    ),
    volume: defaulted(
      integer(0, 100, '%'),
      80,
      'How loud, of what the card can play undistorted. 0 says nothing.',
    ),
    quiet: defaulted(
      list(quietHours(), 8),
      [],
      'Hours with a volume of their own, by slip.zone: ["22:00-06:00=30"]. The first that fits holds.',
    ),
    chime: defaulted(flag(), true, 'Whether two tones come first.'),
    voice_directory: optional(
      path(),
      'espeak-ng speaks',
      '/usr/local/share/gopay-pos/voice',
      'Recordings of a voice, one word a file: id/lima.wav, en/five.wav, each WAV of 22050 Hz, mono, 16 bits. Where a word is missing, espeak-ng speaks that sentence.',
    ),
  },
);

export type SpeakerSettings = Omit<SettingsOf<typeof SPEAKER_TABLE>, 'enabled'>;
