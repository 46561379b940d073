import { expect, it } from 'vitest';
import { rupiah } from '../../../src/base/rupiah.js';
import { reconcileWithExport } from '../../../src/control/reconcile-export.js';
import { askedAt, gaps, sells } from '../kit/account.js';
import { type Shop, type ShopOptions, story } from '../kit/shop.js';
import { ask, turning } from '../kit/technician.js';

const QUIET: ShopOptions = {
  mqtt: false,
  printer: false,
  saleToml: 'qr_life_seconds = 60\npaid_seconds = 2',
};

async function expires(shop: Shop, amount: number): Promise<string> {
  const order = await shop.ring(amount);
  await shop.shows('scan');
  await shop.clock.advance(60_000);
  await shop.reaches(order, 'closed');
  await shop.clock.advance(5_000);
  return order;
}

const compares = (shop: Shop, args: readonly string[] = [], input?: string) => {
  const said: string[] = [];
  const progress = (line: string) => void said.push(line);
  return turning(
    shop,
    input === undefined
      ? ask(shop, 'reconcile', args, { progress })
      : reconcileWithExport((...asked) => ask(shop, ...asked), args, input, progress),
  ).then((answer) => ({ ...answer, said }));
};

it('compares a shift order by order, no order more often than every 10 s, and says how long it takes', () =>
  story(QUIET, async (shop) => {
    const first = await sells(shop, 10_000);
    const second = await sells(shop, 20_000);
    await ask(shop, 'shift', ['close']);
    const third = await sells(shop, 30_000);
    // Two seconds after the terminal's own look at it.
    expect(await compares(shop, ['2'])).toMatchObject({ good: true, data: { shift: 2, sales: 1 } });
    const before = shop.sandbox.requestLog.list().length;
    const answer = await compares(shop);
    expect(answer).toMatchObject({
      good: true,
      data: { shift: 1, sales: 2, differences: [], notCompared: [] },
    });
    expect(answer.text).toBe('shift 1 with the gateway: 2 sales, 2 the same, 0 differ, 0 not compared');
    expect(answer.said[0]).toContain('2 sales, one after the other: about 2 s');
    const about = shop.sandbox.requestLog
      .list()
      .slice(before)
      .map(({ orderId }) => orderId);
    expect(about.filter((order) => order === first || order === second)).toEqual([first, second]);
    // Once more, at once: it waits until the polling rate allows it.
    await compares(shop, ['1']);
    for (const order of [first, second, third])
      for (const gap of gaps(askedAt(shop, 'status', order))) expect(gap).toBeGreaterThanOrEqual(10_000);
  }));

it('finds money that the terminal has not heard of, and tells it: the sale is owed', () =>
  story(QUIET, async (shop) => {
    const order = await expires(shop, 15_000);
    // Watched to its end; then it settles, and no notice ever comes.
    for (let turn = 0; turn < 12; turn += 1) await shop.clock.advance(100_000);
    expect(shop.sale(order).state).toMatchObject({ at: 'closed', how: 'expired', late: { looks: 0 } });
    shop.sandbox.faults.add({ fault: 'settlesAfterClose', ms: 0 });
    const late = await expires(shop, 7_000);
    await shop.reaches(late, 'closed');
    const answer = await compares(shop);
    expect(answer.good).toBe(false);
    expect(answer.text).toContain('shift 1 with the gateway: 2 sales, 1 the same, 1 differ');
    expect(answer.text).toContain(`${late} Rp7.000: PAID at the gateway, which says "settlement"`);
    expect(answer.text).toContain('The terminal has been told');
    await shop.reaches(late, 'owed');
    expect((await ask(shop, 'why', [late])).text).toContain('The gateway says "settlement"');
    expect((await compares(shop)).good).toBe(true);
  }));

