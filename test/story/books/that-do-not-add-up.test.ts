import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { sells } from '../kit/account.js';
import { type Shop, story } from '../kit/shop.js';
import { ask } from '../kit/technician.js';

/** The terminal is off, and a sale's row says something else than the sale in it when it comes back. */
async function tampered(shop: Shop, sql: string): Promise<void> {
  await shop.powerCut();
  const db = new Database(`${shop.directory}/journal/journal.db`);
  db.exec(sql);
  db.close();
  await shop.startTerminal();
}

const LAW = 'law 11 (every rupiah adds up)';

it('tells a broken law by name and number in log, status and on the screen, sells nothing, and closes the shift with the difference told', () =>
  story({}, async (shop) => {
    const order = await sells(shop, 20_000);
    await sells(shop, 7_000);
    await tampered(shop, 'UPDATE sale SET amount = 19000 WHERE amount = 20000');
    // Found by itself, a part of the books at each tick.
    await shop.clock.advance(4_000);
    const words = `${LAW}: ${order}: its row says 19000, the sale in it 20000`;
    expect(shop.log.join('\n')).toContain(`E730 ${words}`);
    expect(shop.program.status()).toContain(`not selling: E730 journal: ${words}`);
    const status = await ask(shop, 'status');
    expect(status.good).toBe(false);
    expect(status.text).toContain(`E730`);
    expect(await shop.shows('outOfService')).toMatchObject({ code: 730 });

    const closed = await ask(shop, 'shift', ['close', '1']);
    expect(closed).toMatchObject({ good: true, data: { number: 1 } });
    expect(closed.text).toContain('SELISIH/DIFFERENCE E730');
    expect(closed.text).toContain(
      `${LAW}: all settled 26000, but delivered + refunded + owed + other is 27000: -1000 off`,
    );
    expect(closed.text).toContain(words);
    await shop.until('the slip with the difference', () => shop.slipsWith('SELISIH', 'E730') === 1);

    // Also after a restart, until a person says so.
    await shop.powerCut();
    await shop.startTerminal();
    await shop.clock.advance(31_000);
    expect(shop.program.status()).toContain('E730');
    expect((await ask(shop, 'accept-loss')).text).toContain(words);
    await shop.clock.advance(31_000);
    expect(shop.program.status()).toBe('ready');
    await sells(shop, 3_000);
    expect((await ask(shop, 'shift')).text).not.toContain('SELISIH');
  }));

it('answers a command that fails with its number, and logs it, instead of saying that no terminal answers', () =>
  story({}, async (shop) => {
    const order = await sells(shop, 20_000);
    await tampered(shop, `UPDATE sale SET body = '{' WHERE order_id = '${order}'`);
    const answer = await ask(shop, 'why', [order]);
    expect(answer).toMatchObject({ good: false });
    expect(answer.text).toContain('E840 why:');
    expect(shop.log.join('\n')).toContain('ERROR E840 why:');
  }));
