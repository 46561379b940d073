import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import build from '../../kit/built.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/gopay-pos.cjs', import.meta.url));

beforeAll(() => build(), 300_000);

it('says what a fault number means and what to do, in both languages, where no terminal runs', () => {
  const ask = (...args: readonly string[]) =>
    execFileSync(process.execPath, [PROGRAM, 'why', ...args], { encoding: 'utf8' });
  const text = ask('E455');
  expect(text).toContain('E455 Kode QR tidak cocok dengan jumlahnya.');
  expect(text).toContain('Sebab: ');
  expect(text).toContain('E455 The QR code does not match the amount.');
  expect(text).toContain('What to do: Report the order id to Midtrans.');
  expect(JSON.parse(ask('e455', '--json'))).toMatchObject({ name: 'qrMismatch', number: 455 });
});
