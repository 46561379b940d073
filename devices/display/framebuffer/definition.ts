import type { DisplayDefinition } from '../definition.js';

export const FRAMEBUFFER: DisplayDefinition = {
  kind: 'display',
  model: 'framebuffer',
  title: {
    id: 'Layar HDMI, DSI atau SPI melalui framebuffer Linux, tanpa browser',
    en: 'HDMI, DSI or SPI screen through the Linux framebuffer, without a browser',
  },
  canShowQr: true,
  wiring: {
    id: `HDMI: pasang layar sebelum menyalakan, atau pakai mode tetap di cmdline.txt (video=HDMI-A-1:800x480@60).
DSI dan SPI: dtoverlay dari pembuat layar di config.txt; layar muncul sebagai /dev/fb0 (SPI kadang /dev/fb1).
Hak akses: grup video, sudah diberikan pada layanan.`,
    en: `HDMI: plug the screen in before power-on, or fix its mode in cmdline.txt (video=HDMI-A-1:800x480@60).
DSI and SPI: the dtoverlay of the screen's maker in config.txt; it appears as /dev/fb0 (an SPI screen sometimes as /dev/fb1).
Permission: the group video, which the service has.`,
  },
  settings: {
    id: `Konsol kernel ikut menulis di layar yang sama: di cmdline.txt tambahkan "consoleblank=0 vt.global_cursor_default=0 console=tty3",
dan matikan login di layar itu: sudo systemctl disable --now getty@tty1.
Tidak ada DIP switch. Layar miring: framebuffer.rotate; merah dan biru tertukar: framebuffer.swap_red_blue.`,
    en: `The kernel's console writes to the same screen: add "consoleblank=0 vt.global_cursor_default=0 console=tty3" to cmdline.txt,
and switch off the login there: sudo systemctl disable --now getty@tty1.
No DIP switches. A panel on its side: framebuffer.rotate; red and blue swapped: framebuffer.swap_red_blue.`,
  },
  trial: {
    id: 'gopay-pos test display: bingkai merah tipis di keempat tepi, warna merah, hijau, biru, putih, dan kode QR teks.',
    en: 'gopay-pos test display: a thin red frame at all four edges, bars red, green, blue, white, and a code with a text.',
  },
};
