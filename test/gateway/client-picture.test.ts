import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, makeBench, reply, reset, type Script, sample, silence } from './client-kit.js';

let bench: Bench;
beforeEach(async () => {
  bench = await makeBench();
});
afterEach(() => bench.server.stop());

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(1000, 7)]);

async function pictureWith(...steps: Script[]) {
  bench.server.script(...steps);
  return bench.client().picture(`${bench.url}/v2/gopay/x/qr-code`);
}

describe('the picture of a QR', () => {
  it('comes as it is', async () => {
    const outcome = await pictureWith(reply(200, PNG, { 'Content-Type': 'image/png' }));
    if (outcome.kind !== 'picture') throw new Error(JSON.stringify(outcome));
    expect(outcome.contentType).toBe('image/png');
    expect(Buffer.from(outcome.bytes).equals(PNG)).toBe(true);
  });

  it('is known by its first bytes where the label is vague or wrong', async () => {
    const vague = await pictureWith(reply(200, PNG, { 'Content-Type': 'application/octet-stream' }));
    expect(vague).toMatchObject({ kind: 'picture', contentType: 'image/png' });
  });

  it.each([
    ['RIFF\x10\x00\x00\x00WEBPVP8 ', 'image/webp'],
    ['II*\0\x08\0\0\0', 'image/tiff'],
    ['MM\0*\0\0\0\x08', 'image/tiff'],
    ['BM\x36\x10\0\0\0\0\0\0\x36\0\0\0', 'image/bmp'],
    ['GIF89a', 'image/gif'],
  ])('is known as what it is behind the name of an octet stream: %j', async (start, contentType) => {
    const bytes = Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(100, 7)]);
    const outcome = await pictureWith(reply(200, bytes, { 'Content-Type': 'application/octet-stream' }));
    expect(outcome).toMatchObject({ kind: 'picture', contentType });
  });

  it('is named by its label where the bytes are another kind of picture', async () => {
    const webp = await pictureWith(reply(200, 'RIFF....WEBP', { 'Content-Type': 'Image/WebP; q=1' }));
    expect(webp).toMatchObject({ kind: 'picture', contentType: 'image/webp' });
  });

  it('may be a JSON error, whose code and message are kept', async () => {
    for (const status of [200, 503]) {
      expect(await pictureWith(reply(status, sample('error-503-qr-endpoint.json')))).toMatchObject({
        kind: 'none',
        fault: {
          kind: 'temporary',
          code: 570,
          detail: expect.stringMatching(/503 Sorry\. The bank\/payment partner/),
        },
      });
    }
  });

  it('is refused for good where there is none', async () => {
    expect(await pictureWith(reply(404, sample('error-404.recorded-2019.json')))).toMatchObject({
      kind: 'none',
      fault: { kind: 'refused', code: 570 },
    });
  });

  it('is not HTML, and not empty', async () => {
    expect(await pictureWith(reply(200, '<html></html>', { 'Content-Type': 'text/html' }))).toMatchObject({
      kind: 'none',
      fault: { code: 571 },
    });
    expect(await pictureWith(reply(200, '', { 'Content-Type': 'image/png' }))).toMatchObject({
      kind: 'none',
      fault: { code: 571 },
    });
  });

  it('has at most 2 MiB', async () => {
    const huge = Buffer.alloc(2 * 1024 * 1024 + 1, 1);
    PNG.copy(huge);
    expect(await pictureWith(reply(200, huge, { 'Content-Type': 'image/png' }))).toMatchObject({
      kind: 'none',
      fault: { code: 564 },
    });
    expect(await pictureWith(reply(200, huge.subarray(1), { 'Content-Type': 'image/png' }))).toMatchObject({
      kind: 'picture',
    });
  });

  it('is followed over three redirections and not over four', async () => {
    const hop = reply(302, '', { Location: '/elsewhere' });
    const picture = reply(200, PNG, { 'Content-Type': 'image/png' });
    expect(await pictureWith(hop, hop, hop, picture)).toMatchObject({ kind: 'picture' });
    expect(await pictureWith(hop, hop, hop, hop, picture)).toMatchObject({
      kind: 'none',
      fault: { code: 570 },
    });
  });

  it('is bound in time over all redirections together', async () => {
    const arrived = bench.server.nextRequest();
    bench.server.script((response, request) => {
      bench.clock.advance(9_000);
      reply(302, '', { Location: '/elsewhere' })(response, request);
    }, silence);
    const fetching = bench.client({ timeouts: { pictureMs: 10_000 } }).picture(`${bench.url}/x`);
    await arrived;
    await bench.server.nextRequest();
    expect(bench.timers.waiting()).toEqual([1_000]);
    bench.timers.ringAll();
    expect(await fetching).toMatchObject({ kind: 'none', fault: { kind: 'unanswered', code: 562 } });
  });

  it('is not fetched from what is no web address, nor with a credential in it', async () => {
    for (const url of ['gojek://gopay/x', 'file:///etc/passwd', '/v2/x', 'http://a:b@127.0.0.1/', ''])
      expect(await bench.client().picture(url)).toMatchObject({ kind: 'none', fault: { code: 570 } });
    expect(await pictureWith(reply(302, '', { Location: 'file:///etc/passwd' }))).toMatchObject({
      kind: 'none',
    });
  });

  it('is not fetched in the clear when the gateway is encrypted: a swapped picture is a swapped payee', async () => {
    bench.server.script(reply(200, PNG, { 'Content-Type': 'image/png' }));
    const outcome = await bench.client({ baseUrl: 'https://api.midtrans.com' }).picture(`${bench.url}/x`);
    expect(outcome).toMatchObject({ kind: 'none', fault: { code: 570 } });
    expect(bench.server.seen).toHaveLength(0);
  });

  it('may fail to come at all', async () => {
    expect(await pictureWith(reset)).toMatchObject({
      kind: 'none',
      fault: { kind: 'unanswered', code: 563 },
    });
  });

  it('has an address of the documented form when the charge’s answer was lost', () => {
    const client = bench.client({ baseUrl: 'https://api.midtrans.com/', paymentType: 'qris' });
    expect(client.pictureUrlOf('0d8178e1-c6c7-4ab4-81a6-893be9d924ab')).toBe(
      'https://api.midtrans.com/v2/qris/0d8178e1-c6c7-4ab4-81a6-893be9d924ab/qr-code',
    );
  });
});
