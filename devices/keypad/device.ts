import { KEYS, readPadKey } from '../../src/base/key.js';
import type { Keypad } from '../../src/port/keypad.js';
import { DEVICE } from '../../src/settings/fields.js';
import type { Guide } from '../../src/settings/guide.js';
import { flag, list, oneOrMore, parsed } from '../../src/settings/kinds.js';
import { defaulted, required, switched } from '../../src/settings/schema.js';
import { device } from '../kit/device.js';

const GUIDE: Guide = {
  title: {
    id: 'Keypad USB, keypad matriks di pin GPIO, atau keyboard',
    en: 'USB pad, matrix keypad on GPIO pins, or keyboard',
  },
  wiring: {
    id: `USB: colokkan; pakai nama di /dev/input/by-id yang berakhir -event-kbd. Dua keypad sejenis: nama di /dev/input/by-path.
Keypad matriks: overlay gpio-matrix-keypad di config.txt menyebut pin baris, pin kolom dan tombolnya; baris memerlukan pull-up.`,
    en: `USB: plug it in; use its name below /dev/input/by-id that ends in -event-kbd. Two of one model: names below /dev/input/by-path.
Matrix keypad: an overlay for gpio-matrix-keypad in config.txt names the pins of rows and columns, and the keys; rows need pull-ups.`,
  },
  setup: {
    id: `Tidak ada DIP switch. Hak akses: grup input, sudah diberikan pada layanan.
Tombol yang mengirim kode lain: keypad.map, dengan kode yang ditunjukkan gopay-pos test keypad.`,
    en: `No DIP switches. Permission: the group input, which the service has.
A key that sends another code than it means: keypad.map, by the code that gopay-pos test keypad shows.`,
  },
  trial: {
    id: 'gopay-pos test keypad: setiap tombol tampil dengan kode dan artinya; ketik 15000, lalu enter.',
    en: 'gopay-pos test keypad: each key is shown with its code and meaning; type 15000, then enter.',
  },
};

const TABLE = switched('off', 'A keypad on USB or any other Linux input device.', {
  device: required(
    oneOrMore(DEVICE, 8),
    ['/dev/input/by-id/usb-SIGMACHIP_USB_Keyboard-event-kbd'],
    'The input device, or several that make up one pad. Names under /dev/input/by-id survive a restart.',
  ),
  grab: defaulted(flag(), true, 'Keeps the keys from every other program, such as the console.'),
  map: defaulted(
    list(
      parsed(`"CODE=KEY", KEY one of ${KEYS.join(', ')}, erase, none`, (text) =>
        readPadKey(text) === undefined ? undefined : text,
      ),
      32,
    ),
    [],
    'Keys that mean something else than their name says, by the code that "gopay-pos test keypad" shows.',
  ),
});

/** Several event devices can make up one pad. */
export const KEYPAD = device(TABLE, [GUIDE], async (settings, { timers, log }): Promise<Keypad[]> => {
  const { EvdevKeypad } = await import('./evdev.js');
  const { DeviceSource } = await import('./device-source.js');
  const keys = settings.map.flatMap((text) => readPadKey(text) ?? []);
  return settings.device.map(
    (path) =>
      new EvdevKeypad({
        source: new DeviceSource({ path, grab: settings.grab }),
        timers,
        log: log.child('keypad'),
        arch: process.arch,
        map: new Map(keys.map(({ code, key }) => [code, key])),
      }),
  );
});
