import type { Bilingual, Guide } from '../../../src/settings/guide.js';
import { choice, list, text } from '../../../src/settings/kinds.js';
import { defaulted } from '../../../src/settings/schema.js';
import { decoder } from '../../kit/decoder.js';
import { openLine } from '../../kit/open-line.js';
import { ACK_WAIT, ANSWER_IDS, cabled, REGISTER_BAUD, registerProtocol, ZONE_MINUTES } from '../settings.js';
import type { ProfileName } from './profiles.js';

/** Cable and settings are those of the register; we take the place of the card terminal on its line. */
const WIRING = cabled(1, {
  id: 'Lewat LAN: mesin kasir menghubungi terminal ini; isi alamat IP terminal dan port di pengaturan mesin kasir.',
  en: "By LAN: the register dials this terminal; enter the terminal's IP address and port in the register's settings.",
});

const PATIENCE: Bilingual = {
  id: 'Waktu tunggu mesin kasir sebaiknya 120 detik atau lebih, karena pelanggan masih harus membayar.',
  en: 'The register should wait 120 seconds or more for its answer: the customer has yet to pay.',
};

const SMALL_SALE: Bilingual = {
  id: 'Tidak ada echo test yang pasti: buat satu penjualan kecil dan batalkan di terminal. Log menunjukkan "<- sale (01)", lalu "-> ACK" dan jawaban ER.',
  en: 'There is no certain echo test: make one small sale and cancel it at the terminal. The log shows "<- sale (01)", then "-> ACK" and the answer ER.',
};

/** By the names in the configuration: whose terminal the register is set up for. */
export const PROFILE_GUIDES: Readonly<Record<ProfileName, Guide>> = {
  bca: profile({
    title: {
      id: 'Mesin kasir yang memakai frame tetap 150/200 byte (STX, panjang BCD, ETX, LRC tanpa STX)',
      en: 'Cash register with the fixed 150/200-byte frame (STX, BCD length, ETX, LRC without STX)',
    },
    setup: {
      id: 'Di mesin kasir: pilih mesin EDC dengan frame 150/200 byte, aktifkan QRIS (jenis transaksi 31 dan 32), dan samakan baud rate.',
      en: 'In the register: choose a payment terminal with the 150/200-byte frame, enable QRIS (transaction types 31 and 32), and set the same baud rate.',
    },
    trial: {
      id: 'Jalankan "echo test" (jenis 17) dari mesin kasir: log menunjukkan "<- echo test (17)" lalu "-> ACK" dan jawaban 00.',
      en: 'Run the echo test (type 17) from the register: the log shows "<- echo test (17)", then "-> ACK" and the answer 00.',
    },
  }),
  mandiri: profile({
    title: {
      id: 'Mesin kasir yang memakai frame tanpa panjang (STX, versi, jenis, ETX, LRC tanpa STX), rupiah bulat, jawaban berpemisah "|"',
      en: 'Cash register with frames of no length (STX, version, type, ETX, LRC without STX), whole rupiah, answers between bars',
    },
    setup: {
      id: 'Di mesin kasir: 9600 baud. Jenis QRIS tidak terdokumentasi: bila mesin kasir memakainya, log menunjukkan "unknown type (..)"; isi register.types, misalnya ["20=sale"].',
      en: 'In the register: 9600 baud. The type of QRIS is documented nowhere: where the register uses one, the log shows "unknown type (..)"; set register.types, for example ["20=sale"].',
    },
    trial: {
      id: 'Jalankan echo test (jenis ";0") dari mesin kasir: log menunjukkan "<- echo test (;0)" lalu "-> ACK" dan jawaban 00.',
      en: 'Run the echo test (type ";0") from the register: the log shows "<- echo test (;0)", then "-> ACK" and the answer 00.',
    },
  }),
  bri: profile({
    title: {
      id: 'Mesin kasir yang memakai frame tetap 200/300 byte (LRC dengan STX); jenis 04 membuat QR',
      en: 'Cash register with the fixed 200/300-byte frame (LRC with STX); type 04 generates a QR',
    },
    setup: {
      id: 'Di mesin kasir: pilih EDC dengan frame 200/300 byte, tanpa SSL; untuk LAN, port 9001. Penjualan lewat jenis 01 atau 04, status lewat jenis 05.',
      en: 'In the register: choose a terminal with the 200/300-byte frame, without SSL; by LAN, port 9001. Sales by type 01 or 04, status by type 05.',
    },
    trial: SMALL_SALE,
  }),
  cimb: profile({
    title: {
      id: 'Mesin kasir yang memakai frame tetap 200/300 byte (LRC dengan STX); jenis 05 adalah penjualan QRIS',
      en: 'Cash register with the fixed 200/300-byte frame (LRC with STX); type 05 is a QRIS sale',
    },
    setup: {
      id: 'Di mesin kasir: pilih EDC dengan frame 200/300 byte dan nomor invoice 6 digit, tanpa SSL; untuk LAN, port 9001. Penjualan lewat jenis 01 atau 05, status lewat jenis 06.',
      en: 'In the register: choose a terminal with the 200/300-byte frame and invoice numbers of six digits, without SSL; by LAN, port 9001. Sales by type 01 or 05, status by type 06.',
    },
    trial: SMALL_SALE,
  }),
};

