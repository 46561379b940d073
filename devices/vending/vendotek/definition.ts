import type { VendingDefinition } from '../definition.js';

/** Over TCP and over a serial line: the messages are the same. */
export const VENDOTEK: VendingDefinition = {
  kind: 'vending',
  model: 'vendotek',
  title: {
    id: 'Mesin atau pengendali yang memakai protokol VTK, lewat LAN atau serial',
    en: 'Machine or controller that speaks the VTK protocol, by LAN or serial',
  },
  baudRates: [115_200, 57_600, 38_400, 19_200, 9_600],
  defaultBaudRate: 115_200,
  defaultTcpPort: 62_801,
  wiring: {
    id: `LAN: mesin menghubungi terminal ini. Isi alamat IP terminal dan port 62801 di pengaturan mesin; beri terminal alamat tetap.
Serial: RS232 115200, 8 bit data, tanpa paritas, 1 stop bit, tanpa flow control; kabel null-modem (2-3, 3-2, 5-5).
Mesin dengan level TTL 3,3 V memerlukan adaptor TTL, bukan RS232.`,
    en: `LAN: the machine dials this terminal. Enter the terminal's IP address and port 62801 in the machine; give the terminal a fixed address.
Serial: RS232 at 115200, 8 data bits, no parity, 1 stop bit, no flow control; null-modem cable (2-3, 3-2, 5-5).
A machine with TTL levels of 3.3 V needs a TTL adapter, not an RS232 one.`,
  },
  settings: {
    id: `Di mesin: alat bayar VTK (POS), dan nomor operasi diambil dari jawaban IDL alat bayar.
Bila jumlah di mesin memakai sen (Rp15.000 tampil 1500000): vending.minor_units = 2.
DIP switch pengendali: pilih RS232 (bukan RS485) bila ada.`,
    en: `In the machine: a VTK payment device (POS), and operation numbers taken from the payment device's answer to IDL.
Where the machine counts cents (Rp15.000 is 1500000): vending.minor_units = 2.
DIP switches of the controller: RS232 (not RS485), where there are any.`,
  },
  trial: {
    id: 'Log menunjukkan "<- IDL" lalu "-> IDL operation ..., time-out s 120" dan "vending present". Pilih barang termurah: "<- VRP ...".',
    en: 'The log shows "<- IDL", then "-> IDL operation ..., time-out s 120" and "vending present". Choose the cheapest: "<- VRP ...".',
  },
};
