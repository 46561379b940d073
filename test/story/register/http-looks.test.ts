import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { zbarimg } from '../../kit/zbarimg.js';
import { againstOpenApi, type EventReader, type HttpProgram, httpStory } from '../kit/http-program.js';
import { payScanned } from '../kit/register-peer.js';

const SALE = { ref: 'INV-1', amount: 15_000 };

it('a program draws the QR of its sale from a picture or a drawing, while it can be scanned', () =>
  httpStory({}, async ({ shop, program }) => {
    const till = await program();
    const { body } = await till.post('/v1/sales', SALE);
    for (const [kind, type] of [
      ['png', 'image/png'],
      ['svg', 'image/svg+xml'],
    ]) {
      const answer = await till.fetch(`/v1/sales/INV-1/qr.${kind}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
      const picture = new Uint8Array(await answer.arrayBuffer());
      const file = join(shop.directory, 'qr.png');
      writeFileSync(file, kind === 'png' ? picture : await sharp(picture).png().toBuffer());
      expect(zbarimg(file)).toEqual([body['qr']]);
    }
    await till.post('/v1/sales/INV-1/cancel?wait=300');
    expect(await till.get('/v1/sales/INV-1/qr.png')).toMatchObject({ status: 409, body: { fault: 'E240' } });
    expect(await till.get('/v1/sales/INV-9/qr.svg')).toMatchObject({ status: 404, body: { fault: 'E239' } });
  }));

it('events come as a stream, and those that a reader missed when it comes back', () =>
  httpStory({}, async ({ program }) => {
    const till = await program();
    const reader = await till.events();
    await till.post('/v1/sales', SALE);
    const scan = await reader.event('scan');
    expect(scan.data).toMatchObject({ event: 'scan', ref: 'INV-1', amount: 15_000 });
    reader.hangUp();
    await till.post('/v1/sales/INV-1/cancel?wait=300');
    const again = await till.events(scan.id);
    expect(await again.event('closing')).toMatchObject({ data: { ref: 'INV-1' } });
    const ended = await again.event('ended');
    expect(ended.data).toMatchObject({ code: 'cancelled', sale: { ref: 'INV-1' } });
    again.hangUp();
    // Of another start of the terminal, or older than what is kept.
    const stranger: EventReader = await till.events('abc-7');
    await stranger.event('missed');
    await stranger.event('ended');
    stranger.hangUp();
  }));

it('says whether a sale would begin now, and why not', () =>
  httpStory({}, async ({ shop, program }) => {
    const till = await program();
    const ready = { ready: true, busy: false, acknowledge: 'required' };
    expect(await till.get('/v1/status')).toMatchObject({ status: 200, body: ready });
    await till.post('/v1/sales', SALE);
    expect(await till.get('/v1/status')).toMatchObject({ body: { ready: true, busy: true } });
    expect(await till.post('/v1/sales', { ref: 'INV-2', amount: 1_000 })).toMatchObject({
      status: 409,
      body: { fault: 'E238' },
    });
    await till.post('/v1/sales/INV-1/cancel?wait=300');
    shop.screen.plug(false);
    await shop.printer.stop();
    await shop.nextPaperCheck();
    const { body } = await till.get('/v1/status');
    expect(body).toMatchObject({ ready: false, busy: false });
    expect(await till.post('/v1/sales', { ref: 'INV-3', amount: 1_000 })).toMatchObject({
      status: 503,
      body: { fault: body['fault'] },
    });
  }));

/** Every kind of answer, of one real run. */
async function everyAnswer(till: HttpProgram, pay: () => Promise<unknown>): Promise<void> {
  await till.get('/v1/status');
  await till.post('/v1/sales', SALE);
  await till.get('/v1/sales/INV-1');
  await till.post('/v1/sales', { ...SALE, amount: 1 });
  await till.post('/v1/sales', { ref: 'INV-2', amount: 1 });
  const paid = till.get('/v1/sales/INV-1?wait=300');
  await pay();
  await paid;
  await till.post('/v1/sales/INV-1/refunds');
  await till.post('/v1/sales/INV-1/ack', { taken: true });
  await till.post('/v1/sales/INV-1/refunds', { amount: 15_000 });
  await till.get('/v1/sales/INV-1');
  await till.post('/v1/sales', { ref: 'INV-2', amount: 5_000 });
  await till.post('/v1/sales/INV-2/cancel');
  await till.get('/v1/sales/INV-2?wait=300');
  await till.get('/v1/sales/INV-3');
  await till.get('/v1/nothing');
}

it('every answer of a real run is one that the OpenAPI document allows', () =>
  httpStory({ toml: '[refund]', sandbox: { posRefund: true } }, async ({ shop, program }) => {
    const till = await program();
    await everyAnswer(till, () => payScanned(shop));
    const document = await (await till.fetch('/v1/openapi.json')).json();
    expect(document).toMatchObject({ openapi: '3.1.0' });
    expect(new Set(till.exchanges.map(({ said }) => said.status))).toEqual(new Set([200, 201, 404, 409]));
    expect(againstOpenApi(till.exchanges)).toEqual([]);
  }));
