import { expect } from 'vitest';
import type { Endpoint } from '../../../src/sandbox/http/route.js';
import type { Shop } from './shop.js';

/** Story time (wall, ms) of each request for `endpoint` about `orderId` that reached Midtrans, the first one first. */
export function askedAt(shop: Shop, endpoint: Endpoint, orderId: string): number[] {
  return requestsAbout(shop, orderId)
    .filter((request) => request.endpoint === endpoint)
    .map((request) => request.atWallMs);
}

/** One sale at the keypad from the first key to the idle screen after its receipt, with or without notices; its order. */
export async function sells(shop: Shop, amount: number): Promise<string> {
  const order = await shop.ring(amount);
  const { payload } = await shop.shows('scan');
  expect(shop.sandbox.payScanned(payload)).toMatchObject({ ok: true });
  await shop.clock.advance(10_000);
  await shop.reaches(order, 'delivered');
  await shop.clock.advance(8_000);
  await shop.shows('idle');
  return order;
}

/** What reached Midtrans about `orderId`, by endpoint and in its order. */
export function askedFor(shop: Shop, orderId: string): string[] {
  return requestsAbout(shop, orderId).map((request) => request.endpoint);
}

function requestsAbout(shop: Shop, orderId: string) {
  return shop.sandbox.requestLog.list().filter((request) => request.orderId === orderId);
}

/** Times between neighbours. */
export function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? Number.NaN));
}

/** What Midtrans' books say of `orderId`; undefined where they have none. */
export function booksSay(shop: Shop, orderId: string): string | undefined {
  return shop.sandbox.transactions.find(orderId)?.state.status;
}

/** The statuses that the notices about `orderId` named, with those that the terminal knew already left out. */
export function noticesOf(shop: Shop, orderId: string): string[] {
  return happened(shop, orderId, 'notice').map((event) => String((event.body as { says: unknown }).says));
}

/** Events of one kind that the journal has of `orderId` and that were not ignored. */
export function happened(shop: Shop, orderId: string, kind: string) {
  return shop.program.journal
    .eventsOf(orderId)
    .filter((event) => event.kind === kind && event.ignored === undefined);
}

/** Sum of the journal's sales in these states. */
export function journalSum(shop: Shop, ...states: readonly string[]): number {
  const totals = shop.program.journal.totals().filter(({ state }) => states.includes(state));
  return totals.reduce((sum, total) => sum + total.sum, 0);
}

/** The end of a story that sold once, or not at all: one charge reached the books, and every rupiah adds up. */
export function expectOneCharge(shop: Shop): void {
  expect(shop.sandbox.requestLog.counts()).toMatchObject({
    received: { charge: 1 },
    processed: { charge: 1 },
  });
  expectMoneyAdded(shop);
}

/** Law 11: what customers paid at Midtrans is what the journal has as settled, whatever became of it since. */
export function expectMoneyAdded(shop: Shop): void {
  const settled = journalSum(shop, 'delivering', 'delivered', 'owed', 'refunding', 'resolved');
  expect(settled).toBe(shop.sandbox.transactions.summary().paid);
}
