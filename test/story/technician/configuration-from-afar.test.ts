import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BoxState } from '../../../src/base/box-state.js';
import { expectMoneyAdded } from '../kit/account.js';
import { afarStory, fleetConfig, listening, Postman } from '../kit/operator.js';
import type { Shop } from '../kit/shop.js';
import { ask } from '../kit/technician.js';

const MENU = { toml: '[catalogue]\n[[product]]\nid = "teh"\nname_id = "Teh"\nprice = 5_000\n' };
/** Somebody else may; a terminal where nobody may does not even listen. */
const BUDI =
  '[[operator]]\nname = "budi"\npublic_key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"\nmay = ["config"]\n';
const PRICES = '[[product]]\nid = "teh"\nname_id = "Teh"\nprice = 6_000\n';

/** As its service manager does when it has ended. */
async function restarted(shop: Shop): Promise<void> {
  await shop.powerCut();
  shop.restarts = 0;
  await shop.startTerminal();
  await listening(shop);
}

/** Turns the clock until the terminal has been seen to be ready with it. */
async function kept(shop: Shop, name: string): Promise<void> {
  const found = () => shop.log.some((line) => line.includes(`${name} from afar is in use`));
  for (let looks = 0; looks < 10 && !found(); looks += 1) await shop.clock.advance(5_000);
  expect(found()).toBe(true);
}

/** Until the screen has it: that of before a start stays until there is another. */
async function priceIs(shop: Shop, wanted: number): Promise<void> {
  await shop.until(`${wanted}`, () => {
    const { now } = shop.screen;
    return now?.show === 'choose' && now.products[0]?.price === wanted;
  });
}

