import { err, ok } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Guide } from '../../src/settings/guide.js';
import { choice, flag, integer, type Kind, list, text } from '../../src/settings/kinds.js';
import { path } from '../../src/settings/places.js';
import { defaulted, optional, switched } from '../../src/settings/schema.js';
import { shown, typeName } from '../../src/settings/shown.js';
import { device } from '../kit/device.js';
import type { QuietHours } from './volume.js';

const GUIDE: Guide = {
  title: {
    id: 'Pengeras suara: kartu suara USB, amplifier I2S, atau colokan audio',
    en: 'Loudspeaker: a USB sound card, an I2S amplifier, or the audio jack',
  },
  wiring: {
    id: `USB: colokkan kartu suara atau speaker USB; tidak perlu kabel lain. Speaker aktif memakai adaptor sendiri, bukan USB terminal: saat keras tegangan terminal bisa turun.
I2S (papan mono 3 W, chip kelas MAX98357A): VIN -> 5V (pin 2), GND -> GND (pin 6), BCLK -> GPIO 18 (pin 12), LRC -> GPIO 19 (pin 35), DIN -> GPIO 21 (pin 40); speaker 4 atau 8 ohm ke + dan -.
Di /boot/firmware/config.txt: dtoverlay=max98357a,no-sdmode, lalu nyalakan ulang. GPIO 18, 19 dan 21 tidak bisa dipakai untuk pulsa.
Keluaran + dan - amplifier itu keduanya bertegangan: jangan sambungkan salah satunya ke GND.`,
    en: `USB: plug in the sound card or the USB speaker; no other wire. An active speaker has an adapter of its own, not the terminal's USB: when it is loud the terminal's voltage may drop.
I2S (mono board of 3 W, chip of the MAX98357A class): VIN -> 5V (pin 2), GND -> GND (pin 6), BCLK -> GPIO 18 (pin 12), LRC -> GPIO 19 (pin 35), DIN -> GPIO 21 (pin 40); a speaker of 4 or 8 ohm to + and -.
In /boot/firmware/config.txt: dtoverlay=max98357a,no-sdmode, then restart. GPIO 18, 19 and 21 are then not free for pulses.
Both outputs of that amplifier are driven: neither may touch GND.`,
  },
  setup: {
    id: `aplay -L menunjukkan nama kartu: speaker.device = "plughw:CARD=NAMA,DEV=0". Nama itu tetap setelah kartu lain dicolokkan; "hw:1" tidak.
Kartu USB sering mulai dengan volume rendah: alsamixer -c NAMA, naikkan, lalu sudo alsactl store. Setelah itu volume diatur dengan speaker.volume.`,
    en: `aplay -L names the card: speaker.device = "plughw:CARD=NAME,DEV=0". That name stays when another card is plugged in; "hw:1" does not.
USB cards often begin quiet: alsamixer -c NAME, turn it up, then sudo alsactl store. From then on speaker.volume sets the loudness.`,
  },
  trial: {
    id: 'gopay-pos test speaker: dua nada, lalu "uji suara, lima belas ribu rupiah", tanpa pecah dan tanpa jeda di tengah.',
    en: 'gopay-pos test speaker: two tones, then "sound test, fifteen thousand rupiah", undistorted and without a gap.',
  },
};

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

const TABLE = switched(
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
      'Hours with a volume of their own, WIB as on slips: ["22:00-06:00=30"]. The first that fits holds.',
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

export const SPEAKER = device(TABLE, [GUIDE], async (settings, tools) => {
  const { AlsaSpeaker } = await import('./speaker.js');
  return new AlsaSpeaker(settings, { ...tools, log: tools.log.child('speaker') });
});
