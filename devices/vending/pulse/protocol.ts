import { rupiah } from '../../../src/base/rupiah.js';
import type { Guide } from '../../../src/settings/guide.js';
import { amount, choice, integer, text } from '../../../src/settings/kinds.js';
import { defaulted, required } from '../../../src/settings/schema.js';
import { vendingProtocol } from '../settings.js';

const GUIDE: Guide = {
  title: {
    id: 'Mesin apa pun yang menerima pulsa koin (laundry, kursi pijat, isi ulang air, permainan)',
    en: 'Any machine that takes coin pulses (laundry, massage chair, water refill, arcade)',
  },
  wiring: {
    id: `Selalu lewat opto-coupler (PC817 atau papan opto siap pakai); jangan sambungkan pin GPIO langsung ke mesin: mesin memakai 5, 12 atau 24 V.
Sisi terminal: GPIO 17 (pin 11) -> resistor 330 ohm -> anoda (kaki 1); katoda (kaki 2) -> GND (pin 9).
Sisi mesin: kolektor (kaki 4) -> jalur COIN mesin; emitor (kaki 3) -> GND mesin. Pulsa menarik jalur COIN ke GND, seperti coin acceptor.
Lepas coin acceptor, atau sambungkan paralel kalau keluarannya open collector.
active = "high" untuk rangkaian ini. Papan relay atau opto yang aktif saat LOW: active = "low", dan pasang pull-up 10 kohm ke 3,3 V di masukannya kalau belum ada.
Saat menyala, sebelum terminal berjalan, pin harus sudah diam: di /boot/firmware/config.txt tulis gpio=17=op,dl (active high) atau gpio=17=op,dh (active low).
Pulsa lebih pendek dari 30 ms: jangan pakai relay, pakai opto.`,
    en: `Always through an opto-coupler (PC817, or a ready-made opto board); never a GPIO pin straight to the machine, which uses 5, 12 or 24 V.
Terminal's side: GPIO 17 (pin 11) -> 330 ohm -> anode (leg 1); cathode (leg 2) -> GND (pin 9).
Machine's side: collector (leg 4) -> the machine's COIN line; emitter (leg 3) -> the machine's GND. A pulse pulls the COIN line to GND, as a coin acceptor does.
Take the coin acceptor off, or connect in parallel where its output is an open collector.
active = "high" for this circuit. Relay or opto boards that switch at LOW: active = "low", and a pull-up of 10 kohm to 3.3 V at their input unless they have one.
At power-on, before the terminal runs, the pin must be idle already: in /boot/firmware/config.txt write gpio=17=op,dl (active high) or gpio=17=op,dh (active low).
Pulses shorter than 30 ms: no relay, an opto-coupler.`,
  },
  setup: {
    id: `Di mesin: nilai satu pulsa (DIP switch atau menu "coin value") harus sama dengan vending.pulse_value.
Lebar pulsa: kebanyakan menerima 25 sampai 100 ms dengan jeda yang sama; papan yang lambat perlu 200/200.
DIP switch coin acceptor NO/NC: rangkaian di atas adalah NO (normally open).`,
    en: `In the machine: what one pulse is worth (DIP switches, or the menu "coin value") must equal vending.pulse_value.
Width: most take 25 to 100 ms with gaps as long; slow boards need 200/200.
DIP switch NO/NC of coin acceptors: the circuit above is NO (normally open).`,
  },
  trial: {
    id: 'Log menunjukkan "line 17 of gpiochip0 [...] is idle". Jual satu pulsa, lalu sepuluh: penghitung mesin harus naik 1, lalu 10.',
    en: 'The log shows "line 17 of gpiochip0 [...] is idle". Sell one pulse, then ten: the counter of the machine must go up by 1, then by 10.',
  },
};

export const PULSE = vendingProtocol({
  id: 'pulse',
  about:
    'Coin pulses on a GPIO line, through an opto-coupler or relay board; amounts are typed at the keypad or the page.',
  guides: [GUIDE],
  settings: {
    chip: required(
      text('1 to 40 of a-z A-Z 0-9 _ . : -', /^[A-Za-z0-9_.:-]{1,40}$/),
      'pinctrl-rp1',
      'The GPIO chip by its label (gpiodetect shows it), which survives kernel updates, or by name.',
    ),
    line: required(integer(0, 255), 17, 'Number of the line on the chip.'),
    active: defaulted(choice('high', 'low'), 'high', 'The level of a pulse.'),
    pulse_value: required(
      amount(1, 1_000_000),
      rupiah(1_000),
      'What one pulse is worth. Only multiples of it are sold.',
    ),
    pulse_ms: defaulted(integer(10, 1_000, 'ms'), 50, 'Length of a pulse.'),
    gap_ms: defaulted(integer(10, 2_000, 'ms'), 50, 'Length of the gap after each.'),
    max_pulses: defaulted(integer(1, 500), 100, 'Most pulses of one sale.'),
  },
  async open(settings, { timers, log }) {
    const { PulseMachine } = await import('./driver.js');
    const { Emitter } = await import('./emitter.js');
    const { chip, line, active, pulseValue, pulseMs, gapMs, maxPulses } = settings;
    return new PulseMachine({
      emitter: new Emitter({ chip, line, activeLow: active === 'low', timers }),
      ...{ timers, log, pulseValue, pulseMs, gapMs, maxPulses },
    });
  },
  // Nothing to listen to: pulses have no bytes.
  decoders: async () => [],
});
