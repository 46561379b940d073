import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompactSign, generateKeyPair } from 'jose';
import { expect, it } from 'vitest';
import type { Operator } from '../../../src/control/remote-desk.js';
import { expectMoneyAdded, sells } from '../kit/account.js';
import { afarStory, fleetDo, listening, Postman } from '../kit/operator.js';
import type { Shop } from '../kit/shop.js';
import { ask } from '../kit/technician.js';

const ALL: Operator['may'] = [
  ...(['status', 'why', 'sales', 'say', 'reprint', 'sold-out', 'maintenance', 'reload', 'restart'] as const),
];
const PRODUCTS = '[catalogue]\n[[product]]\nid = "teh"\nname_id = "Teh"\nname_en = "Tea"\nprice = 5_000\n';

/** Until the face says that it is closed by hand, with these words. */
async function closedWith(shop: Shop, words: string): Promise<void> {
  await shop.until(words, () => {
    const { now } = shop.screen;
    return now?.show === 'outOfService' && now.notes?.some(({ id }) => id === words) === true;
  });
}

it('what an operator asks from afar is answered as at the terminal, and done in his name', () =>
  afarStory(ALL, { toml: PRODUCTS }, async (shop, { sri }) => {
    const status = await fleetDo(shop, sri, ['T1', 'status']);
    expect([status.code, status.errors]).toEqual([0, '']);
    expect(status.out.split('\n')[0]).toBe('gopay-pos story');
    await fleetDo(shop, sri, ['T1', 'maintenance', 'on', 'Kami', 'kembali', '/', 'Back', 'soon']);
    await closedWith(shop, 'Kami kembali');
    expect((await ask(shop, 'maintenance')).text).toContain('closed for maintenance by sri since');
    expect((await fleetDo(shop, sri, ['T1', 'maintenance', 'off'])).out).toContain('it sells again');
    expect((await fleetDo(shop, sri, ['T1', 'products', 'sold-out', 'teh'])).out).toContain(
      'sold out, says sri',
    );
    expect(await shop.shows('choose')).toMatchObject({
      products: [{ id: 'teh', unavailable: { en: 'Sold out' } }],
    });
    const json = await fleetDo(shop, sri, ['T1', 'products', 'back', 'nothing'], { json: '' });
    expect([json.code, JSON.parse(json.out)]).toEqual([
      1,
      [
        {
          terminal: 'T1',
          merchant: 'story',
          answered: true,
          good: false,
          text: expect.any(String),
          data: null,
        },
      ],
    ]);
    expect(shop.program.journal.operators.begun()).toEqual([]);
  }));

it('what was sold comes in parts, its story as at the terminal, and the terminal sells on meanwhile', () =>
  afarStory(ALL, {}, async (shop, { sri }) => {
    const first = await sells(shop, 12_000);
    const second = await sells(shop, 34_000);
    const sales = await fleetDo(shop, sri, ['T1', 'sales'], { shift: '1' });
    expect(sales.out.split('\n')).toHaveLength(2);
    expect(sales.out).toMatch(/Rp12\.000 .*\n.*Rp34\.000 /);
    const parts = await fleetDo(shop, sri, ['T1', 'sales'], { json: '' });
    expect(JSON.parse(parts.out)).toMatchObject([{ data: [{ order_id: first }, { order_id: second }] }]);
    expect((await fleetDo(shop, sri, ['T1', 'report'])).out).toContain('Rp46.000');
    const why = await ask(shop, 'why', [first]);
    expect((await fleetDo(shop, sri, ['T1', 'why', first])).out).toBe(why.text);
    expectMoneyAdded(shop);
  }));

