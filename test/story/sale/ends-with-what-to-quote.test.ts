import { expect, it } from 'vitest';
import { sells } from '../kit/account.js';
import { type Shop, story } from '../kit/shop.js';
import { ask, owedSale } from '../kit/technician.js';

const CONTACT = `[terminal.contact]
phone = "022-1234567"
whatsapp = "0812-3456-7890"
hours = "Senin-Sabtu 08.00-20.00"`;
const LINES = ['Tel. 022-1234567', 'WhatsApp 0812-3456-7890', 'Senin-Sabtu 08.00-20.00'];

function message(link: string | undefined): string | null {
  const url = new URL(link ?? '');
  expect(`${url.origin}${url.pathname}`).toBe('https://wa.me/6281234567890');
  return url.searchParams.get('text');
}

it('says at each end whom to call and what to quote, and without paper has a link that says it', () =>
  story({ printer: false, saleToml: 'qr_life_seconds = 60', toml: CONTACT }, async (shop) => {
    const cancelled = await shop.ring(15_000);
    expect(await shop.shows('scan')).toMatchObject({
      shop: 'Warung Bu Sri',
      owner: { qris: true, name: 'Warung Bu Sri', nmid: expect.stringMatching(/^ID\d{13}$/) },
    });
    shop.press('cancel');
    await shop.reaches(cancelled, 'closed');
    const closed = await shop.shows('closed');
    expect(closed).toMatchObject({ orderId: cancelled, number: '000001', help: { lines: LINES } });
    expect(message(closed.help?.link)).toBe(`No. 000001, Rp15.000, 2026-11-22 12:16 WIB, ${cancelled}`);
    // Twice eight seconds are too short to write a number down, or to scan it.
    await shop.clock.advance(29_999);
    expect(shop.screen.now?.show).toBe('closed');
    await shop.clock.advance(1);
    await shop.shows('idle');
    const owed = await owedSale(shop);
    const face = await shop.shows('owed');
    expect(face).toMatchObject({ orderId: owed, number: '000002', help: { lines: LINES } });
    expect(message(face.help?.link)).toContain('No. 000002, Rp15.000');
  }));

it('says whom to call where nothing can be sold', () =>
  story({ printer: false, toml: CONTACT }, async (shop) => {
    shop.gatewayWire.cut();
    for (let waited = 0; waited < 300_000 && shop.screen.now?.show !== 'outOfService'; waited += 10_000)
      await shop.clock.advance(10_000);
    const { code, help } = await shop.shows('outOfService');
    expect(help?.lines).toEqual(LINES);
    expect(message(help?.link)).toBe(`T1: E${code}`);
  }));

it('leaves a slip where the gateway has not said yet whether it was paid, once, and nothing of one that was cancelled', () =>
  story({ saleToml: 'qr_life_seconds = 60', toml: CONTACT }, async (shop) => {
    const cancelled = await shop.ring(5_000);
    await shop.shows('scan');
    shop.press('cancel');
    await shop.reaches(cancelled, 'closed');
    await shop.clock.advance(30_000);
    await shop.shows('idle');
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    shop.gatewayWire.cut();
    shop.brokerWire.cut();
    await shop.clock.advance(60_000);
    await toldUnknown(shop);
    const slip = [
      order,
      'BELUM PASTI / NOT KNOWN YET',
      'Rp15.000',
      'No.                       000002',
      ...LINES,
    ];
    await shop.until('the slip', () => shop.slipsWith(...slip) === 1);
    // It is on paper: the face needs no code.
    expect((await shop.shows('closed')).help).toEqual({ lines: LINES });
    expect(shop.slipsWith(cancelled, 'DIBATALKAN')).toBe(0);
    shop.gatewayWire.join();
    shop.brokerWire.join();
    await shop.clock.advance(60_000);
    await shop.reaches(order, 'closed');
    expect(shop.slipsWith(order, 'BELUM PASTI')).toBe(1);
  }));

async function toldUnknown(shop: Shop): Promise<void> {
  for (let waited = 0; waited < 120_000; waited += 5_000) {
    if (shop.screen.now?.show === 'closed') break;
    await shop.clock.advance(5_000);
  }
  expect(await shop.shows('closed')).toMatchObject({ unsure: true, number: '000002' });
}

it('finds a sale by each number that stands on its slip, also over a restart', () =>
  story({}, async (shop) => {
    const order = await sells(shop, 15_000);
    await shop.until('the receipt', () => shop.slipsWith('LUNAS', order, 'Thank you') === 1);
    const { slips, hanging } = shop.paper;
    const text =
      [...slips, hanging].map((slip) => slip?.text ?? '').find((one) => one.includes('LUNAS')) ?? '';
    const [rrn] = /RRN +(\d{12})/.exec(text)?.slice(1) ?? [];
    const [number] = /No\. +(\d{6})/.exec(text)?.slice(1) ?? [];
    const ids = text.replace(/-\n/g, '-').match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
    const { transactionId, crossReference } = shop.sale(order).evidence ?? {};
    expect(ids.sort()).toEqual([transactionId, crossReference].filter((id) => id !== undefined).sort());
    await shop.powerCut();
    await shop.startTerminal();
    const told = await ask(shop, 'why', [order]);
    expect(told).toMatchObject({ good: true, data: { orderId: order } });
    for (const one of [number, rrn, ...ids, order.toLowerCase()])
      expect([one, (await ask(shop, 'why', [one ?? ''])).text]).toEqual([one, told.text]);
    expect(await ask(shop, 'why', ['00000000-0000-4000-8000-000000000000'])).toMatchObject({ good: false });
  }));
