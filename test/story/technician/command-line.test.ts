import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import build from '../../kit/built.js';
import { type Shop, story } from '../kit/shop.js';
import { owedSale, turning } from '../kit/technician.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/gopay-pos.cjs', import.meta.url));

beforeAll(() => build(), 300_000);

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** The program as a technician calls it, beside the running terminal. */
function gopayPos(shop: Shop, ...args: readonly string[]): Promise<Ended> {
  const all = [PROGRAM, ...args, '--socket', `${shop.directory}/control.sock`];
  return turning(
    shop,
    new Promise((resolve) =>
      execFile(process.execPath, all, (error, out, errors) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, errors }),
      ),
    ),
  );
}

it('passes how, note, name and export from the command line to the terminal, and ends with 1 where the answer is no', () =>
  story({ mqtt: false, printer: false, saleToml: 'qr_life_seconds = 60' }, async (shop) => {
    const order = await owedSale(shop);
    expect(await gopayPos(shop, 'owed')).toMatchObject({ code: 0, out: expect.stringContaining(order) });
    const clear = ['owed', 'resolve', order, '--how', 'delivered'];
    expect(await gopayPos(shop, ...clear)).toMatchObject({ code: 1, out: expect.stringContaining('--note') });
    const cleared = await gopayPos(shop, ...clear, '--note', 'came back for it', '--by', 'Sri');
    expect(cleared).toMatchObject({
      code: 0,
      out: `${order}: Rp15.000 is off the owed list as delivered (Sri: came back for it)\n`,
    });
    expect((await gopayPos(shop, 'why', order)).out).toContain('Now: it is off the owed list');
    expect(JSON.parse((await gopayPos(shop, 'shift', 'close', '--json')).out)).toMatchObject({ number: 1 });
    const file = `${shop.directory}/export.csv`;
    writeFileSync(file, `Order ID,Status,Amount\n${order},Expired,15000\n`);
    const compared = await gopayPos(shop, 'reconcile', '1', '--csv', file);
    expect(compared).toMatchObject({ code: 1, errors: expect.stringContaining('one after the other') });
    expect(compared.out).toContain(`${order} Rp15.000: not paid in the export ("Expired")`);
    expect((await gopayPos(shop, 'reconcile', '--csv', `${file}.gone`)).errors).toContain('no such file');
  }));
