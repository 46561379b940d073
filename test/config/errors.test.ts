import { describe, expect, it } from 'vitest';
import { PRINTER_PROFILES } from '../../devices/printer/profiles.js';
import { checkRelay, checkTerminal, ONLY_TERMINAL, RELAY, sound, TERMINAL, words } from './files.js';

/** Lines from number 8 on, below the least that a terminal needs. */
function more(...lines: readonly string[]): string[] {
  return words(checkTerminal([TERMINAL, ...lines].join('\n')));
}

describe('a file with nothing but the least', () => {
  it('is sound, and everything else has its default', () => {
    const checked = checkTerminal(TERMINAL);
    expect(checked.notes).toEqual([]);
    expect(sound(checked)).toEqual({
      terminal: { id: 'KASIR1', shop: 'Warung Bu Sri', merchant: 'shop', language: 'both' },
      terminalContact: {},
      gateway: {
        mode: 'relay',
        url: 'https://relay.example.com',
        secret: { credential: 'token' },
        paymentType: 'gopay',
        timeoutSeconds: 10,
        denyAttempts: 3,
        metadata: [],
      },
      customer: {},
      sale: {
        min: 1,
        max: 10_000_000,
        qrLifeSeconds: 300,
        paidSeconds: 8,
        unknownAfterSeconds: 60,
        claimSeconds: 120,
      },
      mqtt: { enabled: false },
      metrics: { enabled: false },
      network: { noProxy: [] },
      keypad: { enabled: false },
      register: { enabled: false },
      report: { mailTo: [], sendmail: '/usr/sbin/sendmail' },
      api: { enabled: false },
      vending: { enabled: false },
      printer: { enabled: false },
      page: { enabled: true, host: '127.0.0.1', port: 8410, hostNames: [], keypad: true },
      framebuffer: { enabled: false },
      pole: { enabled: false },
      console: { enabled: false },
      speaker: { enabled: false },
      catalogue: { enabled: false },
      product: [],
      hours: { enabled: false },
      idle: { enabled: false },
      fleet: { events: [], homeAssistant: false },
      webhook: [],
      fromAfar: { readyMinutes: 5 },
      operator: [],
      program: [],
      slip: { language: 'both', dates: '31-12-2026', zone: 'WIB', header: [], footer: [] },
      receipt: { link: 'off', when: 'paperless', staySeconds: 20 },
      refund: { enabled: false },
      journal: { directory: '/var/lib/gopay-pos', minFreeMib: 64, archiveAfterDays: 90 },
      shift: { closeAfterHours: 168 },
      control: { socket: '/run/gopay-pos/control.sock' },
      log: { level: 'info' },
    });
  });

  it('of a relay is sound, too, with a token hash in lower case and a secret from a file', () => {
    const config = sound(checkRelay(RELAY.replace('abab', 'ABAB')));
    expect(config.midtrans.secret).toEqual({ file: '/etc/gopay-pos/server-key' });
    expect(config.midtrans.url).toBe('https://api.midtrans.com');
    expect(config.terminal).toEqual([{ id: 'KASIR1', tokenSha256: 'ab'.repeat(32) }]);
    expect(config.broker).toEqual({
      kind: 'embedded',
      host: '127.0.0.1',
      port: 1883,
      clearText: false,
      directory: '/var/lib/gopay-pos-relay/broker',
    });
  });
});

