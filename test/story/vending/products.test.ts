import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { controllerStory, lineReady, pulseStory, pulses, synchronised } from '../kit/machine-peers.js';
import { payScanned, said } from '../kit/register-peer.js';
import type { Shop } from '../kit/shop.js';
import { ask } from '../kit/technician.js';
import { mdbStory, vtkStory } from '../kit/vending-shop.js';

const PRODUCTS = `
[[product]]
id = "cuci"
name_id = "Cuci"
name_en = "Wash"
price = 12_500
pulses = 4
[[product]]
id = "kering"
name_id = "Kering"
price = 7_000
pulses = 3
line = 22
[[product]]
id = "sabun"
name_id = "Sabun"
price = 2_000
`;
const CART = { toml: `[catalogue]\ncart = true\n${PRODUCTS}` };
/** Three of them are 90 pulses, and 100 are the most that a machine takes by itself. */
const MANY = '[[product]]\nid = "cuci"\nname_id = "Cuci"\nprice = 12_000\npulses = 30\n';
const ONE = { toml: `[catalogue]\n${PRODUCTS}` };

/** Presses keys, and gives back the sale that they opened. */
async function choose(shop: Shop, ...keys: readonly string[]): Promise<string> {
  await shop.pressAndLook(...keys);
  return (await shop.found('a sale', () => shop.program.terminal.state().open)).orderId;
}

async function pay(shop: Shop): Promise<void> {
  const { payload } = await shop.shows('scan');
  shop.sandbox.payScanned(payload);
  await shop.clock.advance(0);
}

function charges(shop: Shop): { item_details: { price: number; quantity: number }[] }[] {
  const list = shop.sandbox.requestLog.list().filter(({ endpoint }) => endpoint === 'charge');
  return list.map(({ body }) => JSON.parse(String(body)));
}

it('gives the pulses of the product, at its price and not by the value of a pulse', () =>
  pulseStory(ONE, async ({ shop, levels }) => {
    expect(await shop.shows('choose')).toMatchObject({ products: [{ number: 1, id: 'cuci' }, {}, {}] });
    const orderId = await choose(shop, '1', 'enter');
    expect(shop.sale(orderId)).toMatchObject({
      amount: 12_500,
      items: [{ id: 'cuci', name: { id: 'Cuci', en: 'Wash' }, price: 12_500, quantity: 1 }],
      source: { kind: 'vending' },
    });
    expect(pulses(levels())).toBe(0);
    await pay(shop);
    await shop.reaches(orderId, 'delivered');
    expect(pulses(levels())).toBe(4);
    expectOneCharge(shop);
  }));

it('sells a cart in one sale, a train for each line, and names all of it to Midtrans, slip and story', () =>
  pulseStory(CART, async ({ shop, levels }) => {
    const orderId = await choose(shop, '1', 'enter', '2', 'enter', '1', 'enter', '3', 'enter', 'enter');
    await pay(shop);
    await shop.reaches(orderId, 'delivered');
    expect(pulses(levels())).toBe(4 + 4 + 3);
    const [charge] = charges(shop);
    expect(charge?.item_details).toMatchObject([
      { id: 'cuci', price: 12_500, quantity: 2 },
      { id: 'kering', price: 7_000, quantity: 1 },
      { id: 'sabun', price: 2_000, quantity: 1 },
    ]);
    expect(charge).toMatchObject({ custom_field3: '2 x Cuci, 1 x Kering, 1 x Sabun' });
    await shop.until('the receipt', () => shop.slipsWith('2 x Cuci', 'Rp25.000', 'LUNAS') === 1);
    expect((await ask(shop, 'why', [orderId])).text).toContain(
      'asked for Rp34.000 for 2 x Cuci (Rp12.500), 1 x Kering (Rp7.000), 1 x Sabun (Rp2.000)',
    );
    expectOneCharge(shop);
  }));

