import { deviceTables } from '../../devices/catalogue.js';
import type { TerminalId } from '../base/ids.js';
import { rupiah } from '../base/rupiah.js';
import { parseOpeningEntry } from '../core/opening/hours.js';
import { SHIFT_CLOSED, TOLD_KINDS, WEBHOOK_KINDS } from '../core/sale/webhook-kind.js';
import { whatsappDigits } from '../core/text/contact.js';
import { OWN_PORT } from '../settings/fields.js';
import { amount, choice, flag, integer, line, list, parsed, seconds, text } from '../settings/kinds.js';
import { notifiedUrl, path, secret, secretOrEnrolled, serviceUrl } from '../settings/places.js';
import { type ConfigOf, defaulted, many, optional, required, switched, table } from '../settings/schema.js';
import {
  BROKER_URL,
  CA_FILE,
  CLEAR_TEXT,
  CORE_API,
  MERCHANT,
  MIDTRANS_EXPIRY_SECONDS,
  machineTables,
  TERMINAL_ID,
  webhookTable,
} from './common.js';
import { FROM_AFAR_TABLE, OPERATOR_TABLE } from './operator-table.js';
import { PRODUCT_TABLE } from './product-table.js';

export const JOURNAL_DIRECTORY = '/var/lib/gopay-pos';

const terminal = table('This box.', {
  id: required(
    TERMINAL_ID,
    'KASIR1' as TerminalId,
    'Name of this terminal, unique within the merchant. Every order id begins with it; it is also the user name at the relay and at the broker.',
  ),
  shop: required(line(40), 'Warung Bu Sri', 'Name of the shop, on the screen and on slips.'),
  merchant: defaulted(MERCHANT, 'shop', 'The merchant in MQTT topics: the same word as in relay.toml.'),
  group: optional(
    text('1 to 32 of a-z A-Z 0-9 . _ -', /^[A-Za-z0-9._-]{1,32}$/),
    'of no group',
    'pasar-baru',
    'Which terminals it belongs to: gopay-pos fleet lists and commands a group by this word.',
  ),
  language: defaulted(
    choice('both', 'id', 'en'),
    'both',
    'Language of the screen: Indonesian and English, or one of them.',
  ),
});

