import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { fromHex } from '../../../src/base/bytes.js';
import { decoded } from '../../kit/frames/decoder.js';
import { expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { startsAgain } from '../kit/frame-peer.js';
import {
  payScanned,
  type RegisterLine,
  RegisterPeer,
  registerStory,
  said,
  TcpCable,
} from '../kit/register-peer.js';
import { type Shop, story } from '../kit/shop.js';

const PROGRAM = fileURLToPath(new URL('../../kit/frames/register.py', import.meta.url));
const SALE = { amount: 15_000 };
const TCP = '[register]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = 0\nack_wait_seconds = 1\nresends = 0';

function listeningPort(shop: Shop): Promise<string> {
  return shop.found('the port', () =>
    shop.log.map((line) => /listening on port (\d+)/.exec(line)?.[1]).find((found) => found !== undefined),
  );
}

/** A customer pays, and the register hears it and says nothing; the terminal waits in vain. */
async function soldInSilence(shop: Shop, register: RegisterPeer, line: RegisterLine) {
  const before = said(shop, 'the register was silent');
  await register.ask('31', SALE);
  const order = await payScanned(shop);
  const answer = await register.answer();
  await line.ackWait.end();
  await shop.until('the silence', () => said(shop, 'the register was silent') > before);
  return { order, answer };
}

/** The next customer of the same bill pays, and is not told what the one before was. */
async function sellsToTheNext(shop: Shop, register: RegisterPeer, first: { order: string; answer: object }) {
  await register.ask('31', SALE);
  const next = await payScanned(shop);
  expect(next).not.toBe(first.order);
  const answer = await register.answer();
  expect(answer).toMatchObject({ code: '00' });
  expect(answer).not.toMatchObject(first.answer);
  return next;
}

it('charges the next customer of the same bill, and owes the first, where a register never acknowledges', () =>
  registerStory({}, async (shop, register, line) => {
    const first = await soldInSilence(shop, register, line);
    await shop.clock.advance(15_000);
    await sellsToTheNext(shop, register, first);
    await line.ackWait.end();
    await shop.clock.advance(120_000);
    // Nobody has said that the goods were handed over.
    expect(shop.sale(first.order).state.at).toBe('owed');
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 2 }, paid: 30_000 });
    expectMoneyAdded(shop);
  }));

it('knows the next customer of such a register after a power cut, too', () =>
  registerStory({}, async (shop, register, line) => {
    const first = await soldInSilence(shop, register, line);
    await shop.powerCut();
    await startsAgain(shop);
    await shop.clock.advance(15_000);
    await sellsToTheNext(shop, register, first);
    expectMoneyAdded(shop);
  }));

it.each(['bca', 'bri'])(
  'does so for a program of profile %s that reads, hangs up and says no 06',
  (profile) =>
    story({ toml: `${TCP}\nprofile = "${profile}"` }, async (shop) => {
      const port = await listeningPort(shop);
      const rrns = new Set<unknown>();
      for (const bill of [1, 2]) {
        const program = promisify(execFile)('python3', [PROGRAM, profile, port, '15000', '--silent']);
        await payScanned(shop);
        const hex = (await program).stdout.trim().split('\n').at(-1) ?? '';
        const [fields] = decoded([
          { profile: profile as 'bca', way: 'answer', frame: fromHex(hex) ?? new Uint8Array() },
        ]);
        expect(fields).toMatchObject({ code: '00' });
        rrns.add(fields?.['rrn']);
        await shop.until('the silence', () => said(shop, 'the register was silent') === bill);
        await shop.clock.advance(15_000);
      }
      expect(rrns.size).toBe(2);
      expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 2 }, paid: 30_000 });
    }),
);

it('charges nobody twice where the same comes within the time in which registers repeat', () =>
  registerStory({}, async (shop, register, line) => {
    const { order, answer } = await soldInSilence(shop, register, line);
    await shop.clock.advance(14_000);
    expect((await register.askAndHear('31', SALE)).hex).toBe(answer.hex);
    expect(shop.sale(order).state.at).toBe('delivering');
    expectOneCharge(shop);
  }));

it('charges nobody twice where the line fell between question and answer', () =>
  registerStory({}, async (shop, register, line) => {
    await register.ask('31', SALE);
    await shop.shows('scan');
    await line.unplug(shop);
    await line.replug(shop);
    const order = await payScanned(shop);
    const first = await register.answer();
    await line.ackWait.end();
    await shop.until('the doubt', () => said(shop, 'the register was unheard') === 1);
    await shop.clock.advance(60_000);
    expect((await register.askAndHear('31', SALE)).hex).toBe(first.hex);
    expect(shop.sale(order).state.at).not.toBe('delivered');
    expectOneCharge(shop);
  }));

it('charges nobody twice where the connection was reset: what lay in it may never have been read', () =>
  story({ toml: TCP }, async (shop) => {
    const port = Number(await listeningPort(shop));
    const cable = new TcpCable(port);
    const register = new RegisterPeer(cable);
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    const first = await register.answer();
    await shop.until('the silence', () => said(shop, 'the register was silent') === 1);
    cable.reset();
    await shop.until('the reset', () => said(shop, 'register gone') >= 2);
    await shop.clock.advance(60_000);
    register.move(new TcpCable(port));
    expect((await register.askAndHear('31', SALE)).hex).toBe(first.hex);
    expect(shop.sale(order).state.at).not.toBe('delivered');
    expectOneCharge(shop);
  }));

it('charges nobody twice where the register hears nothing at all, our ACK neither, and so asks again', () =>
  registerStory({}, async (shop, register, line) => {
    await register.ask('31', SALE);
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    const first = await register.answer();
    await line.ackWait.end();
    await shop.until('the silence', () => said(shop, 'the register was silent') === 1);
    await shop.clock.advance(60_000);
    expect((await register.askAndHear('31', SALE)).hex).toBe(first.hex);
    expect(shop.sale(order).state.at).not.toBe('delivered');
    expectOneCharge(shop);
  }));

it('lets such a register try again what was cancelled', () =>
  registerStory({}, async (shop, register, line) => {
    await register.ask('31', SALE);
    await shop.shows('scan');
    shop.press('cancel');
    expect(await register.answer()).toMatchObject({ code: 'P3' });
    await line.ackWait.end();
    await shop.until('the silence', () => said(shop, 'the register was silent') === 1);
    await shop.clock.advance(15_000);
    await register.ask('31', SALE);
    await payScanned(shop);
    expect(await register.answer()).toMatchObject({ code: '00' });
    expect(shop.sandbox.transactions.summary()).toMatchObject({
      count: { settlement: 1, cancel: 1 },
      paid: 15_000,
    });
  }));
