import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkRelay, checkTerminal, ONLY_TERMINAL, RELAY, sound, TERMINAL, words } from './files.js';

/** Lines from number 8 on. */
function more(...lines: readonly string[]): string[] {
  return words(checkTerminal([TERMINAL, ...lines].join('\n')));
}

function direct(...lines: readonly string[]): string[] {
  const gateway = ['[gateway]', 'mode = "direct"', 'secret = "credential:server-key"'];
  return words(checkTerminal([ONLY_TERMINAL, ...gateway, ...lines].join('\n')));
}

const CONTACT = ['[terminal.contact]', 'phone = "022-1234567"'];

describe('a terminal', () => {
  it('needs at least one source of sales', () => {
    const none = [
      'file:9: E907 keypad.enabled, register.enabled, api.enabled, vending.enabled, page.enabled, page.keypad: found no source of sales; ' +
        'allowed: at least one of keypad, register, api, vending (pulse needs a keypad), and page with keypad = true.',
    ];
    expect(more('[page]', 'keypad = false')).toEqual(none);
    expect(more('[page]', 'keypad = false', '[keypad]', 'device = "/dev/input/event0"')).toEqual([]);
    expect(
      more('[page]', 'keypad = false', '[register]', 'transport = "tcp"', '[keypad]', 'enabled = false'),
    ).toEqual([]);
  });

  it('has the waits and the port of the protocol that its register speaks', () => {
    const speaking = (protocol: string) =>
      sound(checkTerminal([TERMINAL, '[register]', 'transport = "tcp"', protocol].join('\n'))).register;
    expect(speaking('')).toMatchObject({ ackWaitSeconds: 3 });
    expect(speaking('protocol = "zvt"')).toMatchObject({
      ...{ ackWaitSeconds: 5, port: 20_007, currency: '0360', minorUnits: 2 },
    });
  });

  it('needs a screen or paper to show a QR on', () => {
    const device = ['[keypad]', 'device = "/dev/input/event0"', '[page]', 'enabled = false'];
    const none = [
      'file:11: E907 page.enabled, framebuffer.enabled, printer.enabled, printer.print_qr: found no way to show a QR; ' +
        'allowed: at least one of page, framebuffer, printer with print_qr = true, console with customer = true, and api with shows_qr = true.',
    ];
    expect(more(...device)).toEqual(none);
    expect(more(...device, '[printer]', 'transport = "usb"', 'print_qr = false')).toEqual(none);
    expect(more(...device, '[printer]', 'transport = "usb"')).toEqual([]);
    expect(more(...device, '[framebuffer]')).toEqual([]);
    expect(more(...device, '[api]')).toEqual(none);
    expect(more(...device, '[api]', 'shows_qr = true')).toEqual([]);
    expect(more(...device, '[console]', 'customer = true')).toEqual([]);
  });

  it('does not take a pole, or a console that only technicians see, for a way to show a QR', () => {
    const device = ['[keypad]', 'device = "/dev/input/event0"', '[page]', 'enabled = false'];
    const none = [expect.stringMatching(/^file:11: E907 page\.enabled, .*: found no way to show a QR; /)];
    expect(more(...device, '[pole]', 'device = "/dev/ttyUSB0"')).toEqual(none);
    expect(more(...device, '[console]')).toEqual(none);
    expect(more('[pole]', 'device = "/dev/ttyUSB0"', '[console]')).toEqual([]);
  });

  it('has a smallest amount that is not above the largest', () => {
    expect(more('[sale]', 'min = 501', 'max = 500')).toEqual([
      'file:9: E907 sale.min, sale.max: found min = 501 above max = 500; allowed: min at most max.',
    ]);
    expect(more('[sale]', 'min = 500', 'max = 500')).toEqual([]);
  });

  it('charges no more than Midtrans takes: 20 million by gopay, 10 million by qris', () => {
    expect(more('[sale]', 'max = 20_000_000')).toEqual([]);
    const qris = TERMINAL.replace('mode', 'payment_type = "qris"\nmode');
    expect(words(checkTerminal(`${qris}\n[sale]\nmax = 10_000_000`))).toEqual([]);
    expect(words(checkTerminal(`${qris}\n[sale]\nmax = 10_000_001`))).toEqual([
      'file:10: E907 sale.max, gateway.payment_type: found 10000001 with payment_type = "qris"; ' +
        'allowed: at most 10000000, the limit of Midtrans for it.',
    ]);
  });

  it('lets no QR outlive its transaction at Midtrans', () => {
    const expiring = (seconds: number) =>
      words(checkTerminal(TERMINAL.replace('mode', `custom_expiry_seconds = ${seconds}\nmode`)));
    expect(expiring(299)).toEqual([
      "file:5: E907 gateway.custom_expiry_seconds, sale.qr_life_seconds: found 299, before the QR's own 300 seconds are over; " +
        'allowed: at least 300 seconds, as sale.qr_life_seconds says.',
    ]);
    expect(expiring(300)).toEqual([
      expect.stringMatching(/^file:5: N909 gateway\.custom_expiry_seconds: found 300 seconds, .*often late/),
    ]);
    expect(expiring(900)).toEqual([]);
  });

  it('does not call a sale unknown before the gateway had its time to answer', () => {
    const slow = TERMINAL.replace('mode', 'timeout_seconds = 30\nmode');
    expect(words(checkTerminal(`${slow}\n[sale]\nunknown_after_seconds = 30`))).toEqual([
      expect.stringMatching(
        /^file:10: E907 sale\.unknown_after_seconds, gateway\.timeout_seconds: found 30 /,
      ),
    ]);
    expect(words(checkTerminal(`${slow}\n[sale]\nunknown_after_seconds = 31`))).toEqual([]);
  });

  it('uses each device for one thing only', () => {
    const lines = ['[register]', 'transport = "serial"', 'device = "/dev/ttyS0"'];
    expect(more(...lines, '[printer]', 'transport = "serial"', 'device = "/dev/ttyS0"')).toEqual([
      'file:13: E907 printer.device, register.device: found "/dev/ttyS0", which is register.device already; allowed: each device once.',
    ]);
    expect(more(...lines, '[pole]', 'device = "/dev/ttyS0"')).toEqual([
      'file:12: E907 pole.device, register.device: found "/dev/ttyS0", which is register.device already; allowed: each device once.',
    ]);
    expect(more('[keypad]', 'device = ["/dev/input/a", "/dev/input/a"]')).toEqual([
      expect.stringMatching(/^file:9: E907 keypad\.device, keypad\.device: /),
    ]);
    expect(
      more(...lines, '[printer]', 'enabled = false', 'transport = "serial"', 'device = "/dev/ttyS0"'),
    ).toEqual([]);
  });

  it('listens on each port for one thing only', () => {
    expect(more('[register]', 'transport = "tcp"', 'port = 8410')).toEqual([
      'file:10: E907 register.port, page.port: found 8410, which is page.port already; allowed: another port.',
    ]);
    expect(more('[register]', 'transport = "tcp"', 'port = 0', '[page]', 'port = 0')).toEqual([]);
  });

  it('names a setting that belongs to another protocol, and goes on', () => {
    const lines = ['[register]', 'protocol = "zvt"', 'transport = "tcp"'];
    expect(more(...lines, 'lrc = "warn"', 'terminal_id = "1"')).toEqual([
      'file:11: N909 register.lrc: found a key that has no effect with protocol = "zvt"; allowed: only with protocol = "fixed-frame".',
    ]);
    expect(more('[register]', 'protocol = "json"', 'transport = "tcp"', 'terminal_id = "1"')).toEqual([
      expect.stringMatching(/only with protocol = "fixed-frame" or protocol = "zvt"\.$/),
    ]);
  });

  it('assumes no acknowledgement of a ZVT register, which confirms by itself or is told to undo the payment', () => {
    const zvt = ['[register]', 'transport = "tcp"', 'protocol = "zvt"'];
    expect(more(...zvt, 'acknowledge = "assumed"')).toEqual([
      expect.stringMatching(
        /^file:11: E907 register\.acknowledge, register\.protocol: found "assumed" with protocol = "zvt", .*; allowed: "required"\.$/,
      ),
    ]);
    expect(more(...zvt, 'acknowledge = "required"')).toEqual([]);
    for (const protocol of ['json', 'fixed-frame'])
      expect(
        more('[register]', 'transport = "tcp"', `protocol = "${protocol}"`, 'acknowledge = "assumed"'),
      ).toEqual([]);
  });

  it('names types of a register as its profile does', () => {
    const types = (profile: string, ...codes: readonly string[]): string[] =>
      more('[register]', 'transport = "tcp"', `profile = "${profile}"`, `types = ${JSON.stringify(codes)}`);
    expect(types('bri', '0e=sale', '0B=none')).toEqual([]);
    expect(types('mandiri', 'Q1=sale', ';0=none')).toEqual([]);
    expect(types('cimb', 'Q1=sale')).toEqual([
      'file:11: E907 register.types, register.profile: found "Q1=sale" with profile = "cimb"; allowed: two hex digits before the equals sign.',
    ]);
    for (const wrong of ['08', '8=sale', '08=void', '08 =sale'])
      expect(types('bca', wrong), wrong).toEqual([expect.stringMatching(/^file:11: E906 register\.types/)]);
  });

  it('sells by pulses only where amounts can be typed', () => {
    const pulse = [
      '[vending]',
      'protocol = "pulse"',
      'chip = "gpiochip0"',
      'line = 17',
      'pulse_value = 1000',
      ...CONTACT,
    ];
    expect(more(...pulse)).toEqual([]);
    expect(more('[page]', 'keypad = false', ...pulse)).toEqual([
      expect.stringMatching(/E907 keypad\.enabled, .*found no source of sales/),
    ]);
    const asks = ['[vending]', 'protocol = "vendotek"'];
    expect(more('[page]', 'keypad = false', ...asks, ...CONTACT)).toEqual([]);
  });

  it('names a machine at which nobody can be called', () => {
    const machine = ['[vending]', 'protocol = "vendotek"'];
    const nobody = [
      'file:8: N909 terminal.contact, vending: found a machine, and nobody whom a customer can call when nothing comes out; allowed: better phone or whatsapp in [terminal.contact].',
    ];
    expect(more(...machine)).toEqual(nobody);
    expect(more(...machine, '[terminal.contact]', 'hours = "08.00-20.00"')).toHaveLength(1);
    expect(more(...machine, '[terminal.contact]', 'whatsapp = "0812-3456-7890"')).toEqual([]);
    expect(more(...machine, ...CONTACT)).toEqual([]);
  });

  it('opens the door for programs to more than this machine with TLS and tokens only', () => {
    const host = ['[api]', 'host = "0.0.0.0"'];
    const tls = ['tls_cert = "/etc/gopay-pos/api.pem"', 'tls_key = "credential:api-key"'];
    const program = ['[[program]]', 'name = "web"', 'secret = "credential:web"'];
    const found = 'found "0.0.0.0", which others can reach';
    const noTls =
      `file:9: E907 api.host, api.tls_cert, api.tls_key: ${found}, without TLS; ` +
      'allowed: tls_cert and tls_key, or a loopback address, such as 127.0.0.1.';
    const nobody =
      `file:9: E907 api.host, program: ${found}, and no program that a token names; ` +
      'allowed: a [[program]] with its secret, or a loopback address, such as 127.0.0.1.';
    expect(more(...host)).toEqual([noTls, nobody]);
    expect(more(...host, ...program)).toEqual([noTls]);
    expect(more(...host, ...tls)).toEqual([nobody]);
    expect(more(...host, ...tls, ...program)).toEqual([]);
    expect(more('[api]', ...program)).toEqual([]);
    expect(more('[api]', tls[0] ?? '')).toEqual([
      'file:9: E907 api.tls_cert, api.tls_key: found one without the other; allowed: both, or neither.',
    ]);
  });

  it('has programs with a name each, and a door for them', () => {
    const program = ['[[program]]', 'name = "web"', 'secret = "credential:web"'];
    expect(more('[api]', ...program, ...program)).toEqual([
      'file:13: E907 program[2].name, program[1].name: found "web", which is program[1].name already; allowed: each name once.',
    ]);
    const checked = checkTerminal([TERMINAL, ...program].join('\n'));
    expect(checked.notes.map(({ found }) => found)).toEqual(['programs that have no door to come in by']);
  });

  it('lets registers and machines call from this machine only, until it says who else may', () => {
    const tables = [
      ['register', '[register]', 'transport = "tcp"'],
      ['vending', '[vending]', 'protocol = "vendotek"'],
    ] as const;
    for (const [table, ...lines] of tables) {
      const said = (...words: readonly string[]) => more(...lines, ...words, ...CONTACT);
      expect(said()).toEqual([]);
      expect(said('host = "0.0.0.0"')).toEqual([
        `file:10: E907 ${table}.host, ${table}.callers: found "0.0.0.0", which others can reach, and nobody who may call; allowed: callers = ["192.168.1.20"] with the address of each, or a loopback address as host.`,
      ]);
      expect(said('host = "192.168.1.5"', 'callers = ["192.168.1.20", "192.168.2.0/24", "fe80::1"]')).toEqual(
        [expect.stringMatching(/^file:10: N909 .* refunds are refused on this line/)],
      );
      expect(said('callers = ["192.168.1.20"]')).toEqual([expect.stringMatching(/N909 .*callers with host/)]);
      for (const wide of ['0.0.0.0/0', '10.0.0.0/8', '192.168.0.0/23', '::/0', '192.168.1.1/33', 'kasir', ''])
        expect(said('host = "0.0.0.0"', `callers = ["${wide}"]`)).toEqual([
          expect.stringMatching(/E906 .*callers\[1\]/),
        ]);
    }
  });

  it('shows links of receipts only where a phone can open them, and there is a screen for them', () => {
    const link = ['[receipt]', 'link = "relay"'];
    expect(more(...link)).toEqual([]);
    expect(more(...link, 'when = "always"', 'stay_seconds = 45', 'days = 7')).toEqual([]);
    expect(more('[receipt]', 'link = "whatsapp"')).toEqual([]);
    expect(direct('[receipt]', 'link = "whatsapp"')).toEqual([]);
    expect(direct(...link)).toEqual([
      'file:8: E907 receipt.link, gateway.mode: found "relay" with gateway.mode = "direct", where there is no relay that knows this terminal; allowed: gateway.mode = "relay", or link = "whatsapp".',
    ]);
    expect(more(...link, 'url = "http://relay.example.com"')).toEqual([
      expect.stringMatching(/^file:10: E906 receipt\.url: .*an https address/),
    ]);
    expect(more(...link, 'url = "http://127.0.0.1:8430"')).toEqual([
      expect.stringMatching(/^file:10: N909 receipt\.url, receipt\.link: .*opens on this machine alone/),
    ]);
    const long = (length: number): string => `url = "https://r.example.com/${'r'.repeat(length - 22)}"`;
    expect(more(...link, long(80))).toEqual([]);
    expect(more(...link, long(81))).toEqual([
      expect.stringMatching(/^file:10: E907 receipt\.url, receipt\.link: found 81 characters/),
    ]);
    expect(more('[receipt]', 'link = "whatsapp"', 'days = 7')).toEqual([
      expect.stringMatching(/^file:10: N909 receipt\.days: found a key that has no effect/),
    ]);
    const paper = ['[printer]', 'transport = "usb"', '[keypad]', 'device = "/dev/input/event0"'];
    expect(more('[page]', 'enabled = false', ...paper, ...link)).toEqual([
      expect.stringMatching(/^file:15: N909 receipt\.link, page\.enabled, .* without a screen that shows it/),
    ]);
  });

  it('needs a broker for what others learn of it', () => {
    expect(more('[fleet]', 'home_assistant = true')).toEqual([
      expect.stringMatching(/^file:9: E907 fleet\.home_assistant, mqtt\.enabled: /),
    ]);
    const mqtt = ['[mqtt]', 'secret = "credential:mqtt"', 'url = "mqtts://broker.example.com"'];
    expect(more('[fleet]', 'home_assistant = true', ...mqtt)).toEqual([]);
  });

  it('gets a note where its page or its password is open to the network', () => {
    expect(more('[page]', 'host = "0.0.0.0"')).toEqual([expect.stringMatching(/^file:9: N909 page\.host: /)]);
    const broker = (url: string, ...rest: string[]) =>
      more('[mqtt]', 'secret = "credential:mqtt"', `url = "${url}"`, ...rest);
    expect(broker('mqtt://broker.example.com', 'clear_text = true')).toEqual([
      expect.stringMatching(/^file:10: N909 mqtt\.url, mqtt\.clear_text: /),
    ]);
    expect(broker('mqtt://broker.example.com')).toEqual([
      expect.stringMatching(
        /^file:10: E907 mqtt\.url, mqtt\.clear_text: .*; allowed: mqtts:\/\/, or clear_text = true/,
      ),
    ]);
    expect(broker('mqtts://broker.example.com')).toEqual([]);
    expect(broker('mqtt://[::1]:1883')).toEqual([]);
  });

  it('gets a note for a printer that prints nothing', () => {
    expect(more('[printer]', 'transport = "usb"', 'print_qr = false', 'print_receipt = false')).toEqual([
      expect.stringMatching(/^file:10: N909 printer\.print_qr, printer\.print_receipt: /),
    ]);
  });
});

