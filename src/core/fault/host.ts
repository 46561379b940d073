import type { FaultBlock } from './row.js';

/** 8xx: the machine that we run on: systemd, secrets, sockets, ports. */
export const HOST_FAULTS = {
  systemdMessage: {
    number: 801,
    says: { id: 'systemd tidak menerima pesan.', en: 'systemd did not take a message.' },
    cause: {
      id: 'Soket notifikasi systemd tidak menerima pesan.',
      en: "systemd's notification socket did not take a message.",
    },
    remedy: {
      id: 'Tidak ada bila jarang; bila sering: kotak ini kelebihan beban.',
      en: 'Nothing if rare; often: the box is overloaded.',
    },
  },
  systemdUnreachable: {
    number: 802,
    says: { id: 'Tidak dapat menghubungi systemd.', en: 'Cannot talk to systemd.' },
    cause: {
      id: 'NOTIFY_SOCKET menunjuk yang tidak dapat dikirimi, atau libc tidak dapat dipanggil.',
      en: 'NOTIFY_SOCKET names something that cannot be sent to, or libc cannot be called.',
    },
    remedy: {
      id: 'Pasang ulang untuk prosesor ini; pakai unit yang disertakan.',
      en: 'Reinstall for this processor; use the shipped unit.',
    },
  },
  watchdogValue: {
    number: 803,
    says: { id: 'Nilai watchdog tidak sah.', en: 'The watchdog interval is unreadable.' },
    cause: {
      id: 'WATCHDOG_USEC bukan jumlah mikrodetik.',
      en: 'WATCHDOG_USEC is not a number of microseconds.',
    },
    remedy: { id: 'Hapus WATCHDOG_USEC, pakai WatchdogSec=.', en: 'Remove WATCHDOG_USEC, use WatchdogSec=.' },
  },
  credentialMissing: {
    number: 810,
    says: { id: 'Kredensial tidak tersedia.', en: 'A credential is missing.' },
    cause: {
      id: 'systemd tidak memberi kredensial dengan nama itu.',
      en: 'systemd did not hand over the named credential.',
    },
    remedy: {
      id: 'Taruh berkas yang disebut di /etc/credstore dan mulai ulang.',
      en: 'Put the file that the line names into /etc/credstore and restart.',
    },
  },
  secretUnreadable: {
    number: 811,
    says: { id: 'Berkas rahasia tidak terbaca.', en: 'A secret file is unreadable.' },
    cause: {
      id: 'Berkas rahasia tidak ada atau tidak dapat dibaca.',
      en: "A secret's file is not there or cannot be read.",
    },
    remedy: { id: 'Path dan pemilik.', en: 'Path and owner.' },
  },
  secretExposed: {
    number: 812,
    says: { id: 'Berkas rahasia tidak aman.', en: 'A secret file is not safe.' },
    cause: { id: 'Orang lain dapat membaca berkas rahasia.', en: "Others may read a secret's file." },
    remedy: {
      id: 'chmod 0400 dan chown seperti kata barisnya.',
      en: 'chmod 0400 and chown as the line says.',
    },
  },
  secretMalformed: {
    number: 813,
    says: { id: 'Isi rahasia tidak sah.', en: 'A secret is malformed.' },
    cause: {
      id: 'Isinya kosong, terlalu panjang, bukan teks, atau ada spasi di sekitarnya.',
      en: 'It is empty, too long, not text, or has blanks around it.',
    },
    remedy: { id: 'Satu baris, tanpa spasi, UTF-8.', en: 'One line, no blanks, UTF-8.' },
  },
  secretTooShort: {
    number: 814,
    says: { id: 'Rahasia terlalu pendek.', en: 'A secret is too short.' },
    cause: {
      id: 'Terlalu pendek untuk dijaga agar tidak masuk log.',
      en: 'It is too short to be kept out of logs.',
    },
    remedy: { id: 'Paling sedikit 8 karakter.', en: 'At least 8 characters.' },
  },
  controlSocket: {
    number: 830,
    says: { id: 'Soket kendali tidak tersedia.', en: 'The control socket cannot be had.' },
    cause: {
      id: 'Soket kendali tidak dapat dibuat di control.socket.',
      en: 'The control socket cannot be made at control.socket.',
    },
    remedy: {
      id: 'control.socket: folder, izin, terminal lain.',
      en: 'control.socket: folder, rights, another terminal.',
    },
  },
  noTerminalAnswers: {
    number: 831,
    says: { id: 'Terminal tidak menjawab.', en: 'No terminal answers.' },
    cause: {
      id: 'Di soket kendali tidak ada terminal yang menjawab.',
      en: 'At the control socket no terminal answers.',
    },
    remedy: {
      id: 'Apakah berjalan? Apakah Anda root atau di grupnya?',
      en: 'Is it running? Are you root or in its group?',
    },
  },
  portTaken: {
    number: 832,
    says: { id: 'Port sudah dipakai.', en: 'A port is taken.' },
    cause: { id: 'Program lain memakai port itu.', en: 'Another program has the port.' },
    remedy: {
      id: 'Program lain, atau demo lain: --port 0.',
      en: 'Another program, or another demo: --port 0.',
    },
  },
  controlSocketPath: {
    number: 833,
    says: { id: 'control.socket menunjuk berkas lain.', en: 'control.socket names something else.' },
    cause: {
      id: 'Di control.socket ada berkas atau folder, dan dibiarkan.',
      en: 'A file or folder lies at control.socket, and is left as it is.',
    },
    remedy: { id: 'Pilih path lain.', en: 'Choose another path.' },
  },
  commandFailed: {
    number: 840,
    says: { id: 'Perintah gagal.', en: 'A command failed.' },
    cause: {
      id: 'Sebuah perintah berakhir dengan kesalahan program.',
      en: 'A command ended with an error of the program.',
    },
    remedy: {
      id: 'Kesalahan kami: ada di log; laporkan dengan baris itu.',
      en: 'A fault of ours: the log has it; report it with that line.',
    },
  },
} as const satisfies FaultBlock;
