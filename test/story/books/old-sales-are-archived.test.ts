import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rupiah } from '../../../src/base/rupiah.js';
import { expectOneCharge } from '../kit/account.js';
import { jsonStory } from '../kit/json-peer.js';
import { payScanned } from '../kit/register-peer.js';
import type { Shop } from '../kit/shop.js';
import { ask, turning } from '../kit/technician.js';

const DAY_MS = 86_400_000;
const CHARGE = { op: 'charge', ref: 'INV-1', amount: 15_000 };

/** The box is switched off, and on again so many days later. What is still to be printed of a sale keeps it from the archive. */
async function daysLater(shop: Shop, days: number): Promise<void> {
  await shop.slipsEnd();
  await shop.powerCut();
  shop.clock.wallOffsetMs += days * DAY_MS;
  await shop.startTerminal();
  await shop.clock.advance(10_000);
}

it('moves a story of ten days ago to the archive, and tells it, compares it and answers its register as before', () =>
  jsonStory(
    { journalToml: 'archive_after_days = 10', sandbox: { posRefund: true } },
    async ({ shop, dial }) => {
      const till = await dial();
      till.says(CHARGE);
      const order = await payScanned(shop);
      const line = await till.line({ msg: 'answer', ref: 'INV-1' });
      till.says({ op: 'ack', ref: 'INV-1' });
      await shop.reaches(order, 'delivered');
      await turning(shop, ask(shop, 'shift', ['close', '1']));
      const told = (await ask(shop, 'why', [order])).text;
      await daysLater(shop, 9);
      expect(existsSync(join(shop.directory, 'journal/archive'))).toBe(false);
      await daysLater(shop, 2);
      await shop.until('the archive', () => shop.log.join('\n').includes('archive: 1 sales'));
      expect(readdirSync(join(shop.directory, 'journal/archive'))).toEqual(['journal-000001.jsonl.gz']);
      expect((await ask(shop, 'why', [order])).text).toBe(told);
      expect((await ask(shop, 'why', ['1'])).text).toBe(told);
      const compared = await turning(shop, ask(shop, 'reconcile', ['1']));
      expect(compared.text).toContain('1 sales, 1 the same');
      // The register finds the bill in its drawer.
      const again = await dial();
      again.says(CHARGE);
      expect(JSON.parse(await again.line({ msg: 'answer', ref: 'INV-1' }))).toEqual(JSON.parse(line));
      again.says({ op: 'ack', ref: 'INV-1' });
      expectOneCharge(shop);
      // And the merchant gives the money back in the dashboard.
      const back = { amount: rupiah(15_000), reason: 'in the dashboard' };
      expect(shop.sandbox.transactions.refund(order, back)).toMatchObject({ ok: true });
      await turning(shop, ask(shop, 'reconcile', ['1']));
      await shop.until('the refund', () => shop.sale(order).evidence?.status === 'refund');
      expect((await ask(shop, 'shift')).data).toMatchObject({ earlier: { refunded: { sum: 15_000 } } });
      const whole = (await ask(shop, 'why', [order])).text;
      for (const sentence of told.split('\n').slice(2, -3)) expect(whole).toContain(sentence);
      expect(whole).toMatch(/refund/);
    },
  ));
