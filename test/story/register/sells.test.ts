import { expect, it } from 'vitest';
import { expectOneCharge } from '../kit/account.js';
import { connected, payScanned, question, registerStory, storedAnswers } from '../kit/register-peer.js';

for (const type of ['01', '31'])
  it(`sells to a register that asks with type ${type}: one answer, journalled before it is on the wire`, () =>
    registerStory({}, async (shop, register) => {
      await register.ask(type, { amount: 15_000 });
      const order = await payScanned(shop);
      const answer = await register.answer();
      expect(answer).toMatchObject({ type, version: 3, code: '00', amount: '000001500000' });
      expect(answer.rrn).toMatch(/^\d{12}$/);
      // Not acknowledged yet, and on disk: as it is on the wire.
      expect(storedAnswers(shop)).toEqual([
        {
          orderId: order,
          frame: Buffer.from(question(type, { amount: 15_000 })).toString('hex'),
          bytes: answer.hex,
          result: 'approved',
          acknowledged: 0,
        },
      ]);
      expect(shop.sale(order).state).toMatchObject({ at: 'delivering', step: 'telling' });
      register.acknowledge();
      await shop.reaches(order, 'delivered');
      await shop.shows('paid');
      await shop.until('QR slip and receipt', () => shop.slipsWith('Rp15.000') === 2);
      expect(shop.slipsWith('LUNAS')).toBe(1);
      expect(storedAnswers(shop)).toMatchObject([{ acknowledged: 1 }]);
      await register.hearsNothingElse();
      expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 1 }, paid: 15_000 });
      expectOneCharge(shop);
    }));

it('sends a register nothing that the journal did not take', () =>
  registerStory({}, async (shop, register) => {
    await register.ask('31', { amount: 15_000 });
    await shop.shows('scan');
    const { journal } = shop.program;
    const commit = journal.commit.bind(journal);
    journal.commit = (work) => {
      if ((work.answers ?? []).length > 0) throw new Error('the disk is gone');
      commit(work);
    };
    const order = await payScanned(shop);
    await shop.until('the end of the terminal', () => shop.fatal.length > 0);
    expect(shop.fatal.splice(0)).toEqual([new Error('the disk is gone')]);
    // The line still acknowledges by itself, so whatever had been sent would come before this ACK.
    await register.ask('17');
    expect(register.quiet).toBe(true);
    expect(shop.sandbox.transactions.summary()).toMatchObject({ paid: 15_000 });
    // The next start knows of the sale, and the register gets its answer when it asks for it.
    journal.commit = commit;
    await shop.powerCut();
    await shop.startTerminal();
    await connected(shop, 2);
    await shop.until('the settlement', () => shop.sale(order).state.at === 'delivering');
    await register.ask('31', { amount: 15_000 });
    expect(await register.takes()).toMatchObject({ code: '00', amount: '000001500000' });
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));
