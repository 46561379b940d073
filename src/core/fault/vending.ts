import type { FaultBlock } from './row.js';

/** 3xx: vending machines. 30x their lines, and what is not sold; 32x MDB and VTK; 33x a controller that polls us; 35x coin pulses. */
export const VENDING_FAULTS = {
  machineNotConnected: {
    number: 301,
    says: { id: 'Mesin tidak terhubung.', en: 'The machine is not connected.' },
    cause: {
      id: 'Tidak ada perangkat di path itu, belum ada yang menyambung, atau mesin berhenti bicara.',
      en: 'There is no such device, nobody has dialled, or the machine stopped speaking.',
    },
    remedy: {
      id: 'Kabel, listrik, path di bawah /dev/serial/by-id atau alamat dan port di [vending]; gopay-pos status menyebut sejak kapan.',
      en: 'Its cable, its power, the path below /dev/serial/by-id or address and port in [vending]; gopay-pos status says since when.',
    },
  },
  machineLineLost: {
    number: 302,
    says: { id: 'Mesin penjual terputus.', en: 'Vending machine was disconnected.' },
    cause: {
      id: 'Sambungan ke mesin putus atau dicabut.',
      en: 'The machine hung up, or its line was unplugged.',
    },
    remedy: {
      id: 'Kabel dan listrik mesin (papan MDB mendapat listrik dari mesin).',
      en: 'Cable and power of the machine (its bus powers an MDB board).',
    },
  },
  machinePortTaken: {
    number: 303,
    says: {
      id: 'Port mesin penjual dipakai atau tidak diizinkan.',
      en: 'Vending port is taken or not permitted.',
    },
    cause: {
      id: 'Port dipakai program lain, atau sistem tidak mengizinkan.',
      en: 'Another program has the port, or the system does not let us open it.',
    },
    remedy: {
      id: 'Grup dialout; ModemManager (aturan udev mencegahnya); konsol serial di Pi; port lain.',
      en: 'Group dialout; ModemManager (the udev rule keeps it off); the serial console on a Pi; another port.',
    },
  },
  amountNotSellable: {
    number: 304,
    says: { id: 'Nominal ini tidak bisa dijual di sini.', en: 'This amount cannot be sold here.' },
    cause: {
      id: 'Mesin tidak dapat mengeluarkan barang untuk nominal ini.',
      en: 'The machine cannot hand anything out for this amount.',
    },
    remedy: {
      id: 'Dengan pulsa: kelipatan vending.pulse_value, paling banyak vending.max_pulses.',
      en: 'With pulses: a multiple of vending.pulse_value, at most vending.max_pulses of them.',
    },
  },
  slotOutOfOrder: {
    number: 305,
    says: { id: 'Slot ini rusak.', en: 'This slot is out of order.' },
    cause: {
      id: 'Slot gagal terlalu sering berturut-turut (vending.slot_failures).',
      en: 'The slot failed too often in a row (vending.slot_failures).',
    },
    remedy: {
      id: 'Perbaiki, lalu gopay-pos slots clear SLOT.',
      en: 'Mend it, then gopay-pos slots clear SLOT.',
    },
  },
  boardSilent: {
    number: 320,
    says: { id: 'Papan MDB tidak menjawab.', en: 'The MDB board does not answer.' },
    cause: {
      id: 'Papan MDB tidak menjawab perintah, atau diatur ulang.',
      en: 'The MDB board does not answer a command, or is being set up anew.',
    },
    remedy: {
      id: 'Listriknya, path, program lain, vending.baud; di Pi, konsol serial harus mati.',
      en: 'Its power, the path, another program, vending.baud; on the Pi, the serial console must be off.',
    },
  },
  cashlessOff: {
    number: 321,
    says: {
      id: 'Mesin belum mengaktifkan pembayaran nontunai.',
      en: 'The machine has not enabled cashless payment.',
    },
    cause: {
      id: 'Mesin belum mengaktifkan pembaca nontunai, atau berhenti bertanya kepadanya.',
      en: 'The machine has not enabled the cashless reader, or has stopped polling it.',
    },
    remedy: {
      id: 'Cashless device 1 di menu mesin; kabel MDB, 24 V; pembaca lama di alamat sama; tabung koin kosong.',
      en: 'Cashless device 1 in its menu; MDB cable, 24 V; an old reader at the same address; empty coin tubes.',
    },
  },
  boardRefusesSetting: {
    number: 322,
    says: { id: 'Papan MDB menolak pengaturan.', en: 'The MDB board refuses a setting.' },
    cause: {
      id: 'Papan MDB menolak satu baris dari vending.setup.',
      en: 'The MDB board refuses a line of vending.setup.',
    },
    remedy: {
      id: 'vending.setup: bandingkan baris itu dengan manual papan.',
      en: 'vending.setup: compare the line with the manual of the board.',
    },
  },
  priceNotRupiah: {
    number: 323,
    says: {
      id: 'Harga dari mesin bukan jumlah rupiah.',
      en: 'The price of the machine is no amount in rupiah.',
    },
    cause: {
      id: 'Harga dari mesin nol atau bukan rupiah bulat.',
      en: "The machine's price is zero or no whole rupiah.",
    },
    remedy: {
      id: 'Mata uang dan desimal di menu mesin; vending.price_unit atau vending.minor_units.',
      en: 'Currency and decimals in the menu of the machine; vending.price_unit or vending.minor_units.',
    },
  },
  machineDamagedMessage: {
    number: 324,
    says: { id: 'Pesan mesin penjual rusak.', en: 'Damaged message from the vending machine.' },
    cause: {
      id: 'Byte yang datang bukan pesan utuh protokol ini.',
      en: 'What came is no whole message of this protocol.',
    },
    remedy: {
      id: 'Kabel dan arde; baud; benarkah protokol ini?',
      en: 'Cable and earth; baud; is it this protocol?',
    },
  },
  goodsUnknown: {
    number: 325,
    says: { id: 'Tidak ada kabar barang keluar.', en: 'No report whether the goods came out.' },
    cause: {
      id: 'Sudah dibayar, dan mesin tidak mengatakan apakah barang keluar.',
      en: 'It was paid, and the machine did not say whether the goods came out.',
    },
    remedy: {
      id: 'Ada di daftar utang: lihat slot dan penghitung mesin, lalu gopay-pos owed resolve; perpanjang vending.vend_seconds.',
      en: "On the owed list: look at the slot and the machine's own count, then gopay-pos owed resolve; raise vending.vend_seconds.",
    },
  },
  goodsFailed: {
    number: 326,
    says: { id: 'Barang tidak keluar.', en: 'The goods did not come out.' },
    cause: {
      id: 'Mesin sendiri mengatakan bahwa tidak ada barang yang keluar.',
      en: 'The machine itself says that nothing came out.',
    },
    remedy: {
      id: 'Slot kosong atau macet; penjualan ada di daftar utang.',
      en: 'Empty or jammed slot; the sale is owed.',
    },
  },
  machineRequestInvalid: {
    number: 327,
    says: {
      id: 'Permintaan mesin tidak dapat dijual.',
      en: 'The machine sent something that cannot be sold.',
    },
    cause: {
      id: 'Permintaan atau hasil dari mesin tanpa nomor atau jumlah yang sah.',
      en: 'A request or result of the machine has no sound number or amount.',
    },
    remedy: {
      id: 'Log menyebut kolomnya; firmware mesin.',
      en: 'The log names the field; firmware of the machine.',
    },
  },
  controllerSilent: {
    number: 330,
    says: { id: 'Pengendali mesin tidak mengirim poll.', en: 'The vending controller does not poll.' },
    cause: {
      id: 'Sambungan terbuka, dan 5 detik tidak ada poll.',
      en: 'The line is open, and no poll came for 5 s.',
    },
    remedy: {
      id: 'Listrik mesin; kabel (RX dan TX bersilang), 57600 baud; upper computer aktif di menunya.',
      en: 'Its power; cable (RX and TX crossed), 57600 baud; upper computer enabled in its menu.',
    },
  },
  slotNotSellable: {
    number: 331,
    says: { id: 'Slot ini tidak bisa dijual.', en: 'This slot cannot be sold.' },
    cause: {
      id: 'Pengendali tidak memberi harga untuk slot itu, atau menghentikannya.',
      en: 'The controller has no price for the slot (0, or never sent), or has paused it.',
    },
    remedy: {
      id: 'Harganya di pengendali; setelah mulai, tunggu sampai harga terkirim.',
      en: 'Its price in the controller; after a start, wait until the prices have come.',
    },
  },
  controllerDamagedBytes: {
    number: 332,
    says: { id: 'Data dari pengendali mesin rusak.', en: 'Damaged bytes from the vending controller.' },
    cause: {
      id: 'Byte dari pengendali rusak di jalan.',
      en: 'Bytes of the controller were damaged on the way.',
    },
    remedy: {
      id: 'Kabel, arde, baud; beberapa saat dinyalakan itu wajar.',
      en: 'Cable, earth, baud; a few at switching on are normal.',
    },
  },
  controllerNoAck: {
    number: 333,
    says: {
      id: 'Pengendali mesin tidak menerima perintah.',
      en: 'The vending controller did not take a command.',
    },
    cause: {
      id: 'Perintah dikirim enam kali tanpa konfirmasi, atau terlalu banyak yang menunggu.',
      en: 'A command was sent six times in vain, or too many wait for a poll.',
    },
    remedy: {
      id: 'Kabel; apakah menu atau pintunya terbuka? vending.deliver sesuai firmware-nya.',
      en: 'Cable; is its menu or door open? vending.deliver as its firmware knows it.',
    },
  },
  gpioToolsMissing: {
    number: 350,
    says: { id: 'Program untuk pulsa GPIO tidak ada.', en: 'The programs for GPIO pulses are missing.' },
    cause: {
      id: 'gpioset atau gpiodetect tidak ada, tidak jalan, atau versinya tidak dikenal.',
      en: 'gpioset or gpiodetect is missing, does not run, or is of an unknown version.',
    },
    remedy: { id: 'apt install gpiod.', en: 'apt install gpiod.' },
  },
  gpioChipMissing: {
    number: 351,
    says: { id: 'Chip GPIO untuk pulsa tidak ditemukan.', en: 'The GPIO chip for pulses was not found.' },
    cause: {
      id: 'Tidak ada chip GPIO dengan nama itu, lebih dari satu, atau tidak boleh kami lihat.',
      en: 'No GPIO chip has that name, several have it, or none may be seen by us.',
    },
    remedy: {
      id: 'gpiodetect sebagai pengguna layanan: vending.chip adalah salah satu labelnya; grup gpio.',
      en: 'gpiodetect as the service user: vending.chip is one of its labels; group gpio.',
    },
  },
  gpioLineTaken: {
    number: 352,
    says: {
      id: 'Jalur GPIO untuk pulsa tidak bisa dipakai.',
      en: 'The GPIO line for pulses could not be taken.',
    },
    cause: {
      id: 'Jalur dipakai yang lain, nomornya tidak ada, atau tidak bisa dilepas.',
      en: 'The line is used by something else, has no such number, or could not be left idle.',
    },
    remedy: {
      id: 'gpioinfo: dipakai yang lain (HAT, overlay, SPI, UART)? vending.line; grup gpio.',
      en: 'gpioinfo: is it used by something else (a HAT, an overlay, SPI, UART)? vending.line; group gpio.',
    },
  },
  pulsesIncomplete: {
    number: 353,
    says: { id: 'Rangkaian pulsa tidak selesai dengan baik.', en: 'A pulse train did not end well.' },
    cause: {
      id: 'Rangkaian pulsa mungkin terputus: jumlah yang keluar tidak diketahui.',
      en: 'The train may have been cut: how many pulses went out is not known.',
    },
    remedy: {
      id: 'Lihat penghitung mesin: penjualan ada di daftar utang, dan pulsa tidak dikirim lagi.',
      en: 'Look at what the machine counted: the sale is on the owed list, and no pulse is sent again.',
    },
  },
} as const satisfies FaultBlock;