describe('[terminal.contact]', () => {
  it('stands within [terminal], in either notation', () => {
    const said = 'phone = "022-1234567"\nwhatsapp = "+62 812-3456-7890"\nhours = "08.00-20.00"';
    const contact = { phone: '022-1234567', whatsapp: '+62 812-3456-7890', hours: '08.00-20.00' };
    expect(sound(checkTerminal(`${TERMINAL}\n[terminal.contact]\n${said}`)).terminalContact).toEqual(contact);
    const dotted = TERMINAL.replace('[terminal]', '[terminal]\ncontact.hours = "24 jam"');
    expect(sound(checkTerminal(dotted)).terminalContact).toEqual({ hours: '24 jam' });
  });

  it('says what a number may be, and where', () => {
    const found = (...lines: string[]) => more('[terminal.contact]', ...lines);
    for (const phone of ['', 'call me', '08123456789012345', '0812/3456', '\u0660\u0661\u0662\u0663'])
      expect(found(`phone = ${JSON.stringify(phone)}`), phone).toEqual([
        expect.stringMatching(
          /^file:9: E906 terminal\.contact\.phone: found .*; allowed: a telephone number: 3 to 15 digits/,
        ),
      ]);
    for (const whatsapp of ['0812', '+62 0812-3456-7890', '812-3456-7890', 'Sri'])
      expect(found(`whatsapp = ${JSON.stringify(whatsapp)}`), whatsapp).toEqual([
        expect.stringMatching(
          /^file:9: E906 terminal\.contact\.whatsapp: found .*; allowed: a number at WhatsApp: 0812/,
        ),
      ]);
    expect(found(`hours = "${'x'.repeat(40)}"`)).toEqual([]);
    expect(found(`hours = "${'x'.repeat(41)}"`)[0]).toMatch(
      /^file:9: E906 terminal\.contact\.hours: .*1 to 40 characters/,
    );
    expect(found('phone = 8')[0]).toMatch(/^file:9: E904 terminal\.contact\.phone: found a number/);
    expect(found('fax = "1"')[0]).toMatch(
      /^file:9: E902 terminal\.contact\.fax: found an unknown key; allowed: in \[terminal\.contact\] phone, whatsapp, hours/,
    );
  });

  it('is no table of another name or place', () => {
    expect(more('[terminal]\ncontact = "0812"').length).toBeGreaterThan(0);
    const flat = TERMINAL.replace('[terminal]', '[terminal]\ncontact = "0812"');
    expect(words(checkTerminal(flat))[0]).toMatch(/E904 terminal\.contact: found text; allowed: a table/);
  });
});

describe("the shop's own lines on slips", () => {
  const found = (...lines: string[]) => more('[printer]', 'transport = "usb"', ...lines);

  it('are of signs that a printer has', () => {
    expect(found('[slip]', 'header = ["Caf\u00e9 Sri", "\u2605 Terbaik \u2605"]')).toEqual([
      'file:11: E907 slip.header: found "\u2605 Terbaik \u2605" as line 2; allowed: letters, digits and signs of ASCII: it would be "? Terbaik ?".',
    ]);
    expect(found('[slip]', 'footer = ["Ada pertanyaan?"]')).toEqual([]);
    expect(more('[slip]', 'footer = ["\u2605"]')).toEqual([]);
  });

  it('fit the paper, or are told to', () => {
    const line = 'x'.repeat(40);
    expect(found('[slip]', `footer = ["${line}"]`)).toEqual([
      `file:11: N909 slip.footer: found "${line}" as line 1, 40 characters; allowed: better at most 32, a line of this paper.`,
    ]);
    expect(found('profile = "generic-80"', '[slip]', `footer = ["${line}"]`)).toEqual([]);
    expect(found('columns = 42', '[slip]', `footer = ["${line}"]`)).toEqual([]);
  });
});

