import { expect, it } from 'vitest';
import { jsonStory } from '../kit/json-peer.js';

const CHARGE = { op: 'charge', ref: 'INV-1', amount: 15_000 };

it('a sale that a fault ended has one word with its number, the same whenever it is asked again, and no approval', () =>
  jsonStory({ mqtt: false, printer: false }, async ({ shop, dial }) => {
    const till = await dial();
    shop.sandbox.faults.add({ fault: 'refuse', code: '401' });
    till.says(CHARGE);
    const first = await till.line({ msg: 'answer', op: 'charge' });
    const { sale, ...rest } = JSON.parse(first);
    expect(rest).toMatchObject({ code: 'denied', fault: 'E501', ref: 'INV-1' });
    expect(sale).toMatchObject({ amount: 15_000 });
    expect(sale).not.toHaveProperty('approval');
    const asked = await till.ask({ op: 'status', ref: 'INV-1' });
    expect(asked).toMatchObject({ code: 'denied', fault: 'E501', sale });
    till.says(CHARGE);
    expect(await till.line({ msg: 'answer', op: 'charge' })).toBe(first);
    // Another bill is not begun at all: not for want of a connection, and with its number.
    expect(await till.ask({ op: 'charge', ref: 'INV-2', amount: 15_000 })).toMatchObject({
      code: 'not_ready',
      fault: 'E501',
    });
    await shop.powerCut();
    await shop.startTerminal();
    const again = await dial();
    again.says(CHARGE);
    expect(await again.line({ msg: 'answer', op: 'charge' })).toBe(first);
  }));

const REFUSALS = [
  ['a key that is refused', '401', 501],
  ['a way to pay that is not activated', '402', 503],
  ['a field that Midtrans does not take', '400', 502],
  ['an account that is deactivated', '410', 504],
] as const;

it.each(REFUSALS)(
  '%s (%s) is "denied" with E%i at once and later, and no want of a connection',
  (_what, code, number) =>
    jsonStory({ mqtt: false, printer: false }, async ({ shop, dial }) => {
      const till = await dial();
      shop.sandbox.faults.add({ fault: 'refuse', code, message: 'as Midtrans words it' });
      const heard = await till.ask(CHARGE);
      expect(heard).toMatchObject({ code: 'denied', fault: `E${number}`, ref: 'INV-1' });
      expect(heard).not.toHaveProperty('sale.approval');
      expect(await till.ask({ op: 'status', ref: 'INV-1' })).toMatchObject({
        code: 'denied',
        fault: `E${number}`,
      });
      const info = shop.log.filter((line) => line.startsWith('INFO')).join('\n');
      expect(info).toMatch(new RegExp(`-> refused\\(E${number}\\)`));
      // Of a refused key the relay tells the operator, and the terminal no more than that.
      if (code === '401') expect(shop.log.join('\n')).toMatch(/ERROR .*E678/);
      else expect(info).toContain('as Midtrans words it');
    }),
);

it("an amount above the relay's limit (E675) is denied with E502, and the log has the relay's number", () =>
  jsonStory(
    { mqtt: false, printer: false, relayToml: '[limits]\nmax_amount = 10000' },
    async ({ shop, dial }) => {
      const till = await dial();
      expect(await till.ask(CHARGE)).toMatchObject({ code: 'denied', fault: 'E502', ref: 'INV-1' });
      expect(await till.ask({ op: 'status', ref: 'INV-1' })).toMatchObject({ code: 'denied', fault: 'E502' });
      expect(shop.log.filter((line) => line.startsWith('INFO')).join('\n')).toMatch(
        /-> refused\(E502\) .*E675 Amount/,
      );
      expect(shop.sandbox.transactions.list()).toEqual([]);
    },
  ));
