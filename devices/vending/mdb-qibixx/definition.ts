import type { VendingDefinition } from '../definition.js';

/** The USB numbers of the boards are not published; udev knows them by the name of their maker. */
export const MDB_QIBIXX: VendingDefinition = {
  kind: 'vending',
  model: 'mdb-qibixx',
  title: {
    id: 'Mesin penjual MDB lewat papan antarmuka yang memakai baris teks (USB atau HAT untuk Pi)',
    en: 'MDB vending machine behind an interface board that speaks lines of text (USB, or a HAT for the Pi)',
  },
  baudRates: [115_200, 57_600, 38_400, 19_200, 9_600],
  defaultBaudRate: 115_200,
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
  settings: {
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
