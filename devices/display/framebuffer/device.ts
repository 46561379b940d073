import type { Display } from '../../../src/port/display.js';
import { DEVICE } from '../../../src/settings/fields.js';
import type { Guide } from '../../../src/settings/guide.js';
import { choice, flag, text } from '../../../src/settings/kinds.js';
import { defaulted, optional, switched } from '../../../src/settings/schema.js';
import { device, type ScreenWords } from '../../kit/device.js';
import type { Tools } from '../../kit/tools.js';

const GUIDE: Guide = {
  title: {
    id: 'Layar HDMI, DSI atau SPI melalui framebuffer Linux, tanpa browser',
    en: 'HDMI, DSI or SPI screen through the Linux framebuffer, without a browser',
  },
  wiring: {
    id: `HDMI: pasang layar sebelum menyalakan, atau pakai mode tetap di cmdline.txt (video=HDMI-A-1:800x480@60).
DSI dan SPI: dtoverlay dari pembuat layar di config.txt; layar muncul sebagai /dev/fb0 (SPI kadang /dev/fb1).
Hak akses: grup video, sudah diberikan pada layanan.`,
    en: `HDMI: plug the screen in before power-on, or fix its mode in cmdline.txt (video=HDMI-A-1:800x480@60).
DSI and SPI: the dtoverlay of the screen's maker in config.txt; it appears as /dev/fb0 (an SPI screen sometimes as /dev/fb1).
Permission: the group video, which the service has.`,
  },
  setup: {
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

const TABLE = switched('off', 'A screen on HDMI, DSI or SPI, drawn on without a browser. It shows the QR.', {
  device: defaulted(DEVICE, '/dev/fb0', 'The framebuffer. SPI screens are often /dev/fb1.'),
  rotate: defaulted(
    choice(0, 90, 180, 270),
    0,
    'Degrees by which the picture is turned clockwise, for a panel that hangs on its side.',
  ),
  swap_red_blue: defaulted(
    flag(),
    false,
    'For a panel that shows red as blue. gopay-pos test display shows it.',
  ),
  connector: optional(
    text('a name below /sys/class/drm', /^card\d{1,2}-[A-Za-z0-9-]{1,30}$/),
    'not asked',
    'card1-HDMI-A-1',
    'Its plug, by its name in /sys/class/drm. While that says "disconnected" nobody can see this screen; the framebuffer itself does not notice.',
  ),
});

const SYSFS = '/sys/class';

export const FRAMEBUFFER = device(TABLE, [GUIDE], async (settings, tools: Tools & ScreenWords) => {
  const { FramebufferSurface } = await import('./framebuffer.js');
  const { ScreenDisplay } = await import('../screen-display.js');
  const { connector, rotate, swapRedBlue } = settings;
  const { timers, language, shop, pictures } = tools;
  const surface = new FramebufferSurface({
    place: { device: settings.device, sysfs: SYSFS, ...(connector === undefined ? {} : { connector }) },
    rotation: rotate,
    log: tools.log.child('framebuffer'),
    ...{ swapRedBlue, language, shop, timers },
    ...(pictures === undefined ? {} : { pictures }),
  });
  return new ScreenDisplay(surface, tools) as Display;
});