const contact = table('Whom a customer calls: on the screens and slips that say that something went wrong.', {
  phone: optional(
    text(
      'a telephone number: 3 to 15 digits, with + ( ) - and blanks between them, at most 24 characters',
      /^(?=.{3,24}$)(?=(?:\D*\d){3,15}\D*$)[+(]?\d[0-9() -]*$/,
    ),
    'no telephone',
    '022-1234567',
    'Telephone, as people write it.',
  ),
  whatsapp: optional(
    parsed('a number at WhatsApp: 0812-3456-7890, or with the country, +62 812-3456-7890', (number) =>
      number.length <= 24 && whatsappDigits(number) !== undefined ? number : undefined,
    ),
    'no WhatsApp',
    '0812-3456-7890',
    'Number at WhatsApp. Where no slip tells the customer, the screen has a code that opens WhatsApp with the number of the order, amount, time and terminal already written.',
  ),
  hours: optional(line(40), 'not shown', 'Senin-Sabtu 08.00-20.00', 'When somebody answers.'),
});

const gateway = table(
  'Who answers the Core API calls.',
  {
    secret: required(
      secretOrEnrolled(),
      { credential: 'gateway' },
      "Where the terminal's token (relay) or Midtrans' server key (direct) is to be had. enrolled: from gopay-pos enrol.",
    ),
    payment_type: defaulted(
      choice('gopay', 'qris'),
      'gopay',
      'What is charged. qris can be paid with any QRIS app, and needs no download of the picture.',
    ),
    timeout_seconds: defaulted(seconds(2, 60), 10, 'How long to wait for one answer.'),
    custom_expiry_seconds: optional(
      seconds(20, 604_800),
      "Midtrans' own, 15 minutes",
      MIDTRANS_EXPIRY_SECONDS,
      "When Midtrans itself closes the transaction. Its scheduler is late with less than 15 minutes; the QR's life on the screen is sale.qr_life_seconds.",
    ),
    item_name: optional(
      line(50),
      'no item is sent',
      'Penjualan',
      "Name of the one item of each sale in Midtrans' reports.",
    ),
    metadata: defaulted(
      list(text('name=value, name of A-Z a-z 0-9 _', /^[A-Za-z0-9_]{1,40}=[^\p{Cc}]{0,200}$/u), 10),
      [],
      "Noted with each charge in Midtrans' reports and notifications, beside the terminal's id, source and reference.",
    ),
    merchant_id: optional(
      text('1 to 32 of A-Z a-z 0-9', /^[A-Za-z0-9]{1,32}$/),
      "the one that the gateway's answers name",
      'G123456789',
      "Midtrans' merchant id. A QR that carries another one, or a charge for another one, is not shown.",
    ),
    deny_attempts: defaulted(
      integer(1, 5),
      3,
      'Attempts in all when GoPay answers with a deny that may be tried again (channel code 900).',
    ),
  },
  {
    key: 'mode',
    about: 'Whom the terminal asks.',
    default: undefined,
    choices: {
      relay: {
        about: "The operator's relay, which holds the server key.",
        keys: { url: required(serviceUrl(), 'https://relay.example.com', 'Base address of the relay.') },
      },
      direct: {
        about: 'Midtrans itself: for an owner with one box, which then holds the server key.',
        keys: {
          ...CORE_API,
          notification_urls: defaulted(
            list(notifiedUrl(), 3),
            [],
            "Where Midtrans sends the notifications of these charges (X-Override-Notification): the relay's notification door. Empty: where the dashboard says.",
          ),
        },
      },
    },
  },
);

const customer = table("Who pays, in Midtrans' reports: a shop that knows no names can put its own here.", {
  first_name: optional(line(50), 'not sent', 'Pelanggan', 'First name.'),
  last_name: optional(line(50), 'not sent', 'Toko', 'Last name.'),
  email: optional(
    text('an e-mail address', /^[^\s@]{1,64}@[^\s@]{1,190}$/),
    'not sent',
    'kasir@example.com',
    'E-mail address.',
  ),
  phone: optional(
    text('5 to 19 of 0-9 + - ( ) and blanks', /^[0-9+() -]{5,19}$/),
    'not sent',
    '+62 22 1234567',
    'Telephone.',
  ),
});

const sale = table('What one sale may be, and how long its steps last.', {
  min: defaulted(amount(1, 20_000_000), rupiah(1), 'Smallest amount.'),
  max: defaulted(amount(1, 20_000_000), rupiah(10_000_000), 'Largest amount.'),
  qr_life_seconds: defaulted(
    seconds(30, 900),
    300,
    'How long a QR stays open before it is closed at Midtrans.',
  ),
  paid_seconds: defaulted(seconds(2, 60), 8, 'How long LUNAS stays on the screen.'),
  unknown_after_seconds: defaulted(
    seconds(15, 600),
    60,
    'When the source is told "unknown" while the gateway is silent. The sale is followed up all the same.',
  ),
  claim_seconds: defaulted(
    seconds(10, 3600),
    120,
    'How long a settled sale waits for a register that did not take its answer, before it is put on the owed list.',
  ),
});

const mqtt = switched(
  'off',
  'The link to the relay, by which notices come. Without it sales settle by polling, some seconds later.',
  {
    url: BROKER_URL,
    secret: required(
      secretOrEnrolled(),
      { credential: 'mqtt' },
      'Where the password is to be had; the user name is terminal.id. enrolled: the token of gopay-pos enrol.',
    ),
    ca_file: CA_FILE,
    clear_text: CLEAR_TEXT,
    heartbeat_seconds: defaulted(
      seconds(15, 3600),
      60,
      'How often the terminal says how it is where nothing has changed; some 1.5 kB each time. Whoever watches takes one that has been silent for three times as long for away.',
    ),
    keepalive_seconds: defaulted(seconds(20, 60), 30, 'How soon a dead connection is noticed.'),
    session: defaulted(
      choice('persistent', 'clean'),
      'persistent',
      'Whether a broker that only speaks MQTT 3.1.1 keeps notices for us while we are away. clean on NATS, where such sessions never end. On a RabbitMQ cluster persistent, with quorum queues (systemd/broker): a clean one is locked out while the node that has it is down.',
    ),
  },
);

const catalogue = switched(
  'off',
  'What customers choose from at the terminal: products of [[product]] and of a file, or amounts to donate. Where a machine asks (MDB, VTK, FA FB) its choice holds, and its slots name what is sold; FA FB with deliver = "drive" takes a choice at the terminal as well.',
  {
    file: optional(
      path(),
      'products.csv in journal.directory, where there is one',
      '/etc/gopay-pos/products.csv',
      'A CSV with the keys of [[product]] as headings. gopay-pos products check FILE names its mistakes, products import FILE puts it here, products reload (or systemctl reload) reads it again when no sale is open.',
    ),
    cart: defaulted(
      flag(),
      false,
      'Several products, and several of each, in one sale; at most 20 different ones. Otherwise one choice is one sale.',
    ),
    free_amount: defaulted(
      flag(),
      false,
      'Whether an amount may be typed as well: four digits or more, as shorter ones are numbers of products.',
    ),
    per_page: defaulted(
      integer(1, 60),
      12,
      'How many products stand on one page. 6 on a screen of 320x240, more on a large one.',
    ),
    donation_amounts: defaulted(
      list(amount(1, 20_000_000), 12),
      [],
      'In the place of products: amounts to donate, one touch each; with free_amount any other amount as well.',
    ),
    donation_purpose: optional(
      line(60),
      'no words',
      'Untuk pembangunan masjid / For building the mosque',
      'What is given for, above the amounts. A slash with blanks parts Indonesian and English.',
    ),
  },
);

const receipt = table(
  "A receipt for the customer's phone: a code beside LUNAS, on the terminal page and the framebuffer. A sale that is owed has one as well, where no code to WhatsApp stands there.",
  {
    when: defaulted(
      choice('paperless', 'always'),
      'paperless',
      'Whether it is shown only where no slip comes out (no printer, or one without paper), or always.',
    ),
    stay_seconds: defaulted(
      seconds(5, 120),
      20,
      'How long LUNAS stays with it, to be scanned; a key ends it at once.',
    ),
  },
  {
    key: 'link',
    about: 'What the code opens.',
    default: 'off',
    choices: {
      off: { about: 'There is none.', keys: {} },
      relay: {
        about:
          'A page of the relay with this sale and nothing else, signed by this terminal. relay.toml needs a table [receipt].',
        keys: {
          url: optional(
            serviceUrl(),
            'gateway.url',
            'https://relay.example.com',
            "Base address of the relay as customers' phones reach it. Short: it is in the code.",
          ),
          days: defaulted(integer(1, 366, 'd'), 30, 'So long after the payment the page opens.'),
        },
      },
      whatsapp: {
        about:
          'WhatsApp, with the receipt as a message that the customer sends to whom he likes. Needs no relay.',
        keys: {},
      },
    },
  },
);

const hours = switched(
  'off',
  'When the shop is open, by the clocks of slip.zone. Outside these hours no sale begins, and the screen says so, when it opens again, and whom to call; one that has begun goes on to its end.',
  {
    open: required(
      list(
        parsed(
          'days and times, such as "Mo-Fr 07:00-12:00,13:00-21:00", "Sen-Jum 18:00-02:00", "2026-12-25 closed", "2027-03-20..2027-03-22 closed"',
          (entry) => (parseOpeningEntry(entry) === undefined ? undefined : entry),
        ),
        100,
      ),
      ['Mo-Sa 07:00-21:00', '2026-12-25 closed'],
      'Days (Mo Tu We Th Fr Sa Su, or Sen Sel Rab Kam Jum Sab Min) or dates, and their times; what is not named is closed. A date holds in the place of its weekday; times over midnight belong to the day on which they begin.',
    ),
    binds: defaulted(
      choice('unattended', 'all'),
      'unattended',
      'unattended: keypad, page, vending machine and [api]; a cash register has a cashier, who may sell at any time. all: the register as well.',
    ),
  },
);

const MAIL_ADDRESS = text(
  'an e-mail address of plain ASCII, such as kasir@example.com',
  /^(?=.{3,190}$)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64})*@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
);