it('is the shop’s own sale, without a pulse, where nothing that was bought comes out of the machine', () =>
  pulseStory(ONE, async ({ shop, levels }) => {
    const orderId = await choose(shop, '3', 'enter');
    expect(shop.sale(orderId).source).toEqual({ kind: 'keypad', name: 'pad' });
    await pay(shop);
    await shop.reaches(orderId, 'delivered');
    expect(pulses(levels())).toBe(0);
  }));

it('pays by the key OK what a screen has shown, and asks to look again where it lags', () =>
  pulseStory(CART, async ({ shop }) => {
    shop.press('1', 'enter', '3', 'enter');
    await shop.until('the cart', () => cartSum(shop) === 14_500);
    // OK right behind another product: no eye has seen that cart yet.
    const painted = slowly(shop);
    shop.press('2', 'enter', 'enter');
    await shop.until('words', () => hintOf(shop)?.en.includes('just changed') === true);
    expect(shop.program.terminal.state().open).toBeUndefined();
    expect(cartSum(shop)).toBe(21_500);
    painted();
    await shop.clock.advance(0);
    const orderId = await choose(shop, 'enter');
    expect(shop.sale(orderId).amount).toBe(21_500);
  }));

it('takes no more into a cart than the machine can give, with words, and sells what is in it', () =>
  pulseStory({ toml: `[catalogue]\ncart = true\n${MANY}` }, async ({ shop, levels }) => {
    for (let times = 0; times < 4; times += 1) {
      await shop.pressAndLook('1', 'enter');
    }
    await shop.until('words', () => hintOf(shop)?.en.includes('cannot give') === true);
    expect(cartSum(shop)).toBe(36_000);
    const orderId = await choose(shop, 'enter');
    await pay(shop);
    await shop.reaches(orderId, 'delivered');
    expect(pulses(levels())).toBe(90);
  }));

/** The screen takes its time for each face. @returns to be called when all of them are painted */
function slowly({ screen }: Shop): () => void {
  const show = screen.show.bind(screen);
  const waiting: ((seen: boolean) => void)[] = [];
  screen.show = async (face) => {
    await show(face);
    return new Promise((resolve) => waiting.push(resolve));
  };
  return () => {
    screen.show = show;
    for (const tell of waiting) tell(true);
  };
}

function chooseScreen(shop: Shop) {
  const { now } = shop.screen;
  return now?.show === 'choose' ? now : undefined;
}

function cartSum(shop: Shop): number | undefined {
  return chooseScreen(shop)?.cart?.sum;
}

function hintOf(shop: Shop) {
  return chooseScreen(shop)?.hint;
}

it('owes the rest where a second line could not be had after the first train was out', () =>
  pulseStory(CART, async ({ shop, levels, trouble }) => {
    const orderId = await choose(shop, '1', 'enter', '2', 'enter', 'enter');
    trouble('busy:22');
    await pay(shop);
    expect(await shop.reaches(orderId, 'owed')).toMatchObject({ state: { why: 'partlyDelivered' } });
    expect(pulses(levels())).toBe(4);
    expectMoneyAdded(shop);
  }));

it('owes a cart that a power cut caught in the middle of a train, and gives nothing a second time', () =>
  pulseStory(CART, async ({ shop, levels, trouble }) => {
    trouble('wait:8');
    const orderId = await choose(shop, '1', 'enter', '1', 'enter', 'enter');
    await pay(shop);
    await shop.until('the middle of the train', () => pulses(levels()) > 2);
    const cut = shop.powerCut();
    process.kill(levels().at(-1)?.pid ?? 0, 'SIGKILL');
    await cut;
    trouble('');
    const left = pulses(levels());
    await shop.startTerminal();
    expect(await shop.reaches(orderId, 'owed')).toMatchObject({
      state: { why: 'deliveryUnknown' },
      items: [{ id: 'cuci', quantity: 2 }],
    });
    await lineReady(shop);
    expect(pulses(levels())).toBe(left);
    expectMoneyAdded(shop);
  }));

