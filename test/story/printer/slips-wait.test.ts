import { expect, it } from 'vitest';
import { expectMoneyAdded } from '../kit/account.js';
import { said } from '../kit/register-peer.js';
import { type Shop, story } from '../kit/shop.js';
import { ask, owedSale } from '../kit/technician.js';

const MIDDLE = 120;

async function sell(shop: Shop, amount: number): Promise<string> {
  const order = await shop.ring(amount);
  const scan = await shop.shows('scan');
  shop.sandbox.payScanned(scan.payload);
  await shop.clock.advance(0);
  await shop.reaches(order, 'delivered');
  await shop.until('a try for its receipt', () => said(shop, `${order} receipt slip`) > 0);
  await shop.clock.advance(20_000);
  await shop.shows('idle');
  return order;
}

async function newPaper(shop: Shop): Promise<void> {
  shop.paper.set('paperOut', false);
  expect(await shop.nextPaperCheck()).toBe(0);
}

it('prints an owed slip when there is paper again, and tells the technician that it waits', () =>
  story({ saleToml: 'qr_life_seconds = 60' }, async (shop) => {
    shop.paper.set('paperOut', true);
    expect(await shop.nextPaperCheck()).toBe(401);
    const order = await owedSale(shop);
    await shop.until('the failure', () => said(shop, `${order} owed slip not printed: E401`) === 1);
    const status = await ask(shop, 'status');
    expect(status.text).toContain('1 slip for the printer, the first since');
    expect(status.text).toContain(`the ${order} owed slip: E401`);
    expect(shop.slipsWith()).toBe(0);
    await newPaper(shop);
    await shop.until('the owed slip', () => said(shop, `${order} owed slip printed`) === 1);
    expect(shop.slipsWith(order, 'OWED', 'Rp15.000')).toBe(1);
    expect(shop.slipsWith('COPY')).toBe(0);
    // The QR that could not be printed has gone with its sale.
    expect(said(shop, `${order} qr slip dropped: the sale is`)).toBe(1);
    expect((await ask(shop, 'status')).text).not.toContain('for the printer');
    expect((await ask(shop, 'why', [order])).text).toContain('The owed slip was printed');
    expect(shop.sale(order).state.at).toBe('owed');
    expectMoneyAdded(shop);
  }));

it('prints two slips that waited, each once: the torn one as a copy, the other as the original', () =>
  story({ printerToml: 'print_qr = false' }, async (shop) => {
    await shop.until('the printer', () => shop.program.terminal.state().readings.paper?.code === 0);
    shop.paper.endPaperAfter(MIDDLE);
    const first = await sell(shop, 10_000);
    const second = await sell(shop, 20_000);
    expect(said(shop, `${first} receipt slip not printed: E40`)).toBe(1);
    expect(said(shop, `${second} receipt slip not printed: E40`)).toBe(1);
    expect((await ask(shop, 'status')).text).toContain('2 slips for the printer');
    expect(JSON.stringify(shop.screen.now)).toMatch(/"show":"idle".*E40\d [^.]*\. 2 slips wait\./);
    await newPaper(shop);
    await shop.until('both', () => said(shop, 'receipt slip printed') === 2);
    expect(shop.slipsWith(first, 'Terima kasih', 'COPY')).toBe(1);
    expect(shop.slipsWith(second, 'Terima kasih')).toBe(1);
    expect(shop.slipsWith('COPY')).toBe(1);
    await shop.until('a screen without the note', () => !JSON.stringify(shop.screen.now).includes('E40'));
    expect(shop.screen.now?.show).toBe('idle');
    expect(shop.paper.problems).toEqual([]);
    await shop.nextPaperCheck();
    expect(shop.slipsWith('Terima kasih', 'COPY')).toBe(1);
    expectMoneyAdded(shop);
  }));

it('keeps no more slips than it may, and says what it dropped', () =>
  story({ printerToml: 'print_qr = false\nqueue_slips = 1' }, async (shop) => {
    shop.paper.set('paperOut', true);
    expect(await shop.nextPaperCheck()).toBe(401);
    const first = await sell(shop, 10_000);
    const second = await sell(shop, 20_000);
    await newPaper(shop);
    await shop.until('the receipt', () => said(shop, `${second} receipt slip printed`) === 1);
    expect(said(shop, `${first} receipt slip dropped: more than 1 slips wait`)).toBe(1);
    expect(shop.slipsWith(first)).toBe(0);
    // Nothing is lost for a person who asks.
    expect(await ask(shop, 'reprint', [first])).toMatchObject({ good: true });
    expect(shop.slipsWith(first, 'LUNAS', 'COPY')).toBe(1);
  }));

it('reprints the slip of the last sale and of any, marked COPY; that of one that nobody paid says so', () =>
  story({ printerToml: 'print_qr = false' }, async (shop) => {
    expect(await ask(shop, 'reprint')).toMatchObject({ good: false });
    const first = await sell(shop, 10_000);
    const second = await sell(shop, 20_000);
    expect((await ask(shop, 'reprint')).text).toContain(second);
    expect(shop.slipsWith(second, 'COPY', 'LUNAS')).toBe(1);
    expect(await ask(shop, 'reprint', ['1'])).toMatchObject({ good: true, data: { orderId: first } });
    expect(shop.slipsWith(first, 'COPY', 'LUNAS')).toBe(1);
    shop.paper.set('paperOut', true);
    // Who asks stands there and can ask again: it is not printed behind their back.
    expect(await ask(shop, 'reprint', [first])).toMatchObject({ good: false });
    await newPaper(shop);
    expect(shop.slipsWith(first, 'COPY')).toBe(1);
    const third = await shop.ring(5_000);
    await shop.shows('scan');
    shop.press('cancel');
    await shop.reaches(third, 'closed');
    expect(await ask(shop, 'reprint', [third])).toMatchObject({ good: true });
    expect(shop.slipsWith(third, 'COPY', 'DIBATALKAN / CANCELLED', 'bizops@midtrans.com')).toBe(1);
    expect(shop.slipsWith(third, 'LUNAS')).toBe(0);
  }));

it('hands a slip over with the commit of the step that causes it where the printer is free, and ends it with one more', () =>
  story({}, async (shop) => {
    const { journal } = shop.program;
    const commit = journal.commit.bind(journal);
    const words: string[] = [];
    journal.commit = (work) => {
      commit(work);
      for (const slip of work.slips ?? [])
        words.push(
          'whole' in slip
            ? `${slip.whole.kind} whole`
            : 'id' in slip
              ? slip.state
              : `${slip.slip.kind} ${slip.handed === true ? 'handed' : 'waits'}`,
        );
    };
    const order = await shop.ring(15_000);
    await shop.until('the QR slip', () => said(shop, `${order} qr slip printed`) === 1);
    shop.sandbox.transactions.pay(order);
    await shop.clock.advance(0);
    await shop.until('the receipt', () => said(shop, `${order} receipt slip printed`) === 1);
    expect(words).toEqual(['qr handed', 'qr whole', 'done', 'receipt handed', 'done']);
    expect(shop.slipsWith('COPY')).toBe(0);
    expectMoneyAdded(shop);
  }));
