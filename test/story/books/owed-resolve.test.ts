import { expect, it } from 'vitest';
import { askedFor, expectMoneyAdded } from '../kit/account.js';
import { httpStory } from '../kit/http-program.js';
import { payScanned, registerStory, said } from '../kit/register-peer.js';
import { story } from '../kit/shop.js';
import { ask, owedSale } from '../kit/technician.js';

it('lists what is owed, and takes a sale off the list on a word with a name and a reason, without the gateway', () =>
  story({ saleToml: 'qr_life_seconds = 60' }, async (shop) => {
    expect(await ask(shop, 'owed')).toMatchObject({ text: 'nothing is owed', good: true });
    const first = await owedSale(shop, 15_000);
    const second = await owedSale(shop, 7_000);
    const list = await ask(shop, 'owed');
    expect(list.text).toContain('owed: 2 of Rp22.000');
    expect(list.text.indexOf(first)).toBeGreaterThan(0);
    expect(list.text.indexOf(first)).toBeLessThan(list.text.indexOf(second));
    expect(list.text).toContain('it settled after its source had been told that it was over');
    expect(shop.log.findLast((line) => line.includes('/T1/state {'))).toContain(
      '"owed":{"count":2,"sum":22000,"since":',
    );
    shop.gatewayWire.cut();
    const asked = askedFor(shop, first).length;
    const flags = { how: 'refunded', note: 'cash, customer signed\nslip', by: 'Sri' };
    const cleared = await ask(shop, 'owed', ['resolve', first], { flags });
    expect(cleared).toMatchObject({ good: true, data: { state: { at: 'resolved', by: 'Sri' } } });
    expect(shop.sale(first).state).toEqual({
      ...{ at: 'resolved', how: 'refunded', by: 'Sri', note: 'cash, customer signed slip' },
      atMs: shop.clock.wallMs(),
    });
    expect(askedFor(shop, first)).toHaveLength(asked);
    expect((await ask(shop, 'owed')).text).not.toContain(first);
    const told = await ask(shop, 'why', [first]);
    expect(told.text).toContain(' took it off the owed list as refunded: cash, customer signed slip.');
    // Whatever name was given, the system says who it was.
    const uid = `uid ${process.getuid?.()}`;
    expect(told.text).toMatch(new RegExp(`Sri, ${uid}( \\(.+\\))?, took it off`));
    const events = shop.program.journal.eventsOf(first).filter(({ kind }) => kind === 'resolvedByHand');
    expect(events.map(({ body }) => body)).toEqual([
      expect.objectContaining({ by: 'Sri', user: expect.stringMatching(`^${uid}\\b`) }),
    ]);
    expect(shop.log.some((line) => line.includes(`control: ${uid}`) && line.includes('owed resolve'))).toBe(
      true,
    );
    expectMoneyAdded(shop);
    // Once: a second word changes nothing, and is not journalled as if it did.
    expect(await ask(shop, 'owed', ['resolve', first], { flags: { ...flags, how: 'other' } })).toMatchObject({
      text: `${first} is resolved, not owed. Nothing was changed.`,
      good: false,
    });
    expect(shop.sale(first).state).toMatchObject({ how: 'refunded' });
  }));

it('changes nothing without a reason, without a known how, or for a sale that is not owed', () =>
  story({ printer: false, mqtt: false, saleToml: 'qr_life_seconds = 60' }, async (shop) => {
    const order = await owedSale(shop);
    const how = 'delivered';
    const note = 'goods handed over';
    const tries: [args: string[], flags: Record<string, string>, says: string][] = [
      [['resolve', order], { how }, '--note'],
      [['resolve', order], { how, note: ' \n ' }, '--note'],
      [['resolve', order], { how, note: 'x'.repeat(201) }, '--note'],
      [['resolve', order], { how, note, by: '' }, '--by'],
      [['resolve', order], { how: 'paid', note }, '--how'],
      [['resolve', order], { note }, '--how'],
      [['resolve'], { how, note }, 'owed resolve ORDER'],
      [['resolve', order.slice(0, -1)], { how, note }, 'no sale'],
      [['forgive', order], { how, note }, 'owed resolve ORDER'],
    ];
    for (const [args, flags, says] of tries) {
      const answer = await ask(shop, 'owed', args, { flags });
      expect([args, flags, answer.good, answer.text.includes(says)]).toEqual([args, flags, false, true]);
    }
    expect(shop.sale(order).state.at).toBe('owed');
    const open = await shop.ring(1_000);
    expect((await ask(shop, 'owed', ['resolve', open], { flags: { how, note } })).text).toContain('not owed');
    expect(await ask(shop, 'owed', ['resolve', order], { flags: { how, note } })).toMatchObject({
      good: true,
    });
    expect(shop.sale(order).state).toMatchObject({ how: 'delivered', by: 'technician', note });
  }));

