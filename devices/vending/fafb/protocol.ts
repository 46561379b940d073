import { hex } from '../../../src/base/bytes.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { BAUD } from '../../../src/settings/fields.js';
import type { Guide } from '../../../src/settings/guide.js';
import { amount, choice, flag } from '../../../src/settings/kinds.js';
import { defaulted } from '../../../src/settings/schema.js';
import { decoder } from '../../kit/decoder.js';
import { openLine } from '../../kit/open-line.js';
import { LINE, SPEED, vendingProtocol } from '../settings.js';

const GUIDE: Guide = {
  title: {
    id: 'Pengendali mesin penjual (VMC) dengan frame FA FB, yang menganggap terminal ini komputer atasnya',
    en: 'Vending controller (VMC) with FA FB frames, which takes this terminal for its upper computer',
  },
  wiring: {
    id: `RS232 di konektor "PC", "Android" atau "upper computer" pengendali, 8 bit data, tanpa paritas, 1 stop bit, tanpa flow control.
Tiga kabel: TX pengendali ke RX terminal, RX ke TX, GND ke GND.
Level RS232 (kira-kira +-6 V) tidak boleh langsung ke pin GPIO Raspberry Pi: pakai adaptor USB-RS232 atau MAX3232.
Konektor dengan tulisan RS485 atau TTL bukan yang ini.`,
    en: `RS232 at the controller's connector "PC", "Android" or "upper computer", 8 data bits, no parity, 1 stop bit, no flow control.
Three wires: TX of the controller to RX of the terminal, RX to TX, GND to GND.
RS232 levels (some +-6 V) must not go straight to the GPIO pins of a Raspberry Pi: use a USB-RS232 adapter or a MAX3232.
A connector marked RS485 or TTL is another one.`,
  },
  setup: {
    id: `Di menu pengendali: aktifkan komputer atas (nama menunya berbeda-beda) dan isi harga setiap slot.
Digit desimal harga (menu 70, jenis 10): 0 berarti satu unit satu rupiah; kalau 2, satu unit seperseratus, dan harga tidak akan cocok: atur ke 0, atau isi vending.price_unit kalau satu unit bernilai lebih dari satu rupiah.
Sensor jatuh dan elevator: vending.drop_sensor dan vending.elevator harus sesuai dengan mesinnya.
Adaptor dengan DIP switch: RS232, bukan RS485.`,
    en: `In the controller's menu: enable the upper computer (its name differs) and enter the price of each slot.
Decimal digits of prices (menu 70, type 10): 0 means one unit is one rupiah; at 2 a unit is a hundredth and no price will fit: set it to 0, or set vending.price_unit where a unit is worth more than one rupiah.
Drop sensor and elevator: vending.drop_sensor and vending.elevator must be as the machine is built.
Adapters with DIP switches: RS232, not RS485.`,
  },
  trial: {
    id: 'Nyalakan mesin: log menunjukkan "the controller polls", lalu satu baris "<- slot (11)" untuk setiap slot. Tekan satu tombol: muncul "<- choice (05)" dan QR dengan harga slot itu.',
    en: 'Switch the machine on: the log shows "the controller polls", then one line "<- slot (11)" for each slot. Press a key: "<- choice (05)", and a QR with the price of that slot.',
  },
};

const USUAL_BAUD = 57_600;

export const FAFB = vendingProtocol({
  id: 'fafb',
  about: 'A controller that speaks the FA FB frames and takes us for its upper computer.',
  guides: [GUIDE],
  settings: {
    device: LINE,
    baud: defaulted(BAUD, USUAL_BAUD, SPEED),
    deliver: defaulted(
      choice('drive', 'money', 'buy'),
      'drive',
      'What a paid sale sends: the command to drive the slot; or the message that money came in, after which the controller vends what was chosen; or that message and the command to buy the slot.',
    ),
    price_unit: defaulted(
      amount(1, 1_000),
      rupiah(1),
      'Rupiah that one unit of its prices is worth, as its menu for decimal digits says.',
    ),
    drop_sensor: defaulted(flag(), true, 'Whether it has a sensor that sees the goods fall.'),
    elevator: defaulted(flag(), false, 'Whether goods come down by an elevator.'),
  },
  async open(settings, tools) {
    const { FafbMachine } = await import('./driver.js');
    const { deliver, priceUnit, dropSensor, elevator, vendSeconds } = settings;
    return new FafbMachine({
      line: await openLine(settings, tools),
      vendMs: vendSeconds * 1000,
      ...{ deliver, priceUnit, dropSensor, elevator, ...tools },
    });
  },
  async decoders() {
    const { FafbFrameParser, POLL } = await import('./frame.js');
    const { commandName } = await import('./message.js');
    return [
      decoder({ id: 'fafb', title: 'fafb', baud: USUAL_BAUD }, new FafbFrameParser(), (event) => {
        if (event.kind === 'bad')
          return { frame: false, text: `E${FAULT.controllerDamagedBytes} ${event.why}: ${hex(event.bytes)}` };
        const { command, text } = event.frame;
        // Five times a second.
        if (command === POLL) return { frame: true };
        return { frame: true, text: `${commandName(command)} ${hex(text)}`.trimEnd() };
      }),
    ];
  },
});