it('sells at the price that was chosen, whatever the catalogue becomes meanwhile', () =>
  pulseStory({ toml: '[catalogue]\ncart = true' }, async ({ shop, levels }) => {
    const file = join(shop.directory, 'journal', 'products.csv');
    const csv = (price: number, pulsesEach: number, more = '') =>
      `id,name_id,price,pulses,sold_out\nair,Air,${price},${pulsesEach},${more}\n`;
    expect(await shop.shows('outOfService')).toMatchObject({ code: 153 });
    writeFileSync(file, csv(5_000, 2));
    expect((await ask(shop, 'products', ['reload'])).good).toBe(true);
    expect(await shop.shows('choose')).toMatchObject({ products: [{ id: 'air', price: 5_000 }] });
    shop.press('1', 'enter');
    await shop.until('the cart', () => {
      const { now } = shop.screen;
      return now?.show === 'choose' && now.cart?.sum === 5_000;
    });
    writeFileSync(file, csv(9_000, 7, 'true'));
    expect((await ask(shop, 'products', ['reload'])).good).toBe(true);
    expect((await ask(shop, 'products')).text).toContain('a newer one was read');
    const orderId = await choose(shop, '1', 'enter', 'enter');
    await shop.shows('scan');
    writeFileSync(file, csv(1_000, 1));
    expect((await ask(shop, 'products', ['reload'])).good).toBe(true);
    await pay(shop);
    expect(await shop.reaches(orderId, 'delivered')).toMatchObject({
      amount: 10_000,
      items: [{ price: 5_000, quantity: 2, gives: { pulses: 2 } }],
    });
    expect(pulses(levels())).toBe(4);
    writeFileSync(file, 'id,name_id,price\nair,Air,mahal\n');
    const refused = await ask(shop, 'products', ['reload']);
    expect([refused.good, refused.text]).toEqual([
      false,
      expect.stringContaining('products.csv:2: E904 product[1].price: found text, "mahal"'),
    ]);
    await shop.clock.advance(10_000);
    expect(await shop.shows('choose')).toMatchObject({ products: [{ price: 1_000 }] });
    expect(said(shop, 'E152')).toBe(1);
  }));

it('asks what its code says and nothing else, where keys chose before a slow screen had the new price', () =>
  pulseStory({ toml: '[catalogue]' }, async ({ shop, levels }) => {
    const file = join(shop.directory, 'journal', 'products.csv');
    const reload = async (price: number): Promise<void> => {
      writeFileSync(file, `id,name_id,price,pulses\nair,Air,${price},2\n`);
      expect((await ask(shop, 'products', ['reload'])).good).toBe(true);
    };
    await reload(5_000);
    expect(await shop.shows('choose')).toMatchObject({ products: [{ price: 5_000 }] });
    const painted = slowly(shop);
    await reload(9_000);
    // What the customer has seen says 5,000 still.
    const orderId = await choose(shop, '1', 'enter');
    painted();
    await reload(1_000);
    const { amount, payload } = await shop.shows('scan');
    expect([amount, payload.includes('54079000.00')]).toEqual([9_000, true]);
    await pay(shop);
    expect(await shop.reaches(orderId, 'delivered')).toMatchObject({
      amount: 9_000,
      items: [{ price: 9_000, quantity: 1 }],
    });
    expect(charges(shop)).toMatchObject([
      { transaction_details: { gross_amount: 9_000 }, item_details: [{ price: 9_000 }] },
    ]);
    expect(pulses(levels())).toBe(2);
    expectOneCharge(shop);
  }));

it('drops a cart that nobody goes on with, and sells nothing by an OK that comes later', () =>
  pulseStory(CART, async ({ shop }) => {
    const empty = () => {
      const { now } = shop.screen;
      return now?.show === 'choose' && now.cart?.lines.length === 0;
    };
    shop.press('1', 'enter');
    await shop.until('a line', () => !empty());
    await shop.clock.advance(61_000);
    await shop.until('no line', empty);
    shop.press('enter');
    await shop.until('a hint', () => {
      const { now } = shop.screen;
      return now?.show === 'choose' && now.hint?.en === 'Choose a product first';
    });
    expect(shop.program.terminal.state().open).toBeUndefined();
  }));

