import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KioskPage } from '../../../devices/display/kiosk/kiosk-page.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { ChooseScreen } from '../../../src/base/screen.js';
import { SystemClock } from '../../../src/host/clock.js';
import type { KeypadEvent } from '../../../src/port/keypad.js';
import { KeptLog } from '../../kit/kept-log.js';
import { FakeTime } from '../../kit/time.js';

const NAME = { id: 'Kopi', en: 'Coffee' };
const SCREEN: ChooseScreen = {
  ...{ show: 'choose', shop: 'Warung', terminal: 'T1', groups: [], page: 1, pages: 1 },
  products: [{ number: 1, id: 'kopi', name: NAME, price: rupiah(8_000), inCart: 2 }],
  cart: {
    lines: [{ id: 'kopi', name: NAME, price: rupiah(8_000), quantity: 2 }],
    sum: rupiah(16_000),
    revision: '1a2b3c4d',
  },
  typed: { digits: '15000', amount: rupiah(15_000) },
  hint: { id: 'Habis', en: 'Sold out' },
};

const PAY = { wish: 'pay', sum: 16_000, revision: '1a2b3c4d' };

let page: KioskPage;
let events: KeypadEvent[];

beforeEach(async () => {
  events = [];
  page = new KioskPage({
    ...{ host: '127.0.0.1', hostNames: [], port: 0, pad: true, language: 'both', shop: 'Warung' },
    ...{ clock: new SystemClock(), timers: new FakeTime(), log: new KeptLog() },
    random: { bytes: (count) => new Uint8Array(count), fraction: () => 0.5 },
  });
  page.keypad.start((event) => events.push(event));
  await page.start();
});
afterEach(() => page.stop());

/** A page, as a browser has it: what it was told first, and a way to send what is pressed. */
async function join() {
  const abort = new AbortController();
  const answer = await fetch(`${page.url}events`, { signal: abort.signal });
  const reader = answer.body?.getReader();
  let text = '';
  while (!/event: screen\ndata: .*\n\n/.test(text)) {
    const piece = await reader?.read();
    text += new TextDecoder().decode(piece?.value);
  }
  const told = (name: string) =>
    JSON.parse(new RegExp(`event: ${name}\ndata: (.*)\n`).exec(text)?.[1] ?? '{}');
  const { session, token } = told('hello');
  const origin = page.url.replace(/\/$/, '');
  const press = async (first: number, keys: readonly unknown[]): Promise<number> => {
    const posted = await fetch(`${page.url}keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-gopay-pos-token': token, origin },
      body: JSON.stringify({ session, first, keys }),
    });
    return posted.status;
  };
  return { screen: told('screen'), press, leave: () => abort.abort() };
}

describe('a page to choose from', () => {
  it('is told one page of products, with each price also as it is written', async () => {
    void page.display.show(SCREEN);
    const { screen, leave } = await join();
    expect(screen).toMatchObject({
      show: 'choose',
      words: { en: 'Sold out' },
      choose: {
        products: [{ number: 1, price: 8_000, priceText: 'Rp8.000', inCart: 2 }],
        cart: { sum: 16_000, sumText: 'Rp16.000', lines: [{ quantity: 2, priceText: 'Rp8.000' }] },
        typed: { digits: '15000', amount: 'Rp15.000' },
      },
    });
    leave();
  });

  it('sends touches among its keys, in order and each once, and nothing else gets in', async () => {
    const { press, leave } = await join();
    const touch = { wish: 'product', id: 'kopi', price: 8_000 };
    expect(await press(0, ['1', touch, PAY])).toBe(204);
    expect(await press(0, ['1', touch, PAY])).toBe(204);
    for (const bad of [
      { wish: 'refund' },
      { wish: 'product', id: 'kopi', price: '8000' },
      {},
      null,
      7,
      ['1'],
    ])
      expect(await press(3, [bad])).toBe(400);
    expect(events.filter(({ kind }) => kind === 'key' || kind === 'wish')).toEqual([
      { kind: 'key', key: '1' },
      { kind: 'wish', wish: touch },
      { kind: 'wish', wish: PAY },
    ]);
    leave();
  });
});