describe('E902, a key that does not exist', () => {
  it('comes with the nearest key of its table', () => {
    expect(more('[sale]', 'qr_lief_seconds = 60')).toEqual([
      'file:9: E902 sale.qr_lief_seconds: found an unknown key; allowed: in [sale] min, max, qr_life_seconds, ' +
        'paid_seconds, unknown_after_seconds, claim_seconds. Did you mean qr_life_seconds?',
    ]);
  });

  it('is recognised without its unit, in capitals, and with dashes', () => {
    const found = more('[sale]', 'paid = 5', 'MAX = 5', 'unknown-after-seconds = 60').map((each) =>
      each.slice(-45),
    );
    expect(found).toEqual([
      expect.stringContaining('Did you mean paid_seconds?'),
      expect.stringContaining('Did you mean max?'),
      expect.stringContaining('Did you mean unknown_after_seconds?'),
    ]);
  });

  it('comes with its own table where it stands in a wrong one', () => {
    expect(more('[sale]', 'keepalive_seconds = 30')).toEqual([
      expect.stringMatching(/^file:9: E902 sale\.keepalive_seconds: .* There is such a key in \[mqtt\]\.$/),
    ]);
    expect(words(checkTerminal(`notification_urls = []\n${TERMINAL}`))).toEqual([
      expect.stringMatching(/^file:1: E902 notification_urls: .* There is such a key in \[gateway\]\.$/),
    ]);
  });

  it('gets no suggestion where nothing is near', () => {
    expect(more('[sale]', 'colour = "blue"')).toEqual([expect.stringMatching(/claim_seconds\.$/)]);
  });

  it('is one error, not two, where it is a required key misspelt', () => {
    const text = TERMINAL.replace('shop =', 'shopp =').replace('mode =', 'mod =');
    expect(words(checkTerminal(text))).toEqual([
      expect.stringMatching(/^file:3: E902 terminal\.shopp: .*Did you mean shop\?$/),
      expect.stringMatching(/^file:5: E902 gateway\.mod: .*Did you mean mode\?$/),
    ]);
  });

  it('can be a table; what stands below it is checked under the name that was meant', () => {
    expect(
      words(checkTerminal(TERMINAL.replace('[terminal]', '[termnal]').replace('KASIR1', 'kasir 1'))),
    ).toEqual([
      expect.stringMatching(/^file:1: E902 termnal: found an unknown name; .*Did you mean terminal\?$/),
      'file:2: E906 terminal.id: found "kasir 1"; allowed: 1 to 16 of A-Z and 0-9.',
    ]);
  });

  it('can be a table with a broken line, which is not missing either', () => {
    const text = TERMINAL.replace('[terminal]', '[termnal]').replace('"KASIR1"', 'KASIR1');
    expect(words(checkTerminal(text)).map((each) => each.replace(/: found.*/, ''))).toEqual([
      'file:1: E902 termnal',
      'file:2:6: E901 termnal.id',
    ]);
  });

  it('may be called __proto__ or constructor without doing harm', () => {
    expect(more('[__proto__]', 'id = 1', '[constructor]', 'x = 1', '[sale]', '__proto__ = 1')).toEqual([
      expect.stringMatching(/^file:8: E902 __proto__: found an unknown name/),
      expect.stringMatching(/^file:10: E902 constructor: found an unknown name/),
      expect.stringMatching(/^file:13: E902 sale\.__proto__: found an unknown key/),
    ]);
  });
});

describe('E903, a key that is missing', () => {
  it('is named with an example, at the line of its table', () => {
    expect(words(checkTerminal(TERMINAL.replace('id = "KASIR1"', '')))).toEqual([
      'file:1: E903 terminal.id: found nothing; allowed: 1 to 16 of A-Z and 0-9; for example "KASIR1".',
    ]);
  });

  it('is named where its whole table is missing', () => {
    expect(words(checkTerminal(ONLY_TERMINAL))).toEqual([
      'file: E903 gateway.mode: found nothing; allowed: one of "relay", "direct".',
      expect.stringMatching(
        /^file: E903 gateway\.secret: found nothing; .*for example "credential:gateway"\.$/,
      ),
    ]);
  });

  it('is only asked for where the choice beside it needs it', () => {
    expect(more('[printer]', 'transport = "usb"')).toEqual([]);
    expect(more('[printer]', 'transport = "tcp"')).toEqual([
      expect.stringMatching(/^file:8: E903 printer\.host: found nothing/),
    ]);
    expect(more('[printer]')).toEqual([
      'file:8: E903 printer.transport: found nothing; allowed: one of "usb", "serial", "tcp".',
    ]);
  });

  it('is not asked for where the table is switched off', () => {
    expect(more('[printer]', 'enabled = false', '[mqtt]', 'enabled = false')).toEqual([]);
  });
});

