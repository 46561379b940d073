import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectMoneyAdded } from '../kit/account.js';
import { type Shop, story } from '../kit/shop.js';
import { ask, turning } from '../kit/technician.js';

const DAY_MS = 86_400_000;
/** The archiver's, when the medium took nothing. */
const REST_MS = 600_000;

async function sell(shop: Shop): Promise<string> {
  const order = await shop.ring(15_000);
  await shop.shows('scan');
  shop.sandbox.transactions.pay(order);
  await shop.clock.advance(0);
  await shop.reaches(order, 'delivered');
  await shop.slipsEnd();
  await shop.shows('idle');
  return order;
}

it('says by number that the medium of the archive is away, sells on, and moves what waited when it is back', () =>
  story({ journalToml: 'archive_after_days = 10' }, async (shop) => {
    const order = await sell(shop);
    await turning(shop, ask(shop, 'shift', ['close', '1']));
    const told = (await ask(shop, 'why', [order])).text;
    await shop.slipsEnd();
    await shop.powerCut();
    // Where it should be mounted there is a file: not even root writes into that.
    const archive = join(shop.directory, 'journal/archive');
    writeFileSync(archive, 'not mounted');
    shop.clock.wallOffsetMs += 11 * DAY_MS;
    await shop.startTerminal();
    await shop.clock.advance(10_000);
    await shop.until('the fault', () => shop.log.join('\n').includes('archive: E721 '));
    const status = await ask(shop, 'status');
    expect(status.text).toMatch(/archive {2}E721 .*(EEXIST|ENOTDIR)/);
    expect(status.text).toContain('ready; E721 The archive cannot be written.');
    expect(status.good).toBe(true);
    await sell(shop);
    expect((await ask(shop, 'why', [order])).text).toBe(told);
    rmSync(archive);
    await shop.clock.advance(REST_MS);
    await shop.until('the archive', () => shop.log.join('\n').includes('archive: 1 sales'));
    await shop.until('the good word', () => shop.log.join('\n').includes('archive: good'));
    expect((await ask(shop, 'status')).text).toMatch(/archive {2}good/);
    expect(readdirSync(archive)).toEqual(['journal-000001.jsonl.gz']);
    expect((await ask(shop, 'why', [order])).text).toBe(told);
    // It is away again: what was moved is told as such.
    renameSync(archive, `${archive}.pulled`);
    mkdirSync(archive);
    expect((await ask(shop, 'why', [order])).text).toContain('journal-000001.jsonl.gz');
    expectMoneyAdded(shop);
  }));
