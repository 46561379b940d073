import { expect, it } from 'vitest';
import { jsonStory } from './kit/json-peer.js';

const CHARGE = { op: 'charge', ref: 'INV-1', amount: 15_000 };

it('a sale that a fault ended has one word with its number, the same whenever it is asked again, and no approval', () =>
  jsonStory({ mqtt: false, printer: false }, async ({ shop, dial }) => {
    const till = await dial();
    shop.sandbox.setFault({ fault: 'refuse', code: '401' });
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
