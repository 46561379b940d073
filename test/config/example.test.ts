import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Completion, check } from '../../src/config/check.js';
import { NOT_ENROLLED, withEnrolment } from '../../src/config/enrolled.js';
import { describe as exampleOf } from '../../src/config/example.js';
import { relaySchema } from '../../src/config/relay-schema.js';
import { terminalSchema } from '../../src/config/terminal-schema.js';
import { type Layout, tableKeys } from '../../src/settings/schema.js';
import { sound, words } from './files.js';

const ofNobody: Completion = (document) => withEnrolment(document, NOT_ENROLLED);

/** Does what a technician does with the example: takes away the # of every key that goes with `choices`, by `table.key`. */
function allLive(example: string, choices: Readonly<Record<string, string>>): string {
  let table = '';
  let isOther = false;
  return example
    .split('\n')
    .map((line) => {
      const header = /^#?\[{1,2}([a-z_]+)\]{1,2}$/.exec(line);
      if (header?.[1] !== undefined) {
        table = header[1];
        isOther = false;
        return line.replace('#', '');
      }
      const marker = /^# --- with (\S+) = "(.*)":$/.exec(line);
      if (marker !== null) isOther = choices[`${table}.${marker[1]}`] !== marker[2];
      if (line === '# --- in any case:') isOther = false;
      const key = /^#?([a-z0-9_]+) = /.exec(line)?.[1];
      if (key === undefined) return line;
      // One product gives one thing.
      const isGift = table === 'product' && /^(slot|pulses|seconds|line)$/.test(key);
      if (isGift && !choices['product']?.includes(key)) return line;
      const choice = choices[`${table}.${key}`];
      if (choice !== undefined) {
        isOther = false;
        return `${key} = "${choice}"`;
      }
      return isOther ? `# ${line}` : line.replace(/^#/, '');
    })
    .join('\n');
}

describe('the example of terminal.toml', () => {
  const example = exampleOf(terminalSchema);

  it('is sound as it is, without a note, and has every default', () => {
    const checked = check(terminalSchema, example);
    expect(words(checked)).toEqual([]);
    const least = [
      '[terminal]\nid = "KASIR1"\nshop = "Warung Bu Sri"',
      '[gateway]\nmode = "relay"\nurl = "https://relay.example.com"\nsecret = "credential:gateway"',
    ].join('\n');
    expect(sound(checked)).toEqual(sound(check(terminalSchema, least)));
  });

  it.each([
    {
      gateway: 'relay',
      protocol: 'fixed-frame',
      register: 'serial',
      printer: 'usb',
      vending: 'vendotek',
      gives: 'slot',
    },
    {
      gateway: 'direct',
      protocol: 'zvt',
      register: 'tcp',
      printer: 'serial',
      vending: 'pulse',
      gives: 'pulses line',
    },
    {
      gateway: 'direct',
      protocol: 'json',
      register: 'tcp',
      printer: 'tcp',
      vending: 'mdb-qibixx',
      gives: '',
    },
  ])('is sound with every key of %o made live', (choices) => {
    const live = allLive(example, {
      'gateway.mode': choices.gateway,
      'register.protocol': choices.protocol,
      'register.transport': choices.register,
      'printer.transport': choices.printer,
      'vending.protocol': choices.vending,
      product: choices.gives,
      // A picture or a folder of them: one of the two.
    }).replace(/(^\[idle\]$[^[]*?)^folder = .*$/m, '$1');
    const checked = check(terminalSchema, live);
    expect(words(checked)).toEqual([]);
    const config = sound(checked);
    expect(config.gateway.mode).toBe(choices.gateway);
    expect(config.printer).toMatchObject({ enabled: true, transport: choices.printer, widthDots: 384 });
    expect(config.register).toMatchObject({ protocol: choices.protocol, transport: choices.register });
    expect(config.vending).toMatchObject({ enabled: true, protocol: choices.vending });
    expect(config.mqtt).toMatchObject({ enabled: true, caFile: '/etc/gopay-pos/ca.pem' });
  });

  it('has no line over 120 characters, but for long values', () => {
    const long = example.split('\n').filter((each) => each.length > 120);
    expect(long).toEqual([]);
  });
});

describe('the example of relay.toml', () => {
  const example = exampleOf(relaySchema);

  it('is sound as it is, with the note that no terminal is enrolled yet', () => {
    expect(words(check(relaySchema, example))).toEqual([
      expect.stringMatching(/N909 terminal: found no terminal/),
    ]);
  });

  it.each(['embedded', 'external'])('is sound with every key live and an %s broker', (broker) => {
    const choices = { 'broker.kind': broker, 'fleet_page.login': 'token' };
    expect(words(check(relaySchema, allLive(example, choices)))).toEqual([]);
  });
});

describe('the first configuration that an installation lays down', () => {
  const shipped = (name: string) =>
    readFileSync(new URL(`../../systemd/${name}.example.toml`, import.meta.url), 'utf8');

  it('is sound for a terminal', () => {
    expect(words(check(terminalSchema, shipped('terminal'), ofNobody))).toEqual([]);
  });

  it('is sound for a relay, with the note that no terminal is enrolled yet', () => {
    expect(words(check(relaySchema, shipped('relay')))).toEqual([expect.stringMatching(/N909 terminal: /)]);
  });
});

describe('every example', () => {
  it.each([terminalSchema, relaySchema] satisfies Layout[])('shows every key of $file', (schema) => {
    const example = exampleOf(schema);
    const sections = example.split(/\n(?=#?\[)/);
    for (const [name, table] of Object.entries(schema.tables)) {
      const section = sections.find((each) => new RegExp(`^#?\\[{1,2}${name}\\]`).test(each)) ?? '';
      const missing = tableKeys(table).filter((key) => !new RegExp(`^#?${key} = `, 'm').test(section));
      expect(missing, name).toEqual([]);
    }
  });
});
