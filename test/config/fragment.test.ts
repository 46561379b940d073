import { describe, expect, it } from 'vitest';
import { FRAGMENT_KEYS, fragmentProblems, withFragment } from '../../src/config/fragment.js';
import { terminalSchema } from '../../src/config/terminal-schema.js';
import { type AnyTable, tableKeys } from '../../src/settings/schema.js';

const FILE = `[terminal]
id = "T1"
shop = "Warung"
[terminal.contact]
phone = "022-1"
[gateway]
mode = "relay"
url = "https://relay.example.com"
secret = "file:/etc/gopay-pos/token"
[sale]
max = 50_000
min = 1_000
[catalogue]
[[product]]
id = "teh"
name_id = "Teh"
price = 5_000
[slip]
header = ["Jl. Braga 1"]
[page]
port = 8412
`;

const tables: Readonly<Record<string, AnyTable>> = terminalSchema.tables;

describe('what is set from afar', () => {
  it('is of these keys, and of none else of the whole schema', () => {
    const refused: string[] = [];
    for (const [name, table] of Object.entries(tables))
      for (const key of tableKeys(table)) {
        const [outer = '', inner] = name.split('.');
        const head = table.use === 'many' ? `[[${name}]]` : `[${inner === undefined ? outer : name}]`;
        const problems = fragmentProblems(`${head}\n${key} = "x"\n`);
        if (problems.length > 0) refused.push(`${name}.${key}`);
        else expect(FRAGMENT_KEYS[name], `${name}.${key}`).toContain(key);
      }
    const all = Object.entries(tables).flatMap(([name, table]) =>
      tableKeys(table).map((key) => `${name}.${key}`),
    );
    const allowed = Object.entries(FRAGMENT_KEYS).flatMap(([name, keys]) =>
      keys.map((key) => `${name}.${key}`),
    );
    expect(refused.sort()).toEqual(all.filter((key) => !allowed.includes(key)).sort());
    expect(allowed.filter((key) => !all.includes(key))).toEqual([]);
  });

  it('is no secret, device, address, folder, broker, program or operator', () => {
    for (const [name, keys] of Object.entries(FRAGMENT_KEYS)) {
      expect(name).not.toMatch(
        /^(gateway|mqtt|operator|program|webhook|journal|control|api|page|printer|register|vending|keypad|refund|log|report|from_afar|customer)$/,
      );
      const table = tables[name];
      const fields = {
        ...table?.keys,
        ...Object.assign(
          {},
          ...(table?.by ?? []).flatMap(({ choices }) => Object.values(choices).map((each) => each.keys)),
        ),
      };
      for (const key of keys.filter((each) => !(name === 'product' && each === 'picture')))
        expect(
          (fields as Record<string, { kind: { allowed: string } }>)[key]?.kind.allowed ?? '',
        ).not.toMatch(/credential|absolute path|address|HOST|hex/);
    }
  });

  it('stands over the file: its keys win, its products are the whole list, all else stays', () => {
    const made = withFragment(
      FILE,
      '[sale]\nmax = 20_000\n[terminal.contact]\nwhatsapp = "0812-3456-7890"\n[slip]\nfooter = ["Terima kasih"]\n[[product]]\nid = "kopi"\nname_id = "Kopi"\nprice = 8_000\n',
    );
    expect(made.ok && made.value).toMatchObject({
      terminal: { id: 'T1', shop: 'Warung' },
      terminalContact: { phone: '022-1', whatsapp: '0812-3456-7890' },
      sale: { max: 20_000, min: 1_000 },
      slip: { header: ['Jl. Braga 1'], footer: ['Terima kasih'] },
      product: [{ id: 'kopi', price: 8_000 }],
      gateway: { secret: { file: '/etc/gopay-pos/token' } },
    });
  });

  it('is judged with the file as one: by the same kinds, the same rules, and never wider than it', () => {
    const found = (toml: string, file = FILE): string => {
      const made = withFragment(file, toml);
      return made.ok ? 'good' : made.error.map(({ code, key }) => `${code} ${key}`).join();
    };
    expect(found('[sale]\nmax = 50_001\n')).toBe('423 sale.max');
    expect(found('[sale]\nmin = 999\n')).toBe('423 sale.min');
    expect(found('[sale]\nmin = 30_000\nmax = 20_000\n')).toMatch(/^907 sale\.min|^\d+ sale/);
    expect(found('[sale]\nmax = "much"\n')).toMatch(/^90\d sale\.max/);
    expect(found('[sale]\nmax = 20_000\n')).toBe('good');
    expect(found('[hours]\nopen = ["Mo-So 07:00"]\n')).toMatch(/hours\.open/);
    expect(found('[catalogue]\ncart = true\n', FILE.replace(/\[catalogue\][\s\S]*\[slip\]/, '[slip]'))).toBe(
      '423 catalogue',
    );
    expect(found('[gateway]\nurl = "https://elsewhere.example"\n')).toBe('423 gateway');
    expect(found('gateway = 5\n')).toBe('423 gateway');
    expect(found('[terminal]\nid = "T2"\n')).toBe('423 terminal.id');
    expect(found('[[operator]]\nname = "eve"\n')).toBe('423 operator');
    expect(found('[catalogue]\nfile = "/etc/shadow"\n')).toBe('423 catalogue.file');
    expect(found('terminal.id = "T2"\n')).toBe('423 terminal.id');
    expect(found('[__proto__]\nx = 1\n')).not.toBe('good');
    expect(found('[sale\n')).not.toBe('good');
    expect(found(`#${'x'.repeat(10_000)}`)).toBe('423 ');
  });
});
