import { type FaultRows, row } from './fault-row.js';

/** 30x: the lines of vending machines, and what is not sold. 32x: and what MDB and VTK machines do. */
export const VENDING_FAULTS: FaultRows = {
  301: row(
    'The machine is not connected.',
    'Mesin tidak terhubung.',
    'Its cable, its power, the path or port in [vending]; gopay-pos status says since when.',
  ),
  302: row('Vending machine was disconnected.', 'Mesin penjual terputus.', 'Cable and power of the machine.'),
  303: row(
    'Vending port is taken or not permitted.',
    'Port mesin penjual dipakai atau tidak diizinkan.',
    'Group dialout; another program; another port.',
  ),
  304: row(
    'This amount cannot be sold here.',
    'Nominal ini tidak bisa dijual di sini.',
    'With pulses: a multiple of vending.pulse_value, at most vending.max_pulses of them.',
  ),
  305: row(
    'This slot is out of order.',
    'Slot ini rusak.',
    'It failed too often in a row: mend it, then gopay-pos slots clear SLOT.',
  ),
  320: row(
    'The MDB board does not answer.',
    'Papan MDB tidak menjawab.',
    'Its power, the path, vending.baud; on the Pi, the serial console must be off.',
  ),
  321: row(
    'The machine has not enabled cashless payment.',
    'Mesin belum mengaktifkan pembayaran nontunai.',
    'MDB cable, 24 V, cashless in the menu of the machine, its coin tubes.',
  ),
  322: row(
    'The MDB board refuses a setting.',
    'Papan MDB menolak pengaturan.',
    'vending.setup: compare the line with the manual of the board.',
  ),
  323: row(
    'The price of the machine is no amount in rupiah.',
    'Harga dari mesin bukan jumlah rupiah.',
    'Currency and decimals in the menu of the machine; vending.price_unit or vending.minor_units.',
  ),
  324: row(
    'Damaged message from the vending machine.',
    'Pesan mesin penjual rusak.',
    'Cable and earth; baud; is it this protocol?',
  ),
  325: row(
    'No word whether the goods came out.',
    'Tidak ada kabar barang keluar.',
    'On the owed list: look at the slot and the count of the machine; vending.vend_seconds.',
  ),
  326: row('The goods did not come out.', 'Barang tidak keluar.', 'Empty or jammed slot; the sale is owed.'),
  327: row(
    'The machine sent something that cannot be sold.',
    'Permintaan mesin tidak dapat dijual.',
    'The detail names the field.',
  ),
};
