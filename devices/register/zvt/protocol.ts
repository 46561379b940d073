import type { Guide } from '../../../src/settings/guide.js';
import { choice, seconds, text } from '../../../src/settings/kinds.js';
import { defaulted } from '../../../src/settings/schema.js';
import { type Decoder, decoder } from '../../kit/decoder.js';
import { openLine } from '../../kit/open-line.js';
import { ANSWER_IDS, cabled, REGISTER_BAUD, registerProtocol, ZONE_MINUTES } from '../settings.js';

const STOP_BITS = 2;

const GUIDE: Guide = {
  title: {
    id: 'Mesin kasir yang memakai ZVT (terminal di serial 9600 8N2, atau TCP port 20007)',
    en: 'Cash register that speaks ZVT (terminal on serial 9600 8N2, or on TCP port 20007)',
  },
  wiring: cabled(STOP_BITS, {
    id: 'Lewat LAN: mesin kasir menghubungi terminal ini; isi alamat IP terminal dan port 20007 di pengaturan mesin kasir.',
    en: "By LAN: the register dials this terminal; enter the terminal's IP address and port 20007 in the register's settings.",
  }),
  setup: {
    id: `Di mesin kasir: pilih terminal ZVT (ZVT 700, "ZVT serial" atau "ZVT TCP/IP"), baud rate yang sama, mata uang 0360 (rupiah).
Jika mesin kasir hanya bisa memakai kode lain (misalnya 0978), isi kode itu di "currency"; jumlahnya tetap dibaca sebagai rupiah.
Jika mesin kasir mengirim rupiah tanpa dua angka desimal, isi minor_units = 0.
Aktifkan "intermediate status" (bit 08), supaya mesin kasir menunggu selama QR terbuka; tanpa itu QR hanya berumur 155 detik.`,
    en: `In the register: choose a ZVT terminal (ZVT 700, "ZVT serial" or "ZVT TCP/IP"), the same baud rate, currency 0360 (rupiah).
Where the register knows another code only (0978, say), set that as "currency"; amounts are read as rupiah all the same.
Where the register sends rupiah without two decimals, set minor_units = 0.
Enable intermediate status (bit 08), so that it waits while the QR is open; without it the QR lives 155 seconds only.`,
  },
  trial: {
    id: 'Jalankan registrasi atau "status enquiry" dari mesin kasir: log menunjukkan "<- 06 00 registration" atau "<- 05 01 status enquiry", lalu "-> 80 00 confirmed" dan "-> 06 0F completion".',
    en: 'Run a registration or a status enquiry from the register: the log shows "<- 06 00 registration" or "<- 05 01 status enquiry", then "-> 80 00 confirmed" and "-> 06 0F completion".',
  },
};

export const ZVT = registerProtocol({
  id: 'zvt',
  about: `${GUIDE.title.en}.`,
  guides: [GUIDE],
  stopBits: STOP_BITS,
  tcpPort: { usual: () => 20_007, words: '20007 with zvt' },
  settings: {
    currency: defaulted(
      text('four digits', /^\d{4}$/),
      '0360',
      'The numeric code of the currency that the register says, or means where it says none. 0360 is the rupiah; the amount is taken for rupiah whatever this says.',
    ),
    minor_units: defaulted(
      choice(2, 0),
      2,
      'Decimals of the amounts on the wire, 2 (the last two digits are 00) or 0 for registers that send whole rupiah.',
    ),
    ack_wait_seconds: defaulted(
      seconds(1, 30),
      5,
      'How long to wait for the reply to each command, and for that to an answer before it is sent again.',
    ),
    ...ANSWER_IDS,
  },
  async open(settings, tools) {
    const { ZvtRegister } = await import('./driver.js');
    const { timers, log } = tools;
    const { currency, minorUnits, merchantId, terminalId, resends } = settings;
    return new ZvtRegister({
      line: await openLine(settings, tools, STOP_BITS),
      framing: 'device' in settings ? 'serial' : 'stream',
      ackWaitMs: settings.ackWaitSeconds * 1000,
      zoneMinutes: ZONE_MINUTES[settings.zone],
      ...{ timers, log, resends, currency, minorUnits, merchantId, terminalId },
    });
  },
  async decoders(settings) {
    const { describeApdu, describeBadMessage } = await import('./describe.js');
    const { SerialFrameParser } = await import('./serial-frame.js');
    const { StreamParser } = await import('./stream-frame.js');
    const over = (tcpOnly: boolean): Decoder => {
      const id = tcpOnly ? 'zvt-tcp' : 'zvt';
      const about = { id, title: 'zvt', baud: REGISTER_BAUD, stopBits: STOP_BITS, tcpOnly } as const;
      return decoder(about, tcpOnly ? new StreamParser() : new SerialFrameParser(), (event) => {
        if (event.kind === 'apdu') return { frame: true, text: describeApdu(event.apdu) };
        if (event.kind === 'bad') return { frame: false, text: describeBadMessage(event.why, event.bytes) };
        return { frame: false, text: event.kind.toUpperCase() };
      });
    };
    return settings === undefined ? [over(false), over(true)] : [over(!('device' in settings))];
  },
});
