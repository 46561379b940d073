import { isSettled, type Sale } from '../../src/core/sale/sale.js';
import { lineOf, MONEY, moneyOf, type ShiftBooks, type ShiftGroup } from '../../src/core/shift/shift.js';

/** The books of a shift with these sales, each a group of its own, as the journal adds them up. */
export function booksOf(
  sales: readonly Sale[],
  over: Partial<ShiftBooks> & { readonly earlier?: readonly Sale[] } = {},
): ShiftBooks {
  const { earlier = [], ...rest } = over;
  const groups = sales.map(groupOf);
  const owed = groups.filter((group) => group.owed > 0);
  const moved = earlier.map((sale) => ({ ...parts(sale), owed: -sale.amount, owedCount: 1 }));
  const sums = Object.fromEntries(
    MONEY.flatMap((line) => [line, `${line}Count`]).map((key) => [
      key,
      moved.reduce((sum, one) => sum + ((one as Record<string, number>)[key] ?? 0), 0),
    ]),
  );
  return {
    number: 4,
    openedAtMs: 0,
    groups,
    moved: sums as ShiftBooks['moved'],
    owedBefore: earlier.reduce((sum, { amount }) => sum + amount, 0),
    owed: { count: owed.length, sum: owed.reduce((sum, group) => sum + group.owed, 0) },
    ...rest,
  };
}

function parts(sale: Sale): ShiftBooks['moved'] {
  const money = isSettled(sale) ? Object.fromEntries(moneyOf(sale)) : {};
  const pairs = MONEY.flatMap((line) => [
    [line, money[line] ?? 0],
    [`${line}Count`, (money[line] ?? 0) > 0 ? 1 : 0],
  ]);
  return Object.fromEntries(pairs) as ShiftBooks['moved'];
}

function groupOf(sale: Sale): ShiftGroup {
  const { source, amount } = sale;
  const settled = isSettled(sale) ? 1 : 0;
  return {
    source: `${source.kind} ${source.name}`,
    settled,
    line: lineOf(sale),
    count: 1,
    amount,
    ...parts(sale),
  };
}
