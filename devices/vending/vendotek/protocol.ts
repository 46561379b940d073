import { hex } from '../../../src/base/bytes.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { VendingMachine } from '../../../src/port/vending.js';
import { BAUD, CALLERS, LISTEN, OWN_PORT } from '../../../src/settings/fields.js';
import type { Guide } from '../../../src/settings/guide.js';
import { choice, seconds } from '../../../src/settings/kinds.js';
import { defaulted, type ValuesOf } from '../../../src/settings/schema.js';
import { type Decoder, decoder } from '../../kit/decoder.js';
import { type LinePlace, openLine } from '../../kit/open-line.js';
import type { Tools } from '../../kit/tools.js';
import { LINE, SPEED, type VENDING_SETTINGS, vendingProtocol } from '../settings.js';

/** Over TCP and over a serial line: the messages are the same. */
const GUIDE: Guide = {
  title: {
    id: 'Mesin atau pengendali yang memakai protokol VTK, lewat LAN atau serial',
    en: 'Machine or controller that speaks the VTK protocol, by LAN or serial',
  },
  wiring: {
    id: `LAN: mesin menghubungi terminal ini. Isi alamat IP terminal dan port 62801 di pengaturan mesin; beri terminal alamat tetap.
Serial: RS232 115200, 8 bit data, tanpa paritas, 1 stop bit, tanpa flow control; kabel null-modem (2-3, 3-2, 5-5).
Mesin dengan level TTL 3,3 V memerlukan adaptor TTL, bukan RS232.`,
    en: `LAN: the machine dials this terminal. Enter the terminal's IP address and port 62801 in the machine; give the terminal a fixed address.
Serial: RS232 at 115200, 8 data bits, no parity, 1 stop bit, no flow control; null-modem cable (2-3, 3-2, 5-5).
A machine with TTL levels of 3.3 V needs a TTL adapter, not an RS232 one.`,
  },
  setup: {
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

const USUAL_BAUD = 115_200;

const MESSAGES = {
  minor_units: defaulted(
    choice(0, 2),
    0,
    'Decimal places of the amounts: 0 for whole rupiah, 2 where the machine counts cents.',
  ),
  operation_seconds: defaulted(
    seconds(30, 600),
    120,
    'How long the machine is told to wait for the payment. The QR is closed before that.',
  ),
};

export const VENDOTEK = vendingProtocol({
  id: 'vendotek',
  about: 'A machine that speaks VTK over TCP; it connects to us.',
  guides: [GUIDE],
  settings: {
    host: LISTEN,
    callers: CALLERS,
    port: defaulted(OWN_PORT, 62_801, 'Port to listen on. 0 lets the system choose.'),
    ...MESSAGES,
  },
  open: (settings, tools) => open(settings, tools),
  decoders: () => decoders('vendotek', 'tcp'),
});

export const VENDOTEK_SERIAL = vendingProtocol({
  id: 'vendotek-serial',
  about: 'The same over a serial line.',
  guides: [GUIDE],
  settings: { device: LINE, baud: defaulted(BAUD, USUAL_BAUD, SPEED), ...MESSAGES },
  open: (settings, tools) => open(settings, tools),
  decoders: () => decoders('vendotek-serial', 'serial'),
});

async function open(
  settings: ValuesOf<typeof MESSAGES> & ValuesOf<typeof VENDING_SETTINGS> & LinePlace,
  tools: Tools,
): Promise<VendingMachine> {
  const { VendotekMachine } = await import('./driver.js');
  const { minorUnits, operationSeconds, vendSeconds } = settings;
  return new VendotekMachine({
    carrier: 'device' in settings ? 'serial' : 'tcp',
    line: await openLine(settings, tools),
    vendMs: vendSeconds * 1_000,
    ...{ minorUnits, operationSeconds, ...tools },
  });
}

async function decoders(id: string, carrier: 'serial' | 'tcp'): Promise<readonly Decoder[]> {
  const { VtkFrameParser } = await import('./frame.js');
  const { describeMessage } = await import('./message.js');
  const about = { id, title: id, baud: USUAL_BAUD, tcpOnly: carrier === 'tcp' };
  return [
    decoder(about, new VtkFrameParser(carrier), (event) => {
      if (event.kind === 'body') return { frame: true, text: describeMessage(event.body) };
      return { frame: false, text: `E${FAULT.machineDamagedMessage} ${event.why}: ${hex(event.bytes)}` };
    }),
  ];
}