it('says what it could not compare while the network is down, without waiting for every order', () =>
  story(QUIET, async (shop) => {
    for (const amount of [1_000, 2_000, 3_000, 4_000]) await sells(shop, amount);
    shop.gatewayWire.cut();
    const answer = await compares(shop);
    expect(answer).toMatchObject({ good: false, data: { differences: [] } });
    expect(answer.text).toContain('4 sales, 0 the same, 0 differ, 4 not compared');
    expect(answer.text).toMatch(/Rp3\.000: the gateway gave no usable answer: E5\d\d/);
    expect(answer.text).toContain('Rp4.000: not asked: the gateway is silent');
  }));

it('compares with an export of the dashboard, and names the columns it used', () =>
  story(QUIET, async (shop) => {
    const good = await sells(shop, 10_000);
    const missing = await sells(shop, 20_000);
    const wrong = await expires(shop, 30_000);
    await ask(shop, 'shift', ['close']);
    const other = await sells(shop, 40_000);
    const lost = 'T1-01ARZ3NDEKTSV4RRFFQ69G5FAV';
    const input = [
      'Date & time;Order ID;Transaction status;Amount',
      `22 Nov;${good};Settlement;Rp10.000`,
      `22 Nov;${wrong};Settlement;Rp30.000`,
      `22 Nov;${other};Settlement;Rp40.000`,
      `22 Nov;${lost};Settlement;Rp50.000`,
      '22 Nov;T2-01ARZ3NDEKTSV4RRFFQ69G5FAV;Settlement;Rp60.000',
      '22 Nov;WEB-17;Settlement;Rp70.000',
    ].join('\n');
    const answer = await compares(shop, ['1'], input);
    expect(answer.good).toBe(false);
    expect(answer.text.split('\n')).toEqual([
      'shift 1 with the gateway: 3 sales, 3 the same, 0 differ, 0 not compared',
      'with the export (columns "Order ID", "Amount", "Transaction status"): 6 orders, 2 of this shift, 1 of other shifts, 2 of other terminals; 3 differ, 0 not compared',
      `  ${missing} Rp20.000: not in the export; here it is paid and delivered`,
      `  ${wrong} Rp30.000: PAID in the export ("Settlement"); here it is closed: expired`,
      `  ${lost}: in the export ("Settlement", Rp50.000), and the journal knows nothing of it`,
    ]);
    expect(answer.data).toMatchObject({ used: { orderId: 'Order ID' } });
    expect((await compares(shop, ['1'], 'a,b\n1,2\n')).text).toContain('the columns are "a", "b"');
    expect((await compares(shop, ['9'])).text).toBe('there is no shift 9; shift 2 is open');
  }));

it('learns each part that was given back in the dashboard and told to nobody, also of a closed shift, which shows it in the open one', () =>
  story({ ...QUIET, sandbox: { posRefund: true } }, async (shop) => {
    const order = await sells(shop, 30_000);
    await ask(shop, 'shift', ['close']);
    const refund = async (amount: number): Promise<void> => {
      const request = { amount: rupiah(amount), reason: 'in the dashboard' };
      expect(shop.sandbox.transactions.refund(order, request)).toMatchObject({ ok: true });
      const answer = await compares(shop, ['1']);
      expect(answer.text).toContain('The terminal has been told');
      expect((await compares(shop, ['1'])).good).toBe(true);
    };
    await refund(10_000);
    const { shifts } = shop.program.journal;
    expect(shifts.open()).toMatchObject({
      number: 2,
      earlier: { refunded: { sum: 10_000 } },
      owed: { sum: 0 },
    });
    // The case of a second part: larger than what is known.
    await refund(20_000);
    expect(shifts.open()).toMatchObject({
      all: { refunded: { sum: 0 } },
      earlier: { delivered: { sum: -30_000 }, refunded: { count: 1, sum: 30_000 } },
      owed: { sum: 0 },
    });
    expect(shifts.open()).not.toHaveProperty('broken');
    const shown = (await ask(shop, 'shift')).text;
    expect(shown).toMatch(/Dari shift lalu.*kembali\/refunded +1 {2}Rp30\.000/s);
  }));
