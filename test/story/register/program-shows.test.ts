import { expect, it } from 'vitest';
import { soldPage } from '../../../src/control/sales.js';
import { SOLD_BEGIN } from '../../../src/journal/sold.js';
import { booksSay, expectMoneyAdded } from '../kit/account.js';
import { type HttpProgram, httpStory } from '../kit/http-program.js';
import type { Shop } from '../kit/shop.js';

/** No page, no screen, no paper: only the program is in front of the customer. */
const ALONE = { page: false, screen: false, printer: false } as const;
const SALE = { ref: 'INV-1', amount: 15_000 };

/** The customer scans what the program shows. */
async function paysAt(shop: Shop, till: HttpProgram, ref: string): Promise<string> {
  const { body } = await till.get(`/v1/sales/${ref}`);
  const end = till.get(`/v1/sales/${ref}?wait=300`);
  expect(shop.sandbox.payScanned(String(body['qr']))).toMatchObject({ ok: true });
  await shop.clock.advance(0);
  expect((await end).body).toMatchObject({ state: 'approved' });
  return String(body['order_id']);
}

it('a program that shows the QR itself is a way through, without page, screen or paper', () =>
  httpStory({ ...ALONE, apiToml: 'shows_qr = true' }, async ({ shop, program }) => {
    const till = await program();
    expect(shop.program.terminal.state().readiness).toMatchObject({ ready: false, code: 248 });
    expect(await till.get('/v1/status')).toMatchObject({ body: { ready: true } });
    expect(await till.post('/v1/sales', SALE)).toMatchObject({ status: 201, body: { state: 'scan' } });
    expect(await till.post('/v1/sales/INV-1/shown')).toMatchObject({ body: { ref: 'INV-1', shown: true } });
    const order = await paysAt(shop, till, 'INV-1');
    await till.post('/v1/sales/INV-1/ack');
    await shop.reaches(order, 'delivered');
    // Another one, of the same program, is as welcome.
    expect(await till.post('/v1/sales', { ref: 'INV-2', amount: 1_000 })).toMatchObject({ status: 201 });
    await till.post('/v1/sales/INV-2/cancel?wait=300');
    expectMoneyAdded(shop);
  }));

it('a QR that the program never said to be shown is closed, and the next sale may be tried', () =>
  httpStory({ ...ALONE, apiToml: 'shows_qr = true' }, async ({ shop, program }) => {
    const till = await program();
    const end = till.post('/v1/sales?wait=300', SALE);
    const { orderId } = await shop.found('a sale', () => shop.program.terminal.state().open);
    await shop.until('its QR', () => {
      const { state } = shop.sale(orderId);
      return state.at === 'awaitingPayment' && state.payload !== undefined;
    });
    await shop.clock.advance(15_000);
    expect((await end).body).toMatchObject({ state: 'denied', fault: 'E460' });
    expect(booksSay(shop, orderId)).toBe('cancel');
    // The same word in the list and in the shift as the program and the webhooks hear.
    const { sold, shifts } = shop.program.journal;
    const { lines } = soldPage(sold, { of: 'all' }, SOLD_BEGIN, 100, { zone: 'WIB' });
    expect(lines).toMatchObject([{ state: 'closed', why: 'denied', counts: 'denied' }]);
    expect(shifts.open().all).toMatchObject({ denied: { count: 1 }, cancelled: { count: 0 } });
    expect(await till.post('/v1/sales/INV-9/shown')).toMatchObject({ status: 404 });
    expect(await till.post('/v1/sales', { ref: 'INV-2', amount: 1_000 })).toMatchObject({ status: 201 });
    expect(await till.post('/v1/sales/INV-2/shown')).toMatchObject({ status: 200 });
    await shop.clock.advance(15_000);
    expect(await till.get('/v1/sales/INV-2')).toMatchObject({ body: { state: 'scan' } });
  }));

it('beside a screen of the terminal a program need not show anything', () =>
  httpStory({ apiToml: 'shows_qr = true' }, async ({ program }) => {
    const till = await program();
    await till.post('/v1/sales', SALE);
    await till.post('/v1/sales/INV-1/cancel?wait=300');
    expect(await till.post('/v1/sales', { ref: 'INV-2', amount: 1_000 })).toMatchObject({ status: 201 });
  }));
