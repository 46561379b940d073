import { afterEach, describe, expect, it } from 'vitest';
import { type Bench, bench, type Json, SERVER_KEY, sample } from './sandbox-kit.js';
import { differences } from './sandbox-shape.js';

let at: Bench;

afterEach(() => at.sandbox.close());

describe('the charge of the sandbox', () => {
  it('answers a gopay charge like the sandbox of 2024, without qr_string', async () => {
    at = await bench();
    const { http, json } = await at.call('POST', '/v2/charge', sample('request-charge-gopay-min'));
    expect(http).toBe(200);
    expect(differences(sample('charge-gopay-201.sandbox-2024'), json)).toEqual([]);
    expect(json).not.toHaveProperty('qr_string');
    expect(json).toMatchObject({ order_id: 'order102', gross_amount: '789000.00', payment_type: 'gopay' });
  });

  it('answers a qris charge like the POS page, plus the time of expiry', async () => {
    at = await bench();
    const { http, json } = await at.call('POST', '/v2/charge', sample('request-charge-qris-min'));
    expect(http).toBe(200);
    expect(differences(sample('charge-qris-201.docs-pos-2021'), json, { mayAdd: ['expiry_time'] })).toEqual(
      [],
    );
    expect(json['transaction_time']).toBe('2026-11-22 12:00:00');
    expect(json['expiry_time']).toBe('2026-11-22 12:15:00');
  });

  it('offers the framed picture as a second action when told to, with Midtrans own double slash for gopay', async () => {
    at = await bench({ qrCodeV2: true });
    const gopay = await at.charge('G1', 1000, { payment_type: 'gopay' });
    const current = {
      ...sample('charge-gopay-201.docs-current'),
      status_message: 'GoPay transaction is created',
    };
    const newer = { mayAdd: ['merchant_id', 'fraud_status', 'expiry_time'] };
    const older = { mayLack: ['channel_response_code', 'channel_response_message', 'fields'] };
    expect(differences(current, gopay.json, { ...newer, ...older })).toEqual([]);
    const urls = (gopay.json['actions'] as Json[]).map(({ url }) => String(url));
    expect(urls[1]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\/v4\/qris\/gopay\/A1\w+ID\/qr-code$/);
    const qris = await at.charge('Q1');
    expect(
      differences(sample('charge-qris-201.docs-reference'), qris.json, {
        mayAdd: ['qr_string', 'expiry_time'],
      }),
    ).toEqual([]);
  });

  it('puts a qr_string into a gopay charge only when told to', async () => {
    at = await bench({ gopayQrString: true });
    const { json } = await at.charge('G1', 1000, { payment_type: 'gopay' });
    expect(json['qr_string']).toMatch(/^000201/);
  });

  it('takes the full requests of the documentation', async () => {
    at = await bench();
    for (const name of ['request-charge-gopay-full', 'request-charge-qris-full']) {
      const { json } = await at.call('POST', '/v2/charge', sample(name));
      expect(json['status_code']).toBe('201');
      await at.call('POST', '/v2/order03/cancel');
    }
  });

  it('puts publicUrl into the actions instead of the address it listens on', async () => {
    at = await bench({ publicUrl: 'https://pay.example.test/' });
    const { json } = await at.charge('Q1');
    expect((json['actions'] as Json[])[0]?.['url']).toBe(
      `https://pay.example.test/v2/qris/${String(json['transaction_id'])}/qr-code`,
    );
  });

  it.each<[string, Json, string]>([
    ['no order id', { transaction_details: { gross_amount: 1 } }, 'transaction_details.order_id is required'],
    ['a long order id', details({ order_id: 'x'.repeat(51) }), 'transaction_details.order_id too long'],
    [
      'an odd order id',
      details({ order_id: 'a b' }),
      'transaction_details.order_id contains illegal characters',
    ],
    ['no amount', { transaction_details: { order_id: 'O' } }, 'transaction_details.gross_amount is required'],
    ['a fraction', details({ gross_amount: 39.1 }), 'transaction_details.gross_amount must be an integer'],
    [
      'a text amount',
      details({ gross_amount: '1000' }),
      'transaction_details.gross_amount must be an integer',
    ],
    [
      'zero',
      details({ gross_amount: 0 }),
      'transaction_details.gross_amount must be equal or greater than 1',
    ],
    [
      'over the QRIS limit',
      details({ gross_amount: 10_000_001 }),
      'transaction_details.gross_amount must be less than or equal to 10000000',
    ],
    [
      'items that do not add up',
      { ...details({}), item_details: [{ name: 'tea', price: 400, quantity: 2 }] },
      'transaction_details.gross_amount is not equal to the sum of item_details',
    ],
    ['an unknown acquirer', { ...details({}), qris: { acquirer: 'x' } }, 'qris.acquirer is invalid'],
    ['a long custom field', { ...details({}), custom_field1: 'x'.repeat(256) }, 'custom_field1 too long'],
    ['19 seconds', expiry(19, 'second'), 'custom_expiry is too short, the minimum is 20 seconds'],
    ['8 days', expiry(8, 'day'), 'custom_expiry is too long, the maximum is 7 days'],
    ['an unknown unit', expiry(1, 'week'), 'custom_expiry.unit is invalid'],
    ['no payment type', { ...details({}), payment_type: null }, 'payment_type is required'],
  ])('refuses %s with a real HTTP 400', async (_name, request, message) => {
    at = await bench();
    const { http, json } = await at.call('POST', '/v2/charge', { payment_type: 'qris', ...request });
    expect(http).toBe(400);
    expect(differences(sample('error-400-validation'), json)).toEqual([]);
    expect(json['validation_messages']).toContain(message);
    expect(at.sandbox.transactions.list()).toEqual([]);
  });

  it('takes up to 20 million by gopay and 10 million by qris, and items with a negative price', async () => {
    at = await bench();
    const gopay = await at.charge('G1', 20_000_000, { payment_type: 'gopay' });
    const qris = await at.charge('Q1', 10_000_000);
    const items = [
      { name: 'tea', price: 500, quantity: 3 },
      { name: 'discount', price: -500, quantity: 1 },
    ];
    const discounted = await at.charge('Q2', 1000, { item_details: items });
    expect([gopay, qris, discounted].map(({ json }) => json['status_code'])).toEqual(['201', '201', '201']);
    const over = await at.charge('G2', 20_000_001, { payment_type: 'gopay' });
    expect(over.http).toBe(400);
  });

  it('counts custom_expiry from the charge, or from order_time with its zone', async () => {
    at = await bench();
    const short = await at.charge('Q1', 1000, lasting(20, 'second'));
    expect(short.json['expiry_time']).toBe('2026-11-22 12:00:20');
    const week = await at.charge('Q2', 1000, lasting(7, 'day'));
    expect(week.json['expiry_time']).toBe('2026-11-29 12:00:00');
    const placed = { order_time: '2026-11-22 05:50:00 +0100', expiry_duration: 60, unit: 'minute' };
    const hour = await at.charge('Q3', 1000, { custom_expiry: placed });
    expect(hour.json['expiry_time']).toBe('2026-11-22 12:50:00');
    const stale = await at.call('POST', '/v2/charge', sample('request-charge-custom-expiry'));
    expect(stale.http).toBe(400);
  });

  it('refuses a payment type without access as 402, and a body that is not JSON as 413', async () => {
    at = await bench({ activated: ['qris'] });
    const gopay = await at.charge('G1', 1000, { payment_type: 'gopay' });
    expect(gopay.http).toBe(200);
    expect(differences(sample('derived/error-402'), gopay.json)).toEqual([]);
    const broken = await at.call('POST', '/v2/charge', '{"payment_type":');
    expect(broken.http).toBe(413);
    expect(differences(sample('derived/error-413'), broken.json)).toEqual([]);
  });

  it('refuses a wrong key with a real HTTP 401 and charges nothing', async () => {
    at = await bench();
    for (const Authorization of ['', 'Basic xyz', `Bearer ${SERVER_KEY}`]) {
      const { http, json } = await at.charge('Q1', 1000, {}, { Authorization });
      expect(http).toBe(401);
      expect(differences(sample('error-401.docs-2023'), json)).toEqual([]);
    }
    expect(at.sandbox.transactions.list()).toEqual([]);
  });

  it('answers 406 while the order id is pending or was paid, and takes it again after cancel and expire', async () => {
    at = await bench();
    await at.charge('Q1');
    const duplicate = await at.charge('Q1');
    expect(duplicate.http).toBe(200);
    expect(differences(sample('error-406-duplicate-order'), duplicate.json)).toEqual([]);
    for (const close of ['cancel', 'expire']) {
      await at.call('POST', `/v2/Q1/${close}`);
      expect((await at.charge('Q1')).json['status_code']).toBe('201');
    }
    at.sandbox.transactions.pay('Q1');
    expect((await at.charge('Q1')).json['status_code']).toBe('406');
    expect(at.sandbox.transactions.summary().count).toMatchObject({
      settlement: 1,
      cancel: 1,
      expire: 1,
      pending: 0,
    });
  });

  it('answers unknown paths and methods like the API gateway in front', async () => {
    at = await bench();
    expect((await at.call('GET', '/v3/nothing')).http).toBe(404);
    expect((await at.call('GET', '/v2/charge')).http).toBe(405);
    expect((await at.call('GET', '/v2/Q1/cancel')).http).toBe(405);
    expect((await at.call('POST', '/v2/%E0%A4%A/cancel')).http).toBe(404);
  });

  it('keeps the server key out of log, records and answers', async () => {
    at = await bench();
    await at.charge('Q1');
    await at.control('requests');
    const seen = [at.log.lines.join('\n'), (await at.control('requests')).text].join('\n');
    expect(seen).toContain('Q1');
    expect(seen).not.toContain(SERVER_KEY);
    expect(seen).not.toContain(Buffer.from(`${SERVER_KEY}:`).toString('base64'));
  });
});

function details(more: Json): Json {
  return { transaction_details: { order_id: 'O', gross_amount: 1000, ...more } };
}

function expiry(duration: number, unit: string): Json {
  return { ...details({}), custom_expiry: { expiry_duration: duration, unit } };
}

function lasting(duration: number, unit: string): Json {
  return { custom_expiry: { expiry_duration: duration, unit } };
}