describe('a terminal that asks Midtrans itself', () => {
  it('has the address of its environment without being told', () => {
    const url = (environment: string) => {
      const gateway = `[gateway]\nmode = "direct"\nsecret = "credential:key"\nenvironment = "${environment}"`;
      const config = sound(checkTerminal(`${ONLY_TERMINAL}\n${gateway}`));
      return config.gateway.url;
    };
    expect(url('production')).toBe('https://api.midtrans.com');
    expect(url('sandbox')).toBe('https://api.sandbox.midtrans.com');
  });

  it('does not send the key of one environment to the other', () => {
    expect(direct('url = "https://api.sandbox.midtrans.com"')).toEqual([
      'file:7: E907 gateway.url, gateway.environment: found the address of Midtrans\' sandbox with environment = "production"; ' +
        'allowed: environment = "sandbox", or no url.',
    ]);
    expect(direct('environment = "sandbox"', 'url = "https://api.sandbox.midtrans.com"')).toEqual([]);
    expect(direct('url = "http://127.0.0.1:8500"')).toEqual([]);
  });

  it('needs a place where its server key is to be had', () => {
    const text = `${ONLY_TERMINAL}\n[gateway]\nmode = "direct"`;
    expect(words(checkTerminal(text))).toEqual([expect.stringMatching(/^file:4: E903 gateway\.secret: /)]);
  });

  it('names at most three addresses for notifications, each one that Midtrans can reach', () => {
    expect(
      direct(
        'notification_urls = ["https://a.example/n", "https://b.example:80/n", "http://localhost:1234/n"]',
      ),
    ).toEqual([]);
    expect(
      direct(
        'notification_urls = [',
        '"http://a.example/n",',
        '"https://a.example:8443/n",',
        '"https://ok.example/"]',
      ),
    ).toEqual([
      expect.stringMatching(
        /^file:8: E906 gateway\.notification_urls\[1\]: found "http:.*an https address on port 443 or 80/,
      ),
      expect.stringMatching(/^file:9: E906 gateway\.notification_urls\[2\]: found "https:.*8443/),
    ]);
    expect(direct(`notification_urls = [${Array(4).fill('"https://a.example"').join(',')}]`)).toEqual([
      expect.stringMatching(
        /^file:7: E905 gateway\.notification_urls: found a list of 4; allowed: a list of at most 3/,
      ),
    ]);
  });
});

describe('a relay', () => {
  it('knows each terminal once, each with a token of its own', () => {
    const again = (id: string, token: string) =>
      words(checkRelay(`${RELAY}\n[[terminal]]\nid = "${id}"\ntoken_sha256 = "${token}"`));
    expect(again('KASIR2', 'cd'.repeat(32))).toEqual([]);
    expect(again('KASIR1', 'cd'.repeat(32))).toEqual([
      'file:9: E907 terminal[2].id, terminal[1].id: found "KASIR1" a second time; allowed: each terminal once.',
    ]);
    expect(again('KASIR2', 'AB'.repeat(32))).toEqual([
      expect.stringMatching(
        /^file:10: E907 terminal\[2\]\.token_sha256, terminal\[1\]\.token_sha256: found the token of terminal\[1\]/,
      ),
    ]);
    expect(again('KASIR2', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')).toEqual([
      expect.stringMatching(/^file:10: E907 terminal\[2\]\.token_sha256: found the SHA-256 of nothing/),
    ]);
  });

  describe('of several merchants', () => {
    const kopi = (...lines: string[]) =>
      ['[[merchant]]', 'name = "kopi"', 'secret = "file:/etc/gopay-pos/kopi-key"', ...lines].join('\n');
    const found = (...lines: string[]) => words(checkRelay([RELAY, ...lines].join('\n')));
    const mine = (id: string, merchant: string) =>
      `[[terminal]]\nid = "${id}"\nmerchant = "${merchant}"\ntoken_sha256 = "${'cd'.repeat(32)}"`;

    it('takes two that have each a KASIR1, unless a broker knows terminals by their ids alone', () => {
      expect(found(kopi(), mine('KASIR1', 'kopi'))).toEqual([]);
      const external = '[broker]\nkind = "external"\nurl = "mqtts://a.example"';
      expect(found(kopi(), mine('KASIR2', 'kopi'), external)).toEqual([]);
      expect(found(kopi(), mine('KASIR1', 'kopi'), external)).toEqual([
        'file:12: E907 terminal[2].id, terminal[1].id: found "KASIR1" a second time; allowed: each terminal once at one broker.',
      ]);
      expect(found(kopi(), mine('KASIR1', 'shop'))[0]).toMatch(
        /"KASIR1" a second time; allowed: each terminal once\./,
      );
    });

    it.each<readonly [words: RegExp, ...lines: string[]]>([
      [
        /E907 merchant\[1\]\.name, relay\.merchant: found shop, which is relay\.merchant already/,
        kopi().replace('"kopi"', '"shop"'),
      ],
      [
        /E907 merchant\[2\]\.name, merchant\[1\]\.name: found kopi/,
        kopi(),
        kopi('notify_path = "/n"').replace('kopi-key', 'key'),
      ],
      [
        /E907 merchant\[1\]\.secret, midtrans\.secret: found .*server-key.*, which is midtrans\.secret already; allowed: a key of its own/,
        kopi().replace('kopi-key', 'server-key'),
      ],
      [
        /E907 merchant\[1\]\.notify_path, relay\.notify_path: found \/notify/,
        kopi('notify_path = "/notify"'),
      ],
      [
        /E907 merchant\[1\]\.notify_path: found \/v2\/charge, where the relay/,
        kopi('notify_path = "/v2/charge"'),
      ],
      [
        /E907 merchant\[1\]\.url, merchant\[1\]\.environment: found the address of Midtrans' sandbox/,
        kopi('url = "https://api.sandbox.midtrans.com"'),
      ],
      [
        /E907 terminal\[2\]\.merchant, relay\.merchant: found "teh", .*; allowed: shop, kopi/,
        kopi(),
        mine('KASIR2', 'teh'),
      ],
      [
        /E907 operator\[1\]\.merchant/,
        `[[operator]]\nname = "op"\nmerchant = "teh"\ntoken_sha256 = "${'ef'.repeat(32)}"`,
      ],
      [
        /E907 operator\[1\]\.home_assistant, operator\[1\]\.merchant: .*; allowed: one of the two/,
        kopi(),
        `[[operator]]\nname = "op"\nmerchant = "kopi"\nhome_assistant = true\ntoken_sha256 = "${'ef'.repeat(32)}"`,
      ],
      [/E907 merchant\[1\]\.refund_a_day_of_terminal/, kopi('refund_a_day_of_terminal = 5')],
      [/E907 merchant\[1\]\.forward_url/, kopi('forward_url = "https://relay.example.com/notify"')],
      [/E903 midtrans\.secret/, 'x'],
    ])('says %s', (wanted, ...lines) => {
      const text =
        lines[0] === 'x' ? '[relay]\npublic_url = "https://relay.example.com"' : [RELAY, ...lines].join('\n');
      expect(words(checkRelay(text))).toContainEqual(expect.stringMatching(wanted));
    });
  });

  it('gets a note without terminals, and for a broker that forgets or tells', () => {
    const head = RELAY.split('\n').slice(0, 4).join('\n');
    expect(words(checkRelay(head))).toEqual([
      expect.stringMatching(/^file: N909 terminal: found no terminal/),
    ]);
    expect(words(checkRelay(`${RELAY}\n[broker]\ndirectory = ""`))).toEqual([
      expect.stringMatching(/^file:9: N909 broker\.directory: found notices in memory only/),
    ]);
    const far = `${RELAY}\n[broker]\nkind = "external"\nurl = "mqtt://10.0.0.1"`;
    expect(words(checkRelay(`${far}\nclear_text = true`))).toEqual([
      expect.stringMatching(
        /^file:10: N909 broker\.url, broker\.clear_text: found mqtt:\/\/ to another machine/,
      ),
    ]);
    expect(words(checkRelay(far))).toEqual([
      expect.stringMatching(
        /^file:10: E907 broker\.url, broker\.clear_text: found mqtt:\/\/ to another machine/,
      ),
    ]);
  });

  it('tells what each of several relays lets pass, and refuses a share that is nothing', () => {
    const several = (...lines: string[]) =>
      words(
        checkRelay(
          [
            RELAY,
            '[broker]\nkind = "external"\nurl = ["mqtts://a.example", "mqtts://b.example"]',
            '[limits]\nrelays = 3',
            ...lines,
          ].join('\n'),
        ),
      );
    expect(several('[refund]\nmax_a_day = 1_000_000\nmax_a_day_of_terminal = 100_000')).toEqual([
      expect.stringMatching(
        /^file:12: N909 limits\.relays: found each of 3 relays lets pass 10 charges and 100 requests of a terminal a minute, refunds of 33333 rupiah of a terminal and 333333 of all a day/,
      ),
    ]);
    expect(several('charges_per_minute = 2', 'requests_per_minute = 89').slice(0, 2)).toEqual([
      expect.stringMatching(
        /^file:13: E907 limits\.charges_per_minute, .* 2 for 3 relays, which leaves 0 .* at least 3/,
      ),
      expect.stringMatching(/^file:14: E907 limits\.requests_per_minute, .* which leaves 29 .* at least 90/),
    ]);
    const webhook = '[[webhook]]\nname = "books"\nurl = "https://a.example"\nsecret = "credential:books"';
    expect(several(webhook)[0]).toMatch(
      /^file:12: E907 broker\.events_username, limits\.relays: found "events" with 3 relays, .*; allowed: one of its own for each relay/,
    );
    expect(words(checkRelay(`${RELAY}\n[limits]\nrelays = 2`))[0]).toMatch(
      /^file:9: E907 limits\.relays, broker\.kind: found 2 relays with a broker of its own each/,
    );
  });

  it('asks for TLS at each node of a cluster', () => {
    const cluster = (far: string) =>
      words(checkRelay(`${RELAY}\n[broker]\nkind = "external"\nurl = ["mqtts://a.example", "${far}"]`));
    expect(cluster('mqtts://b.example')).toEqual([]);
    expect(cluster('mqtt://b.example')).toEqual([
      expect.stringMatching(
        /^file:10: E907 broker\.url, broker\.clear_text: found mqtt:\/\/ to another machine/,
      ),
    ]);
  });

  it('opens its own broker to others with TLS only, unless it is told otherwise', () => {
    const own = (...lines: string[]) => words(checkRelay([RELAY, '[broker]', ...lines].join('\n')));
    const [host, cert, key] = [
      'host = "0.0.0.0"',
      'tls_cert = "/etc/b.pem"',
      'tls_key = "credential:broker-key"',
    ];
    const open =
      /^file:9: E907 broker\.host, broker\.tls_cert, broker\.clear_text: found "0\.0\.0\.0" without TLS/;
    expect(own(host)).toEqual([expect.stringMatching(open)]);
    expect(own(host, 'clear_text = true')).toEqual([expect.stringMatching(/^file:9: N909 broker\.host/)]);
    expect(own(host, cert, key)).toEqual([]);
    expect(own(cert)).toEqual([
      expect.stringMatching(/^file:9: E907 broker\.tls_cert, broker\.tls_key: found one without the other/),
    ]);
  });

  it('forwards to somebody else, believes proxies that are addresses, and caps refunds one below the other', () => {
    const with_ = (lines: string, rest = '') =>
      words(checkRelay(RELAY.replace('[relay]', `[relay]\n${lines}`) + rest));
    expect(
      with_(
        'forward_url = "https://shop.example.com/n"\ntrusted_proxies = ["10.0.0.0/8", "::1", "fd00::/8"]',
      ),
    ).toEqual([]);
    for (const own of [
      'https://relay.example.com/notify',
      'https://RELAY.example.com:443/notify',
      'http://127.0.0.1:8430/notify',
    ])
      expect(with_(`forward_url = "${own}"`)).toEqual([
        expect.stringMatching(/E907 relay\.forward_url: found .*this relay/),
      ]);
    expect(with_('forward_url = "http://shop.example.com/n"')).toEqual([
      expect.stringMatching(/E906 relay\.forward_url/),
    ]);
    for (const no of ['10.0.0.0/33', '::1/129', 'proxy', '10.0.0.0/8/8', '10.0.0/8', '1.2.3.4/'])
      expect(with_(`trusted_proxies = ["${no}"]`)).toEqual([
        expect.stringMatching(/E906 relay\.trusted_proxies/),
      ]);
    expect(with_('', '\n[refund]\nmax_a_day = 10')).toEqual([
      expect.stringMatching(/E907 refund\.max_a_day/),
    ]);
    expect(with_('', '\n[refund]\nmax_a_day = 10\nmax_a_day_of_terminal = 10')).toEqual([]);
  });

  it('does not send the key of one environment to the other, and listens on each port once', () => {
    const sandbox = RELAY.replace(
      'secret',
      'environment = "sandbox"\nurl = "https://api.midtrans.com"\nsecret',
    );
    expect(words(checkRelay(sandbox))).toEqual([
      expect.stringMatching(/^file:5: E907 midtrans\.url, midtrans\.environment: /),
    ]);
    expect(words(checkRelay(`${RELAY}\n[broker]\nport = 8430`))).toEqual([
      'file:9: E907 broker.port, relay.port: found 8430, which is relay.port already; allowed: another port.',
    ]);
    const external = '[broker]\nkind = "external"\nurl = "mqtts://broker.example"\nauth_port = 8430';
    expect(words(checkRelay(`${RELAY}\n${external}`))).toEqual([
      'file:11: E907 broker.auth_port, relay.port: found 8430, which is relay.port already; allowed: another port.',
    ]);
  });

  it('has each secret of its own handed over by Debian 12 as well, where systemd knows no patterns', () => {
    const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    const named = [...read('src/config/relay-tables.ts').matchAll(/\{ credential: '([\w-]+)' \}/g)];
    const dropIn = read('systemd/gopay-pos-relay.before-254.conf');
    expect(named.length).toBeGreaterThan(4);
    for (const [, name = ''] of named) {
      // Whoever has further merchants names them.
      const line = `LoadCredential=gopay-pos-relay.${name}\n`;
      expect(dropIn).toContain(name.endsWith('-kopi') ? `\n# ${line}` : `\n${line}`);
    }
  });

  it('tells a broker of tokens by an account of its own, and where there are tokens', () => {
    const external = '[broker]\nkind = "external"\nurl = "mqtts://broker.example"\ntokens_username';
    expect(words(checkRelay(`${RELAY}\n${external} = "tokens"\n[enrol]`))).toEqual([]);
    expect(words(checkRelay(`${RELAY}\n${external} = "relay"`))).toEqual([
      'file:11: E907 broker.tokens_username, broker.username: found "relay" twice; allowed: an account of its own.',
      expect.stringMatching(
        /^file:11: E907 broker\.tokens_username, enrol: .*; allowed: \[enrol\], or no tokens_username\.$/,
      ),
    ]);
    const nats = external.replace('tokens_username', 'nats_port = 4222');
    expect(words(checkRelay(`${RELAY}\n${nats}`))).toEqual([
      expect.stringMatching(
        /^file:11: E907 broker\.nats_port, broker\.tokens_username: .*; allowed: both\.$/,
      ),
    ]);
    expect(words(checkRelay(`${RELAY}\n${external} = "events"\n[enrol]`))).toEqual([
      'file:11: E907 broker.tokens_username, broker.events_username: found "events" twice; allowed: an account of its own.',
    ]);
  });

  it('has by default another port than each door of a terminal on the same machine', () => {
    const terminal = sound(checkTerminal([TERMINAL, '[api]'].join('\n')));
    const { relay, broker } = sound(checkRelay(RELAY));
    const ports = [relay, broker, terminal.api, terminal.page].map((door) =>
      'port' in door ? door.port : 0,
    );
    expect(new Set(ports).size).toBe(4);
    expect(ports).not.toContain(0);
  });

  it('is called by Midtrans at a public address', () => {
    expect(words(checkRelay(RELAY.replace('https://relay', 'https://relay.example:8443/relay')))).toEqual([
      expect.stringMatching(/^file:2: E906 relay\.public_url: /),
    ]);
    expect(words(checkRelay(RELAY.replace('https://relay.example.com', 'http://127.0.0.1:8420')))).toEqual(
      [],
    );
  });
});
