import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { type JsonPeer, type JsonShop, jsonStory } from '../kit/json-peer.js';
import { payScanned, storedAnswers } from '../kit/register-peer.js';

const CHARGE = { op: 'charge', ref: 'INV-1', amount: 15_000 };

/** One sale to its end. @returns its order id */
async function sells({ shop }: JsonShop, till: JsonPeer): Promise<string> {
  till.says(CHARGE);
  const order = await payScanned(shop);
  await till.hears({ msg: 'answer', code: 'approved' });
  till.says({ op: 'ack', ref: 'INV-1' });
  await shop.reaches(order, 'delivered');
  return order;
}

it('gives the whole amount back, once, where the merchant has refunds on', () =>
  jsonStory({ toml: '[refund]\nreason = "maaf"', sandbox: { posRefund: true } }, async (json) => {
    const till = await json.dial();
    await sells(json, till);
    expect(await till.ask({ op: 'refund', ref: 'INV-1', amount: 5_000 })).toMatchObject({
      code: 'not_refunded',
    });
    expect(await till.ask({ op: 'refund', ref: 'INV-1' })).toMatchObject({ ref: 'INV-1', code: 'refunded' });
    expect(await till.ask({ op: 'refund', ref: 'INV-1' })).toMatchObject({ code: 'refunded' });
    expect(await till.ask({ op: 'status', ref: 'INV-1' })).toMatchObject({ code: 'refunded' });
    expect(await till.ask({ op: 'refund', ref: 'INV-9' })).toMatchObject({ code: 'no_such_sale' });
    expectOneCharge(json.shop);
  }));

it('gives nothing back where refunds are off', () =>
  jsonStory({}, async (json) => {
    const till = await json.dial();
    await sells(json, till);
    const answer = await till.ask({ op: 'refund', ref: 'INV-1' });
    expect(answer).toMatchObject({ code: 'not_refunded' });
    expect(answer['fault']).toMatch(/^E\d{3}$/);
    expect(json.shop.sandbox.requestLog.counts().received).not.toHaveProperty('refund');
    expectOneCharge(json.shop);
  }));

it('counts the shift, closes it once, and gives the same answer to a repeat after a power cut', () =>
  jsonStory({}, async (json) => {
    const { shop } = json;
    const till = await json.dial();
    await sells(json, till);
    const open = await till.ask({ op: 'totals', id: 'x' });
    expect(open).toMatchObject({ id: 'x', code: 'done', shift: { settled: { count: 1, sum: 15_000 } } });
    expect(open['shift']).not.toHaveProperty('closed');
    till.says({ op: 'endOfDay', id: '2026-11-25' });
    const first = await till.line({ msg: 'answer', op: 'endOfDay' });
    expect(JSON.parse(first)).toMatchObject({ ack: true, shift: { delivered: { count: 1, sum: 15_000 } } });
    await shop.powerCut();
    await shop.startTerminal();
    const again = await json.dial();
    again.says({ op: 'endOfDay', id: '2026-11-25' });
    expect(await again.line({ msg: 'answer', op: 'endOfDay' })).toBe(first);
    again.says({ op: 'ack', id: '2026-11-25' });
    expect(await again.ask({ op: 'totals' })).toMatchObject({ shift: { settled: { count: 0, sum: 0 } } });
    expectMoneyAdded(shop);
  }));

it('shows lines to a customer, prints lines, and prints a receipt again', () =>
  jsonStory({}, async (json) => {
    const { shop } = json;
    const till = await json.dial();
    await sells(json, till);
    expect(await till.ask({ op: 'print', lines: ['Kopi susu 1 x', 'Promo besok'] })).toMatchObject({
      code: 'done',
    });
    await shop.until('the print', () => shop.slipsWith('Kopi susu 1 x', 'Promo besok') === 1);
    expect(await till.ask({ op: 'reprint', ref: 'INV-1' })).toMatchObject({
      op: 'reprint',
      code: 'approved',
    });
    await shop.until('the copy', () => shop.slipsWith('LUNAS') === 2);
    expect(await till.ask({ op: 'display', lines: ['Total', 'Rp15.000'] })).toMatchObject({ code: 'done' });
    // LUNAS stays for a while.
    await shop.clock.advance(10_000);
    await shop.until('the lines', () => JSON.stringify(shop.screen.now).includes('Rp15.000'));
    expect(await till.ask({ op: 'display', lines: [] })).toMatchObject({ code: 'done' });
    await shop.until('no lines', () => !JSON.stringify(shop.screen.now).includes('Rp15.000'));
    till.sends('{"op":"tip","ref":"INV-1"}');
    expect(await till.hears({ op: 'tip' })).toMatchObject({ ref: 'INV-1', code: 'unsupported' });
    expectOneCharge(shop);
  }));

it('greets as often as it is greeted, and writes nothing to the card for that', () =>
  jsonStory({}, async ({ shop, dial }) => {
    const till = await dial();
    for (let i = 0; i < 5; i += 1)
      expect(await till.ask({ op: 'hello' })).toMatchObject({ code: 'done', protocol: 1 });
    expect(storedAnswers(shop)).toEqual([]);
    await till.ask({ op: 'print', lines: ['Kopi'] });
    expect(storedAnswers(shop)).toHaveLength(1);
  }));

it('says where a sale has come to as often as it is asked, and writes nothing to the card until that is the end of it', () =>
  jsonStory({}, async (json) => {
    const { shop, dial } = json;
    const till = await dial();
    const status = { op: 'status', ref: 'INV-1' };
    const card = (): string =>
      readFileSync(join(shop.directory, 'journal', 'journal.db-wal')).toString('base64');
    const before = card();
    for (let i = 0; i < 5; i += 1) expect(await till.ask(status)).toMatchObject({ code: 'no_such_sale' });
    expect(card() === before).toBe(true);
    till.says(CHARGE);
    await shop.shows('scan');
    await till.hears({ event: 'scan' });
    for (let i = 0; i < 5; i += 1) expect(await till.ask(status)).toMatchObject({ code: 'pending' });
    expect(storedAnswers(shop)).toEqual([]);
    const order = await payScanned(shop);
    await till.hears({ msg: 'answer', op: 'charge', code: 'approved' });
    till.says({ op: 'ack', ref: 'INV-1' });
    await shop.reaches(order, 'delivered');
    expect(await till.ask(status)).toMatchObject({ code: 'approved' });
    expect(storedAnswers(shop)).toHaveLength(2);
    // The charge, and the status that heard the end.
    const asked = shop.program.journal.eventsOf(order).filter(({ kind }) => kind === 'registerAsked');
    expect(asked).toHaveLength(2);
    expectOneCharge(shop);
  }));

it('tells a watcher of sales that somebody else asked for', () =>
  jsonStory({}, async (json) => {
    const watcher = await json.dial();
    await watcher.ask({ op: 'hello', events: true });
    const till = await json.dial();
    await sells(json, till);
    await watcher.hears({ event: 'scan', ref: 'INV-1' });
    expect(await watcher.hears({ event: 'ended', ref: 'INV-1' })).toMatchObject({ code: 'approved' });
    expectOneCharge(json.shop);
  }));

it('names what is wrong with a request, and charges nothing', () =>
  jsonStory({ saleToml: 'min = 1000' }, async ({ shop, dial }) => {
    const till = await dial();
    expect(await till.ask({ op: 'charge', ref: 'INV-1', amount: 1 })).toMatchObject({
      code: 'invalid',
      ref: 'INV-1',
    });
    expect(shop.sandbox.requestLog.counts().received).not.toHaveProperty('charge');
  }));
