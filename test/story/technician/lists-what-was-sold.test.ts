import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { readCsv } from '../../../src/base/csv.js';
import build from '../../kit/built.js';
import { growJournal } from '../../kit/grown-journal.js';
import { sells } from '../kit/account.js';
import { httpStory } from '../kit/http-program.js';
import { type Shop, story } from '../kit/shop.js';
import { ask, turning } from '../kit/technician.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/gopay-pos.cjs', import.meta.url));

beforeAll(() => build(), 300_000);

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** The program as a technician calls it; with the shop's file it may read the journal itself. */
function gopayPos(shop: Shop, ...args: readonly string[]): Promise<Ended> {
  const file = join(shop.directory, 'list.toml');
  writeFileSync(
    file,
    `[terminal]\nid = "T1"\nshop = "Toko"\n[gateway]\nmode = "relay"\nurl = "http://127.0.0.1:2"\nsecret = "file:/unused"
[report]\nfee_percent = "0.7"\n[journal]\ndirectory = "${shop.directory}/journal"\n[control]\nsocket = "${shop.directory}/control.sock"\n`,
  );
  const all = [PROGRAM, ...args, '--config', file];
  return turning(
    shop,
    new Promise((resolve) =>
      execFile(process.execPath, all, { maxBuffer: 64 * 1024 * 1024 }, (error, out, errors) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, errors }),
      ),
    ),
  );
}

/** As a spreadsheet has it: by the names of the columns. */
function rowsOf(csv: string): Record<string, string>[] {
  const [head, ...lines] = [...readCsv(csv, ';')];
  return lines.map(({ cells }) =>
    Object.fromEntries(head?.cells.map((name, at) => [name, cells[at] ?? '']) ?? []),
  );
}

const OPTIONS = { mqtt: false, printer: false, toml: '[report]\nfee_percent = "0.7"\n' } as const;

it('lists the same of a running terminal and of a stopped one, and sums that agree with its shift', () =>
  story(OPTIONS, async (shop) => {
    const first = await sells(shop, 20_000);
    await ask(shop, 'shift', ['close', '1']);
    const second = await sells(shop, 5_000);
    const csv = await gopayPos(shop, 'sales', '--csv');
    expect(csv).toMatchObject({ code: 0, errors: '' });
    const rows = rowsOf(csv.out);
    expect(rows.map((row) => [row['order_id'], row['shift'], row['amount'], row['fee'], row['net']])).toEqual(
      [
        [first, '1', '20000', '140', '19860'],
        [second, '2', '5000', '35', '4965'],
      ],
    );
    expect(rows[0]).toMatchObject({ state: 'delivered', source: 'keypad', method: 'qris', issuer: 'gopay' });
    const json = await gopayPos(shop, 'sales', '--shift', '2', '--json');
    expect(
      json.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      // A time that stands alone says its zone.
      {
        ...{ order_id: second, shift: 2 },
        opened: `${rows[1]?.['opened']?.replace(' ', 'T')}+07:00`,
        paid: `${rows[1]?.['paid']?.replace(' ', 'T')}+07:00`,
      },
    ]);
    const day = rows[0]?.['opened']?.slice(0, 10) ?? '';
    expect((await gopayPos(shop, 'sales', '--day', day)).out.trim().split('\n')).toHaveLength(2);
    const report = await gopayPos(shop, 'report', '--by', 'day', '--json');
    expect(JSON.parse(report.out)).toMatchObject({
      groups: [{ group: day }],
      total: { settled: 2, gross: 25_000, net: 24_825 },
    });
    await shop.powerCut();
    for (const [args, same] of [
      [['sales', '--csv'], csv.out],
      [['sales', '--shift', '2', '--json'], json.out],
      [['report', '--by', 'day', '--json'], report.out],
    ] as const)
      expect(await gopayPos(shop, ...args)).toEqual({ code: 0, out: same, errors: '' });
    expect(await gopayPos(shop, 'sales', '--shift', '9')).toMatchObject({
      code: 1,
      errors: 'gopay-pos: there is no shift 9; shift 2 is open, and 1 to 2 are there\n',
    });
    await shop.startTerminal();
  }));

it('says in its text who asked for a sale and by what number, and how many of a product were sold', () =>
  httpStory(OPTIONS, async ({ shop, program }) => {
    const till = await program();
    const items = [{ name: 'Teh', price: 5_000, quantity: 2 }];
    expect(await till.post('/v1/sales', { ref: 'INV-1', till: 'web', items })).toMatchObject({
      status: 201,
    });
    expect((await gopayPos(shop, 'sales')).out).toContain('  api web INV-1 ');
    const [head = ''] = (await gopayPos(shop, 'report', '--by', 'product')).out.trim().split('\n');
    expect(head.split(/ +/).slice(0, 5)).toEqual(['product', 'sales', 'paid', 'quantity', 'gross']);
  }));

it('says what is wrong with an option, and what is allowed', () =>
  story(OPTIONS, async (shop) => {
    expect(await gopayPos(shop, 'sales')).toEqual({ code: 0, out: '', errors: '' });
    for (const [args, code, words] of [
      [['sales', '--day', '2026-02-30'], 64, 'a day such as 2026-11-30'],
      [['sales', '--from', '2026-11-02', '--to', '2026-11-01'], 64, '--from is to be before --to'],
      [['sales', '--shift', '1', '--day', '2026-11-01'], 64, 'not two of them'],
      [['sales', '--csv', '--json'], 64, 'one of --csv and --json'],
      [['sales', '--by', 'day'], 64, 'takes no --by'],
      [['report', '--by', 'week'], 64, 'one of day, hour, product, slot'],
      [['sales', 'yesterday'], 64, 'there is no "yesterday"; it takes options only'],
      [['sales', '--shift', '99'], 1, 'there is no shift 99; shift 1 is open, and 1 to 1 are there'],
    ] as const)
      expect(await gopayPos(shop, ...args)).toMatchObject({ code, errors: expect.stringContaining(words) });
  }));

it('ends quietly where nobody reads any more, of a running terminal and of a stopped one', () =>
  story(OPTIONS, async (shop) => {
    await sells(shop, 20_000);
    const headed = async (): Promise<unknown> => {
      const command = `"$0" "$1" sales --csv --config "$2" | head -1 >/dev/null; echo "\${PIPESTATUS[0]}"`;
      const args = ['-c', command, process.execPath, PROGRAM, join(shop.directory, 'list.toml')];
      const child = spawn('bash', args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const said: string[] = [];
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (part: Buffer) => said.push(part.toString()));
      await turning(shop, once(child, 'close'));
      return said.join('');
    };
    await gopayPos(shop, 'sales');
    await shop.powerCut();
    // More than any pipe holds.
    growJournal(join(shop.directory, 'journal'), { sales: 20_000, stories: 'none' });
    expect(await headed()).toBe('141\n');
    await shop.startTerminal();
    expect(await headed()).toBe('141\n');
    expect((await ask(shop, 'shift')).good).toBe(true);
  }));