it('a command that is forged, for another terminal, late, of the future, not allowed or none at all is refused by number, and nothing is done', () =>
  afarStory(['status'], { toml: PRODUCTS }, async (shop, { sri, eve }) => {
    const postman = await new Postman(shop).open();
    try {
      const close = { command: 'maintenance', args: ['on'] };
      const nowS = Math.floor(shop.clock.wallMs() / 1000);
      // Her name, and another key.
      await postman.put(await postman.signed(eve));
      await postman.logged('E416');
      const { privateKey } = await generateKeyPair('RS256');
      const claims = new TextEncoder().encode('{}');
      for (const strange of [
        '',
        'x',
        '{"command":"status"}',
        'x'.repeat(4097),
        // No signature at all, and of another algorithm.
        `${Buffer.from('{"alg":"none","typ":"gopay-pos-command","kid":"sri"}').toString('base64url')}.e30.`,
        await new CompactSign(claims)
          .setProtectedHeader({ alg: 'RS256', typ: 'gopay-pos-command', kid: 'sri' })
          .sign(privateKey),
        // A token, and whatever else the same key may sign.
        await postman.signed(sri, {}, 'JWT' as never),
        await postman.signed(sri, { more: 1 }),
        await postman.signed(sri, { args: ['\u001b[2J'] }),
        await postman.signed(sri, { number: 1.5 }),
        await postman.signed(sri, { exp: nowS + 100_000 }),
      ])
        await postman.put(strange);
      await shop.until('eleven', () => shop.log.filter((line) => line.includes('E415')).length === 11);
      expect(postman.replies).toEqual([]);
      for (const [code, over] of [
        [417, { aud: 'story/T2' }],
        [417, { aud: 'other/T1' }],
        [418, { iat: nowS - 400, exp: nowS - 100 }],
        [418, { iat: nowS + 400, exp: nowS + 500 }],
        [420, close],
        [420, { command: 'owed', args: ['resolve', 'T1-X'], flags: { how: 'refunded', note: 'x' } }],
        [420, { command: 'cancel' }],
        [420, { flags: { by: 'the boss' } }],
      ] as const) {
        const before = postman.replies.length;
        await postman.put(await postman.signed(sri, over));
        expect(await postman.answer(before)).toMatchObject({
          operator: 'sri',
          good: false,
          code,
          data: null,
        });
      }
      await shop.clock.advance(0);
      expect(shop.program.terminal.opening.maintenance).toBeUndefined();
      // What she may is done all the same, before and after.
      expect((await fleetDo(shop, sri, ['T1', 'status'])).code).toBe(0);
      await expect(fleetDo(shop, sri, ['T1', 'owed', 'resolve', 'T1-X'])).rejects.toThrow('not from afar');
      const { code, out } = await fleetDo(shop, sri, ['T1', 'restart']);
      expect([code, out]).toEqual([1, 'E420 operator.may of sri has no "restart"']);
      expect(shop.restarts).toBe(0);
    } finally {
      await postman.close();
    }
  }));

it('a command is done once: what a broker gives again is refused, at once and after a power cut', () =>
  afarStory(ALL, {}, async (shop, { sri }) => {
    const postman = await new Postman(shop).open();
    try {
      const close = await postman.signed(sri, { command: 'maintenance', args: ['on'] });
      await postman.put(close);
      expect(await postman.answer(0)).toMatchObject({ good: true });
      expect((await fleetDo(shop, sri, ['T1', 'maintenance', 'off'])).code).toBe(0);
      await postman.put(close);
      await shop.until('the refusal', () =>
        postman.replies.some((reply) => 'code' in reply && reply.code === 419),
      );
      await shop.powerCut();
      await shop.startTerminal();
      await listening(shop);
      const before = postman.replies.length;
      await postman.put(close);
      expect(await postman.answer(before)).toMatchObject({ good: false, code: 419 });
      expect(shop.program.terminal.opening.maintenance).toBeUndefined();
    } finally {
      await postman.close();
    }
  }));

it('a flood of copies, and of commands, is answered so often a minute, written so often, and done no more', () =>
  afarStory(ALL, {}, async (shop, { sri }) => {
    const postman = await new Postman(shop).open();
    try {
      const copy = await postman.signed(sri);
      for (let times = 0; times < 100; times += 1) await postman.put(copy);
      for (let times = 0; times < 40; times += 1) await postman.put(await postman.signed(sri));
      // Behind all of these.
      await postman.put('end');
      await shop.until('the end', () => shop.log.filter((line) => line.includes('/command')).length >= 142);
      await shop.until('the answers', () => postman.replies.length >= 90);
      await shop.clock.advance(1_000);
      const good = postman.replies.filter((reply) => 'good' in reply && reply.good);
      expect([good.length, postman.replies.length]).toEqual([30, 90]);
      expect(shop.log.filter((line) => /^WARN operator: /.test(line)).length).toBeLessThanOrEqual(61);
    } finally {
      await postman.close();
    }
  }));

