import { expect, it } from 'vitest';
import { againstOpenApi, apiUrl, HttpProgram, httpStory } from '../kit/http-program.js';
import { type Shop, tokenOf } from '../kit/shop.js';
import { ask } from '../kit/technician.js';

const TOML = `
[[program]]
name = "office"
secret = "file:/unused"
rights = ["read", "manage"]
[[program]]
name = "till"
secret = "file:/unused"
rights = ["read", "sell"]
[catalogue]
free_amount = true
[[product]]
id = "kopi"
name_id = "Kopi"
price = 5_000
`;

async function programOf(shop: Shop, name: string): Promise<HttpProgram> {
  return new HttpProgram(await apiUrl(shop), { authorization: `Bearer ${tokenOf(`program.${name}`)}` });
}

it('a program with the right "manage" closes the terminal, opens it, and says what is sold out, in its own name', () =>
  httpStory({ toml: TOML }, async ({ shop }) => {
    const office = await programOf(shop, 'office');
    expect(await office.get('/v1/shop')).toMatchObject({
      status: 200,
      body: { maintenance: null, sold_out: [] },
    });
    const closed = await office.post('/v1/shop', { maintenance: true, words: 'Rusak / Broken' });
    expect(closed).toMatchObject({
      status: 200,
      body: { maintenance: { by: 'office', since: '2026-11-22T12:16:40+07:00', words: 'Rusak / Broken' } },
    });
    expect(await shop.shows('outOfService')).toMatchObject({ notes: [{ id: 'Rusak', en: 'Broken' }] });
    expect((await ask(shop, 'maintenance')).text).toContain('by office');
    const till = await programOf(shop, 'till');
    expect(await till.post('/v1/sales', { ref: 'A-1', amount: 5_000 })).toMatchObject({
      status: 503,
      body: { fault: 'E761' },
    });
    expect(await office.post('/v1/shop', { maintenance: false })).toMatchObject({
      body: { maintenance: null },
    });
    const out = { product: 'kopi', by: 'office', since: '2026-11-22T12:16:40+07:00' };
    expect(await office.post('/v1/shop', { product: 'kopi', sold_out: true })).toMatchObject({
      body: { sold_out: [out] },
    });
    // Said again it is as it was.
    expect(await office.post('/v1/shop', { product: 'kopi', sold_out: true })).toMatchObject({
      body: { sold_out: [out] },
    });
    expect(await shop.shows('choose')).toMatchObject({ products: [{ unavailable: { en: 'Sold out' } }] });
    const wants = { ref: 'A-2', items: [{ product: 'kopi', quantity: 1 }] };
    expect(await till.post('/v1/sales', wants)).toMatchObject({
      status: 422,
      body: { allowed: 'what is not sold out' },
    });
    expect(await office.post('/v1/shop', { product: 'kopi', sold_out: false })).toMatchObject({
      body: { sold_out: [] },
    });
    expect(await till.post('/v1/sales', wants)).toMatchObject({ status: 201 });
  }));

it('without that right nothing is set, and what cannot be meant is refused by its field', () =>
  httpStory({ toml: TOML }, async ({ shop }) => {
    const till = await programOf(shop, 'till');
    expect(await till.post('/v1/shop', { maintenance: true })).toMatchObject({ status: 403 });
    expect(await till.get('/v1/shop')).toMatchObject({ status: 200, body: { maintenance: null } });
    const office = await programOf(shop, 'office');
    const wrong = async (body: Record<string, unknown>): Promise<unknown> => {
      const { status, body: problem } = await office.post('/v1/shop', body);
      expect([400, 422]).toContain(status);
      return problem['field'];
    };
    expect(await wrong({ words: 'x' })).toBe('words');
    expect(await wrong({ maintenance: true, words: '' })).toBe('words');
    expect(await wrong({ maintenance: true, words: 'x'.repeat(121) })).toBe('words');
    expect(await wrong({ maintenance: true, words: '   ' })).toBe('words');
    expect(await wrong({ product: 'kopi' })).toBe('sold_out');
    expect(await wrong({ product: 'kopi', slot: '3', sold_out: true })).toBe('product');
    expect(await wrong({ maintenance: true, product: 'kopi', sold_out: true })).toBe('maintenance');
    expect(await wrong({ product: 'teh', sold_out: true })).toBe('product');
    expect(await wrong({ slot: '3', sold_out: true })).toBe('slot');
    expect(againstOpenApi([...office.exchanges, ...till.exchanges])).toEqual([]);
    // Several at once each get their own answer.
    const asked = [{ maintenance: true }, { product: 'teh', sold_out: true }, { maintenance: false }];
    const answers = await Promise.all(asked.map((body) => office.post('/v1/shop', body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 422, 200]);
    expect(shop.program.journal.handSets.all.size).toBeLessThanOrEqual(1);
  }));
