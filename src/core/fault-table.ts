import { type FaultRows, row } from './fault-row.js';
import { GATEWAY_FAULTS } from './gateway-faults.js';
import { MACHINE_FAULTS } from './machine-faults.js';
import { QR_FAULTS } from './qr-faults.js';
import { SCREEN_FAULTS } from './screen-faults.js';
import { SPEAKER_FAULTS } from './speaker-faults.js';
import { VENDING_FAULTS } from './vending-faults.js';

const DEVICE_FAULTS: FaultRows = {
  101: row(
    'Keypad not found.',
    'Keypad tidak ditemukan.',
    'Plug it in; compare the path with /dev/input/by-id.',
  ),
  102: row(
    'Keypad may not be opened.',
    'Keypad tidak boleh dibuka.',
    'The service user must be in the group input.',
  ),
  103: row('Keypad unplugged.', 'Keypad terlepas.', 'Plug it in and type again.'),
  104: row(
    'Keypad held by another program.',
    'Keypad dipakai program lain.',
    'Stop that program; mask getty on that console; use the udev rule.',
  ),
  105: row('Keys were lost, type again.', 'Tombol hilang, ketik ulang.', 'A stuck key?'),
  106: row('Not a keypad.', 'Bukan keypad.', 'Take the name that ends in -event-kbd.'),
  201: row(
    'Register is not connected.',
    'Mesin kasir tidak terhubung.',
    'Cable, path; over TCP: has it dialled, address and port.',
  ),
  202: row(
    'Register was disconnected.',
    'Mesin kasir terputus.',
    'Cable and power; the register can inquire afterwards.',
  ),
  203: row(
    'Register port is taken or not permitted.',
    'Port mesin kasir dipakai atau tidak diizinkan.',
    'Group dialout; another program; another port.',
  ),
  204: row(
    'Register did not acknowledge.',
    'Mesin kasir tidak menjawab.',
    'Inquire from it; raise its time-out; acknowledge = "assumed" for one that never does.',
  ),
  205: row(
    'Wrong checksum from the register.',
    'Checksum mesin kasir salah.',
    'Cable and earth; else register.lrc = "warn".',
  ),
  206: row(
    'Half a frame from the register.',
    'Frame mesin kasir terpotong.',
    'Cable, baud; some programs send 146 of 150 bytes.',
  ),
  207: row(
    'Unknown frame from the register.',
    'Frame mesin kasir tidak dikenal.',
    'Baud; register.profile, and the terminal model that is set in the register.',
  ),
  230: row(
    'Message that is no message of ours.',
    'Pesan tidak dikenali.',
    'The log and the answer name the field; the page of the JSON protocol.',
  ),
  231: row(
    'Program does not speak WebSocket as agreed.',
    'Program tidak memakai WebSocket dengan benar.',
    'One text message of at most 16 KiB each; the log says what came.',
  ),
  232: row(
    'Program was turned away.',
    'Program ditolak.',
    'The log says why: address, Origin, Host, HTTP at the wrong port.',
  ),
  233: row(
    'Too many messages.',
    'Terlalu banyak pesan.',
    'Ten requests a second; wait for the answer instead of asking again.',
  ),
  234: row(
    'Register did not take the answer.',
    'Mesin kasir menolak jawaban.',
    'It said taken = false: the sale is owed, see gopay-pos owed.',
  ),
  235: row(
    'The API is set to a public address.',
    'API diatur ke alamat umum.',
    'api.host = "127.0.0.1": its messages carry no password.',
  ),
  236: row(
    'The schema of the API is missing.',
    'Skema API tidak ada.',
    'The installation is incomplete: install the package again.',
  ),
  401: row('Printer is out of paper.', 'Kertas printer habis.', 'New roll, close the cover.'),
  402: row('Printer cover is open.', 'Tutup printer terbuka.', 'Close it until it clicks.'),
  403: row('Printer cutter is stuck.', 'Pemotong kertas macet.', 'Off, free the knife, on.'),
  404: row('Printer error.', 'Printer bermasalah.', 'Switch it off and on; then service.'),
  405: row('Printer is offline.', 'Printer tidak siap.', 'Feed or online button; let it cool.'),
  406: row(
    'Printer line was lost.',
    'Sambungan printer terputus.',
    'Cable, power, other users of the printer.',
  ),
  407: row(
    'Printer cannot be reached.',
    'Printer tidak terhubung.',
    'Plug, power, address; held by another program.',
  ),
  408: row(
    'Printer does not answer.',
    'Printer tidak menjawab.',
    'Power, cable, flow control; else printer.status = "none".',
  ),
  409: row('Printer takes no data.', 'Printer tidak menerima data.', 'Paper, cover, flow-control wire.'),
  410: row(
    'The QR does not fit the paper.',
    'Kode QR tidak muat di kertas.',
    'The width in the printer profile.',
  ),
  411: row(
    'Wrong printer device, or no permission.',
    'Perangkat printer salah atau tanpa izin.',
    'Path; the service user must be in the group lp.',
  ),
  412: row('The service is stopping.', 'Layanan sedang berhenti.', 'Nothing.'),
  413: row(
    'No such printer profile.',
    'Profil printer tidak dikenal.',
    'gopay-pos config explain printer.profile',
  ),
  462: row('The printer is not ready.', 'Printer belum siap.', 'Paper, cover, cable, power.'),
  463: row(
    'The terminal is not set up.',
    'Terminal belum diatur.',
    'Enable [page], [framebuffer] or [printer] in terminal.toml.',
  ),
};