it('says whom to ask before money goes back, where nobody knows whether the goods were handed over', () =>
  registerStory({ saleToml: 'claim_seconds = 60' }, async (shop, register, line) => {
    await register.ask('31', { amount: 15_000 });
    const order = await payScanned(shop);
    await register.answer();
    await line.ackWait.end();
    await shop.until('the silence', () => said(shop, 'the register was silent') === 1);
    await shop.clock.advance(60_000);
    expect(shop.sale(order).state).toMatchObject({ at: 'owed', why: 'deliveryUnknown' });
    const first = 'before money goes back, ask at register, or look into its books';
    expect((await ask(shop, 'owed')).text).toContain(first);
    expect((await ask(shop, 'why', [order])).text).toContain(first);
    const flags = { how: 'refunded', note: 'cash' };
    const cleared = await ask(shop, 'owed', ['resolve', order], { flags });
    expect(cleared).toMatchObject({
      good: true,
      text: expect.stringContaining(`\nNobody knew whether it was handed over: ${first}`),
    });
    expect((await ask(shop, 'why', [order])).text).not.toContain(first);
  }));

it('asks nobody where it is known that nothing was handed over', () =>
  story({ printer: false, mqtt: false, saleToml: 'qr_life_seconds = 60' }, async (shop) => {
    const order = await owedSale(shop);
    expect((await ask(shop, 'owed')).text).not.toContain('before money goes back');
    const cleared = await ask(shop, 'owed', ['resolve', order], { flags: { how: 'refunded', note: 'cash' } });
    expect(cleared.text).not.toContain('Nobody knew');
  }));

it('takes any number that is of one sale only, and names both where it is of two', () =>
  httpStory({}, async ({ shop, program }) => {
    const till = await program();
    const orders: string[] = [];
    // The number that the program gives the first is the short number (No.) of the second.
    for (const ref of ['000002', 'Ref-A', 'Ref-B']) {
      const { body } = await till.post('/v1/sales', { ref, amount: 15_000 });
      const end = till.get(`/v1/sales/${ref}?wait=300`);
      expect(shop.sandbox.payScanned(String(body['qr']))).toMatchObject({ ok: true });
      await shop.clock.advance(0);
      expect((await end).body).toMatchObject({ state: 'approved' });
      await till.post(`/v1/sales/${ref}/ack`, { taken: false });
      orders.push(String(body['order_id']));
      await shop.reaches(orders.at(-1) ?? '', 'owed');
    }
    const [first = '', second = '', third = ''] = orders;
    const flags = { how: 'refunded', note: 'cash' };
    const resolve = (name: string) => ask(shop, 'owed', ['resolve', name], { flags });
    const both = await resolve('000002');
    expect(both).toMatchObject({ good: false, text: expect.stringContaining('say the order id') });
    expect([both.text.includes(first), both.text.includes(second)]).toEqual([true, true]);
    expect(orders.map((order) => shop.sale(order).state.at)).toEqual(['owed', 'owed', 'owed']);
    expect((await ask(shop, 'why', ['000002'])).text).toContain(`is a number of ${first} as well`);
    const named = [
      [first, '000001'],
      [second, 'ref-a'],
      [third, shop.sale(third).evidence?.transactionId ?? ''],
    ] as const;
    for (const [order, name] of named) {
      expect(await resolve(name)).toMatchObject({ good: true, text: expect.stringContaining(order) });
      expect(shop.sale(order).state.at).toBe('resolved');
    }
    expect((await resolve('000009')).text).toBe('the journal has no sale 000009. Nothing was changed.');
  }));
