import type { Zone } from '../../src/base/time.js';
import type { Guide } from '../../src/settings/guide.js';
import { device } from '../kit/device.js';
import type { Tools } from '../kit/tools.js';
import { SPEAKER_TABLE } from './settings.js';

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

export const SPEAKER = device(SPEAKER_TABLE, [GUIDE], async (settings, tools: Tools & { zone?: Zone }) => {
  const { AlsaSpeaker } = await import('./speaker.js');
  return new AlsaSpeaker(settings, { ...tools, log: tools.log.child('speaker') });
});