const HOST_FAULTS: FaultRows = {
  701: row(
    'The journal cannot be opened.',
    'Jurnal tidak dapat dibuka.',
    'The detail names the reason; journal.directory.',
  ),
  702: row(
    'The journal cannot be written.',
    'Jurnal tidak dapat ditulis.',
    'Rights of journal.directory; a card that turned read-only is dying: change it.',
  ),
  703: row(
    'The journal would not be safe.',
    'Jurnal tidak aman.',
    'The file system does not allow synchronous WAL: use ext4.',
  ),
  704: row(
    'The journal is of a newer version.',
    'Jurnal dari versi lebih baru.',
    'Install the newer gopay-pos again.',
  ),
  705: row(
    'The journal could not be brought up to date.',
    'Jurnal tidak dapat diperbarui.',
    'Keep the file, report the detail.',
  ),
  706: row(
    'The journal is damaged.',
    'Jurnal rusak.',
    'It could not be set aside: copy it elsewhere, then remove it.',
  ),
  707: row(
    'Another terminal uses this journal.',
    'Jurnal dipakai terminal lain.',
    'Two services with one journal.directory.',
  ),
  710: row('The disk is full.', 'Disk penuh.', 'Free room where journal.directory lies.'),
  711: row('The journal could not be written.', 'Jurnal gagal ditulis.', 'The disk: dmesg; change the card.'),
  712: row('The disk is nearly full.', 'Disk hampir penuh.', 'Free room, or lower journal.min_free_mib.'),
  713: row('The disk cannot be asked.', 'Disk tidak dapat diperiksa.', 'Mount and directory.'),
  720: row(
    'The journal was damaged.',
    'Jurnal pernah rusak.',
    'Look at the file set aside (what is owed?), then gopay-pos accept-loss.',
  ),
  730: row(
    'The books do not add up.',
    'Pembukuan tidak cocok.',
    'gopay-pos shift close tells the difference; gopay-pos reconcile compares with Midtrans; then gopay-pos accept-loss.',
  ),
  731: row(
    'A part was refunded, amount unknown.',
    'Sebagian dikembalikan, jumlah tidak diketahui.',
    'The gateway names no amount: look in the dashboard, and take what is left off the owed list by hand.',
  ),
  750: row('The journal has not been checked.', 'Jurnal belum diperiksa.', 'Wait for the first check.'),
  801: row(
    'systemd did not take a message.',
    'systemd tidak menerima pesan.',
    'Nothing if rare; often: the box is overloaded.',
  ),
  802: row(
    'Cannot talk to systemd.',
    'Tidak dapat menghubungi systemd.',
    'Reinstall for this processor; use the shipped unit.',
  ),
  803: row(
    'The watchdog interval is unreadable.',
    'Nilai watchdog tidak sah.',
    'Remove WATCHDOG_USEC, use WatchdogSec=.',
  ),
  810: row(
    'A credential is missing.',
    'Kredensial tidak tersedia.',
    'Put the file that the line names into /etc/credstore and restart.',
  ),
  811: row('A secret file is unreadable.', 'Berkas rahasia tidak terbaca.', 'Path and owner.'),
  812: row(
    'A secret file is not safe.',
    'Berkas rahasia tidak aman.',
    'chmod 0400 and chown as the line says.',
  ),
  813: row('A secret is malformed.', 'Isi rahasia tidak sah.', 'One line, no blanks, UTF-8.'),
  814: row('A secret is too short.', 'Rahasia terlalu pendek.', 'At least 8 characters.'),
  830: row(
    'The control socket cannot be had.',
    'Soket kendali tidak tersedia.',
    'control.socket: folder, rights, another terminal.',
  ),
  831: row(
    'No terminal answers.',
    'Terminal tidak menjawab.',
    'Is it running? Are you root or in its group?',
  ),
  832: row('A port is taken.', 'Port sudah dipakai.', 'Another program, or another demo: --port 0.'),
  833: row(
    'control.socket names something else.',
    'control.socket menunjuk berkas lain.',
    'A file or folder lies there, and is left as it is: another path.',
  ),
  840: row(
    'A command failed.',
    'Perintah gagal.',
    'A fault of ours: the log has it; report it with that line.',
  ),
  900: row(
    'The configuration cannot be read.',
    'Konfigurasi tidak dapat dibaca.',
    'gopay-pos config check names every error.',
  ),
  910: row(
    'The key is of the other environment.',
    'Kunci milik lingkungan lain.',
    'Sandbox keys begin with SB-; environment in the configuration.',
  ),
  911: row(
    'The server key is malformed.',
    'Kunci server salah bentuk.',
    'The key alone, as the dashboard shows it.',
  ),
};

/** Stable numbers: the same on slip, screen, log and in the docs. */
export const FAULTS: FaultRows = {
  ...DEVICE_FAULTS,
  ...QR_FAULTS,
  ...SCREEN_FAULTS,
  ...VENDING_FAULTS,
  ...MACHINE_FAULTS,
  ...SPEAKER_FAULTS,
  ...GATEWAY_FAULTS,
  ...HOST_FAULTS,
};