it('thanks for a donation, of a button or of any amount', () =>
  pulseStory(
    {
      toml: '[catalogue]\nfree_amount = true\ndonation_amounts = [10_000, 50_000]\ndonation_purpose = "Masjid / Mosque"',
    },
    async ({ shop, levels }) => {
      expect(await shop.shows('choose')).toMatchObject({
        donation: { purpose: { id: 'Masjid', en: 'Mosque' } },
        products: [{ price: 10_000 }, { price: 50_000 }],
      });
      const first = await choose(shop, '2', 'enter');
      await pay(shop);
      await shop.reaches(first, 'delivered');
      const thanked = () => {
        const { now } = shop.screen;
        return now?.show === 'paid' && now.notes.some(({ en }) => en.startsWith('Thank you'));
      };
      await shop.until('thanks', thanked);
      const second = await choose(shop, '2', '5', '0', '0', '0', 'enter');
      expect(shop.sale(second)).toMatchObject({ amount: 25_000, items: [{ id: 'donation', price: 25_000 }] });
      expect(pulses(levels())).toBe(0);
    },
  ));

it('names what a machine sells by its slot, at the machine’s price, and says so in the log where that differs', () =>
  mdbStory(
    { toml: '[catalogue]\n[[product]]\nid = "teh"\nname_id = "Teh kotak"\nprice = 6_000\nslot = "17"' },
    async (shop, board) => {
      expect(await shop.shows('idle')).toMatchObject({ show: 'idle' });
      board.chooses('7000.00', '17');
      const order = await payScanned(shop);
      await board.hears();
      board.dispenses();
      expect(await shop.reaches(order, 'delivered')).toMatchObject({
        amount: 7_000,
        items: [{ id: 'teh', name: { id: 'Teh kotak' }, price: 7_000, quantity: 1, slot: '17' }],
        source: { item: '17' },
      });
      expect(said(shop, 'E154')).toBe(1);
      expect(charges(shop)[0]?.item_details).toMatchObject([{ id: 'teh', price: 7_000 }]);
    },
  ));

it('names what a VTK machine sells by its product, whatever name and price the machine itself has for that', () =>
  vtkStory(
    { toml: '[catalogue]\n[[product]]\nid = "kopi"\nname_id = "Kopi susu"\nprice = 12_000\nslot = "7"' },
    async (shop, machine) => {
      expect(await shop.shows('idle')).toMatchObject({ show: 'idle' });
      machine.does('buy 1500000 7 COFFEE');
      const orderId = await payScanned(shop);
      expect(await machine.hears()).toMatch(/^VRP .* 4=1500000$/);
      machine.does('done');
      await machine.hears();
      expect(await shop.reaches(orderId, 'delivered')).toMatchObject({
        amount: 15_000,
        items: [{ id: 'kopi', name: { id: 'Kopi susu' }, price: 15_000, quantity: 1, slot: '7' }],
        source: { item: '7', product: 'COFFEE' },
      });
      expect(said(shop, 'E154')).toBe(1);
      expect(charges(shop)).toMatchObject([
        { item_details: [{ id: 'kopi', name: 'Kopi susu', price: 15_000 }], custom_field3: '1 x Kopi susu' },
      ]);
      await shop.until('the receipt', () => shop.slipsWith('Kopi susu', 'Rp15.000', 'LUNAS') === 1);
      const { text } = await ask(shop, 'why', [orderId]);
      expect(text).toContain('asked for Rp15.000 for slot 7 for 1 x Kopi susu (Rp15.000)');
      expect(text).not.toContain('COFFEE');
      expectOneCharge(shop);
    },
  ));

it('sells by the machine’s own name what no product has the slot of, and denies what is sold out by product', () =>
  vtkStory(
    { toml: '[catalogue]\n[[product]]\nid = "kopi"\nname_id = "Kopi susu"\nprice = 15_000\nslot = "7"' },
    async (shop, machine) => {
      expect((await ask(shop, 'products', ['sold-out', 'kopi'])).good).toBe(true);
      machine.does('buy 1500000 7 COFFEE');
      expect(await machine.hears()).toMatch(/^VRP .* 4=0$/);
      expect(shop.program.terminal.state().open).toBeUndefined();
      machine.does('idle');
      await machine.hears();
      machine.does('buy 900000 8 TEA');
      const order = await payScanned(shop);
      expect(await machine.hears()).toMatch(/^VRP .* 4=900000$/);
      machine.does('done');
      await machine.hears();
      expect(await shop.reaches(order, 'delivered')).not.toHaveProperty('items');
      expect((await ask(shop, 'why', [order])).text).toContain('asked for Rp9.000 for slot 8 ("TEA")');
      expectOneCharge(shop);
    },
  ));

