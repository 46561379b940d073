import { rupiah } from '../../../src/base/rupiah.js';
import { BAUD } from '../../../src/settings/fields.js';
import type { Guide } from '../../../src/settings/guide.js';
import { amount, choice, list, text } from '../../../src/settings/kinds.js';
import { defaulted } from '../../../src/settings/schema.js';
import { decoder } from '../../kit/decoder.js';
import { openLine } from '../../kit/open-line.js';
import { LINE, SPEED, vendingProtocol } from '../settings.js';

/** The USB numbers of the boards are not published; udev knows them by the name of their maker. */
const GUIDE: Guide = {
  title: {
    id: 'Mesin penjual MDB lewat papan antarmuka yang memakai baris teks (USB atau HAT untuk Pi)',
    en: 'MDB vending machine behind an interface board that speaks lines of text (USB, or a HAT for the Pi)',
  },
  wiring: {
    id: `Mesin dimatikan dulu. Kabel MDB 6 pin dari mesin ke konektor "peripheral" (slave) papan; papan dapat daya dari bus MDB.
Papan USB: kabel USB ke terminal; pakai nama di /dev/serial/by-id, bukan /dev/ttyACM0.
HAT untuk Pi: pasang di 40 pin, lalu /dev/ttyAMA0; konsol serial Linux harus mati (raspi-config, Interface, Serial).
Satu bus MDB hanya boleh punya satu alat nontunai di alamat yang sama: lepas pembaca kartu yang lama.`,
    en: `Switch the machine off first. The 6-pin MDB cable of the machine goes to the "peripheral" (slave) connector of the board; the bus powers the board.
USB board: USB cable to the terminal; use its name below /dev/serial/by-id, not /dev/ttyACM0.
HAT for the Pi: on the 40 pins, then /dev/ttyAMA0; the Linux serial console must be off (raspi-config, Interface, Serial).
One MDB bus has one cashless device at an address: take the old card reader off.`,
  },
  setup: {
    id: `Di menu mesin: aktifkan alat nontunai (cashless) nomor 1, dan bila ada, "always idle" atau "pilih dulu baru bayar".
Mesin tanpa "always idle": vending.session = "authorization-first".
Waktu tunggu nontunai di mesin sebaiknya 60 detik atau lebih; vending.patience_seconds tidak boleh lebih lama dari itu.
Mata uang dan desimal diatur di mesin; cocokkan harga pertama di log, lalu vending.price_unit.
DIP switch: papan USB tidak punya; di HAT ikuti buku papan untuk memilih UART atau USB.`,
    en: `In the machine's menu: enable cashless device 1 and, where there is one, "always idle" or "selection first".
A machine without "always idle": vending.session = "authorization-first".
The machine should wait 60 seconds or more for cashless; vending.patience_seconds must not be longer than that.
Currency and decimals are the machine's: compare the first price in the log, then set vending.price_unit.
DIP switches: the USB board has none; on a HAT, its manual says how UART or USB is chosen.`,
  },
  trial: {
    id: 'Nyalakan mesin: log menunjukkan "<- c,STATUS,ENABLED" lalu "vending present". Pilih barang termurah: "<- c,STATUS,VEND,harga,slot".',
    en: 'Switch the machine on: the log shows "<- c,STATUS,ENABLED", then "vending present". Choose the cheapest: "<- c,STATUS,VEND,price,slot".',
  },
};

const USUAL_BAUD = 115_200;

export const MDB_QIBIXX = vendingProtocol({
  id: 'mdb-qibixx',
  about: 'An MDB machine behind an MDB-USB or Pi Hat board that speaks the ASCII lines of Qibixx.',
  guides: [GUIDE],
  settings: {
    device: LINE,
    baud: defaulted(BAUD, USUAL_BAUD, SPEED),
    session: defaulted(
      choice('selection-first', 'authorization-first'),
      'selection-first',
      'Whether the customer chooses before we open a session (machines with "always idle"), or needs an open one to choose.',
    ),
    price_unit: defaulted(
      amount(1, 1_000_000),
      rupiah(1),
      'Rupiah that a price of 1 stands for: 1 where the machine says 15000.00, 1000 where it says 15.00. A price that comes to no whole rupiah is denied.',
    ),
    setup: defaulted(
      list(text('a command of the board, at most 60 characters', /^[A-Z](,[\x20-\x7e]{1,58})?$/), 20),
      [],
      'Commands that the board gets at each start, while its cashless device is off: ["C,SETCONF,mdb-currency-code=0x1360"]. The manual of the board has the keys.',
    ),
  },
  async open(settings, tools) {
    const { QibixxMachine } = await import('./driver.js');
    const { session, setup, priceUnit, vendSeconds } = settings;
    return new QibixxMachine({
      line: await openLine(settings, tools),
      unit: priceUnit,
      vendMs: vendSeconds * 1_000,
      ...{ session, setup, ...tools },
    });
  },
  async decoders() {
    const { BoardLineParser } = await import('./lines.js');
    const { readLine } = await import('./message.js');
    return [
      decoder({ id: 'mdb-qibixx', title: 'mdb-qibixx', baud: USUAL_BAUD }, new BoardLineParser(), (event) => {
        const { said } = readLine(event.text);
        return said === 'polled' ? { frame: true } : { frame: said !== 'other', text: event.text };
      }),
    ];
  },
});