describe('E904, a value of a wrong type', () => {
  it('is told what it is and what it should be', () => {
    expect(
      more('[sale]', 'max = "10000"', 'min = 1.5', 'paid_seconds = true', 'claim_seconds = 2026-01-01'),
    ).toEqual([
      'file:9: E904 sale.max: found text, "10000"; allowed: a whole number of rupiah from 1 to 20_000_000.',
      'file:10: E904 sale.min: found a number with a decimal point, 1.5; allowed: a whole number of rupiah from 1 to 20_000_000.',
      'file:11: E904 sale.paid_seconds: found true or false, true; allowed: a whole number from 2 to 60 (seconds).',
      'file:12: E904 sale.claim_seconds: found a date; allowed: a whole number from 10 to 3600 (seconds).',
    ]);
  });

  it('can be 10.000, which is ten to TOML and ten thousand to an Indonesian', () => {
    expect(
      more(
        '[sale]',
        'max = 10.000',
        '[register]',
        'transport = "serial"',
        'device = "/dev/ttyS0"',
        'baud = 9600.0',
      ),
    ).toEqual([
      'file:9: E904 sale.max: found a number with a decimal point, 10; allowed: a whole number of rupiah from 1 to 20_000_000.',
      expect.stringMatching(/^file:13: E904 register\.baud: found a number with a decimal point, 9600; /),
    ]);
  });

  it('is told so for a choice, a switch, a list, an address and a table', () => {
    expect(
      more(
        '[page]',
        'enabled = "yes"',
        '[slip]',
        'header = "one line"',
        '[printer]',
        'transport = 1',
        '[[sale]]',
        '[mqtt]',
        'url = 5',
        'secret = 5',
      ),
    ).toEqual([
      'file:9: E904 page.enabled: found text; allowed: true or false.',
      'file:11: E904 slip.header: found text, "one line"; allowed: a list of at most 6, each at most 48 characters on one line.',
      'file:13: E904 printer.transport: found 1; allowed: one of "usb", "serial", "tcp".',
      'file:14: E904 sale: found a list; allowed: a table. It stands once, in single brackets: [sale].',
      'file:16: E904 mqtt.url: found a number, 5; allowed: mqtt://HOST[:PORT] or mqtts://HOST[:PORT], without path, or wss://HOST[:PORT][/PATH], or a list of 1 to 9 of them.',
      expect.stringMatching(/^file:17: E904 mqtt\.secret: found a number \(not shown\); /),
    ]);
  });

  it('is told so for a list of tables written as one table, which is checked all the same', () => {
    const text = RELAY.replace('[[terminal]]', '[terminal]').replace('KASIR1', 'kasir1');
    expect(words(checkRelay(text))).toEqual([
      'file:5: E904 terminal: found a table; allowed: tables that each begin with [[terminal]]. Two brackets on each side: [[terminal]].',
      'file:6: E906 terminal[1].id: found "kasir1"; allowed: 1 to 16 of A-Z and 0-9.',
    ]);
    expect(words(checkRelay(`terminal = 5\n${RELAY.split('\n').slice(0, 4).join('\n')}`))).toEqual([
      'file:1: E904 terminal: found a number; allowed: tables that each begin with [[terminal]].',
    ]);
  });

  it('is told so for a key that stands where a table is expected', () => {
    expect(words(checkTerminal(`sale = 5\n${TERMINAL}`))).toEqual([
      'file:1: E904 sale: found a number; allowed: a table. Its keys stand below a line [sale].',
    ]);
  });
});

describe('E905, a value out of range', () => {
  it('is told the range with its unit', () => {
    expect(more('[sale]', 'qr_life_seconds = 29', 'paid_seconds = 61', 'max = 99999999999999999999')).toEqual(
      [
        'file:9: E905 sale.qr_life_seconds: found 29; allowed: a whole number from 30 to 900 (seconds).',
        'file:10: E905 sale.paid_seconds: found 61; allowed: a whole number from 2 to 60 (seconds).',
        'file:11: E905 sale.max: found 99999999999999999999; allowed: a whole number of rupiah from 1 to 20_000_000.',
      ],
    );
    expect(more('[sale]', 'qr_life_seconds = 30', 'paid_seconds = 60')).toEqual([]);
  });

  it('is told so for a list that is too long or empty', () => {
    expect(more('[slip]', 'footer = ["1", "2", "3", "4", "5", "6", "7"]', '[keypad]', 'device = []')).toEqual(
      [
        expect.stringMatching(/^file:9: E905 slip\.footer: found a list of 7; allowed: a list of at most 6/),
        expect.stringMatching(
          /^file:11: E905 keypad\.device: found a list of 0; allowed: .* list of 1 to 8 of them/,
        ),
      ],
    );
  });
});