it('takes a file of products by the technician’s door, whole or not at all', () =>
  pulseStory({ toml: '[catalogue]' }, async ({ shop }) => {
    const file = join(shop.directory, 'journal', 'products.csv');
    const bring = (input: string) => ask(shop, 'products', ['import', 'baru.csv'], { input });
    expect(await bring('id;name_id;price;pulses\nair;Air;5000;3\nangin;Angin;2000;1')).toMatchObject({
      good: true,
      data: { products: 2 },
    });
    expect((await shop.shows('choose')).products.map(({ id }) => id)).toEqual(['air', 'angin']);
    // Taken with a word: it is looked for beside the file that is read, and not beside the one that was brought.
    expect(
      await bring('id;name_id;price;pulses;picture\nair;Air;5000;3;\nangin;Angin;2000;1;neu.png'),
    ).toMatchObject({
      good: true,
      text: expect.stringContaining(
        `${file}:3: E155 picture: found "neu.png", and there is no ${join(dirname(file), 'neu.png')}`,
      ),
    });
    const good = readFileSync(file, 'utf8');
    const refused = await bring('id;name_id;price;pulses\nair;Air;5000;101\nair;;x;');
    expect(refused.good).toBe(false);
    expect(refused.text.split('\n')).toEqual([
      'nothing was changed:',
      expect.stringContaining(
        'baru.csv:2: E907 product[1].pulses: found 101; allowed: at most vending.max_pulses',
      ),
      expect.stringContaining('baru.csv:3: E903 product[2].name_id'),
      expect.stringContaining('baru.csv:3: E904 product[2].price'),
      expect.stringContaining('baru.csv:3: E907 product[2].id'),
    ]);
    expect(readFileSync(file, 'utf8')).toBe(good);
    expect((await ask(shop, 'products')).text).toContain('1  air  Air / Air  Rp5.000 (3 pulses)');
    await shop.powerCut();
    await shop.startTerminal();
    await lineReady(shop);
    expect((await shop.shows('choose')).products).toHaveLength(2);
  }));

it('sells from the last list without mistakes after a start that finds a bad one', () =>
  pulseStory({ toml: '[catalogue]' }, async ({ shop }) => {
    const file = join(shop.directory, 'journal', 'products.csv');
    writeFileSync(file, 'id,name_id,price,pulses\nair,Air,5000,3\n');
    expect((await ask(shop, 'products', ['reload'])).good).toBe(true);
    await shop.shows('choose');
    writeFileSync(file, 'id,name_id,price,pulses\nair,Air,lima ribu,3\n');
    await shop.powerCut();
    await shop.startTerminal();
    await lineReady(shop);
    expect(await shop.shows('choose')).toMatchObject({ products: [{ id: 'air', price: 5_000 }] });
    const told = await ask(shop, 'products');
    expect([told.good, told.text]).toEqual([false, expect.stringContaining('products.csv:2: E904')]);
    expect(said(shop, 'E152')).toBe(1);
  }));

const SLOTS = {
  toml: '[catalogue]\n[[product]]\nid = "teh"\nname_id = "Teh kotak"\nprice = 6_000\nslot = "12"',
};