const idle = switched(
  'off',
  "The shop's own picture on the idle screen, or several in turn: on the terminal page and the framebuffer. The first key or touch is heard as always.",
  {
    picture: optional(
      path(),
      'the pictures of folder',
      '/etc/gopay-pos/shop.png',
      'One picture, PNG or JPEG, at most 10 MB.',
    ),
    folder: optional(
      path(),
      'the one picture',
      '/etc/gopay-pos/slides',
      'A folder of this machine with up to 60 of them, shown by name; they may come and go while the terminal runs.',
    ),
    seconds: defaulted(seconds(3, 3_600), 10, 'How long each is shown.'),
    after_seconds: defaulted(
      seconds(0, 3_600),
      20,
      'How long nobody has touched anything before the first one is shown.',
    ),
  },
);

/** The tables of terminal.toml, in the order in which they are explained. */
export const terminalTables = {
  terminal,
  'terminal.contact': contact,
  gateway,
  customer,
  sale,
  mqtt,
  ...deviceTables(),
  catalogue,
  product: PRODUCT_TABLE,
  hours,
  idle,
  webhook: webhookTable(
    'Another program that is told what happens to sales: a signed POST each, again until it answers 2xx, for three days.',
    'webhook-books',
    [...WEBHOOK_KINDS, SHIFT_CLOSED],
    {},
  ),
  program: many(
    16,
    'A program that asks for sales by [api], known by its token. Where there is one, nobody comes in without a token.',
    {
      name: required(
        text('1 to 32 of A-Z a-z 0-9 . _ -', /^[A-Za-z0-9._-]{1,32}$/),
        'webshop',
        'Its name, which is the till of its sales: its refs are its own, and those of whoever says this till on another line of this machine.',
      ),
      secret: required(
        secret(),
        { credential: 'program-webshop' },
        'Where its token is to be had, at least 20 characters: openssl rand -hex 24. It sends Authorization: Bearer TOKEN.',
      ),
      rights: defaulted(
        list(choice('sell', 'read', 'refund', 'manage'), 4),
        ['sell', 'read'],
        'What it may do: sell (and give up, acknowledge, print), read, refund, manage (close the terminal for maintenance, call a product or slot sold out).',
      ),
    },
  ),
  operator: OPERATOR_TABLE,
  from_afar: FROM_AFAR_TABLE,
  slip: table('What slips look like, and words of the shop on them.', {
    language: defaulted(
      choice('both', 'id', 'en'),
      'both',
      'Language of slips: Indonesian and English, or one of them.',
    ),
    dates: defaulted(
      choice('31-12-2026', '31/12/2026', '2026-12-31'),
      '31-12-2026',
      'How days are written, shown by the last one of the year 2026.',
    ),
    zone: defaulted(
      choice('WIB', 'WITA', 'WIT'),
      'WIB',
      "The shop's zone, in which times stand on slips, in messages to customers and programs, and in which hours are meant: GMT+7, +8 or +9. Midtrans' own reports are in WIB.",
    ),
    header: defaulted(list(line(48, { empty: true }), 6), [], 'Lines below the name of the shop.'),
    footer: defaulted(list(line(48, { empty: true }), 6), [], 'Lines at the end.'),
  }),
  receipt,
  fleet: table('What other programs learn of this box at the broker, beside its state.', {
    events: defaulted(
      list(choice(...TOLD_KINDS), TOLD_KINDS.length),
      [],
      'What is told on the topic event, in the order in which it happened and until the broker has it, also after days: ["paid", "owed", "slot.failed", "shift.closed"], say. The account of the terminal must be allowed to write that topic.',
    ),
    home_assistant: defaulted(
      flag(),
      false,
      'Whether Home Assistant finds this terminal by itself (MQTT discovery) and shows its state. The account of the terminal must be allowed to write homeassistant/device/gopay-pos-MERCHANT/ID/config. When this is false again, it is taken out there.',
    ),
  }),
  metrics: switched(
    'off',
    'Tells Prometheus on this machine how the terminal is, at http://127.0.0.1:<port>/metrics; of many terminals the relay tells.',
    { port: defaulted(OWN_PORT, 8440, 'Port to listen on; 0 lets the system choose.') },
  ),
  refund: switched(
    'off',
    'Refunds by itself what the terminal owes. Midtrans must have enabled refunds for POS transactions.',
    {
      reason: defaulted(
        line(100),
        'Pembayaran diterima, barang belum diserahkan',
        'Shown to the customer in the GoPay history.',
      ),
      unknown_delivery: defaulted(
        flag(),
        false,
        'Whether a sale is refunded of which nobody knows whether it was handed over: a register that did not acknowledge, a machine cut off in mid-vend.',
      ),
    },
  ),
  journal: table('Where every sale is written down before anything happens.', {
    directory: defaulted(path(), JOURNAL_DIRECTORY, 'A directory on a disk that survives a power cut.'),
    min_free_mib: defaulted(integer(8, 10_240, 'MiB'), 64, 'With less room on that disk no new sale begins.'),
    archive_after_days: defaulted(
      integer(0, 3_660, 'd'),
      90,
      'So long after the close of a shift the stories of its sales (what why tells) go to the archive, at a fifth of their size; where each sale stands, and whatever a register may ask again, stays. Sooner where the disk is nearly full. 0: never.',
    ),
    archive_directory: optional(
      path(),
      'the folder archive in journal.directory',
      '/media/archive',
      'Where the archive is: files of gzip, a line of JSON a sale. On a second medium the service must be allowed to write there (ReadWritePaths in a drop-in of the unit); while it is not there, stories wait in the journal.',
    ),
  }),
  shift: table('From one end-of-day close to the next.', {
    close_after_hours: defaulted(
      integer(0, 8_784, 'h'),
      168,
      'A shift that nobody closed in this time is closed by itself, with its slip, when no sale is open and the clock is known to be right; an empty one is not. 0: not for its age.',
    ),
    close_at: optional(
      text('a time of day from 00:00 to 23:59, such as 23:30', /^([01]\d|2[0-3]):[0-5]\d$/),
      'at no set time',
      '23:30',
      'Closes the shift by itself each day at this time, in slip.zone, under the same conditions. A terminal that was off then closes once when it is back; the report names the day that is over.',
    ),
  }),
  report: table(
    'What is told of each closed shift, besides its slip: to a file, by e-mail; by a webhook, see webhook.events. And what the list of sales knows of fees.',
    {
      folder: optional(
        path(),
        'no files',
        '/var/lib/gopay-pos/reports',
        'A folder for a CSV of the totals of each closed shift, named by terminal and number; no file in it is ever written over. Elsewhere than there the service must be allowed to write (ReadWritePaths in a drop-in of the unit).',
      ),
      mail_to: defaulted(
        list(MAIL_ADDRESS, 8),
        [],
        "Who gets the totals of each closed shift by e-mail, through the system's own mailer.",
      ),
      mail_from: optional(
        MAIL_ADDRESS,
        'no e-mail',
        'kasir@example.com',
        'Who these e-mails are from; wanted where there is mail_to.',
      ),
      sendmail: defaulted(
        path(),
        '/usr/sbin/sendmail',
        'The mailer: a program that is called as sendmail -t -i with the message at its standard input (msmtp does; what cannot under the unit: systemd/README.md).',
      ),
      fee_percent: optional(
        text('a per cent from 0 to 99.999 in quotes, such as "0.7"', /^\d{1,2}(\.\d{1,3})?$/),
        'fee and net are not known, and stay empty',
        '0.7',
        "What the acquirer keeps of each payment by the shop's contract, for fee and net in sales and report: rounded to whole rupiah a sale. Not known of sales that were refunded, in part as well.",
      ),
    },
  ),
  control: table("The technician's door.", {
    socket: defaulted(
      path(107),
      '/run/gopay-pos/control.sock',
      'The Unix socket of the commands status, why, owed and so on.',
    ),
  }),
  ...machineTables('; debug shows every byte'),
};

export type TerminalConfig = ConfigOf<typeof terminalTables>;
