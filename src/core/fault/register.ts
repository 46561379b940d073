import type { FaultBlock } from './row.js';

/** 2xx: registers. 20x their lines and frames, 23x programs that speak JSON. */
export const REGISTER_FAULTS = {
  registerNotConnected: {
    number: 201,
    says: { id: 'Mesin kasir tidak terhubung.', en: 'Register is not connected.' },
    cause: {
      id: 'Tidak ada perangkat di path itu, atau belum ada mesin kasir yang menyambung.',
      en: 'There is no such device, or no register has dialled.',
    },
    remedy: {
      id: 'Kabel, path di bawah /dev/serial/by-id; lewat TCP: sudahkah mesin kasir menyambung, alamat dan port.',
      en: 'Cable, path below /dev/serial/by-id; over TCP: has it dialled, address and port.',
    },
  },
  registerLineLost: {
    number: 202,
    says: { id: 'Mesin kasir terputus.', en: 'Register was disconnected.' },
    cause: {
      id: 'Sambungan ke mesin kasir putus, atau jawaban tidak terkirim karenanya.',
      en: 'The line to the register went away, or an answer was not sent because of it.',
    },
    remedy: {
      id: 'Kabel dan listrik mesin kasir; penjualan tetap tersimpan, mesin kasir dapat menanyakannya.',
      en: 'Cable and power; the sale is kept, the register can inquire afterwards.',
    },
  },
  registerPortTaken: {
    number: 203,
    says: {
      id: 'Port mesin kasir dipakai atau tidak diizinkan.',
      en: 'Register port is taken or not permitted.',
    },
    cause: {
      id: 'Port dipakai program lain, atau sistem tidak mengizinkan.',
      en: 'Another program has the port, or the system does not let us open it.',
    },
    remedy: {
      id: 'Grup dialout; program lain (ModemManager); port lain.',
      en: 'Group dialout; another program (ModemManager); another port.',
    },
  },
  registerNoAck: {
    number: 204,
    says: { id: 'Mesin kasir tidak menjawab.', en: 'Register did not acknowledge.' },
    cause: {
      id: 'Mesin kasir tidak mengonfirmasi jawaban atau perintah yang dikirim.',
      en: 'The register did not acknowledge an answer or command.',
    },
    remedy: {
      id: 'Tanyakan dari mesin kasir; perpanjang waktu tunggunya; acknowledge = "assumed" untuk yang tidak pernah mengonfirmasi.',
      en: 'Inquire from it; raise its time-out; acknowledge = "assumed" for one that never does.',
    },
  },
  registerChecksum: {
    number: 205,
    says: { id: 'Checksum mesin kasir salah.', en: 'Wrong checksum from the register.' },
    cause: {
      id: 'Byte rusak di jalan, atau mesin kasir menghitung checksum lain.',
      en: 'Bytes were damaged on the way, or the register computes another checksum.',
    },
    remedy: {
      id: 'Kabel dan arde dulu; bila setiap frame begitu, lrc = "warn" (bukan ZVT).',
      en: 'Cable and earth first; if every frame has it, lrc = "warn" (not with ZVT).',
    },
  },
  registerHalfFrame: {
    number: 206,
    says: { id: 'Frame mesin kasir terpotong.', en: 'Half a frame from the register.' },
    cause: { id: 'Frame berhenti di tengah, lalu diam.', en: 'A frame broke off, then silence.' },
    remedy: {
      id: 'Kabel, baud; ada program yang mengirim 146 dari 150 byte bila satu kolom kosong.',
      en: 'Cable, baud; some programs send 146 of 150 bytes when a field is empty.',
    },
  },
  registerUnknownFrame: {
    number: 207,
    says: { id: 'Frame mesin kasir tidak dikenal.', en: 'Unknown frame from the register.' },
    cause: {
      id: 'Byte yang datang bukan frame protokol yang diatur.',
      en: 'What came is no frame of the protocol that is set.',
    },
    remedy: {
      id: 'Baud; register.protocol dan register.profile, dan model terminal yang diatur di mesin kasir.',
      en: 'Baud; register.protocol and profile, and the terminal model that is set in the register.',
    },
  },
  apiMalformed: {
    number: 230,
    says: { id: 'Pesan tidak dikenali.', en: 'Message that is no message of ours.' },
    cause: {
      id: 'Sebuah baris bukan pesan protokol JSON, atau sebuah kolom salah.',
      en: 'A line is no message of the JSON protocol, or a field is wrong.',
    },
    remedy: {
      id: 'Log dan jawaban menyebut kolomnya; lewat serial juga baud dan kabel.',
      en: 'The log and the answer name the field; on a serial line also baud and cable.',
    },
  },
  apiNotWebSocket: {
    number: 231,
    says: {
      id: 'Program tidak memakai WebSocket dengan benar.',
      en: 'Program does not speak WebSocket as agreed.',
    },
    cause: {
      id: 'Bukan WebSocket menurut RFC 6455, lebih dari 16 KiB, atau biner.',
      en: 'Not WebSocket as RFC 6455 has it, more than 16 KiB, or binary.',
    },
    remedy: {
      id: 'Satu pesan teks paling besar 16 KiB; log menulis apa yang datang.',
      en: 'One text message of at most 16 KiB each; the log says what came.',
    },
  },
  apiTurnedAway: {
    number: 232,
    says: { id: 'Program ditolak.', en: 'Program was turned away.' },
    cause: {
      id: 'Origin atau Host bukan milik mesin ini, terlalu banyak program, atau HTTP di port yang salah.',
      en: 'Origin or Host is not of this machine, too many programs, or HTTP at the wrong port.',
    },
    remedy: {
      id: 'Log menyebut sebabnya; halaman harus dari mesin ini, alamatnya 127.0.0.1.',
      en: 'The log says why; a page has to come from this machine, by 127.0.0.1.',
    },
  },
  apiTooMany: {
    number: 233,
    says: { id: 'Terlalu banyak pesan.', en: 'Too many messages.' },
    cause: {
      id: 'Program mengirim lebih banyak pesan daripada yang diterima.',
      en: 'The program sent more messages than are taken.',
    },
    remedy: {
      id: 'Sepuluh permintaan sedetik; tunggu jawaban, jangan tanya lagi.',
      en: 'Ten requests a second; wait for the answer instead of asking again.',
    },
  },
  registerRejected: {
    number: 234,
    says: { id: 'Mesin kasir menolak jawaban.', en: 'Register did not take the answer.' },
    cause: { id: 'Mesin kasir menjawab taken = false.', en: 'The register answered taken = false.' },
    remedy: { id: 'Penjualan ada di daftar utang: gopay-pos owed.', en: 'The sale is owed: gopay-pos owed.' },
  },
  apiPublicAddress: {
    number: 235,
    says: { id: 'API diatur ke alamat umum.', en: 'The API is set to a public address.' },
    cause: {
      id: 'api.host bukan alamat mesin ini sendiri, dan pesannya tanpa kata sandi.',
      en: "api.host is not this machine's own address, and the messages carry no password.",
    },
    remedy: { id: 'api.host = "127.0.0.1".', en: 'api.host = "127.0.0.1".' },
  },
  apiSchemaMissing: {
    number: 236,
    says: { id: 'Skema API tidak ada.', en: 'The schema of the API is missing.' },
    cause: {
      id: 'Berkas skema tidak ada: instalasi tidak lengkap.',
      en: 'The file of the schema is not there: the installation is incomplete.',
    },
    remedy: { id: 'Pasang ulang paketnya.', en: 'Install the package again.' },
  },
} as const satisfies FaultBlock;
