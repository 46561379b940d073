import type { FaultBlock } from './row.js';

/** 46x: all ways to show a QR, and the terminal page; 47x: screens without a browser. */
export const SCREEN_FAULTS = {
  qrNotShown: {
    number: 460,
    says: { id: 'Kode QR tidak dapat ditampilkan.', en: 'The QR code could not be shown.' },
    cause: {
      id: 'Tidak ada layar yang memastikannya, dan tidak ada printer yang mencetaknya.',
      en: 'No screen confirmed it and no printer took it.',
    },
    remedy: { id: 'Peramban kios, printer.', en: 'Kiosk browser, printer.' },
  },
  noScreen: {
    number: 461,
    says: { id: 'Layar tidak terhubung.', en: 'No screen is connected.' },
    cause: {
      id: 'Tidak ada peramban yang menampilkan halaman terminal, atau framebuffer hilang.',
      en: 'No browser shows the terminal page, or the framebuffer is gone.',
    },
    remedy: {
      id: 'Buka halaman terminal di kios; framebuffer: E470 sampai E474 di log.',
      en: 'Open the terminal page on the kiosk; framebuffer: E470 to E474 in the log.',
    },
  },
  printerNotReady: {
    number: 462,
    says: { id: 'Printer belum siap.', en: 'The printer is not ready.' },
    cause: {
      id: 'Printer mengatakan belum siap, tanpa menyebut sebabnya.',
      en: 'The printer is not ready and names no reason.',
    },
    remedy: { id: 'Kertas, tutup, kabel, listrik.', en: 'Paper, cover, cable, power.' },
  },
  notSetUp: {
    number: 463,
    says: { id: 'Terminal belum diatur.', en: 'The terminal is not set up.' },
    cause: {
      id: 'Tidak ada printer dan tidak ada layar di konfigurasi.',
      en: 'No printer and no screen is configured.',
    },
    remedy: {
      id: 'Aktifkan [page], [framebuffer] atau [printer] di terminal.toml.',
      en: 'Enable [page], [framebuffer] or [printer] in terminal.toml.',
    },
  },
  pageNotServed: {
    number: 464,
    says: { id: 'Halaman layar tidak dapat disajikan.', en: 'The screen page cannot be served.' },
    cause: {
      id: 'Halaman tidak dapat disajikan di alamat dan port itu.',
      en: 'The page cannot be served at this address and port.',
    },
    remedy: {
      id: 'Port dipakai (ss -ltnp)? page.host alamat mesin ini?',
      en: 'Is the port taken (ss -ltnp)? Is page.host an address of this machine?',
    },
  },
  pageFileMissing: {
    number: 465,
    says: { id: 'Berkas halaman layar tidak ada.', en: 'A file of the screen page is missing.' },
    cause: {
      id: 'Sebuah berkas halaman tidak ada: instalasi tidak lengkap.',
      en: 'A file of the page is not there: the installation is incomplete.',
    },
    remedy: { id: 'Pasang ulang paketnya.', en: 'Install the package again.' },
  },
  qrNotDrawable: {
    number: 466,
    says: { id: 'Kode QR ini tidak dapat digambar.', en: 'This QR cannot be drawn.' },
    cause: {
      id: 'Layar terlalu kecil untuk kodenya, atau isinya kosong atau lebih dari 512 karakter.',
      en: 'The screen is too small for the code, or its text is empty or longer than 512 characters.',
    },
    remedy: {
      id: 'Layar atau jendela lebih besar, huruf lebih kecil; selain itu simpan log dan laporkan.',
      en: 'A larger screen or window, a smaller font; otherwise keep the log and report it.',
    },
  },
  framebufferMissing: {
    number: 470,
    says: { id: 'Layar tidak ditemukan.', en: 'Screen not found.' },
    cause: {
      id: 'Framebuffer itu tidak ada, atau steker layarnya dicabut.',
      en: 'There is no such framebuffer, or its plug is out.',
    },
    remedy: {
      id: 'Kabel dan listrik; dtoverlay di config.txt; ls /dev/fb*; framebuffer.device dan framebuffer.connector.',
      en: 'Cable and power; dtoverlay in config.txt; ls /dev/fb*; framebuffer.device and framebuffer.connector.',
    },
  },
  framebufferForbidden: {
    number: 471,
    says: { id: 'Layar tidak boleh dibuka.', en: 'Screen may not be opened.' },
    cause: {
      id: 'Sistem tidak mengizinkan layanan membuka framebuffer.',
      en: 'The system does not let the service open the framebuffer.',
    },
    remedy: {
      id: 'Pengguna layanan harus masuk grup video; DeviceAllow=char-fb.',
      en: 'The service user must be in the group video; DeviceAllow=char-fb.',
    },
  },
  framebufferFormat: {
    number: 472,
    says: { id: 'Jenis layar ini tidak didukung.', en: 'This screen cannot be drawn on.' },
    cause: {
      id: 'Ukuran atau format layar lain dari yang dapat digambar.',
      en: 'The screen has another size or format than can be drawn.',
    },
    remedy: {
      id: 'Log menyebut keduanya: 16 atau 32 bit per piksel; video=HDMI-A-1:800x480-16@60 di cmdline.txt memintanya.',
      en: 'The line names both: 16 or 32 bits a pixel; video=HDMI-A-1:800x480-16@60 in cmdline.txt asks for it.',
    },
  },
  framebufferWrite: {
    number: 473,
    says: { id: 'Layar tidak menerima gambar.', en: 'The screen takes no picture.' },
    cause: {
      id: 'Sistem tidak menerima piksel untuk layar.',
      en: 'The system takes no pixels for the screen.',
    },
    remedy: { id: 'Kabel, listrik; dmesg.', en: 'Cable, power; dmesg.' },
  },
  framebufferText: {
    number: 474,
    says: { id: 'Layar tidak dapat menulis teks.', en: 'The screen cannot write text.' },
    cause: {
      id: 'Huruf atau pustaka gambar tidak ada atau rusak.',
      en: 'Font or drawing library are missing or damaged.',
    },
    remedy: { id: 'Pasang ulang paketnya.', en: 'Install the package again.' },
  },
  framebufferLetters: {
    number: 475,
    says: { id: 'Sebagian huruf tidak tersedia.', en: 'Some letters are missing.' },
    cause: {
      id: 'terminal.shop memuat tanda di luar huruf Latin, Yunani dan Kiril; kotak ditampilkan.',
      en: 'terminal.shop has signs beyond Latin, Greek and Cyrillic letters; a box is shown instead.',
    },
    remedy: { id: 'Tulis terminal.shop dengan cara lain.', en: 'Write terminal.shop otherwise.' },
  },
  poleMissing: {
    number: 476,
    says: { id: 'Tiang display tidak terhubung.', en: 'Pole display is not connected.' },
    cause: {
      id: 'Jalur ke tiang display tidak ada, atau tidak menerima byte.',
      en: 'The line to the pole display is not there, or takes no bytes.',
    },
    remedy: {
      id: 'Kabel, listrik; pole.device (nama di bawah /dev/serial/by-id); grup dialout; program lain.',
      en: 'Cable, power; pole.device (a name under /dev/serial/by-id); group dialout; another program.',
    },
  },
  consoleMissing: {
    number: 477,
    says: { id: 'Terminal teks tidak terhubung.', en: 'Text terminal is not connected.' },
    cause: {
      id: 'Tidak ada terminal itu, tidak diizinkan, berkas biasa, atau terhenti.',
      en: 'There is no such terminal, it is not permitted, a plain file, or stopped.',
    },
    remedy: {
      id: 'console.device: jalankan tty di tempat tampilnya; grup tty; mesg y; Ctrl-Q.',
      en: 'console.device: run tty where it should appear; group tty; mesg y; Ctrl-Q.',
    },
  },
} as const satisfies FaultBlock;