describe('E906, a value of a wrong form', () => {
  it('is told what it should look like', () => {
    expect(
      more(
        '[printer]',
        'transport = "bluetooth"',
        'profile = "epson"',
        '[journal]',
        'directory = "var/lib"',
        '[control]',
        `socket = "/${'x'.repeat(107)}"`,
        '[page]',
        'host = "127.0.0.1:80"',
      ).map((each) => each.replace(/xxx+…/, 'xxx')),
    ).toEqual([
      'file:9: E906 printer.transport: found "bluetooth"; allowed: one of "usb", "serial", "tcp".',
      `file:10: E906 printer.profile: found "epson"; allowed: one of "auto", ${PRINTER_PROFILES.map(({ name }) => `"${name}"`).join(', ')}.`,
      'file:12: E906 journal.directory: found "var/lib"; allowed: an absolute path, without "..".',
      'file:14: E906 control.socket: found "/xxx"; allowed: an absolute path of at most 107 bytes, without "..".',
      'file:16: E906 page.host: found "127.0.0.1:80"; allowed: a host name or an IP address, without port.',
    ]);
  });

  it('is told so for each wrong entry of a list, at its own line', () => {
    expect(more('[slip]', 'header = [', '  "good",', '  "two\\nlines",', '  3,', ']')).toEqual([
      'file:11: E906 slip.header[2]: found "two\\nlines"; allowed: at most 48 characters on one line.',
      'file:12: E904 slip.header[3]: found a number, 3; allowed: at most 48 characters on one line.',
    ]);
  });
});

describe('N909, a note', () => {
  it('is given for a key that has no effect beside the choice that was made', () => {
    expect(more('[printer]', 'transport = "usb"', 'baud = 9600')).toEqual([
      'file:10: N909 printer.baud: found a key that has no effect with transport = "usb"; allowed: only with transport = "serial".',
    ]);
  });

  it('leaves the file sound', () => {
    expect(checkTerminal(`${TERMINAL}\n[printer]\ntransport = "usb"\nbaud = 9600`).ok).toBe(true);
  });
});

describe('all errors at once', () => {
  it('are named in the order of the lines, one each, whatever their kinds', () => {
    const text = [
      '[terminal]',
      'id = kasir',
      'merchant = "a/b"',
      '[gateway]',
      'mode = "relay"',
      'url = "http://relay.example.com"',
      'secret = "Mid-server-abcdefgh"',
      'tiemout_seconds = 3',
      '[sale]',
      'min = 500',
      'max = 100',
      'paid_seconds = "8"',
    ].join('\n');
    expect(words(checkTerminal(text)).map((each) => each.replace(/: found.*/, ''))).toEqual([
      'file:1: E903 terminal.shop',
      'file:2:6: E901 terminal.id',
      'file:3: E906 terminal.merchant',
      'file:6: E906 gateway.url',
      'file:7: E908 gateway.secret',
      'file:8: E902 gateway.tiemout_seconds',
      'file:10: E907 sale.min, sale.max',
      'file:12: E904 sale.paid_seconds',
    ]);
  });

  it('do not include what only follows from another error', () => {
    // max is no number, so nothing can be said of min and max; the printer's transport is not known, so neither are its keys.
    expect(more('[sale]', 'min = 500', 'max = "100"', '[printer]', 'transport = "lpt"')).toHaveLength(2);
  });

  it('end with one plain error for a file that is far too large', () => {
    expect(words(checkTerminal(`${TERMINAL}\n${'#'.repeat(4_000_000)}`))).toEqual([
      expect.stringMatching(/^file: E900 found \d+ characters; allowed: at most 4000000\.$/),
    ]);
  });
});
