import { get } from 'node:http';
import { expect, it } from 'vitest';
import { rupiah } from '../../../src/base/rupiah.js';
import { readLink } from '../../kit/receipts/receipts.js';
import { expectMoneyAdded } from '../kit/account.js';
import { type Shop, story, TOKEN } from '../kit/shop.js';
import { ask, owedSale } from '../kit/technician.js';

const RECEIPT = '[receipt]\nlink = "relay"';
const SHOP = { printer: false, toml: RECEIPT, relayToml: '[receipt]' } as const;

/** What a phone reads at the address, in Indonesian: each time over a connection of its own. */
function opened(link: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = get(link ?? '', { agent: false, headers: { 'Accept-Language': 'id' } }, (response) => {
      let page = '';
      response.setEncoding('utf8').on('data', (text: string) => (page += text));
      response.on('end', () => {
        const words = page.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<[^>]*>/g, ' ');
        resolve(`${response.statusCode} ${words.replace(/\s+/g, ' ')}`);
      });
    });
    asked.on('error', reject);
  });
}

async function paidFace(shop: Shop, amount: number): Promise<{ order: string; link: string | undefined }> {
  const order = await shop.ring(amount);
  const { payload } = await shop.shows('scan');
  expect(shop.sandbox.payScanned(payload)).toMatchObject({ ok: true });
  // Its notice comes at once.
  await shop.clock.advance(0);
  await shop.reaches(order, 'delivered');
  return { order, link: (await shop.shows('paid')).receipt };
}

it('opens this sale and nothing else, by a link that the terminal signed', () =>
  story(SHOP, async (shop) => {
    const first = await paidFace(shop, 15_000);
    expect(readLink(TOKEN, first.link ?? '')).toMatchObject({
      ...{ standing: 0, orderId: first.order, amount: 15_000, number: 1, days: 30, shop: 'Warung Bu Sri' },
      ...{ items: [], more: 0, contact: [] },
    });
    const page = await opened(first.link);
    for (const text of ['200 ', 'LUNAS', 'Rp15.000', first.order, '000001', 'Diperiksa ke Midtrans'])
      expect(page).toContain(text);
    // Whoever asks the shop again gets the very same.
    expect((await ask(shop, 'why', ['000001'])).text).toContain(`\nReceipt for a phone: ${first.link}`);
    shop.press('cancel');
    const second = await paidFace(shop, 7_000);
    expect(await opened(second.link)).toContain('Rp7.000');
    // The one before is what it was, at a relay that has just come up as well.
    await shop.stopRelay();
    await shop.startRelay();
    expect(await opened(first.link)).toContain(first.order);
    expectMoneyAdded(shop);
  }));

it('stays long enough to be scanned, and goes at once for the next customer', () =>
  story(SHOP, async (shop) => {
    await paidFace(shop, 15_000);
    await shop.clock.advance(19_999);
    expect(shop.screen.now?.show).toBe('paid');
    await shop.clock.advance(1);
    await shop.shows('idle');
    await paidFace(shop, 15_000);
    shop.press('7');
    expect(await shop.shows('entering')).toMatchObject({ amount: 7 });
  }));

it('is not there where a slip comes out, unless it is asked for', () =>
  story({ ...SHOP, printer: true }, async (shop) => {
    expect((await paidFace(shop, 15_000)).link).toBeUndefined();
    await shop.clock.advance(8_000);
    await shop.shows('idle');
  }));

it('is there beside a slip where it is asked for', () =>
  story({ ...SHOP, printer: true, toml: `${RECEIPT}\nwhen = "always"` }, async (shop) => {
    const { order, link } = await paidFace(shop, 15_000);
    expect(await opened(link)).toContain(order);
  }));

it('says of what was not handed over that it is owed and whom to call, and once it is given back, that', () =>
  story(
    {
      ...SHOP,
      saleToml: 'qr_life_seconds = 60',
      toml: `${RECEIPT}\n[terminal.contact]\nphone = "022-1234567"`,
      sandbox: { posRefund: true },
    },
    async (shop) => {
      const order = await owedSale(shop);
      const { receipt } = await shop.shows('owed');
      expect(readLink(TOKEN, receipt ?? '')).toMatchObject({ standing: 1, orderId: order, amount: 15_000 });
      const page = await opened(receipt);
      expect(page).toContain('PEMBAYARAN DITERIMA Rp15.000');
      expect(page).toContain('belum diserahkan');
      expect(page).toContain('Tel. 022-1234567');
      expect(page).not.toContain('LUNAS');
      // Somebody gives it back in the dashboard.
      const back = { amount: rupiah(15_000), reason: 'in the dashboard' };
      expect(shop.sandbox.transactions.refund(order, back)).toMatchObject({ ok: true });
      await shop.clock.advance(60_000);
      expect(await opened(receipt)).toContain('DIKEMBALIKAN Rp15.000');
    },
  ));

it('is a message at WhatsApp where there is no relay for it', () =>
  story({ ...SHOP, toml: '[receipt]\nlink = "whatsapp"', relayToml: '' }, async (shop) => {
    const { order, link } = await paidFace(shop, 15_000);
    const url = new URL(link ?? '');
    expect(`${url.origin}${url.pathname}`).toBe('https://wa.me/');
    expect(url.searchParams.get('text')).toMatch(
      new RegExp(
        `^Warung Bu Sri\nLUNAS Rp15\\.000\n[0-9-]{10} [0-9:]{5} WIB\nNo\\. 000001\n${order}\nRRN \\d{12}$`,
      ),
    );
  }));

it('is not there by default', () =>
  story({ printer: false }, async (shop) => {
    expect((await paidFace(shop, 15_000)).link).toBeUndefined();
  }));
