import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { FAULTS } from '../../../src/core/fault/table.js';
import { EXIT } from '../../../src/host/process.js';
import { explained } from '../../../src/programs/fault-help.js';
import build from '../../kit/built.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/gopay-pos.cjs', import.meta.url));

beforeAll(() => build(), 300_000);

it('says what a fault number means and what to do, in both languages, where no terminal runs', () => {
  const ask = (...args: readonly string[]) =>
    execFileSync(process.execPath, [PROGRAM, 'why', ...args], { encoding: 'utf8' });
  const text = ask('E455');
  expect(text).toContain('E455 qrMismatch\n  Pelanggan membaca: Kode QR tidak cocok dengan jumlahnya.');
  expect(text).toContain('Sebab: ');
  expect(text).toContain('The customer reads: The QR code does not match the amount.');
  expect(text).toContain('What to do: Report the order id to Midtrans.');
  expect(JSON.parse(ask('e455', '--json'))).toMatchObject({ name: 'qrMismatch', number: 455 });
});

it('explains every number of the product in both languages, and in one alone', () => {
  for (const { number, says, cause, remedy } of Object.values(FAULTS)) {
    const both = explained([`E${number}`], undefined);
    for (const words of [says, cause, remedy])
      for (const language of ['id', 'en'] as const) {
        const other = language === 'id' ? 'en' : 'id';
        expect(both.text).toContain(words[language]);
        const one = explained([String(number)], language).text;
        expect(one).toContain(words[language]);
        expect(one).not.toContain(`: ${words[other]}\n`);
      }
  }
  expect(explained(['E100'], undefined)).toMatchObject({ good: false, data: null });
  expect(() => explained([], undefined)).toThrow('which number');
});

it('explains every exit code', () => {
  const { text } = explained(['exit'], 'en');
  expect(text.split('\n').map((line) => Number(line.slice(0, 3)))).toEqual(Object.values(EXIT));
});