it('turns the motor of a slot that was chosen at the terminal, at the price that stands there, and once', () =>
  controllerStory(SLOTS, async ({ shop, peer }) => {
    const orderId = await choose(shop, '1', 'enter');
    expect(shop.sale(orderId)).toMatchObject({
      amount: 6_000,
      items: [{ id: 'teh', slot: '12' }],
      source: { kind: 'vending', item: '12', driven: true },
    });
    expect(peer.all('driven')).toBe(0);
    await pay(shop);
    await shop.reaches(orderId, 'delivered');
    expect(await peer.says('driven')).toMatchObject({ driven: 12 });
    // The machine's own keys ask for what they always asked for, at its own price.
    await shop.clock.advance(20_000);
    peer.order('press 12');
    const { orderId: second, amount } = await shop.shows('scan');
    expect([amount, shop.sale(second).items]).toMatchObject([15_000, [{ id: 'teh', price: 15_000 }]]);
    expect(peer.all('driven')).toBe(1);
  }));

it('offers nothing of a slot that failed too often, on no face, until a technician has cleared it', () =>
  controllerStory(SLOTS, async ({ shop, peer }) => {
    peer.order('status 3');
    for (const _ of [1, 2]) {
      expect((await shop.shows('choose')).products[0]).not.toHaveProperty('unavailable');
      const orderId = await choose(shop, '1', 'enter');
      await pay(shop);
      expect(await shop.reaches(orderId, 'owed')).toMatchObject({ state: { why: 'deliveryFailed' } });
      await shop.clock.advance(61_000);
    }
    const soldOut = { id: 'Habis', en: 'Sold out' };
    expect(await shop.shows('choose')).toMatchObject({ products: [{ id: 'teh', unavailable: soldOut }] });
    shop.press('1', 'enter');
    await shop.until('the hint', () => hintOf(shop)?.en === 'Sold out');
    expect((await ask(shop, 'products')).text).toContain('Sold out');
    expect((await ask(shop, 'products', ['back', 'teh'])).text).toBe(
      'nobody had called product teh sold out; but slot 12 failed too often: mend it, then slots clear 12',
    );
    await shop.powerCut();
    await shop.startTerminal();
    await synchronised(shop, 2);
    expect(await shop.shows('choose')).toMatchObject({ products: [{ id: 'teh', unavailable: soldOut }] });
    expect((await ask(shop, 'slots', ['clear', '12'])).good).toBe(true);
    await shop.until(
      'it to be on sale again',
      () => chooseScreen(shop)?.products[0]?.unavailable === undefined,
    );
    peer.order('status 2');
    const next = await choose(shop, '1', 'enter');
    await pay(shop);
    await shop.reaches(next, 'delivered');
    expectMoneyAdded(shop);
  }));

it('owes a choice at the terminal that a power cut caught while it was dispensed, and turns nothing by itself', () =>
  controllerStory(SLOTS, async ({ shop, peer }) => {
    peer.order('status 119');
    const orderId = await choose(shop, '1', 'enter');
    await pay(shop);
    await peer.says('driven');
    await shop.powerCut();
    peer.order('status 2');
    await shop.startTerminal();
    expect(await shop.reaches(orderId, 'owed')).toMatchObject({ state: { why: 'deliveryUnknown' } });
    await synchronised(shop, 2);
    expect(peer.all('driven')).toBe(1);
    expectMoneyAdded(shop);
  }));

it('a line that failed too often takes its products off the face, and leaves those of the others', () =>
  pulseStory({ toml: `slot_failures = 1\n[catalogue]\n${PRODUCTS}` }, async ({ shop, trouble }) => {
    await shop.shows('choose');
    const orderId = await choose(shop, '2', 'enter');
    trouble('kill:2');
    await pay(shop);
    expect(await shop.reaches(orderId, 'owed')).toMatchObject({ state: { why: 'deliveryUnknown' } });
    trouble('');
    await shop.until(
      'the product to be out',
      () =>
        shop.program.terminal.catalogue.offered?.products.some(
          ({ id, soldOut }) => id === 'kering' && soldOut,
        ) === true,
    );
    const out = shop.program.terminal.catalogue.offered?.products.filter(({ soldOut }) => soldOut === true);
    expect(out?.map(({ id }) => id)).toEqual(['kering']);
    await ask(shop, 'slots', ['clear', 'line-22']);
    expect(shop.program.terminal.catalogue.offered?.products.some(({ soldOut }) => soldOut === true)).toBe(
      false,
    );
  }));
