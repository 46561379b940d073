import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { parseOrderId } from '../../src/base/ids.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { Days } from '../../src/journal/days.js';
import { Journal } from '../../src/journal/journal.js';
import { says } from '../core/world.js';
import { begin, created, DELIVERED, happen } from './sold.js';

const disk = new Database(':memory:');
const open = (): Journal =>
  new Journal({ directory: ':memory:', opened: disk, wallMs: 1_000, version: 'test' });

function nth(n: number): Partial<Sale> {
  const orderId = parseOrderId(`T1-${String(n).padStart(26, '0')}`);
  if (orderId === undefined) throw new Error('no order id');
  return { orderId, invoice: n, openedAtMs: 1_000 * n };
}

it('says of a day what the disk adds up to, after each step of each sale, and after a commit that failed', () => {
  let journal = open();
  const agrees = (fromMs: number): void =>
    expect(journal.days.since(fromMs)).toEqual(new Days(disk).since(fromMs));
  const sales: Sale[] = [];
  for (let n = 1; n <= 6; n += 1) {
    let sale = begin(journal, nth(n));
    for (const event of [created(sale), says(sale, n % 3 === 0 ? 'deny' : 'settlement'), DELIVERED]) {
      if (event === DELIVERED && n % 3 === 0) continue;
      agrees(2_500);
      sale = happen({ journal, sale }, [event]);
      agrees(2_500);
    }
    sales.push(sale);
    // In the middle of it another process.
    if (n === 4) journal = open();
  }
  expect(journal.days.since(2_500)).toEqual({
    paid: { count: 2, sum: 30_000 },
    unpaid: { count: 2, sum: 30_000 },
  });
  // One that is over changes all the same: it settles late, and is another day's.
  const late = sales[2] as Sale;
  agrees(2_500);
  happen({ journal, sale: late }, [says(late, 'settlement')]);
  agrees(5_500);
  agrees(2_500);
  disk.exec(
    "CREATE TEMP TRIGGER bad_sector BEFORE UPDATE ON sale BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END",
  );
  const last = sales[5] as Sale;
  expect(() => happen({ journal, sale: last }, [says(last, 'settlement')])).toThrow();
  disk.exec('DROP TRIGGER bad_sector');
  agrees(2_500);
});

it('counts for a day what was opened in it, also where the clock was years ahead for two sales between', () => {
  const journal = new Journal({
    directory: ':memory:',
    opened: new Database(':memory:'),
    wallMs: 1_000,
    version: 'test',
  });
  const years = 20 * 365 * 86_400_000;
  const wrong = [3, 4, 9];
  for (let n = 1; n <= 12; n += 1) {
    const sale = begin(journal, { ...nth(n), openedAtMs: 1_000 * n + (wrong.includes(n) ? years : 0) });
    happen({ journal, sale }, [created(sale), says(sale, 'settlement')]);
    const day = journal.days.since(2_500);
    const there = Array.from({ length: n - 2 }, (_, i) => i + 3).filter((one) => !wrong.includes(one));
    expect(day.paid.count).toBe(there.length);
    journal.days.forget();
    expect(journal.days.since(2_500)).toEqual(day);
  }
  expect(journal.days.since(years).paid.count).toBe(3);
});

it('is not misled where as many were opened with a wrong clock in the day as in others', () => {
  const journal = new Journal({
    directory: ':memory:',
    opened: new Database(':memory:'),
    wallMs: 1_000,
    version: 'test',
  });
  // Of 3 and 4 one is of another year and one comes before the day by its time; as many as are in it before.
  const times = [10_000, 20_000, 5_000, 30_000 + 20 * 365 * 86_400_000, 40_000];
  times.forEach((openedAtMs, i) => {
    const sale = begin(journal, { ...nth(i + 1), openedAtMs });
    happen({ journal, sale }, [created(sale), says(sale, 'settlement')]);
  });
  for (const [fromMs, count] of [
    [8_000, 3],
    [15_000, 2],
    [0, 4],
  ] as const) {
    journal.days.forget();
    expect(journal.days.since(fromMs).paid.count).toBe(count);
  }
});
