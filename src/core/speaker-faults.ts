import { type FaultRows, row } from './fault-row.js';

/** 49x: none of them keeps anybody from selling. */
export const SPEAKER_FAULTS: FaultRows = {
  490: row(
    'The speaker has not been tried yet.',
    'Pengeras suara belum dicoba.',
    'Wait for the first try; gopay-pos test speaker.',
  ),
  491: row(
    'The program for sound is missing.',
    'Program suara tidak ada.',
    'apt install alsa-utils (aplay).',
  ),
  492: row(
    'The sound card was not found.',
    'Kartu suara tidak ditemukan.',
    'aplay -L as the service user: speaker.device is one of its lines; cable, overlay, group audio.',
  ),
  493: row(
    'The sound card is busy.',
    'Kartu suara sedang dipakai.',
    'Another program plays on it: fuser -v /dev/snd/*; stop it, or use its dmix device.',
  ),
  494: row(
    'An announcement was not said to its end.',
    'Pengumuman tidak selesai diucapkan.',
    'The log says why; cable and power of the card.',
  ),
  495: row(
    'There is no voice.',
    'Tidak ada suara untuk bicara.',
    'apt install espeak-ng, or recordings in speaker.voice_directory: WAV, 22050 Hz, mono, 16 bits.',
  ),
};
