import { type FaultRows, row } from './fault-row.js';

/** 33x: a controller that polls us. 35x: coin pulses. */
export const MACHINE_FAULTS: FaultRows = {
  330: row(
    'The vending controller does not poll.',
    'Pengendali mesin tidak mengirim poll.',
    'Its power, cable (RX and TX crossed), baud; its setting for an upper computer.',
  ),
  331: row(
    'This slot cannot be sold.',
    'Slot ini tidak bisa dijual.',
    'Its price in the controller (0, or never sent), or paused there.',
  ),
  332: row(
    'Damaged bytes from the vending controller.',
    'Data dari pengendali mesin rusak.',
    'Cable, earth, baud.',
  ),
  333: row(
    'The vending controller did not take a command.',
    'Pengendali mesin tidak menerima perintah.',
    'Cable; is its menu open? vending.deliver as its firmware knows it.',
  ),
  350: row(
    'The programs for GPIO pulses are missing.',
    'Program untuk pulsa GPIO tidak ada.',
    'apt install gpiod',
  ),
  351: row(
    'The GPIO chip for pulses was not found.',
    'Chip GPIO untuk pulsa tidak ditemukan.',
    'gpiodetect as the service user: vending.chip is one of its labels; group gpio.',
  ),
  352: row(
    'The GPIO line for pulses could not be taken.',
    'Jalur GPIO untuk pulsa tidak bisa dipakai.',
    'gpioinfo: is the line used by something else? vending.line; group gpio.',
  ),
  353: row(
    'A pulse train did not end well.',
    'Rangkaian pulsa tidak selesai dengan baik.',
    'Look at what the machine counted: the sale is on the owed list, and no pulse is sent again.',
  ),
};
