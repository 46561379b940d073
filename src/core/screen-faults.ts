/** Screens: 460 to 469 of all of them and of the terminal page, 470 to 479 of those without a browser. */
export const SCREEN_FAULTS = {
  460: {
    en: 'The QR code could not be shown.',
    id: 'Kode QR tidak dapat ditampilkan.',
    remedy: 'No screen confirmed it and no printer took it: kiosk browser, printer.',
  },
  461: {
    en: 'No screen is connected.',
    id: 'Layar tidak terhubung.',
    remedy: 'Open the terminal page on the kiosk; framebuffer: E470 to E474 in the log.',
  },
  464: {
    en: 'The screen page cannot be served.',
    id: 'Halaman layar tidak dapat disajikan.',
    remedy: 'Is the port taken (ss -ltnp)? Is page.host an address of this machine?',
  },
  465: {
    en: 'A file of the screen page is missing.',
    id: 'Berkas halaman layar tidak ada.',
    remedy: 'Install the package again.',
  },
  466: {
    en: 'This QR cannot be drawn.',
    id: 'Kode QR ini tidak dapat digambar.',
    remedy: 'A screen or window too small for it? Otherwise keep the log and report it.',
  },
  470: {
    en: 'Screen not found.',
    id: 'Layar tidak ditemukan.',
    remedy: 'Cable and power; dtoverlay in config.txt; framebuffer.device and framebuffer.connector.',
  },
  471: {
    en: 'Screen may not be opened.',
    id: 'Layar tidak boleh dibuka.',
    remedy: 'The service user must be in the group video.',
  },
  472: {
    en: 'This screen cannot be drawn on.',
    id: 'Jenis layar ini tidak didukung.',
    remedy: 'The line names size and format: 16 or 32 bits a pixel (fbset, or video= in cmdline.txt).',
  },
  473: {
    en: 'The screen takes no picture.',
    id: 'Layar tidak menerima gambar.',
    remedy: 'Cable, power; dmesg.',
  },
  474: {
    en: 'The screen cannot write text.',
    id: 'Layar tidak dapat menulis teks.',
    remedy: 'Font or drawing library are missing or damaged: install the package again.',
  },
  475: {
    en: 'Some letters are missing.',
    id: 'Sebagian huruf tidak tersedia.',
    remedy: 'terminal.shop has signs beyond Latin, Greek and Cyrillic letters: write it otherwise.',
  },
  476: {
    en: 'Pole display is not connected.',
    id: 'Tiang display tidak terhubung.',
    remedy: 'Cable, power; pole.device (a name under /dev/serial/by-id); group dialout.',
  },
  477: {
    en: 'Text terminal is not connected.',
    id: 'Terminal teks tidak terhubung.',
    remedy: 'console.device: run tty where it should appear; group tty; mesg y.',
  },
} as const;
