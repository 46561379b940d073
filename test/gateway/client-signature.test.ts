import { describe, expect, it } from 'vitest';
import { signatureMatches, signatureOf } from '../../src/midtrans/signature.js';
import { SERVER_KEY, sampleObject } from './client-kit.js';

const SIGNED = [
  'notif-settlement.agent-skills-signed.json',
  'notif-pending.agent-skills-signed.json',
  'notif-expire.agent-skills-signed.json',
  'notif-partial-refund.agent-skills-signed.json',
  'derived/notif-gopay-cancel.json',
  'derived/notif-gopay-deny.json',
  'derived/status-qris-settlement-200.json',
  'derived/status-gopay-expire-407.json',
];

function fieldsOf(name: string) {
  const body = sampleObject(name);
  return {
    fields: {
      orderId: String(body['order_id']),
      statusCode: String(body['status_code']),
      grossAmount: String(body['gross_amount']),
    },
    key: String(body['signature_key']),
  };
}

describe('the signature of a notification', () => {
  it.each(SIGNED)('matches in %s', (name) => {
    const { fields, key } = fieldsOf(name);
    expect(signatureMatches(fields, key, SERVER_KEY)).toBe(true);
    expect(signatureOf(fields, SERVER_KEY)).toBe(key);
  });

  it('is over the strings as they came, and fails for any other', () => {
    const { fields, key } = fieldsOf('notif-settlement.agent-skills-signed.json');
    expect(signatureMatches({ ...fields, grossAmount: '150000' }, key, SERVER_KEY)).toBe(false);
    expect(signatureMatches({ ...fields, statusCode: '201' }, key, SERVER_KEY)).toBe(false);
    expect(signatureMatches({ ...fields, orderId: 'ORDER-sandbox-0002' }, key, SERVER_KEY)).toBe(false);
    expect(signatureMatches(fields, key, 'SB-Mid-server-other')).toBe(false);
    expect(signatureMatches(fields, key.toUpperCase(), SERVER_KEY)).toBe(false);
    expect(signatureMatches(fields, key.slice(0, -1), SERVER_KEY)).toBe(false);
    expect(signatureMatches(fields, '', SERVER_KEY)).toBe(false);
    expect(signatureMatches(fields, 'ü'.repeat(64), SERVER_KEY)).toBe(false);
  });
});
