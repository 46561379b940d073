import { type FaultBlock, row } from './row.js';

/** 415 to 424: what operators send from afar. */
export const OPERATOR_FAULTS = {
  commandMalformed: row(415, {
    saysId: 'Perintah jarak jauh tidak terbaca.',
    saysEn: 'A command from afar cannot be read.',
    causeId: 'Pesan perintah terlalu besar, bukan JWS, atau isinya tidak sesuai bentuknya.',
    causeEn: 'What came as a command is too large, no JWS, or not of the form that it must have.',
    remedyId: 'Versi gopay-pos pengirim dan terminal; siapa lagi boleh menulis topik itu di broker?',
    remedyEn: 'Versions of sender and terminal; who else may write that topic at the broker?',
  }),
  commandForged: row(416, {
    saysId: 'Perintah jarak jauh bukan dari operator yang dikenal.',
    saysEn: 'A command from afar is of no known operator.',
    causeId: 'Tidak ada [[operator]] dengan nama itu, atau tanda tangannya bukan dari kuncinya.',
    causeEn: 'No [[operator]] has that name, or its signature is not of his key.',
    remedyId: 'Kunci operator di terminal.toml; kalau tidak ada yang mengirim: siapa masuk ke broker?',
    remedyEn: 'The public key in terminal.toml; if nobody sent it: who is in the broker?',
  }),
  commandForeign: row(417, {
    saysId: 'Perintah jarak jauh untuk terminal lain.',
    saysEn: 'A command from afar is for another terminal.',
    causeId: 'Ditandatangani untuk terminal atau merchant lain.',
    causeEn: 'It was signed for another terminal or merchant.',
    remedyId: 'terminal.id dan terminal.merchant; atau perintah lama dikirim ulang oleh orang lain.',
    remedyEn: 'terminal.id and terminal.merchant; or somebody sent on what was for another one.',
  }),
  commandExpired: row(418, {
    saysId: 'Perintah jarak jauh kedaluwarsa.',
    saysEn: 'A command from afar has expired.',
    causeId: 'Datang setelah waktunya habis, atau jam pengirim lebih dari lima menit di depan.',
    causeEn: 'It came after its time, or the clock of the sender is over five minutes ahead.',
    remedyId: 'Kirim lagi; jam komputer pengirim (timedatectl).',
    remedyEn: 'Send it again; the clock of the machine that sends (timedatectl).',
  }),
  commandReplayed: row(419, {
    saysId: 'Perintah jarak jauh sudah pernah datang.',
    saysEn: 'A command from afar was there before.',
    causeId: 'Nomornya sudah dipakai, atau lebih tua daripada yang masih diingat.',
    causeEn: 'Its number was used before, or is older than what is remembered.',
    remedyId: 'Kirim lagi, bukan salinannya; kalau tidak ada yang mengirim: siapa masuk ke broker?',
    remedyEn: 'Send another one, not a copy; if nobody did: who is in the broker?',
  }),
  commandNotAllowed: row(420, {
    saysId: 'Perintah jarak jauh tidak diizinkan.',
    saysEn: 'A command from afar is not allowed.',
    causeId: 'Tidak ada di operator.may, tidak pernah boleh dari jauh, atau terlalu sering.',
    causeEn: 'It is not in operator.may, or is never done from afar, or they come too often.',
    remedyId: 'operator.may di terminal.toml; uang hanya digerakkan di terminal sendiri.',
    remedyEn: 'operator.may in terminal.toml; money is moved at the terminal alone.',
  }),
  commandClock: row(421, {
    saysId: 'Jam terminal belum dipercaya, perintah ditolak.',
    saysEn: 'The clock is not trusted, so the command is refused.',
    causeId: 'Terminal tidak tahu apakah perintah itu masih berlaku: jamnya belum dibandingkan.',
    causeEn: 'The terminal cannot know whether the command still holds: its clock was not compared.',
    remedyId: 'NTP (timedatectl); jam dibandingkan begitu gateway menjawab. Lalu kirim lagi.',
    remedyEn: 'NTP (timedatectl); it is compared as soon as the gateway answers. Then send it again.',
  }),
  commandCutOff: row(422, {
    saysId: 'Tidak diketahui apakah perintah jarak jauh dijalankan.',
    saysEn: 'Whether a command from afar was done is not known.',
    causeId: 'Terminal berhenti ketika perintah itu sedang dijalankan; tidak diulang sendiri.',
    causeEn: 'The terminal was cut off while it was doing it; it is not done again by itself.',
    remedyId: 'Lihat dengan status, products sold-out atau maintenance, lalu kirim lagi bila perlu.',
    remedyEn: 'Look with status, products sold-out or maintenance, then send it again if need be.',
  }),
} satisfies FaultBlock;
