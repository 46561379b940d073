import { expect, it } from 'vitest';
import { expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { controllerStory } from '../kit/machine-peers.js';
import { story } from '../kit/shop.js';
import { ask } from '../kit/technician.js';

const WORDS = 'Ganti gulungan kertas / Changing the paper';

it('closed by hand it says the operator’s words, over restarts, with who and when; lifted, it sells', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    await shop.shows('idle');
    const set = await ask(shop, 'maintenance', ['on', WORDS], { flags: { by: 'Sri' } });
    expect(set.good).toBe(true);
    const face = {
      show: 'outOfService',
      words: { id: 'Tutup sementara', en: 'Closed for maintenance' },
      closed: { why: 'maintenance', shop: 'Warung Bu Sri' },
      notes: [{ id: 'Ganti gulungan kertas', en: 'Changing the paper' }],
    };
    expect(await shop.shows('outOfService')).toEqual(face);
    await shop.powerCut();
    await shop.startTerminal();
    expect(await shop.shows('outOfService')).toEqual(face);
    shop.press('1', '5', '0', '0', '0', 'enter');
    const { text } = await ask(shop, 'status');
    expect(text).toContain('not selling: E761 closed for maintenance');
    expect(text).toContain(`closed for maintenance by Sri since 2026-11-22 12:16:40 WIB: ${WORDS}`);
    expect(shop.program.journal.totals()).toEqual([]);
    expect((await ask(shop, 'maintenance', ['off'])).text).toContain('it sells again; it was closed');
    await shop.shows('idle');
    await shop.ring(15_000);
    await shop.shows('scan');
    expect((await ask(shop, 'maintenance')).text).toBe('not closed by hand');
  }));

it('a sale that runs goes on to its end, and no other begins', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    expect((await ask(shop, 'maintenance', ['on'])).text).toContain(`${order} goes on to its end`);
    await shop.powerCut();
    await shop.startTerminal();
    expect((await shop.shows('scan')).payload).toBe(payload);
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(10_000);
    await shop.reaches(order, 'delivered');
    await shop.shows('paid');
    await shop.clock.advance(20_000);
    await shop.shows('outOfService');
    expectOneCharge(shop);
    expectMoneyAdded(shop);
  }));

it('a machine that asks is refused in its own words, and asks again when it is open', () =>
  controllerStory({}, async ({ shop, peer }) => {
    await ask(shop, 'maintenance', ['on']);
    peer.order('press 12');
    await shop.until('the refusal', () => shop.log.some((line) => line.includes('of slot 12: notReady')));
    expect(shop.program.journal.totals()).toEqual([]);
    peer.order('press 0');
    await ask(shop, 'maintenance', ['off']);
    peer.order('press 12');
    await shop.shows('scan');
  }));

it('words that no screen can show are not taken, and nothing is changed', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    await shop.shows('idle');
    const refused = {
      'none can be read': '   ',
      'nothing behind': 'Ban / Tyre / Reifen',
      'at most 30 letters': 'x'.repeat(31),
    };
    for (const [says, words] of Object.entries(refused))
      expect(await ask(shop, 'maintenance', ['on', words])).toMatchObject({
        good: false,
        text: expect.stringContaining(says),
      });
    for (const words of ['x '.repeat(61), '  ', '\u202e\u0007']) {
      const answer = await ask(shop, 'maintenance', ['on', words]);
      expect(answer).toMatchObject({ good: false });
      expect(answer.text).toContain('1 to 120 characters');
    }
    expect(await ask(shop, 'maintenance', ['on'], { flags: { by: ' ' } })).toMatchObject({ good: false });
    expect(await ask(shop, 'maintenance', ['off', 'now'])).toMatchObject({ good: false });
    expect(shop.screen.now?.show).toBe('idle');
    // What turns a line round, or ends it, is left out of words that have others.
    await ask(shop, 'maintenance', ['on', 'Rusak\n\u202e di', 'dalam']);
    expect(await shop.shows('outOfService')).toMatchObject({ notes: [{ id: 'Rusak di dalam' }] });
  }));

it('who is choosing or typing when it closes reads why at once, and what was begun is forgotten', async () => {
  const shut = { show: 'outOfService', notes: [{ id: 'Ganti gulungan kertas', en: 'Changing the paper' }] };
  const product = '[[product]]\nid = "a"\nname_id = "A"\nname_en = "A"\nprice = 1_000\n';
  await story({ mqtt: false, printer: false, toml: `[catalogue]\ncart = true\n${product}` }, async (shop) => {
    await shop.pressAndLook('1', 'enter');
    expect(await shop.shows('choose')).toMatchObject({ cart: { lines: [{ id: 'a' }] } });
    await ask(shop, 'maintenance', ['on', WORDS], { flags: { by: 'Sri' } });
    expect(await shop.shows('outOfService')).toMatchObject(shut);
    shop.press('enter');
    await ask(shop, 'maintenance', ['off']);
    expect(await shop.shows('choose')).toMatchObject({ cart: { lines: [] } });
    expect(shop.program.journal.totals()).toEqual([]);
  });
  await story({ mqtt: false, printer: false }, async (shop) => {
    await shop.pressAndLook('1', '5');
    await ask(shop, 'maintenance', ['on', WORDS], { flags: { by: 'Sri' } });
    expect(await shop.shows('outOfService')).toMatchObject(shut);
    await ask(shop, 'maintenance', ['off']);
    // The rest of 15000 is no amount.
    shop.press('0', '0', '0', 'enter');
    await shop.shows('idle');
    expect(shop.program.journal.totals()).toEqual([]);
    await shop.ring(15_000);
  });
});
