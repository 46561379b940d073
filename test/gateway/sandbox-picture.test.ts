import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { luhnDigit, merchantPan, readPayload, readTags, withCrc } from '../../src/sandbox/midtrans/emv.js';
import { type Bench, bench, type Json, sample } from './sandbox-kit.js';

let at: Bench | undefined;

afterEach(() => at?.sandbox.close());

const RECORDED = ['charge-qris-201.docs-pos-2021', 'charge-qris-201.docs-openapi-2023'].map(
  (name) => [name, sample(name)] as const,
);

describe('the QR payload of the sandbox', () => {
  it.each(RECORDED)('has the checksum, the merchant number and the tags of %s', (_name, recorded) => {
    const text = String(recorded['qr_string']);
    expect(withCrc(text.slice(0, -8))).toBe(text);
    const tags = readTags(text);
    const account = readTags(tags?.get('26') ?? '');
    expect(account?.get('01')).toBe(merchantPan(String(recorded['merchant_id'])));
    expect([...(tags ?? new Map()).keys()]).toEqual(TAG_ORDER);
    expect(readPayload(text)?.amount).toBe(recorded['gross_amount']);
  });

  it('computes the Luhn digit of ISO 7812', () => {
    expect(luhnDigit('7992739871')).toBe('3');
    expect(luhnDigit('411111111111111')).toBe('1');
  });

  it('is dynamic, in rupiah, with the amount in tag 54 and the merchant of the settings', async () => {
    at = await bench({
      merchantName: 'Café Nasi Uduk Ibu Kartini Jakarta',
      merchantCity: 'Kabupaten Bandung Barat',
    });
    const { json } = await at.charge('Q1', 15_000);
    const text = String(json['qr_string']);
    const tags = readTags(text);
    expect(withCrc(text.slice(0, -8))).toBe(text);
    expect([...(tags ?? new Map()).keys()]).toEqual(TAG_ORDER);
    expect(tags?.get('01')).toBe('12');
    expect(tags?.get('53')).toBe('360');
    expect(tags?.get('54')).toBe('15000.00');
    expect(tags?.get('59')).toBe('Cafe Nasi Uduk Ibu Kartin');
    expect(tags?.get('60')).toBe('Kabupaten Bandu');
    expect(readTags(tags?.get('26') ?? '')?.get('02')).toBe('G141532850');
    expect(readTags(tags?.get('62') ?? '')?.get('50')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is not read when a digit is changed, or when a length runs over the end', () => {
    const text = String(RECORDED[0]?.[1]['qr_string']);
    expect(readPayload(text.replace('789000', '789001'))).toBeUndefined();
    expect(readPayload(text.slice(0, -1))).toBeUndefined();
    expect(readPayload('')).toBeUndefined();
  });
});

describe('the QR picture of the sandbox', () => {
  it.each(['gopay', 'qris'])('of a %s charge needs no key and reads as the payload', async (type) => {
    at = await bench({ gopayQrString: true });
    const charged = await at.charge('Q1', 25_000, { payment_type: type });
    const picture = await fetch(urlOf(charged.json, 'generate-qr-code'));
    expect(picture.status).toBe(200);
    expect(picture.headers.get('content-type')).toBe('image/png');
    const bytes = Buffer.from(await picture.arrayBuffer());
    const { width = 0, height = 0, format } = await sharp(bytes).metadata();
    expect(format).toBe('png');
    expect([width, height]).toEqual([width, width]);
    expect(Math.abs(width - 500)).toBeLessThanOrEqual(30);
    expect(await cornerIsDark(bytes)).toBe(true);
    expect(await zbarimg(bytes)).toBe(charged.json['qr_string']);
  });

  it('has a frame under the second action, and reads the same', async () => {
    at = await bench({ qrCodeV2: true });
    const charged = await at.charge('Q1');
    const picture = await fetch(urlOf(charged.json, 'generate-qr-code-v2'));
    const bytes = Buffer.from(await picture.arrayBuffer());
    expect(await cornerIsDark(bytes)).toBe(false);
    expect(await zbarimg(bytes)).toBe(charged.json['qr_string']);
  });

  it('is not there for an unknown transaction, nor under an order id', async () => {
    at = await bench();
    await at.charge('Q1');
    for (const id of ['Q1', '00000000-0000-4000-8000-000000000000']) {
      const answer = await at.call('GET', `/v2/qris/${id}/qr-code`);
      expect([answer.http, answer.json['status_code']]).toEqual([404, '404']);
    }
  });
});

const TAG_ORDER = '00 01 26 51 52 53 58 59 60 61 54 62 63'.split(' ');

function urlOf(charged: Json, name: string): string {
  const action = (charged['actions'] as Json[]).find((one) => one['name'] === name);
  return String(action?.['url']);
}

/** A picture without a border begins with the finder pattern. */
async function cornerIsDark(bytes: Buffer): Promise<boolean> {
  const pixels = await sharp(bytes).greyscale().raw().toBuffer();
  return pixels[0] === 0;
}

/** Another implementation reads it: Debian's zbar-tools. zbar itself wants a quiet zone around the code. */
async function zbarimg(bytes: Buffer): Promise<string> {
  const room = mkdtempSync(join(tmpdir(), 'sandbox-qr-'));
  try {
    const file = join(room, 'qr.png');
    const border = { top: 50, bottom: 50, left: 50, right: 50, background: '#fff' };
    writeFileSync(file, await sharp(bytes).extend(border).png().toBuffer());
    const done = spawnSync('zbarimg', ['--quiet', '--raw', file], { encoding: 'utf8' });
    if (done.error) throw new Error(`zbarimg is needed (apt-get install zbar-tools): ${done.error.message}`);
    return done.stdout.trim();
  } finally {
    rmSync(room, { recursive: true });
  }
}
