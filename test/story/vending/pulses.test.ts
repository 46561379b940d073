import { expect, it } from 'vitest';
import { expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { lineReady, pulseStory, pulses } from '../kit/machine-peers.js';
import type { Shop } from '../kit/shop.js';
import { ask } from '../kit/technician.js';

async function sell(shop: Shop, amount: number): Promise<string> {
  const orderId = await shop.ring(amount);
  const { payload } = await shop.shows('scan');
  shop.sandbox.payScanned(payload);
  await shop.clock.advance(0);
  return orderId;
}

it('gives the machine one whole train of what was typed and paid', () =>
  pulseStory({}, async ({ shop, levels }) => {
    const orderId = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    expect(pulses(levels())).toBe(0);
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(0);
    await shop.reaches(orderId, 'delivered');
    expect(pulses(levels())).toBe(15);
    expect(levels().at(-1)?.high).toBe(false);
    expectOneCharge(shop);
  }));

it('refuses an amount that is no multiple of a pulse before anything is charged', () =>
  pulseStory({}, async ({ shop, levels }) => {
    shop.press('3', '5', '0', '0', 'enter');
    expect(await shop.shows('closed')).toMatchObject({ amount: 3_500, code: 304 });
    expect(shop.program.terminal.state().open).toBeUndefined();
    expect(shop.sandbox.requestLog.counts().received['charge'] ?? 0).toBe(0);
    expect(pulses(levels())).toBe(0);
  }));

it('owes a sale whose train was cut, and sends no second one, not after a power cut either', () =>
  pulseStory({}, async ({ shop, levels, trouble }) => {
    trouble('kill:8');
    const orderId = await sell(shop, 10_000);
    expect(await shop.reaches(orderId, 'owed')).toMatchObject({ state: { why: 'deliveryUnknown' } });
    trouble('');
    const left = pulses(levels());
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(10);
    await shop.powerCut();
    await shop.startTerminal();
    await lineReady(shop);
    expect(shop.sale(orderId).state.at).toBe('owed');
    expect(pulses(levels())).toBe(left);
    expectMoneyAdded(shop);
  }));

it('owes a sale that a power cut caught in the middle of its train', () =>
  pulseStory({}, async ({ shop, levels, trouble }) => {
    trouble('wait:8');
    const orderId = await sell(shop, 10_000);
    await shop.until('the middle of the train', () => pulses(levels()) > 2);
    expect(shop.sale(orderId).state.at).toBe('delivering');
    const cut = shop.powerCut();
    // With the power goes the program that pulses.
    process.kill(levels().at(-1)?.pid ?? 0, 'SIGKILL');
    await cut;
    trouble('');
    const left = pulses(levels());
    await shop.startTerminal();
    expect(await shop.reaches(orderId, 'owed')).toMatchObject({ state: { why: 'deliveryUnknown' } });
    expect(pulses(levels())).toBe(left);
    await lineReady(shop);
    const next = await sell(shop, 2_000);
    await shop.reaches(next, 'delivered');
    expect(pulses(levels())).toBe(left + 2);
    expectMoneyAdded(shop);
  }));

it('owes a sale when the line was taken by another program, and does not sell until it is back', () =>
  pulseStory({}, async ({ shop, levels, trouble }) => {
    const orderId = await shop.ring(5_000);
    const { payload } = await shop.shows('scan');
    trouble('busy');
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(0);
    expect(await shop.reaches(orderId, 'owed')).toMatchObject({ state: { why: 'deliveryFailed' } });
    expect(pulses(levels())).toBe(0);
    await shop.until(
      'the loss of the line',
      () => shop.program.terminal.state().readings.machine?.code !== 0,
    );
    expectMoneyAdded(shop);
  }));

it('takes no more money once so many trains in a row are not known to have gone out, until a person says that it is good', () =>
  pulseStory({ toml: 'slot_failures = 2' }, async ({ shop, levels, trouble }) => {
    const owe = async (kind: string, why: string): Promise<void> => {
      trouble(kind);
      const orderId = await sell(shop, 2_000);
      expect(await shop.reaches(orderId, 'owed')).toMatchObject({ state: { why } });
      trouble('');
    };
    await owe('kill:3', 'deliveryUnknown');
    await shop.reaches(await sell(shop, 2_000), 'delivered');
    // A good train ended the row. What is not known counts as what failed does.
    await owe('broken:3:1:unable to set values on chip', 'deliveryUnknown');
    await owe('kill:2', 'deliveryUnknown');
    const before = shop.sandbox.requestLog.counts().received['charge'];
    shop.press('2', '0', '0', '0', 'enter');
    expect(await shop.shows('closed')).toMatchObject({ amount: 2_000, code: 305 });
    await shop.powerCut();
    await shop.startTerminal();
    await lineReady(shop);
    shop.press('2', '0', '0', '0', 'enter');
    expect(await shop.shows('closed')).toMatchObject({ code: 305 });
    expect(shop.sandbox.requestLog.counts().received['charge']).toBe(before);
    expect((await ask(shop, 'slots', [])).text).toContain('slot line-17: OUT OF SERVICE, 2 in a row failed');
    expect((await ask(shop, 'slots', ['clear', 'line-17'])).good).toBe(true);
    const left = pulses(levels());
    await shop.reaches(await sell(shop, 2_000), 'delivered');
    expect(pulses(levels())).toBe(left + 2);
    expectMoneyAdded(shop);
  }));
