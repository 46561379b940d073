import { expect, it } from 'vitest';
import { expectOneCharge } from '../kit/account.js';
import { payScanned } from '../kit/register-peer.js';
import { asks, hearsEnd, zvtStory } from '../kit/zvt-story.js';

for (const by of ['serial', 'tcp'] as const)
  it(`says the same bytes again over ${by} after a power cut between the status information and its confirmation`, () =>
    zvtStory({ by }, async (world) => {
      const { shop } = world;
      world.register.reply('040f', 'none', 'none', 'none');
      await asks(world.register);
      const order = await payScanned(shop);
      const first = (await world.register.hearsUpTo('040f')).at(-1);
      await shop.powerCut();
      await shop.startTerminal();
      await world.comeBack();
      // Nothing comes unasked: it might be taken for the answer to the next question.
      expect(world.register.rest()).toEqual([]);
      await asks(world.register);
      const again = await hearsEnd(world.register, '060f');
      expect(again[0]?.apdu).toBe(first?.apdu);
      await shop.reaches(order, 'delivered');
      expectOneCharge(shop);
    }));

it('serves the sale that the register asks for again after a power cut with the QR still open', () =>
  zvtStory({}, async (world) => {
    const { shop } = world;
    await asks(world.register);
    const { orderId } = await shop.shows('scan');
    await shop.powerCut();
    await shop.startTerminal();
    await world.comeBack();
    await asks(world.register);
    expect(await payScanned(shop)).toBe(orderId);
    const heard = await hearsEnd(world.register, '060f');
    expect(heard[0]?.fields).toMatchObject({ '27': '00' });
    await shop.reaches(orderId, 'delivered');
    expectOneCharge(shop);
  }));

it('sells anew to a register that had confirmed before the power cut', () =>
  zvtStory({}, async (world) => {
    const { shop } = world;
    await asks(world.register);
    const order = await payScanned(shop);
    const [first] = await hearsEnd(world.register, '060f');
    await shop.reaches(order, 'delivered');
    await shop.powerCut();
    await shop.startTerminal();
    await world.comeBack();
    await asks(world.register);
    const next = await payScanned(shop);
    const [second] = await hearsEnd(world.register, '060f');
    expect(next).not.toBe(order);
    expect(second?.fields['0b']).not.toBe(first?.fields['0b']);
    await shop.reaches(next, 'delivered');
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 2 }, paid: 30_000 });
  }));
