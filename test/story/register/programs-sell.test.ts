import { expect, it } from 'vitest';
import { HttpProgram, httpStory } from '../kit/http-program.js';
import { payScanned } from '../kit/register-peer.js';
import { tokenOf } from '../kit/shop.js';

const PROGRAMS = `
[[program]]
name = "web"
secret = "file:/unused"
rights = ["sell", "read", "refund"]
[[program]]
name = "kiosk"
secret = "file:/unused"
[refund]
`;

it('programs with tokens have refs of their own, see their own sales, and a refund is journalled with who asked', () =>
  httpStory({ toml: PROGRAMS, sandbox: { posRefund: true } }, async ({ shop, program }) => {
    const { url } = await program();
    const as = (name: string) =>
      new HttpProgram(url, { authorization: `Bearer ${tokenOf(`program.${name}`)}` });
    const [web, kiosk] = [as('web'), as('kiosk')];
    const watching = await kiosk.events();
    const paid = web.post('/v1/sales?wait=300', { ref: 'INV-1', amount: 15_000 });
    const first = await payScanned(shop);
    expect((await paid).body).toMatchObject({ state: 'approved', till: 'web' });
    await web.post('/v1/sales/INV-1/ack');
    await shop.reaches(first, 'delivered');
    expect(shop.sale(first).source).toMatchObject({ kind: 'api', till: 'web', reference: 'INV-1' });
    expect(await kiosk.get('/v1/sales/INV-1')).toMatchObject({ status: 404 });
    expect(await kiosk.post('/v1/sales', { ref: 'INV-1', amount: 5_000 })).toMatchObject({ status: 201 });
    expect(await watching.event('scan')).toMatchObject({ data: { ref: 'INV-1', amount: 5_000 } });
    watching.hangUp();
    expect(await kiosk.post('/v1/sales/INV-1/refunds')).toMatchObject({ status: 403 });
    await kiosk.post('/v1/sales/INV-1/cancel?wait=300');
    expect(await web.post('/v1/sales/INV-1/refunds')).toMatchObject({ body: { state: 'refunded' } });
    const asked = shop.program.journal.eventsOf(first).map(({ body }) => JSON.stringify(body));
    expect(asked.some((body) => body.includes('"by":"api web"'))).toBe(true);
  }));