function profile(own: Pick<Guide, 'title' | 'setup' | 'trial'>): Guide {
  const { id, en } = own.setup;
  return { ...own, wiring: WIRING, setup: { id: `${id}\n${PATIENCE.id}`, en: `${en}\n${PATIENCE.en}` } };
}

export const FIXED_FRAME = registerProtocol({
  id: 'fixed-frame',
  about: 'Frames of fixed fields; which ones, says profile.',
  guides: Object.values(PROFILE_GUIDES),
  stopBits: 1,
  tcpPort: {
    usual: ({ profile }) => (profile === 'bri' || profile === 'cimb' ? 9_001 : 8_150),
    words: '8150 with fixed-frame, 9001 with its profiles bri and cimb',
  },
  settings: {
    profile: defaulted(
      choice(...(Object.keys(PROFILE_GUIDES) as ProfileName[])),
      'bca',
      "The terminal that the register is set up for: frames of 150/200 bytes with a length (bca), of no length and whole rupiah (mandiri), or of 200/300 bytes (bri, cimb). We are compatible with these frames, and with nobody's product.",
    ),
    types: defaulted(
      list(
        text(
          'CODE=MEANING: two characters as the log shows them, and sale, inquiry, refund, reprint, settlement, totals, echo or none',
          /^[\x21-\x3c\x3e-\x7e]{2}=(sale|inquiry|refund|reprint|settlement|totals|echo|none)$/,
        ),
        16,
      ),
      [],
      'Types of questions that this register uses otherwise than its profile says, such as "08=refund". The log names each type that it does not know.',
    ),
    lrc: defaulted(
      choice('strict', 'warn'),
      'strict',
      'strict answers a wrong checksum with NAK; warn logs and accepts it, for registers that compute it wrong.',
    ),
    approval_length: defaulted(
      choice(9, 6),
      9,
      'Length of the approval code in QRIS answers of profile bca; some registers expect 6.',
    ),
    ack_wait_seconds: ACK_WAIT,
    ...ANSWER_IDS,
  },
  async open(settings, tools) {
    const { FixedFrameRegister } = await import('./driver.js');
    const { profileOf } = await import('./profiles.js');
    const { timers, log } = tools;
    const { acknowledge, lrc, merchantId, terminalId } = settings;
    return new FixedFrameRegister({
      line: await openLine(settings, tools),
      profile: profileOf(settings.profile, settings.types),
      ackWaitMs: settings.ackWaitSeconds * 1000,
      // One that never acknowledges would take each resend for another answer.
      resends: acknowledge === 'assumed' ? 0 : settings.resends,
      zoneMinutes: ZONE_MINUTES[settings.zone],
      qrisApprovalLength: settings.approvalLength,
      ...{ timers, log, lrc, acknowledge, merchantId, terminalId },
    });
  },
  async decoders(settings) {
    const { describeBadFrame, describeChecksum, describeQuestion } = await import('./describe.js');
    const { FixedFrameParser } = await import('./frame.js');
    const { profileOf } = await import('./profiles.js');
    const names =
      settings === undefined ? (Object.keys(PROFILE_GUIDES) as ProfileName[]) : [settings.profile];
    return names.map((id) => {
      const profile = profileOf(id, settings?.types);
      const about = { id, title: `fixed-frame ${id}`, baud: REGISTER_BAUD };
      return decoder(about, new FixedFrameParser({ profile, lrc: 'warn' }), (event) => {
        if (event.kind === 'bad')
          return { frame: false, text: describeBadFrame(event.why, event.bytes, profile) };
        if (event.kind !== 'frame') return { frame: false, text: event.kind.toUpperCase() };
        // An echo of noise could be a frame with a wrong sum; only a right one is evidence.
        const right = event.checksum === 'right';
        const sum = right ? '' : `, ${describeChecksum(event.frame, profile)}`;
        return { frame: right, text: `${describeQuestion(event.frame, profile)}${sum}` };
      });
    });
  },
});
