import { expect, it } from 'vitest';
import { expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { payScanned, question, RegisterPeer, registerStory, said, TcpCable } from '../kit/register-peer.js';
import { story } from '../kit/shop.js';

const SALE = { amount: 15_000 };

function wrongSum(): Uint8Array {
  const frame = question('31', SALE);
  frame[154] = (frame[154] ?? 0) ^ 0x55;
  return frame;
}

it('delivers to a register that never acknowledges, where it is configured so', () =>
  registerStory({ registerToml: 'acknowledge = "assumed"' }, async (shop, register, line) => {
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    const first = await register.answer();
    await line.ackWait.end();
    await shop.reaches(order, 'delivered');
    // Sent once: it would take a second one for the answer to its next sale.
    await register.ask('17');
    expect((await register.answer()).type).toBe('17');
    await line.ackWait.end();
    await shop.until('both silences', () => said(shop, 'the register was silent') === 2);
    // What was to be expected is no fault, neither of a sale nor of an echo.
    expect(shop.log.filter((line) => line.startsWith('WARN') && /E204|was silent/.test(line))).toEqual([]);
    await register.ask('31', SALE);
    const next = await payScanned(shop);
    const second = await register.answer();
    await line.ackWait.end();
    expect(second).toMatchObject({ code: '00', amount: first.amount });
    expect(second.invoice).not.toBe(first.invoice);
    await shop.reaches(next, 'delivered');
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 2 }, paid: 30_000 });
    expectMoneyAdded(shop);
  }));

it('charges once although a register that never acknowledges asks again and again before it hears the answer', () =>
  registerStory({ registerToml: 'acknowledge = "assumed"' }, async (shop, register, line) => {
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    const first = await register.answer();
    expect((await register.askAndHear('31', SALE)).hex).toBe(first.hex);
    expect((await register.askAndHear('31', SALE)).hex).toBe(first.hex);
    expect(shop.sale(order).state.at).toBe('delivering');
    await line.ackWait.end();
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));

it('answers a wrong checksum with NAK and charges nothing', () =>
  registerStory({}, async (shop, register) => {
    register.send(wrongSum());
    await register.hears('nak');
    await register.hearsNothingElse();
    expect(shop.sandbox.requestLog.counts().received['charge']).toBeUndefined();
    await register.ask('31', SALE);
    await payScanned(shop);
    expect(await register.takes()).toMatchObject({ code: '00' });
    expectOneCharge(shop);
  }));

it('accepts a wrong checksum where it is configured so, and says it in the log', () =>
  registerStory({ registerToml: 'lrc = "warn"' }, async (shop, register) => {
    register.send(wrongSum());
    await register.hears('ack');
    const order = await payScanned(shop);
    expect(await register.takes()).toMatchObject({ code: '00', amount: '000001500000' });
    await shop.reaches(order, 'delivered');
    expect(said(shop, 'E205')).toBe(1);
    expectOneCharge(shop);
  }));

const TCP = '[register]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = 0\nack_wait_seconds = 30';

it('sells to a register that dials by TCP, and answers only the call in which it asked', () =>
  story({ toml: TCP }, async (shop) => {
    const listening = /listening on port (\d+)/;
    const port = await shop.found('the port', () => {
      const found = shop.log.map((line) => listening.exec(line)?.[1]).find((digits) => digits !== undefined);
      return found === undefined ? undefined : Number(found);
    });
    const first = new TcpCable(port);
    const register = new RegisterPeer(first);
    await register.ask('31', SALE);
    await shop.shows('scan');
    await first.hangUp();
    await shop.until('the end of the call', () => said(shop, 'register gone') >= 2);
    const second = new TcpCable(port);
    register.move(second);
    const order = await payScanned(shop);
    await shop.until('the claim', () => said(shop, 'the register was gone') === 1);
    await register.hearsNothingElse();
    expect(await register.askAndHear('31', SALE)).toMatchObject({ code: '00', amount: '000001500000' });
    register.acknowledge();
    await shop.reaches(order, 'delivered');
    await second.hangUp();
    expectOneCharge(shop);
  }));
