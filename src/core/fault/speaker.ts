import type { FaultBlock } from './row.js';

/** 49x: the speaker. None of them keeps the terminal from selling. */
export const SPEAKER_FAULTS = {
  speakerUntried: {
    number: 490,
    says: { id: 'Pengeras suara belum dicoba.', en: 'The speaker has not been tried yet.' },
    cause: { id: 'Sejak mulai, pengeras suara belum dicoba.', en: 'It has not been tried since the start.' },
    remedy: {
      id: 'Tunggu percobaan pertama; gopay-pos test speaker.',
      en: 'Wait for the first try; gopay-pos test speaker.',
    },
  },
  soundProgramMissing: {
    number: 491,
    says: { id: 'Program suara tidak ada.', en: 'The program for sound is missing.' },
    cause: { id: 'Program aplay tidak ada.', en: 'There is no program aplay.' },
    remedy: { id: 'apt install alsa-utils (aplay).', en: 'apt install alsa-utils (aplay).' },
  },
  soundCardMissing: {
    number: 492,
    says: { id: 'Kartu suara tidak ditemukan.', en: 'The sound card was not found.' },
    cause: {
      id: 'Kartu suara tidak ada, atau bukan untuk pengguna layanan.',
      en: "The card is not there, or not for the service's user.",
    },
    remedy: {
      id: 'aplay -L sebagai pengguna layanan: speaker.device adalah salah satu barisnya; kabel, overlay, grup audio.',
      en: 'aplay -L as the service user: speaker.device is one of its lines; cable, overlay, group audio.',
    },
  },
  soundCardBusy: {
    number: 493,
    says: { id: 'Kartu suara sedang dipakai.', en: 'The sound card is busy.' },
    cause: { id: 'Program lain memakai kartu itu.', en: 'Another program plays on the card.' },
    remedy: {
      id: 'fuser -v /dev/snd/*; hentikan, atau pakai perangkat dmix-nya.',
      en: 'fuser -v /dev/snd/*; stop it, or use its dmix device.',
    },
  },
  announcementBroken: {
    number: 494,
    says: { id: 'Pengumuman tidak selesai diucapkan.', en: 'An announcement was not said to its end.' },
    cause: {
      id: 'Suara terputus, macet, atau terlambat untuk diucapkan.',
      en: 'It broke off, hung, or came too late to be said.',
    },
    remedy: {
      id: 'Log menyebut sebabnya; kabel dan listrik kartu.',
      en: 'The log says why; cable and power of the card.',
    },
  },
  voiceMissing: {
    number: 495,
    says: { id: 'Tidak ada suara untuk bicara.', en: 'There is no voice.' },
    cause: {
      id: 'espeak-ng tidak ada, dan rekaman yang perlu tidak ada atau tidak cocok.',
      en: 'There is no espeak-ng, and a recording is missing or unfit.',
    },
    remedy: {
      id: 'apt install espeak-ng, atau rekaman di speaker.voice_directory: WAV, 22050 Hz, mono, 16 bit.',
      en: 'apt install espeak-ng, or recordings in speaker.voice_directory: WAV, 22050 Hz, mono, 16 bits.',
    },
  },
} as const satisfies FaultBlock;
