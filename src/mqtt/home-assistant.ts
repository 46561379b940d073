import { presenceTopic, stateTopic } from './topics.js';

export interface ShownBox {
  readonly merchant: string;
  readonly terminal: string;
  readonly shop: string;
  readonly version: string;
  readonly heartbeatS: number;
  readonly language: 'en' | 'id';
}

type Shown = Readonly<Record<string, unknown>>;

const COUNT: Shown = { platform: 'sensor', state_class: 'measurement' };
/** This class may not be a measurement there. */
const RUPIAH: Shown = { platform: 'sensor', device_class: 'monetary', unit_of_measurement: 'IDR' };
const TIME: Shown = { platform: 'sensor', device_class: 'timestamp' };
const TEXT: Shown = { platform: 'sensor' };
/** A boolean of JSON, as Jinja writes it. */
const FLAG: Shown = { platform: 'binary_sensor', payload_on: 'True', payload_off: 'False' };
const PROBLEM: Shown = { ...FLAG, device_class: 'problem', entity_category: 'diagnostic' };
const DIAGNOSTIC: Shown = { entity_category: 'diagnostic' };
const MEASURED: Shown = { ...COUNT, ...DIAGNOSTIC };
const choice = (...options: readonly string[]): Shown => ({
  platform: 'sensor',
  device_class: 'enum',
  options,
});

/** By path in the state: name in English, name in Indonesian, and what Home Assistant has to know. */
const SHOWN: Readonly<Record<string, readonly [en: string, id: string, about: Shown]>> = {
  ready: ['Sells', 'Bisa menjual', FLAG],
  state: ['State', 'Keadaan', choice('ready', 'busy', 'not_ready')],
  since: ['Since', 'Sejak', TIME],
  'fault.code': ['Error number', 'Nomor gangguan', TEXT],
  'today.paid.count': ['Sold today', 'Terjual hari ini', COUNT],
  'today.paid.sum': ['Takings today', 'Pendapatan hari ini', RUPIAH],
  'today.unpaid.count': ['Not paid today', 'Tidak dibayar hari ini', COUNT],
  'paper.state': ['Paper', 'Kertas', choice('good', 'near_end', 'fault')],
  'paper.slipsWaiting': ['Slips waiting', 'Struk menunggu', COUNT],
  'slots.failed': ['Slots that failed', 'Slot yang gagal', COUNT],
  'slots.outOfService': ['Slots out of service', 'Slot tidak dipakai', COUNT],
  'machine.temperatureC': [
    'Temperature',
    'Suhu',
    { ...MEASURED, device_class: 'temperature', unit_of_measurement: '°C' },
  ],
  'machine.underVoltage': ['Supply too low', 'Tegangan kurang', PROBLEM],
  'machine.throttled': ['Slowed down', 'Diperlambat', PROBLEM],
  'disk.freeBytes': [
    'Free disk',
    'Ruang disk',
    { ...MEASURED, device_class: 'data_size', unit_of_measurement: 'B' },
  ],
  'clock.trusted': ['Clock right', 'Jam benar', { ...FLAG, ...DIAGNOSTIC }],
  startedAt: ['Started', 'Mulai', { ...TIME, ...DIAGNOSTIC }],
  tokenEndsAt: ['Token ends', 'Token berakhir', { ...TIME, ...DIAGNOSTIC }],
};

/** The same, of what stays true of a terminal that is away. */
const STAYING: typeof SHOWN = {
  'owed.count': ['Owed sales', 'Penjualan terutang', COUNT],
  'owed.sum': ['Owed', 'Terutang', RUPIAH],
  'owed.since': ['Owed since', 'Terutang sejak', TIME],
  'owed.refundsFailed': ['Refunds that failed', 'Pengembalian gagal', COUNT],
  lastSaleAt: ['Last sale', 'Penjualan terakhir', TIME],
};

/** Where Jinja finds it in a state; `None`, which Home Assistant calls unknown, of one that does not say it. */
export function templateOf(path: string): string {
  const [first, ...levels] = path.split('.');
  const found = levels.reduce((above, level) => `(${above} | default({})).${level}`, `value_json.${first}`);
  return `{{ ${found} | default(none) }}`;
}

/**
 * What Home Assistant 2024.12 and newer needs to show a terminal as a device (MQTT discovery of a device): each part is read out of the
 * state that the terminal says anyway. The same parts for each terminal, so that none stays behind there when a printer goes.
 */
export function discoveryOf(box: ShownBox): string {
  const { merchant, terminal, shop, version, heartbeatS, language } = box;
  const name = `gopay-pos-${merchant}-${terminal}`;
  const presence = presenceTopic(merchant, terminal);
  // What is said there makes it available, whatever it is.
  const always = { availability: [{ topic: presence, value_template: "{{ 'online' }}" }] };
  const whileThere = { expire_after: 3 * heartbeatS };
  const components = (of: typeof SHOWN, more: Shown): (readonly [string, Shown])[] =>
    Object.entries(of).map(([path, [en, id, about]]) => {
      const key = path.replaceAll('.', '_');
      const title = language === 'id' ? id : en;
      const value_template = templateOf(path);
      return [key, { name: title, unique_id: `${name}-${key}`, value_template, ...about, ...more }];
    });
  const why = { [`fault.${language}`]: ['Why not', 'Mengapa tidak', TEXT] } as const;
  return JSON.stringify({
    device: {
      identifiers: [name],
      name: `${shop} ${terminal}`,
      manufacturer: 'gopay-pos',
      model: 'QRIS terminal',
      sw_version: version,
    },
    origin: { name: 'gopay-pos', sw_version: version },
    state_topic: stateTopic(merchant, terminal),
    availability: [{ topic: presence, value_template: '{{ value_json.presence }}' }],
    components: Object.fromEntries([
      [
        'presence',
        {
          ...{ name: language === 'id' ? 'Terhubung' : 'Connected', unique_id: `${name}-presence` },
          ...{ platform: 'binary_sensor', device_class: 'connectivity', ...DIAGNOSTIC },
          ...{ state_topic: presence, value_template: '{{ value_json.presence }}' },
          ...{ payload_on: 'online', payload_off: 'offline', ...always },
        },
      ],
      ...components({ ...SHOWN, ...why }, whileThere),
      ...components(STAYING, always),
    ]),
  });
}
