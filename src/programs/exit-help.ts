import type { Words } from '../base/screen.js';
import { EXIT } from '../host/process.js';

/** What an exit code of the command line means, and what is to be done. */
interface ExitHelp {
  readonly means: Words;
  readonly remedy: Words;
}

const EXIT_HELP: Readonly<Record<keyof typeof EXIT, ExitHelp>> = {
  ok: {
    means: { id: 'selesai; jawabannya ya', en: 'done; the answer is yes' },
    remedy: { id: 'tidak ada', en: 'nothing' },
  },
  failed: {
    means: {
      id: 'perintah berjalan, dan jawabannya tidak: ada yang salah, berbeda, atau ditolak',
      en: 'it ran, and the answer is no: something is wrong, differs, or was refused',
    },
    remedy: { id: 'baca jawabannya', en: 'read the answer' },
  },
  usage: {
    means: { id: 'perintah salah ketik', en: 'the command line was wrong' },
    remedy: { id: 'gopay-pos PERINTAH --help', en: 'gopay-pos COMMAND --help' },
  },
  unavailable: {
    means: {
      id: 'yang diperlukan sedang tidak ada: terminal tidak menjawab, port terpakai',
      en: 'something needed cannot be had now: no terminal answers, a port is taken',
    },
    remedy: {
      id: 'baris terakhir menyebutnya; layanan mencoba lagi sendiri',
      en: 'the last line says what; a service tries again by itself',
    },
  },
  misuse: {
    means: {
      id: 'kesalahan program kami, atau penulisan yang hasilnya tidak diketahui',
      en: 'a bug of ours, or a commit with unknown outcome',
    },
    remedy: {
      id: 'layanan mulai lagi dari jurnal; kirim gopay-pos bundle kepada kami',
      en: 'a service starts again from the journal; send us gopay-pos bundle',
    },
  },
  config: {
    means: { id: 'konfigurasi atau rahasia salah', en: 'configuration or secret is wrong' },
    remedy: { id: 'gopay-pos config check', en: 'gopay-pos config check' },
  },
  interrupted: {
    means: { id: 'Ctrl-C dua kali', en: 'Ctrl-C twice' },
    remedy: { id: 'tidak ada', en: 'nothing' },
  },
  pipeClosed: {
    means: { id: 'tidak ada yang membaca lagi (sales | head)', en: 'nobody reads any more (sales | head)' },
    remedy: { id: 'tidak ada', en: 'nothing' },
  },
};

/** By number, in the order of the numbers. */
export function exitCodes(): readonly (ExitHelp & { readonly exit: number })[] {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  return names.map((name) => ({ exit: EXIT[name], ...EXIT_HELP[name] }));
}
