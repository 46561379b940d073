import { OWN_PORT } from '../../../src/settings/fields.js';
import type { Guide } from '../../../src/settings/guide.js';
import { flag, list } from '../../../src/settings/kinds.js';
import { host } from '../../../src/settings/places.js';
import { defaulted, switched } from '../../../src/settings/schema.js';
import { device, type ScreenWords } from '../../kit/device.js';
import type { Tools } from '../../kit/tools.js';

const GUIDE: Guide = {
  title: {
    id: 'Layar HDMI atau sentuh dengan browser',
    en: 'HDMI or touch screen with a browser',
  },
  wiring: {
    id: 'Layar ke HDMI atau DSI; layar sentuh juga ke USB. Tidak ada kabel lain.',
    en: 'The screen to HDMI or DSI; a touch screen to USB as well. No other wire.',
  },
  setup: {
    id: `Pasang unit kios (systemd/README.md): layar menampilkan halaman ini saat menyala, tanpa desktop.
Port lain: page.port. Tanpa tombol angka di layar: page.keypad = false.`,
    en: `Install the kiosk unit (systemd/README.md): the screen then shows this page from power-on, without a desktop.
Another port: page.port. No digits to touch on the screen: page.keypad = false.`,
  },
  trial: {
    id: 'gopay-pos test display: teks dalam dua bahasa dan kode QR yang terbaca oleh ponsel sebagai teks.',
    en: 'gopay-pos test display: a text in two languages, and a code that a phone reads as text.',
  },
};

const TABLE = switched('on', 'The terminal page: the screen in a browser of this machine.', {
  host: defaulted(host(), '127.0.0.1', 'Address to listen on.'),
  port: defaulted(OWN_PORT, 8410, 'Port to listen on; 0 lets the system choose.'),
  host_names: defaulted(
    list(host(), 8),
    [],
    'Further names and addresses under which browsers may ask for the page, where host is not this machine.',
  ),
  keypad: defaulted(flag(), true, 'Whether amounts can be typed on the page.'),
});

export const PAGE = device(TABLE, [GUIDE], async (settings, tools: Tools & ScreenWords) => {
  const { KioskPage } = await import('./kiosk-page.js');
  const { host, port, hostNames, keypad } = settings;
  const { clock, timers, random, language, shop, pictures } = tools;
  const from = pictures === undefined ? {} : { pictures };
  const log = tools.log.child('page');
  return new KioskPage({
    ...{ host, port, hostNames, pad: keypad, language, shop, clock, timers, random, log },
    ...from,
  });
});
