import { expect, it } from 'vitest';
import { expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { controllerStory, pulseStory, pulses } from '../kit/machine-peers.js';
import type { Shop } from '../kit/shop.js';
import { ask } from '../kit/technician.js';

const PRODUCTS = `
[[product]]
id = "cuci"
name_id = "Cuci"
name_en = "Wash"
price = 12_500
pulses = 4
[[product]]
id = "sabun"
name_id = "Sabun"
name_en = "Soap"
price = 2_000
`;
const CART = { toml: `[catalogue]\ncart = true\n${PRODUCTS}` };

async function choose(shop: Shop, ...keys: readonly string[]): Promise<string> {
  await shop.pressAndLook(...keys);
  return (await shop.found('a sale', () => shop.program.terminal.state().open)).orderId;
}

it('a product that is called sold out is shown so at once, is not sold, and stays so over a power cut until it is back', () =>
  pulseStory(CART, async ({ shop }) => {
    await shop.shows('choose');
    const said = await ask(shop, 'products', ['sold-out', 'cuci'], { flags: { by: 'Sri' } });
    expect(said.text).toContain('product cuci is sold out, says Sri, since 2026-11-22');
    const unavailable = { id: 'Habis', en: 'Sold out' };
    expect(await shop.shows('choose')).toMatchObject({
      products: [{ id: 'cuci', unavailable }, { id: 'sabun' }],
    });
    await shop.powerCut();
    await shop.startTerminal();
    expect(await shop.shows('choose')).toMatchObject({
      products: [{ id: 'cuci', unavailable }, { id: 'sabun' }],
    });
    shop.press('1', 'enter');
    await shop.until('the hint', () => {
      const { now } = shop.screen;
      return now?.show === 'choose' && now.hint?.en === 'Sold out';
    });
    expect((await ask(shop, 'products')).text).toContain('cuci  Cuci / Wash  Rp12.500 (4 pulses, Sold out)');
    expect((await ask(shop, 'products', ['sold-out'])).text).toContain('product cuci is sold out, says Sri');
    expect((await ask(shop, 'products', ['back', 'cuci'])).text).toBe('product cuci is back');
    await choose(shop, '1', 'enter', 'enter');
  }));

it('a sale that is open goes on and gives what was paid for; a cart that holds it is refused at paying, with words', () =>
  pulseStory(CART, async ({ shop, levels }) => {
    const order = await choose(shop, '1', 'enter', 'enter');
    const { payload } = await shop.shows('scan');
    await ask(shop, 'products', ['sold-out', 'cuci']);
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(0);
    await shop.reaches(order, 'delivered');
    expect(pulses(levels())).toBe(4);
    expectOneCharge(shop);
    await ask(shop, 'products', ['back', 'cuci']);
    await shop.clock.advance(20_000);
    shop.press('1', 'enter', '2', 'enter');
    await shop.until('the cart', () => {
      const { now } = shop.screen;
      return now?.show === 'choose' && now.cart?.lines.length === 2;
    });
    await ask(shop, 'products', ['sold-out', 'cuci']);
    shop.press('enter');
    await shop.until('the refusal', () => {
      const { now } = shop.screen;
      return now?.show === 'choose' && now.hint?.en === 'Wash: Sold out. Take it out first';
    });
    expect(shop.program.terminal.state().open).toBeUndefined();
    // Taken out, the rest is paid.
    const rest = await choose(shop, '1', 'cancel', 'enter');
    expect(shop.sale(rest).items).toMatchObject([{ id: 'sabun', quantity: 1 }]);
    expectMoneyAdded(shop);
  }));

it('a slot that is sold out is denied to the machine, beside one that failed: each is lifted by its own word', () =>
  controllerStory({}, async ({ shop, peer }) => {
    expect((await ask(shop, 'products', ['sold-out'], { flags: { slot: '12' } })).good).toBe(true);
    peer.order('press 12');
    await shop.until('the refusal', () => shop.log.some((line) => line.includes('of slot 12: soldOut')));
    expect(shop.program.journal.totals()).toEqual([]);
    peer.order('press 0');
    // The machine says by itself that it is empty: it fails as often as takes it out of service.
    const { journal } = shop.program;
    const machine = 'fafb';
    const times = { wallMs: shop.clock.wallMs(), monoMs: shop.clock.monoMs(), events: [] };
    for (let fails = 0; fails < 3; fails += 1)
      journal.commit({ ...times, slot: { machine, item: '12', failed: true } });
    const back = await ask(shop, 'products', ['back'], { flags: { slot: '12' } });
    expect(back.text).toBe('slot 12 is back; but slot 12 failed too often: mend it, then slots clear 12');
    await ask(shop, 'slots', ['clear', '12']);
    peer.order('press 12');
    await shop.shows('scan');
  }));

it('what is not there cannot be sold out, and what names two things names none', () =>
  pulseStory(CART, async ({ shop }) => {
    await shop.shows('choose');
    const refused = async (args: string[], flags: Record<string, string> = {}): Promise<string> => {
      const answer = await ask(shop, 'products', args, { flags });
      expect(answer.good).toBe(false);
      return answer.text;
    };
    expect(await refused(['sold-out', 'kopi'])).toContain('no product has the id kopi');
    expect(await refused(['sold-out'], { slot: '3' })).toContain('nothing is sold from slots here');
    expect(await refused(['sold-out', 'cuci'], { slot: '3' })).toContain('products sold-out [ID]');
    expect(await refused(['back'])).toContain('products back [ID]');
    expect(await refused(['back', 'cuci'])).toContain('nobody had called product cuci sold out');
    expect((await ask(shop, 'products', ['sold-out'])).text).toBe('nothing is sold out by hand');
  }));
