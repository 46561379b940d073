import { expect, it } from 'vitest';
import { booksSay, expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { controllerStory, type MachinePlace, synchronised } from '../kit/machine-peers.js';
import { said } from '../kit/register-peer.js';
import { ask } from '../kit/technician.js';

/** A key is pressed, the QR is shown, and the customer pays it. */
async function sell({ shop, peer }: MachinePlace, slot: number): Promise<string> {
  const before = shop.screen.now;
  peer.order(`press ${slot}`);
  const scan = await shop.found('a QR', () => {
    const { now } = shop.screen;
    return now !== before && now?.show === 'scan' ? now : undefined;
  });
  shop.sandbox.payScanned(scan.payload);
  await shop.clock.advance(0);
  return scan.orderId;
}

it('sells what a key asks for: the motor turns once, when it is paid, and the sale is delivered', () =>
  controllerStory({}, async (place) => {
    const { shop, peer } = place;
    peer.order('press 12');
    const { orderId, amount, payload } = await shop.shows('scan');
    expect(amount).toBe(15_000);
    expect(peer.all('driven')).toBe(0);
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(0);
    await shop.reaches(orderId, 'delivered');
    await shop.shows('paid');
    expect(await peer.says('driven')).toEqual({ driven: 12, sensor: 1, elevator: 0 });
    expect(peer.all('driven')).toBe(1);
    expectOneCharge(shop);
  }));

it('closes the QR at Midtrans when the customer takes the choice back', () =>
  controllerStory({}, async ({ shop, peer }) => {
    peer.order('press 7');
    const { orderId } = await shop.shows('scan');
    peer.order('press 0');
    await shop.reaches(orderId, 'closed');
    expect(booksSay(shop, orderId)).toBe('cancel');
    expect(peer.all('driven')).toBe(0);
    expectOneCharge(shop);
  }));

it('owes a payment that comes after the machine gave up, and turns no motor for it', () =>
  controllerStory({}, async ({ shop, peer }) => {
    shop.sandbox.faults.add({ fault: 'settlesAfterClose', ms: 20_000 });
    peer.order('press 12');
    const { orderId } = await shop.shows('scan');
    peer.order('press 0');
    await shop.reaches(orderId, 'closed');
    // By its notice after 20 s, by watching after 30 s.
    await shop.clock.advance(30_000);
    await shop.reaches(orderId, 'owed');
    expect(peer.all('driven')).toBe(0);
    expectOneCharge(shop);
  }));

it('owes what a machine that does not answer any more was told to give, and never drives it again', () =>
  controllerStory({}, async (place) => {
    const { shop, peer, wait } = place;
    // A status that is in no list: nobody can say what became of the goods.
    peer.order('status 119');
    const orderId = await sell(place, 12);
    await peer.says('driven');
    await shop.until('the status', () => shop.log.some((line) => line.includes('77 a status')));
    await wait.end();
    expect(await shop.reaches(orderId, 'owed')).toMatchObject({ state: { why: 'deliveryUnknown' } });
    await shop.powerCut();
    await shop.startTerminal();
    await synchronised(shop, 2);
    expect(shop.sale(orderId).state.at).toBe('owed');
    expect(peer.all('driven')).toBe(1);
    expectMoneyAdded(shop);
  }));

it('owes a sale that a power cut caught while it was dispensed, without a second drive', () =>
  controllerStory({}, async (place) => {
    const { shop, peer } = place;
    peer.order('status 119');
    const orderId = await sell(place, 12);
    await peer.says('driven');
    await shop.powerCut();
    peer.order('status 2');
    await shop.startTerminal();
    await synchronised(shop, 2);
    expect(await shop.reaches(orderId, 'owed')).toMatchObject({ state: { why: 'deliveryUnknown' } });
    // The next customer is served, and gets one thing.
    const next = await sell(place, 7);
    await shop.reaches(next, 'delivered');
    expect(peer.said.flatMap((said) => ('driven' in said ? [said['driven']] : []))).toEqual([12, 7]);
    expectMoneyAdded(shop);
  }));

it('sells nothing more from a slot that failed twice, until a technician has cleared it', () =>
  controllerStory({}, async (place) => {
    const { shop, peer } = place;
    peer.order('status 3');
    for (const _ of [1, 2]) {
      const orderId = await sell(place, 12);
      expect(await shop.reaches(orderId, 'owed')).toMatchObject({ state: { why: 'deliveryFailed' } });
    }
    peer.order('press 12');
    await peer.says('taken_back');
    expect(shop.sandbox.requestLog.counts()).toMatchObject({ received: { charge: 2 } });
    expect(said(shop, 'E305 vending of slot 12 failed too often')).toBe(1);
    expect((await ask(shop, 'slots')).text).toContain('slot 12: OUT OF SERVICE, 2 in a row failed');
    expect((await ask(shop, 'slots', ['clear', '12'])).good).toBe(true);
    peer.order('status 2');
    const orderId = await sell(place, 12);
    await shop.reaches(orderId, 'delivered');
    expectMoneyAdded(shop);
  }));

it('takes the choice back at the controller while another sale occupies the terminal', () =>
  controllerStory({}, async ({ shop, peer }) => {
    const orderId = await shop.ring(20_000);
    await shop.shows('scan');
    peer.order('press 12');
    expect(await peer.says('taken_back')).toEqual({ taken_back: 0 });
    expect(shop.sale(orderId).state.at).toBe('awaitingPayment');
    expectOneCharge(shop);
  }));
