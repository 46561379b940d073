import { expect, it } from 'vitest';
import { ROUTES } from '../../../devices/register/api/routes.js';
import type { Right } from '../../../src/base/register-messages.js';
import { apiUrl, HttpProgram, httpStory } from '../kit/http-program.js';
import { payScanned } from '../kit/register-peer.js';
import { tokenOf } from '../kit/shop.js';

const RIGHTS: readonly Right[] = ['sell', 'read', 'refund', 'manage'];
const PROGRAMS = RIGHTS.map(
  (right) => `[[program]]\nname = "p-${right}"\nsecret = "file:/unused"\nrights = ["${right}"]\n`,
).join('');

it.each(RIGHTS)('a program that may only %s has an answer to everything that it asks', (right) =>
  httpStory({ toml: PROGRAMS }, async ({ shop }) => {
    const authorization = `Bearer ${tokenOf(`program.p-${right}`)}`;
    const program = new HttpProgram(await apiUrl(shop), { authorization });
    for (const { method, path, deed, right: needed } of ROUTES) {
      if (deed === 'events') continue;
      const body = deed === 'sell' ? { ref: 'A-1', amount: 15_000 } : {};
      const at = path.replace('{ref}', 'A-1');
      const { status } = await (method === 'GET' ? program.get(at) : program.post(at, body));
      const wanted =
        needed !== right ? [403] : deed === 'sell' ? [201] : right === 'sell' ? [200, 409] : [200, 404];
      expect([deed, wanted.includes(status), status]).toEqual([deed, true, status]);
    }
  }),
);

it('a till that stands in the body alone is named by the answer, whatever was asked', () =>
  httpStory({}, async ({ shop, program }) => {
    const door = await program();
    const till = { till: 'K2' };
    expect(await door.post('/v1/shop', { ...till, maintenance: false })).toMatchObject({ status: 200 });
    expect(await door.post('/v1/sales', { ...till, ref: 'A', amount: 15_000 })).toMatchObject({
      status: 201,
    });
    expect(await door.post('/v1/sales/A/refunds', till)).toMatchObject({
      status: 409,
      body: { fault: 'E544' },
    });
    const order = await payScanned(shop);
    await shop.until('it to be paid', () => shop.sale(order).state.at === 'delivering');
    expect(await door.get('/v1/sales/A?till=K2')).toMatchObject({ status: 200, body: { state: 'approved' } });
    expect(await door.post('/v1/sales/A/ack', till)).toMatchObject({ status: 200, body: { taken: true } });
    expect(shop.sale(order).state.at).toBe('delivered');
  }));
