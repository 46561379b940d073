import { expect, it } from 'vitest';
import { unlawful } from '../../kit/json/schema.js';
import type { Pty } from '../../kit/pty/pty.js';
import { expectOneCharge } from '../kit/account.js';
import { payScanned, registerStory } from '../kit/register-peer.js';

const CHARGE = { op: 'charge', ref: 'INV-1', amount: 15_000 };

function says(cable: Pty, message: object): void {
  cable.send(Uint8Array.from(Buffer.from(`${JSON.stringify(message)}\n`)));
}

/** The next line at the register's end. */
async function line(cable: Pty): Promise<string> {
  const bytes: number[] = [];
  while (bytes.at(-1) !== 10) bytes.push(...(await cable.take(1)));
  return Buffer.from(bytes).toString();
}

it('sells over a serial line whose cable is pulled while the customer pays, and sends an answer again without its ack', () =>
  registerStory({ registerToml: 'protocol = "json"\nresends = 1' }, async (shop, _, wire) => {
    const { cable } = wire;
    says(cable, CHARGE);
    const heard = [await line(cable), await line(cable)];
    expect(heard.map((text) => JSON.parse(text).event)).toEqual(['charging', 'scan']);
    await wire.unplug(shop);
    await wire.replug(shop);
    says(cable, CHARGE);
    heard.push(await line(cable));
    expect(JSON.parse(heard[2] ?? '')).toMatchObject({ event: 'scan', ref: 'INV-1' });
    const order = await payScanned(shop);
    const first = await line(cable);
    expect(JSON.parse(first)).toMatchObject({ ref: 'INV-1', code: 'approved', ack: true });
    await wire.ackWait.end();
    expect(await line(cable)).toBe(first);
    expect(shop.sale(order).state.at).toBe('delivering');
    says(cable, { op: 'ack', ref: 'INV-1' });
    await shop.reaches(order, 'delivered');
    expect(unlawful([...heard, first])).toEqual([]);
    expectOneCharge(shop);
  }));
