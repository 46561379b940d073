import { describe, expect, it } from 'vitest';
import { expectMoneyAdded, expectOneCharge, journalSum } from '../kit/account.js';
import { FramePeer, frameStory, type Profile, startsAgain, tongueOf } from '../kit/frame-peer.js';
import { payScanned, said, storedAnswers, TcpCable } from '../kit/register-peer.js';
import { type Shop, story } from '../kit/shop.js';

const PROFILES: readonly Profile[] = ['bca', 'mandiri', 'bri', 'cimb'];

describe.each(PROFILES)('a register of profile %s', (profile) => {
  it('hears 00 when the customer has paid, and sells anew with the same bytes once it acknowledged', () =>
    frameStory(profile, {}, async ({ shop, register, tongue }) => {
      await register.ask(tongue.sale(15_000));
      const order = await payScanned(shop);
      const first = await register.takes();
      expect(first).toMatchObject({ code: '00', amount: tongue.amount(15_000) });
      expect(first.rrn).toMatch(/^\d{12}$/);
      expect(first.approval).toMatch(/^\d{6}$/);
      await shop.reaches(order, 'delivered');
      await shop.until('the receipt', () => shop.slipsWith('LUNAS', 'Rp15.000') === 1);
      await register.hearsNothingElse();
      await register.ask(tongue.sale(15_000));
      const next = await payScanned(shop);
      const second = await register.takes();
      expect(second).toMatchObject({ code: '00' });
      expect(second.invoice).not.toBe(first.invoice);
      await shop.reaches(next, 'delivered');
      expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 2 }, paid: 30_000 });
      expectMoneyAdded(shop);
    }));

  it('hears that the customer cancelled, with no approval code', () =>
    frameStory(profile, {}, async ({ shop, register, tongue }) => {
      await register.ask(tongue.sale(15_000));
      await shop.shows('scan');
      shop.press('cancel');
      expect(await register.takes()).toMatchObject({ code: tongue.cancelled, approval: '' });
      await shop.shows('closed');
      await register.hearsNothingElse();
      expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { cancel: 1 }, paid: 0 });
      expectOneCharge(shop);
    }));

  it('hears that nobody paid in time, and not before the gateway said so', () =>
    frameStory(profile, { saleToml: 'qr_life_seconds = 30' }, async ({ shop, register, tongue }) => {
      await register.ask(tongue.sale(15_000));
      await shop.shows('scan');
      await shop.clock.advance(29_000);
      await register.hearsNothingElse();
      await shop.clock.advance(1_000);
      expect(await register.takes()).toMatchObject({ code: tongue.expired, approval: '' });
      expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { expire: 1 }, paid: 0 });
      expectOneCharge(shop);
    }));

  it('hears TO while nobody knows, and 00 when it asks again after the money came', () =>
    frameStory(
      profile,
      { saleToml: 'qr_life_seconds = 30\nunknown_after_seconds = 30' },
      async ({ shop, register, tongue }) => {
        await register.ask(tongue.sale(15_000));
        const { orderId, payload } = await shop.shows('scan');
        for (const endpoint of ['status', 'cancel', 'expire'] as const)
          shop.sandbox.faults.add({ fault: 'lostRequest', endpoint });
        shop.sandbox.faults.add({ fault: 'notificationDrop', about: 'settlement' });
        await shop.clock.advance(29_000);
        shop.sandbox.payScanned(payload);
        await shop.clock.advance(31_000);
        expect(await register.takes()).toMatchObject({ code: 'TO', approval: '' });
        expect(await register.asksAndTakes(tongue.status())).toMatchObject({ code: 'TO' });
        shop.sandbox.faults.clear();
        await shop.clock.advance(60_000);
        await shop.reaches(orderId, 'owed');
        expect(await register.asksAndTakes(tongue.sale(15_000))).toMatchObject({ code: '00' });
        await shop.reaches(orderId, 'delivered');
        expect(journalSum(shop, 'owed')).toBe(0);
        expectOneCharge(shop);
      },
    ));

  it('gets the same bytes when it repeats its sale after a power cut, and is charged once', () =>
    frameStory(profile, {}, async ({ shop, register, tongue }) => {
      await register.ask(tongue.sale(15_000));
      const order = await payScanned(shop);
      const first = await register.answer();
      await shop.powerCut();
      expect(storedAnswers(shop)).toMatchObject([{ bytes: first.hex, acknowledged: 0 }]);
      await startsAgain(shop);
      await register.hearsNothingElse();
      const again = await register.askAndHear(tongue.sale(15_000));
      expect(again.hex).toBe(first.hex);
      register.acknowledge();
      await shop.reaches(order, 'delivered');
      expectOneCharge(shop);
    }));

  it('is served over TCP as well', () => {
    const tongue = tongueOf(profile);
    const toml = `[register]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = 0\nprofile = "${profile}"\n${tongue.toml}`;
    return story({ toml }, async (shop) => {
      const cable = new TcpCable(await listeningPort(shop));
      const register = new FramePeer(cable, tongue);
      await register.hearsNothingElse();
      await register.ask(tongue.sale(15_000));
      const order = await payScanned(shop);
      expect(await register.takes()).toMatchObject({ code: '00', amount: tongue.amount(15_000) });
      await shop.reaches(order, 'delivered');
      await cable.hangUp();
      await shop.until('the end of the call', () => said(shop, 'register gone') >= 2);
      expectOneCharge(shop);
    });
  });
});

it('sells again to a register of profile mandiri that acknowledged no refusal', () =>
  frameStory('mandiri', {}, async ({ shop, register, line, tongue }) => {
    await register.ask(tongue.sale(15_000));
    await shop.shows('scan');
    shop.press('cancel');
    expect(await register.answer()).toMatchObject({ code: 'ER' });
    await line.ackWait.end();
    await shop.until('the end of the wait', () => said(shop, 'do not acknowledge a refusal') === 1);
    await register.ask(tongue.sale(15_000));
    const order = await payScanned(shop);
    expect(await register.takes()).toMatchObject({ code: '00' });
    await shop.reaches(order, 'delivered');
    expect(shop.sandbox.transactions.summary()).toMatchObject({
      count: { cancel: 1, settlement: 1 },
      paid: 15_000,
    });
    expectMoneyAdded(shop);
  }));

function listeningPort(shop: Shop): Promise<number> {
  return shop.found('the port', () => {
    const line = shop.log.find((each) => /listening on port \d+/.test(each));
    return line === undefined ? undefined : Number(/port (\d+)/.exec(line)?.[1]);
  });
}
