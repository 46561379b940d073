import { soldLine } from '../../src/core/shift/sold-line.js';
import { SoldReport } from '../../src/core/shift/sold-report.js';
import type { Journal } from '../../src/journal/journal.js';
import { SOLD_BEGIN, type SoldMark } from '../../src/journal/sold.js';
import type { Laws } from './laws.js';

const PAGE = 50;

/** What is listed as sold: each sale once, in the shift that its shift has it in, and the same sums (law 11). */
export function listAgrees({ sold, shifts }: Journal, laws: Laws): void {
  const listed = new Map<string, number | undefined>();
  const reports = new Map<number, SoldReport>();
  for (let after: SoldMark | undefined = SOLD_BEGIN; after !== undefined; ) {
    const from: SoldMark = after;
    const page = sold.page({ of: 'all' }, from, PAGE);
    for (const { sale, row } of page.sales) {
      const line = soldLine(sale, row, { zone: 'WIB' });
      if (listed.has(sale.orderId)) laws.broken('law 11', `${sale.orderId} is listed twice`);
      listed.set(sale.orderId, line.shift);
      if (line.shift === undefined) continue;
      const report = reports.get(line.shift) ?? new SoldReport('hour');
      reports.set(line.shift, report);
      report.add(line);
    }
    after = page.next;
  }
  for (const orderId of laws.sales.keys())
    if (!listed.has(orderId)) laws.broken('law 11', `${orderId} is on no list`);
  let owed = 0;
  for (let number = 1; number <= shifts.current; number += 1) {
    const total = reports.get(number)?.lines().total;
    const settled = (number === shifts.current ? shifts.open() : shifts.closed(number))?.all.settled;
    owed += total?.owed ?? 0;
    if ((total?.gross ?? 0) !== settled?.sum || (total?.settled ?? 0) !== settled.count)
      laws.broken('law 11', `shift ${number} took ${settled?.sum}, and its list says ${total?.gross}`);
    for (const { orderId } of shifts.salesOf(number))
      if (listed.get(orderId) !== number)
        laws.broken('law 11', `${orderId} is of shift ${number}, and listed in ${listed.get(orderId)}`);
  }
  if (owed !== shifts.open().owed.sum)
    laws.broken('law 11', `the lists say ${owed} owed, the shifts ${shifts.open().owed.sum}`);
}