it('a box that is away does it when it is back, if it still holds then', () =>
  afarStory(ALL, {}, async (shop, { sri }) => {
    await shop.powerCut();
    const asked = await fleetDo(shop, sri, ['T1', 'maintenance', 'on', 'Istirahat'], { wait: '0.2' });
    expect([asked.code, asked.out]).toEqual([69, '']);
    expect(asked.errors).toContain('T1: no answer: away');
    await shop.startTerminal();
    await closedWith(shop, 'Istirahat');
    await listening(shop);
    expect((await fleetDo(shop, sri, ['T1', 'maintenance', 'off'])).code).toBe(0);
    await shop.powerCut();
    await fleetDo(shop, sri, ['T1', 'maintenance', 'on', 'Istirahat'], { wait: '0.2' });
    shop.clock.wallOffsetMs += 302_000;
    await shop.startTerminal();
    // Held until then, or unknown: the clock of a box that has just started is not compared yet.
    await shop.until('the refusal', () => shop.log.some((line) => /E(418|421) .*maintenance on/.test(line)));
    expect(shop.program.terminal.opening.maintenance).toBeUndefined();
  }));

it('what a power cut ends in the midst is told to be in doubt, and not done again', () =>
  afarStory(ALL, {}, async (shop, { sri }) => {
    const postman = await new Postman(shop).open();
    try {
      const { journal } = shop.program;
      const text = await postman.signed(sri, { number: 77, command: 'maintenance', args: ['on'] });
      // As the process had written it when it ended.
      journal.commit({
        ...{ wallMs: shop.clock.wallMs(), monoMs: shop.clock.monoMs(), events: [] },
        operator: { change: 'begun', operator: 'sri', number: 77, command: 'maintenance on', atMs: 1 },
      });
      await shop.powerCut();
      await shop.startTerminal();
      expect(await postman.answer(0)).toMatchObject({ number: 77, good: false, code: 422 });
      // The broker had no acknowledgement.
      await listening(shop);
      await postman.put(text);
      expect(await postman.answer(1)).toMatchObject({ number: 77, good: false, code: 419 });
      expect(shop.program.terminal.opening.maintenance).toBeUndefined();
      expect(shop.program.journal.operators.begun()).toEqual([]);
    } finally {
      await postman.close();
    }
  }));

it('a restart from afar waits for the end of a sale, and comes once; with a mistake in its file a terminal goes on as it is', () =>
  afarStory(ALL, {}, async (shop, { sri }) => {
    const file = join(shop.directory, 'terminal.toml');
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, `${good}\n[sale]\nmax = 5\n`);
    const refused = await fleetDo(shop, sri, ['T1', 'config', 'reload']);
    expect([refused.code, refused.out]).toEqual([1, expect.stringMatching(/^nothing was changed:\n.*E901/)]);
    writeFileSync(file, good);
    await shop.clock.advance(5_000);
    expect(shop.restarts).toBe(0);
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    expect((await fleetDo(shop, sri, ['T1', 'config', 'reload'])).code).toBe(0);
    const asked = await fleetDo(shop, sri, ['T1', 'restart']);
    expect(asked.out).toBe(
      `it restarts as soon as nobody chooses or pays; ${order} goes on to its end first`,
    );
    await shop.clock.advance(30_000);
    expect(shop.restarts).toBe(0);
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(10_000);
    await shop.reaches(order, 'delivered');
    await shop.slipsEnd();
    await shop.clock.advance(8_000);
    await shop.until('the restart', () => shop.restarts === 1);
    await shop.clock.advance(60_000);
    expect(shop.restarts).toBe(1);
    expectMoneyAdded(shop);
  }));

it('a box whose clock is not known to be right takes no command, and says so', () =>
  afarStory(ALL, {}, async (shop, { sri }) => {
    const postman = await new Postman(shop).open();
    try {
      const text = await postman.signed(sri, { command: 'maintenance', args: ['on'] });
      shop.clock.wallOffsetMs -= 3_600_000;
      await postman.put(text);
      expect(await postman.answer(0)).toMatchObject({ good: false, code: 421 });
      // Told that it is not done, its sender finds it undone when the clock is right again.
      shop.clock.wallOffsetMs += 3_600_000;
      await postman.put(text);
      expect(await postman.answer(1)).toMatchObject({ good: false, code: 419 });
      expect(shop.program.terminal.opening.maintenance).toBeUndefined();
    } finally {
      await postman.close();
    }
  }));
