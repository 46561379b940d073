import { expect, it } from 'vitest';
import { press, record } from '../../device/keypad/records.js';
import { Pty } from '../../kit/pty/pty.js';
import { expectOneCharge } from '../kit/account.js';
import { said } from '../kit/register-peer.js';
import { type Shop, story } from '../kit/shop.js';

/** struct input_event here; KP1 and so on in linux/input-event-codes.h. */
const SIZE = process.arch === 'arm' ? 16 : 24;
const CODES = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73];
const ENTER = 96;

function keys(digits: string): Uint8Array {
  return press(SIZE, ...[...digits].map((digit) => CODES[Number(digit)] ?? 0));
}

/** A shop whose pad is a device file that can go away; the kit's own pad is the second one. */
async function padStory(tell: (shop: Shop, pad: Pty) => Promise<void>): Promise<void> {
  const pad = new Pty();
  try {
    await pad.plug();
    await story({ toml: `[keypad]\ndevice = "${pad.path}"\n` }, async (shop) => {
      await shop.until('the pad', () => said(shop, `${pad.path} present`) === 1);
      await tell(shop, pad);
    });
  } finally {
    await pad.remove();
  }
}

async function unplug(shop: Shop, pad: Pty): Promise<void> {
  await pad.unplug();
  await shop.until('the unplug', () => said(shop, `${pad.path} gone`) > 0);
}

async function replug(shop: Shop, pad: Pty): Promise<void> {
  await pad.plug();
  await shop.until('the pad again', () => said(shop, `${pad.path} present`) === 2);
}

async function shopShows(shop: Shop, amount: number): Promise<void> {
  await shop.until(`${amount} on the screen`, () => {
    const { now } = shop.screen;
    return now?.show === 'entering' && now.amount === amount;
  });
}

async function paysAndEnds(shop: Shop, amount: number): Promise<void> {
  const scan = await shop.shows('scan');
  expect(scan.amount).toBe(amount);
  shop.sandbox.payScanned(scan.payload);
  await shop.clock.advance(0);
  await shop.reaches(scan.orderId, 'delivered');
  expect(shop.sandbox.transactions.summary()).toMatchObject({
    count: { settlement: 1, pending: 0 },
    paid: amount,
  });
  expectOneCharge(shop);
}

it('discards 12 when the pad is unplugged, and charges 34 for 34 Enter: never 134 or 1234', () =>
  padStory(async (shop, pad) => {
    pad.send(keys('12'));
    await shopShows(shop, 12);
    await unplug(shop, pad);
    await shop.shows('idle');
    expect(said(shop, 'went away in mid-entry: the amount is discarded')).toBe(1);
    await replug(shop, pad);
    pad.send(keys('34'));
    pad.send(press(SIZE, ENTER));
    await paysAndEnds(shop, 34);
  }));

it('begins no sale from half a key that the unplug cut off, nor from Enter alone', () =>
  padStory(async (shop, pad) => {
    pad.send(keys('5'));
    await shopShows(shop, 5);
    // Half of an Enter.
    pad.send(press(SIZE, ENTER).subarray(0, SIZE + 7));
    await unplug(shop, pad);
    await shop.shows('idle');
    await replug(shop, pad);
    pad.send(press(SIZE, ENTER));
    pad.send(keys('8'));
    await shopShows(shop, 8);
    expect(shop.program.terminal.state().open).toBeUndefined();
    expect(shop.sandbox.requestLog.counts().received['charge']).toBeUndefined();
  }));

it('discards the amount when the kernel says that keys were lost', () =>
  padStory(async (shop, pad) => {
    pad.send(keys('12'));
    await shopShows(shop, 12);
    pad.send(record(SIZE, 0, 3, 0));
    pad.send(record(SIZE, 0, 0, 0));
    await shop.until('the discard', () => said(shop, 'the amount is discarded') === 1);
    pad.send(keys('34'));
    pad.send(press(SIZE, ENTER));
    await paysAndEnds(shop, 34);
  }));

it('keeps a sale open whose pad goes away after Enter', () =>
  padStory(async (shop, pad) => {
    pad.send(keys('15000'));
    pad.send(press(SIZE, ENTER));
    await shop.shows('scan');
    await unplug(shop, pad);
    await paysAndEnds(shop, 15_000);
  }));

it("mixes no key of another pad into an entry, and does not let it go with that pad's unplug", () =>
  padStory(async (shop, pad) => {
    shop.press('1', '2');
    await shopShows(shop, 12);
    pad.send(keys('9'));
    pad.send(press(SIZE, ENTER));
    await shop.until('its keys', () => said(shop, '<- KEY_KPENTER: enter') === 1);
    expect(shop.screen.now).toMatchObject({ show: 'entering', amount: 12 });
    await unplug(shop, pad);
    expect(shop.screen.now).toMatchObject({ show: 'entering', amount: 12 });
    shop.press('3', 'enter');
    await paysAndEnds(shop, 123);
  }));
