import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/config/problem.js';
import { readProductFile } from '../../src/config/product-file.js';
import { checkProducts, loadProducts } from '../../src/config/products.js';
import type { TerminalConfig } from '../../src/config/terminal-tables.js';
import { checkProductFile } from '../../src/programs/product-check.js';
import { checkTerminal, sound, TERMINAL, words } from './files.js';

const PULSE = [
  '[catalogue]',
  '[vending]',
  'protocol = "pulse"',
  'chip = "pinctrl-bcm2711"',
  'line = 17',
  'pulse_value = 1000',
].join('\n');
const MDB = ['[catalogue]', '[vending]', 'protocol = "mdb-qibixx"', 'device = "/dev/ttyACM0"'].join('\n');

function config(more: string): TerminalConfig {
  return sound(checkTerminal(`${TERMINAL}\n${more}`));
}

/** What the file of products is told, line by line; empty where it is good. */
function told(text: string, more = PULSE): string[] {
  const checked = checkProducts(text, config(more));
  return checked.ok ? [] : checked.error.map((problem) => formatProblem('p.csv', problem));
}

const HEAD = 'id,name_id,name_en,price,group,pulses,seconds,line,hours,most,sold_out,sort';

it('names each of twenty kinds of mistakes at once, with its line and what is allowed', () => {
  const bad = [
    HEAD,
    'kopi,Kopi,Coffee,5000,Minuman,4,,,,,,',
    ',Tanpa id,,5000,,,,,,,,',
    'a b,Spasi,,5000,,,,,,,,',
    'kopi,Kopi lagi,,5000,,,,,,,,',
    'teh,,,5000,,,,,,,,',
    `panjang,${'n'.repeat(51)},,5000,,,,,,,,`,
    'harga,Harga,,,,,,,,,,',
    'rp,Rp,,Rp 5.000,,,,,,,,',
    'koma,Koma,,"5000,50",,,,,,,,',
    'nol,Nol,,0,,,,,,,,',
    'mahal,Mahal,,15000000,,,,,,,,',
    `grup,Grup,,5000,${'g'.repeat(51)},,,,,,,`,
    'dua,Dua,,5000,,4,30,,,,,',
    'pulsa,Pulsa,,5000,,banyak,,,,,,',
    'banyak,Banyak,,5000,,101,,,,,,',
    'lama,Lama,,5000,,,301,,,,,',
    'jalur,Jalur,,5000,,,,17,,,,',
    'jam,Jam,,5000,,,,,6-22,,,',
    'batas,Batas,,5000,,,,,,0,,',
    'habis,Habis,,5000,,,,,,,mungkin,',
    'urut,Urut,,5000,,,,,,,,pertama',
    'sel,Sel,5000',
    'kutip,"Kutip,,5000,,,,,,,,',
  ];
  expect(told(bad.join('\n'))).toEqual([
    expect.stringMatching(/^p.csv:3: E903 product\[2\]\.id: found nothing; allowed: 1 to 50 of A-Z a-z 0-9/),
    expect.stringMatching(/^p.csv:4: E906 product\[3\]\.id: found "a b"; allowed: 1 to 50 of A-Z a-z 0-9/),
    'p.csv:5: E907 product[4].id, product[1].id: found "kopi", which is the id of another product already (line 2); allowed: each id once, whichever way its letters are written.',
    expect.stringMatching(/^p.csv:6: E903 product\[5\]\.name_id: found nothing; allowed: 1 to 50 characters/),
    expect.stringMatching(/^p.csv:7: E906 product\[6\]\.name_id: found "n+…?.*; allowed: 1 to 50 characters/),
    expect.stringMatching(
      /^p.csv:8: E903 product\[7\]\.price: found nothing; allowed: a whole number of rupiah/,
    ),
    expect.stringMatching(
      /^p.csv:9: E904 product\[8\]\.price: found text, "Rp 5.000"; allowed: a whole number/,
    ),
    expect.stringMatching(
      /^p.csv:10: E904 product\[9\]\.price: found text, "5000,50"; allowed: a whole number/,
    ),
    expect.stringMatching(
      /^p.csv:11: E905 product\[10\]\.price: found 0; allowed: a whole number of rupiah from 1/,
    ),
    'p.csv:12: E907 product[11].price: found 15000000; allowed: at most sale.max, 10000000.',
    expect.stringMatching(/^p.csv:13: E906 product\[12\]\.group: found "g+.*; allowed: 1 to 50 characters/),
    'p.csv:14: E907 product[13].seconds, product[13].pulses: found seconds beside pulses; allowed: one of slot, pulses and seconds.',
    expect.stringMatching(
      /^p.csv:15: E904 product\[14\]\.pulses: found text, "banyak"; allowed: a whole number from 1/,
    ),
    'p.csv:16: E907 product[15].pulses: found 101; allowed: at most vending.max_pulses, 100.',
    expect.stringMatching(
      /^p.csv:17: E905 product\[16\]\.seconds: found 301; allowed: a whole number from 1 to 300/,
    ),
    'p.csv:18: E907 product[17].line: found a line without pulses or seconds; allowed: line beside pulses or seconds.',
    expect.stringMatching(
      /^p.csv:19: E906 product\[18\]\.hours: found "6-22", of which "6" is no time; allowed: "HH:MM-HH:MM"/,
    ),
    expect.stringMatching(
      /^p.csv:20: E905 product\[19\]\.most: found 0; allowed: a whole number from 1 to 999/,
    ),
    expect.stringMatching(
      /^p.csv:21: E904 product\[20\]\.sold_out: found text, "mungkin"; allowed: true or false\. In this file also ya, tidak, yes, no\./,
    ),
    expect.stringMatching(
      /^p.csv:22: E904 product\[21\]\.sort: found text, "pertama"; allowed: a whole number/,
    ),
    expect.stringMatching(/^p.csv:23: E151 found 3 cells; allowed: 12, as there are headings/),
    expect.stringMatching(/^p.csv:23: E903 product\[22\]\.price: found nothing/),
    expect.stringMatching(/^p.csv:24: E151 found a quotation mark that is not closed/),
    expect.stringMatching(/^p.csv:24: E151 found 2 cells; allowed: 12/),
    expect.stringMatching(/^p.csv:24: E903 product\[23\]\.price/),
  ]);
});

describe('the headings of a file of products', () => {
  it.each([
    ['', 'p.csv: E150 found nothing; allowed: a line of headings, and one for each product.'],
    ['id,name_id,price', 'p.csv: E150 found headings alone; allowed: a line for each product.'],
    ['id,name_id,prise\nx,X,1', 'found the heading "prise"; allowed: id, name_id'],
    ['id,name_id,prise\nx,X,1', 'Did you mean price?'],
    ['id,name_id,prise\nx,X,1', 'p.csv:1: E151 found no column price; allowed: at least id, name_id, price.'],
    [
      'id,name_id,price,id\nx,X,1,y',
      'p.csv:1: E151 found the heading "id" a second time; allowed: each heading once.',
    ],
    ['id,name_id,price,\nx,X,1,', 'found no heading over column 4'],
    ['id,name_id,price\nx,X,1\0', 'E150 found a byte 0'],
    [`id,name_id,price\n${'x'.repeat(200_001)}`, 'characters; allowed: at most 200000'],
    [
      `id,name_id,price\n${Array.from({ length: 501 }, (_, i) => `p${i},P,1`).join('\n')}`,
      'p.csv:1: E905 product: found 501 of them; allowed: at most 500.',
    ],
  ])('are told what is wrong: %#', (text, words) => {
    expect(told(text).join('\n')).toContain(words);
  });

  it('may stand in any order, with any of three separators, as spreadsheets write them', () => {
    expect(told('\uFEFFprice;name_id;id\r\n5000;"Kopi; ""susu""";kopi\r\n;;\r\n')).toEqual([]);
    expect(told('price\tname_id\tid\n5000\tKopi\tkopi')).toEqual([]);
    expect(told('id,name_id,price,sold_out\na,A,1,TRUE\nb,B,1,tidak\n1,1,1,')).toEqual([]);
  });
});

describe('products beside the rest of the configuration', () => {
  it('give only what the machine can give', () => {
    const text = 'id,name_id,price,slot,pulses\na,A,1,12,\nb,B,1,,4\nc,C,1,12,';
    expect(told(text, MDB)).toEqual([
      'p.csv:3: E907 product[2].pulses: found pulses without a pulse line; allowed: [vending] with protocol = "pulse".',
      'p.csv:4: E907 product[3].slot, product[1].slot: found "12", which is the slot of another product already (line 2); allowed: each slot once.',
    ]);
    expect(told(text, PULSE)[0]).toContain('a slot at a machine that takes pulses');
    expect(told(text, '[catalogue]')[0]).toContain('a slot without a vending machine');
  });

  it('with a slot are sold one by one where the terminal turns the motor', () => {
    const machine = (deliver: string, cart: boolean) =>
      `[catalogue]\ncart = ${cart}\n[vending]\nprotocol = "fafb"\ndevice = "/dev/ttyUSB0"\ndeliver = "${deliver}"`;
    const text = 'id,name_id,price,slot\na,A,1000,12';
    expect(told(text, machine('drive', true))[0]).toContain('gives one piece at a time');
    expect([told(text, machine('drive', false)), told(text, machine('money', true))]).toEqual([[], []]);
  });

  it('need a catalogue, and are no beside for amounts to donate', () => {
    const product = '[[product]]\nid = "a"\nname_id = "A"\nprice = 5_000';
    expect(words(checkTerminal(`${TERMINAL}\n${product}`)).join()).toContain('products without a catalogue');
    const donation = '[catalogue]\ndonation_amounts = [10_000]';
    expect(words(checkTerminal(`${TERMINAL}\n${donation}\n${product}`)).join()).toContain('one of the two');
    expect(words(checkTerminal(`${TERMINAL}\n[catalogue]\n${product}\nprise = 1`)).join()).toContain(
      'Did you mean price?',
    );
  });

  it.each([
    ['air,Air,1,\nAIR,Air,1,', 'p.csv:3: E907 product[2].id, product[1].id: found "AIR"'],
    ['a,A\u202Eria,1,', 'p.csv:2: E906 product[1].name_id'],
    ['a,\u2066Air,1,', 'p.csv:2: E906 product[1].name_id'],
    ['a,Air,1,08:00-08:00', 'p.csv:2: E906 product[1].hours: found "08:00-08:00"'],
    ['a,Air,1,00:00-24:00', 'of which "24:00" is no time'],
    [
      'a,Air,5.000,',
      'found text, "5.000"; allowed: a whole number of rupiah from 1 to 20_000_000. Digits alone, without Rp, dots or commas: 5000.',
    ],
    ['a,Air,1,00:00-24:00', 'two different times, and nothing for always'],
  ])('are refused where people would read them otherwise: %j', (rows, words) => {
    expect(told(`id,name_id,price,hours\n${rows}`).join('\n')).toContain(words);
  });

  it('of both files are one catalogue, in the order of sort, with one id each', () => {
    const folder = mkdtempSync(join(tmpdir(), 'products-'));
    const product = (id: string, sort: string) =>
      `[[product]]\nid = "${id}"\nname_id = "${id}"\nprice = 5_000\n${sort}`;
    const toml = `[journal]\ndirectory = "${folder}"\n[catalogue]\n${product('b', 'sort = 2')}\n${product('z', '')}`;
    const of = config(toml);
    const ids = () => {
      const loaded = loadProducts(of);
      return loaded.ok ? loaded.value.map(({ id }) => id) : loaded.error.map(({ found }) => found);
    };
    expect(ids()).toEqual(['b', 'z']);
    writeFileSync(
      join(folder, 'products.csv'),
      'id,name_id,price,sort,picture\nc,C,1,3,\na,A,1,1,a.png\ny,Y,1,,',
    );
    expect(ids()).toEqual(['a', 'b', 'c', 'z', 'y']);
    expect(loadProducts(of)).toMatchObject({ value: [{ picture: join(folder, 'a.png') }, {}, {}, {}, {}] });
    writeFileSync(join(folder, 'products.csv'), 'id,name_id,price\nb,B,1');
    expect(ids().join()).toContain('"b", which is the id of another product already (terminal.toml)');
    writeFileSync(join(folder, 'products.csv'), Buffer.from([0x69, 0x64, 0xff]));
    expect(ids()).toEqual(['bytes that are no UTF-8']);
    const named = config(`[catalogue]\nfile = "${folder}/none.csv"`);
    expect(loadProducts(named)).toMatchObject({ ok: false, error: [{ code: 150, found: 'no such file' }] });
    expect(readProductFile(folder)).toMatchObject({ ok: false, error: { code: 150, found: 'a folder' } });
  });
});

describe('gopay-pos products check', () => {
  const HEADINGS = 'id,name_id,price,picture\n';
  const UTF8 = 'allowed: a text: in the spreadsheet "Save as", then "CSV UTF-8".';
  /** Beside no configuration: pictures are looked for beside the file. */
  function checked(bytes: Buffer | string | undefined, name = 'p.csv') {
    const folder = mkdtempSync(join(tmpdir(), 'products-'));
    writeFileSync(join(folder, 'good.png'), Buffer.from('89504e470d0a1a0a00', 'hex'));
    writeFileSync(join(folder, 'bad.png'), 'GIF89a');
    mkdirSync(join(folder, 'folder.png'));
    if (bytes !== undefined) writeFileSync(join(folder, name), bytes);
    const said = checkProductFile(join(folder, name), undefined);
    return { good: said.good, lines: said.lines.map((line) => line.replaceAll(`${folder}/`, '')) };
  }

  it.each([
    [
      Buffer.from(`${HEADINGS}teh,Teh,1,\r\nkopi,Kopi caf\u00e9,1,`, 'latin1'),
      'p.csv',
      `p.csv:3: E150 found bytes that are no UTF-8; ${UTF8}`,
    ],
    [
      Buffer.from(`\uFEFF${HEADINGS}teh,Teh,1,`, 'utf16le'),
      'p.csv',
      `p.csv: E150 found UTF-16, which spreadsheets call "Unicode text"; ${UTF8}`,
    ],
    [
      Buffer.from(`\uFEFF${HEADINGS}teh,Teh,1,`, 'utf16le').swap16(),
      'p.csv',
      `p.csv: E150 found UTF-16, which spreadsheets call "Unicode text"; ${UTF8}`,
    ],
    [Buffer.from(`${HEADINGS}teh,Teh,1,`, 'utf16le'), 'p.csv', `p.csv: E150 found a byte 0; ${UTF8}`],
    [undefined, 'p.csv', 'p.csv: E150 found no such file; allowed: a file that can be read, in UTF-8.'],
    [undefined, 'folder.png', 'folder.png: E150 found a folder; allowed: a file that can be read, in UTF-8.'],
  ])('says with a number, a line and a way out what cannot be read: %#', (bytes, name, line) => {
    expect(checked(bytes, name)).toEqual({ good: false, lines: [line] });
  });

  it('names pictures that are not there, or are none, with their lines, and takes the file', () => {
    const rows = ['a,A,1,good.png', 'b,B,1,gone.png', 'c,C,1,', '', 'd,D,1,bad.png', 'e,E,1,folder.png'];
    const last = 'a PNG or JPEG of at most 10 MB; the product is sold without a picture.';
    expect(checked(HEADINGS + rows.join('\n'))).toEqual({
      good: true,
      lines: [
        `p.csv:3: E155 picture: found "gone.png", and there is no gone.png; allowed: ${last}`,
        `p.csv:6: E155 picture: found "bad.png", and bad.png is neither PNG nor JPEG, whatever its name says; allowed: ${last}`,
        `p.csv:7: E155 picture: found "folder.png", and folder.png is no file; allowed: ${last}`,
        'p.csv: good, 5 products (by itself, without a terminal.toml)',
      ],
    });
    expect(checked(`${HEADINGS}a,A,1,`).lines[0]).toContain('good, 1 product (');
    expect(checked(`${HEADINGS}a,A,1,http://x/y.png`).lines).toEqual([
      expect.stringMatching(/^p.csv:2: E906 product\[1\].picture: .* no web address\.$/),
    ]);
  });
});
