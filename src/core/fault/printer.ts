import type { FaultBlock } from './row.js';

/** 40x and 41x: the printer. */
export const PRINTER_FAULTS = {
  paperOut: {
    number: 401,
    says: { id: 'Kertas printer habis.', en: 'Printer is out of paper.' },
    cause: { id: 'Printer melaporkan kertas habis.', en: 'The printer reports that it is out of paper.' },
    remedy: {
      id: 'Pasang gulungan baru, sisi termal ke kepala cetak, dan tutup.',
      en: 'New roll, thermal side to the head; close the cover.',
    },
  },
  coverOpen: {
    number: 402,
    says: { id: 'Tutup printer terbuka.', en: 'Printer cover is open.' },
    cause: { id: 'Printer melaporkan tutupnya terbuka.', en: 'The printer reports an open cover.' },
    remedy: {
      id: 'Tutup sampai berbunyi klik di kedua sisi.',
      en: 'Close it until it clicks on both sides.',
    },
  },
  cutterStuck: {
    number: 403,
    says: { id: 'Pemotong kertas macet.', en: 'Printer cutter is stuck.' },
    cause: { id: 'Printer melaporkan pisaunya macet.', en: 'The printer reports a stuck knife.' },
    remedy: {
      id: 'Matikan, buka, putar balik roda pisau, nyalakan.',
      en: "Off, open it, turn the knife's wheel back, on.",
    },
  },
  printerError: {
    number: 404,
    says: { id: 'Printer bermasalah.', en: 'Printer error.' },
    cause: {
      id: 'Printer melaporkan kesalahan yang hanya hilang bila dimatikan dan dinyalakan.',
      en: 'The printer reports an error that only switching it off and on ends.',
    },
    remedy: {
      id: 'Matikan dan nyalakan; bila terulang, servis.',
      en: 'Switch it off and on; if it comes back, service.',
    },
  },
  printerOffline: {
    number: 405,
    says: { id: 'Printer tidak siap.', en: 'Printer is offline.' },
    cause: {
      id: 'Printer melaporkan offline: tombolnya ditekan, atau kepala cetaknya panas.',
      en: 'The printer reports that it is offline: its button, or a hot head.',
    },
    remedy: {
      id: 'Tekan tombol feed atau online sekali; biarkan dingin semenit.',
      en: 'Press its feed or online button once; a hot head waits for a minute.',
    },
  },
  printerLineLost: {
    number: 406,
    says: { id: 'Sambungan printer terputus.', en: 'Printer line was lost.' },
    cause: { id: 'Sambungan putus saat struk dicetak.', en: 'The line went away during a slip.' },
    remedy: {
      id: 'Kabel, listrik, pemakai printer yang lain.',
      en: 'Cable, power, other users of the printer.',
    },
  },
  printerUnreachable: {
    number: 407,
    says: { id: 'Printer tidak terhubung.', en: 'Printer cannot be reached.' },
    cause: { id: 'Printer tidak dapat dibuka sekarang.', en: 'It cannot be opened now.' },
    remedy: {
      id: 'Nyala dan terpasang? ls -l /dev/gopay-pos; nc -vz ALAMAT 9100; dipakai program lain?',
      en: 'Is it on and plugged? ls -l /dev/gopay-pos; nc -vz ADDRESS 9100; held by another program?',
    },
  },
  printerSilent: {
    number: 408,
    says: { id: 'Printer tidak menjawab.', en: 'Printer does not answer.' },
    cause: {
      id: 'Printer tidak menjawab pertanyaan tentang keadaannya.',
      en: 'The printer does not answer when it is asked for its state.',
    },
    remedy: {
      id: 'Listrik, kabel, flow control; yang tidak pernah menjawab: printer.status = "none".',
      en: 'Power, cable, flow control; one that never answers: printer.status = "none".',
    },
  },
  printerTakesNoData: {
    number: 409,
    says: { id: 'Printer tidak menerima data.', en: 'Printer takes no data.' },
    cause: { id: 'Printer terbuka dan tidak menerima byte.', en: 'It is open and takes no bytes.' },
    remedy: {
      id: 'Kertas, tutup, flow control (rtscts diatur, tetapi kabelnya tidak ada).',
      en: 'Paper, cover, flow control (rtscts set, but the wire is missing).',
    },
  },
  qrTooWide: {
    number: 410,
    says: { id: 'Kode QR tidak muat di kertas.', en: 'The QR does not fit the paper.' },
    cause: {
      id: 'Kode QR lebih lebar daripada kertas profil itu.',
      en: 'The code is wider than the paper of the profile.',
    },
    remedy: {
      id: 'Lebar di profil printer; kepala 58 mm punya 384 titik.',
      en: 'The width in the printer profile; a 58 mm head has 384 dots.',
    },
  },
  printerForbidden: {
    number: 411,
    says: { id: 'Perangkat printer salah atau tanpa izin.', en: 'Wrong printer device, or no permission.' },
    cause: {
      id: 'Path bukan perangkat printer, atau sistem tidak mengizinkan.',
      en: "The path is no printer's device, or the system does not let us open it.",
    },
    remedy: {
      id: 'Path; pengguna layanan harus masuk grup lp.',
      en: 'Path; the service user must be in the group lp.',
    },
  },
  stopping: {
    number: 412,
    says: { id: 'Layanan sedang berhenti.', en: 'The service is stopping.' },
    cause: {
      id: 'Layanan berhenti sebelum pekerjaan ini selesai.',
      en: 'The service was stopped before this was done.',
    },
    remedy: { id: 'Tidak ada.', en: 'Nothing.' },
  },
} as const satisfies FaultBlock;
