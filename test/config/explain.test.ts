import { describe, expect, it } from 'vitest';
import { explain } from '../../src/config/explain.js';
import { relaySchema } from '../../src/config/relay-schema.js';
import { terminalSchema } from '../../src/config/terminal-schema.js';
import { tableKeys } from '../../src/settings/schema.js';

function text(key: string): string {
  const result = explain(terminalSchema, key);
  return result.ok ? result.value : `error: ${result.error}`;
}

describe('explain', () => {
  it('tells everything of a key', () => {
    expect(text('sale.qr_life_seconds')).toBe(
      [
        'sale.qr_life_seconds in /etc/gopay-pos/terminal.toml',
        '  How long a QR stays open before it is closed at Midtrans.',
        '  Allowed: a whole number from 30 to 900 (seconds).',
        '  Unit: seconds.',
        '  Default: 300.',
        '  Example: qr_life_seconds = 300',
        '',
      ].join('\n'),
    );
  });

  it('tells beside which choice a key exists, once for each', () => {
    expect(text('printer.device').match(/Only with transport = ".*"/g)).toEqual([
      'Only with transport = "usb"',
      'Only with transport = "serial"',
    ]);
    expect(text('gateway.url')).toContain('with environment = "sandbox"');
  });

  it('tells of a choice and of a switch', () => {
    expect(text('gateway.mode')).toMatch(/relay: The operator's relay.*direct: Midtrans itself/);
    expect(text('gateway.mode')).toContain('Must be set.');
    expect(text('printer.enabled')).toContain(
      'Default: true where the table stands in the file, else false.',
    );
    expect(text('page.enabled')).toContain('Default: true.');
  });

  it('finds a key without its table, in every table that has it', () => {
    expect(text('qr_life_seconds')).toBe(text('sale.qr_life_seconds'));
    expect(text('baud').match(/^\S+ in /gm)).toEqual([
      'register.baud in ',
      // Beside each protocol that has a line.
      'vending.baud in ',
      'vending.baud in ',
      'vending.baud in ',
      'printer.baud in ',
      'pole.baud in ',
    ]);
  });

  it('lists the keys of a table', () => {
    const lines = text('sale').split('\n');
    expect(lines[0]).toBe('[sale] in /etc/gopay-pos/terminal.toml');
    expect(lines.filter((each) => each.startsWith('    ')).map((each) => each.trim().split(' ')[0])).toEqual(
      Object.keys(terminalSchema.tables['sale']?.keys ?? {}),
    );
  });

  it('tells how a device is connected, set and tried, in both languages', () => {
    const zvt = text('zvt');
    expect(zvt.split('\n').slice(0, 3)).toEqual([
      'register.protocol = "zvt" in /etc/gopay-pos/terminal.toml',
      expect.stringMatching(/^ {2}Cash register that speaks ZVT/),
      '  Keys: register.currency, register.minor_units, register.ack_wait_seconds, register.merchant_id, register.terminal_id.',
    ]);
    for (const head of ['Kabel', 'Pengaturan', 'Percobaan pertama', 'Wiring', 'Settings', 'First trial'])
      expect(zvt).toContain(`\n  ${head}:\n    `);
    expect(text('fixed-frame').match(/\n {2}Wiring:/g)).toHaveLength(4);
    expect(text('speaker')).toContain('MAX98357A');
    // A choice that is no device is none here, and a key keeps its name.
    expect(text('serial')).toMatch(/^error: There is no key/);
  });

  it('takes the name of a key as an error names it', () => {
    const result = explain(relaySchema, 'terminal[2].token_sha256');
    expect(result.ok && result.value).toContain('[[terminal]]'.slice(2, 10));
    expect(result.ok).toBe(true);
  });

  it('names the nearest key where there is none', () => {
    expect(text('sale.qr_lief_seconds')).toBe(
      'error: There is no key "sale.qr_lief_seconds". Did you mean sale.qr_life_seconds?',
    );
    expect(text('paid_secnds')).toBe('error: There is no key "paid_secnds". Did you mean paid_seconds?');
    expect(text('')).toMatch(/^error: There is no key ""\. Tables: terminal, terminal\.contact, gateway, /);
    expect(text('sale.max.x')).toMatch(/^error: There is no key/);
    expect(text('__proto__')).toMatch(/^error: There is no key/);
    expect(text('sale.constructor')).toMatch(/^error: There is no key/);
  });

  it('has a text of whole sentences for every key of both files', () => {
    for (const schema of [terminalSchema, relaySchema])
      for (const [name, table] of Object.entries(schema.tables))
        for (const key of tableKeys(table)) {
          const result = explain(schema, `${name}.${key}`);
          expect(result.ok && result.value, `${name}.${key}`).toMatch(/^ {2}[A-Zq].*\.$/m);
        }
  });
});