/** As the newest state has it that the fleet has heard. */
async function says(shop: Shop, what: string, wanted: (config: NonNullable<BoxState['config']>) => boolean) {
  return shop.found(what, () => {
    const line = shop.log.filter((each) => /-> \S+\/T1\/state \{/.test(each)).at(-1) ?? '{}';
    const { config } = JSON.parse(line.slice(line.indexOf('{'))) as BoxState;
    return config !== undefined && wanted(config) ? config : undefined;
  });
}

it('a price list from afar waits for the end of a sale, holds after a start, and the fleet sees it', () =>
  afarStory(['config'], MENU, async (shop, { sri }) => {
    await priceIs(shop, 5_000);
    await shop.pressAndLook('1', 'enter');
    const order = (await shop.found('a sale', () => shop.program.terminal.state().open)).orderId;
    const { payload } = await shop.shows('scan');
    const set = await fleetConfig(shop, sri, 'set', PRICES, ['T1']);
    expect([set.code, set.out]).toEqual([0, 'prices is taken; it holds as soon as nobody chooses or pays']);
    await shop.clock.advance(20_000);
    expect(shop.restarts).toBe(0);
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(10_000);
    await shop.reaches(order, 'delivered');
    expect(shop.sale(order).amount).toBe(5_000);
    await shop.slipsEnd();
    await shop.clock.advance(20_000);
    await shop.until('the restart', () => shop.restarts === 1);
    await restarted(shop);
    await priceIs(shop, 6_000);
    await kept(shop, 'prices');
    await shop.clock.advance(65_000);
    expect(await says(shop, 'in use', ({ state }) => state === 'in_use')).toMatchObject({
      name: 'prices',
      digest: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    // The broker gives it at each connect; it is nothing new.
    await shop.clock.advance(10_000);
    expect(shop.restarts).toBe(0);
    expect((await ask(shop, 'config', ['afar'])).text).toMatch(
      /^prices \([0-9a-f]{12}\) by sri: in use\n\[\[product\]\]/,
    );
    expect((await ask(shop, 'products', ['reload'])).good).toBe(true);
    await shop.clock.advance(0);
    await priceIs(shop, 6_000);
    const clear = await fleetConfig(shop, sri, 'clear', '', ['T1']);
    expect(clear.code).toBe(0);
    await shop.clock.advance(3_000);
    await shop.until('the restart', () => shop.restarts === 1);
    await restarted(shop);
    await priceIs(shop, 5_000);
    expectMoneyAdded(shop);
  }));

it('a price list with which the terminal is not well is taken back by itself, and the one of before holds', () =>
  afarStory(['config'], { toml: `${MENU.toml}[from_afar]\nready_minutes = 1\n` }, async (shop, { sri }) => {
    await fleetConfig(shop, sri, 'set', PRICES, ['T1']);
    await restarted(shop);
    await kept(shop, 'prices');
    await priceIs(shop, 6_000);
    const bad = await fleetConfig(shop, sri, 'set', `${PRICES.replace('6_000', '7_000')}\n`, ['T1'], 'bad');
    expect(bad.code).toBe(0);
    // What it was not judged beside: the file of products has the same one now.
    const csv = join(shop.directory, 'journal', 'products.csv');
    writeFileSync(csv, 'id,name_id,price\nteh,Teh,9000\n');
    await restarted(shop);
    await shop.clock.advance(50_000);
    expect(shop.restarts).toBe(0);
    await shop.clock.advance(20_000);
    await shop.until('the restart', () => shop.restarts === 1);
    expect(shop.log.some((line) => line.includes('E424 the configuration bad from afar is taken back'))).toBe(
      true,
    );
    rmSync(csv);
    await restarted(shop);
    await priceIs(shop, 6_000);
    await shop.clock.advance(65_000);
    expect(await says(shop, 'taken back', ({ reverted }) => reverted !== undefined)).toMatchObject({
      ...{ name: 'prices', state: 'in_use' },
      reverted: { name: 'bad', why: expect.stringContaining('teh') },
    });
    // What a broker has kept is not tried again.
    expect(shop.restarts).toBe(0);
  }));

it('what is forged, older, not allowed, wider, or of a secret is refused by number, and said', () =>
  afarStory(['status'], { toml: `${MENU.toml}${BUDI}` }, async (shop, { sri }) => {
    const postman = await new Postman(shop).open();
    try {
      await postman.set(sri, { toml: PRICES });
      expect(await postman.answer(0)).toMatchObject({ good: false, code: 420 });
      expect(shop.restarts).toBe(0);
    } finally {
      await postman.close();
    }
  }).then(() =>
    afarStory(['config'], { ...MENU, saleToml: 'max = 50_000' }, async (shop, { sri, eve }) => {
      const postman = await new Postman(shop).open();
      try {
        await postman.set(eve, { toml: PRICES });
        await postman.logged('E416');
        for (const [code, over] of [
          [417, { aud: 'story/T2', toml: PRICES }],
          [423, { toml: '[gateway]\nsecret = "file:/tmp/mine"\n' }],
          [423, { toml: '[[operator]]\nname = "eve"\n' }],
          [423, { toml: '[sale]\nmax = 60_000\n' }],
          [423, { toml: '[[product]]\nid = "teh"\n' }],
          [418, { iat: Math.floor(shop.clock.wallMs() / 1000) + 400, toml: PRICES }],
        ] as const) {
          const before = postman.replies.length;
          await postman.set(sri, over);
          expect(await postman.answer(before)).toMatchObject({ good: false, code });
        }
        const first = await postman.config(sri, { toml: '[sale]\nmax = 40_000\n', name: 'first' });
        const second = await postman.config(sri, { toml: '[sale]\nmax = 30_000\n', name: 'second' });
        const before = postman.replies.length;
        await postman.keep(second);
        expect(await postman.answer(before)).toMatchObject({ good: true });
        // A broker's administrator brings back what was, or takes away what is.
        await postman.keep(first);
        expect(await postman.answer(before + 1)).toMatchObject({ good: false, code: 419 });
        await postman.keep('');
        await restarted(shop);
        await postman.keep(first);
        expect(await postman.answer(before + 2)).toMatchObject({ good: false, code: 419 });
        expect((await ask(shop, 'config', ['afar'])).text).toContain('max = 30_000');
      } finally {
        await postman.close();
      }
    }),
  ));

it('a power cut on the way leaves the old or the new; one with which no start succeeds is left after three', () =>
  afarStory(['config'], MENU, async (shop, { sri }) => {
    const file = join(shop.directory, 'journal', 'from-afar.json');
    await fleetConfig(shop, sri, 'set', PRICES, ['T1']);
    // In the journal, and not in its file: it is at the broker, and comes again.
    await shop.powerCut();
    rmSync(file);
    await shop.startTerminal();
    await priceIs(shop, 5_000);
    await shop.until('it again', () => existsSync(file));
    await restarted(shop);
    await priceIs(shop, 6_000);
    await kept(shop, 'prices');
    // It never came so far as to be ready, three times.
    await fleetConfig(shop, sri, 'set', PRICES.replace('6_000', '7_000'), ['T1'], 'bad');
    await shop.powerCut();
    const state = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...state, trial: { starts: 3 } }));
    await shop.startTerminal();
    await priceIs(shop, 6_000);
    expect(
      shop.log.some((line) => line.includes('E424 the configuration bad from afar is taken back: 3 starts')),
    ).toBe(true);
    // Nor is one tried whose starts cannot be counted: a disk that takes no file.
    await shop.powerCut();
    writeFileSync(file, JSON.stringify(state));
    mkdirSync(`${file}.new`);
    await shop.startTerminal();
    await priceIs(shop, 6_000);
    // Nor does half a file keep it from selling; that it is one is said.
    await shop.powerCut();
    writeFileSync(file, '{"serial":');
    await shop.startTerminal();
    await priceIs(shop, 5_000);
    expect(
      shop.log.some((line) => /E424 what was set from afar is not known any more: .*damaged/.test(line)),
    ).toBe(true);
  }));
