import { type FaultBlock, row } from './row.js';

/** 49x: the speaker. None of them keeps the terminal from selling. */
export const SPEAKER_FAULTS = {
  speakerUntried: row(490, {
    saysId: 'Pengeras suara belum dicoba.',
    saysEn: 'The speaker has not been tried yet.',
    causeId: 'Sejak mulai, pengeras suara belum dicoba.',
    causeEn: 'It has not been tried since the start.',
    remedyId: 'Tunggu percobaan pertama; gopay-pos test speaker.',
    remedyEn: 'Wait for the first try; gopay-pos test speaker.',
  }),
  soundProgramMissing: row(491, {
    saysId: 'Program suara tidak ada.',
    saysEn: 'The program for sound is missing.',
    causeId: 'Program aplay tidak ada.',
    causeEn: 'There is no program aplay.',
    remedyId: 'apt install alsa-utils (aplay).',
    remedyEn: 'apt install alsa-utils (aplay).',
  }),
  soundCardMissing: row(492, {
    saysId: 'Kartu suara tidak ditemukan.',
    saysEn: 'The sound card was not found.',
    causeId: 'Kartu suara tidak ada, atau bukan untuk pengguna layanan.',
    causeEn: "The card is not there, or not for the service's user.",
    remedyId:
      'aplay -L sebagai pengguna layanan: speaker.device adalah salah satu barisnya; kabel, overlay, grup audio.',
    remedyEn:
      'aplay -L as the service user: speaker.device is one of its lines; cable, overlay, group audio.',
  }),
  soundCardBusy: row(493, {
    saysId: 'Kartu suara sedang dipakai.',
    saysEn: 'The sound card is busy.',
    causeId: 'Program lain memakai kartu itu.',
    causeEn: 'Another program plays on the card.',
    remedyId: 'fuser -v /dev/snd/*; hentikan, atau pakai perangkat dmix-nya.',
    remedyEn: 'fuser -v /dev/snd/*; stop it, or use its dmix device.',
  }),
  announcementBroken: row(494, {
    saysId: 'Pengumuman tidak selesai diucapkan.',
    saysEn: 'An announcement was not said to its end.',
    causeId: 'Suara terputus, macet, atau terlambat untuk diucapkan.',
    causeEn: 'It broke off, hung, or came too late to be said.',
    remedyId: 'Log menyebut sebabnya; kabel dan listrik kartu.',
    remedyEn: 'The log says why; cable and power of the card.',
  }),
  voiceMissing: row(495, {
    saysId: 'Tidak ada suara untuk bicara.',
    saysEn: 'There is no voice.',
    causeId: 'espeak-ng tidak ada, dan rekaman yang perlu tidak ada atau tidak cocok.',
    causeEn: 'There is no espeak-ng, and a recording is missing or unfit.',
    remedyId: 'apt install espeak-ng, atau rekaman di speaker.voice_directory: WAV, 22050 Hz, mono, 16 bit.',
    remedyEn:
      'apt install espeak-ng, or recordings in speaker.voice_directory: WAV, 22050 Hz, mono, 16 bits.',
  }),
} satisfies FaultBlock;
