import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import { checkQr, parseEmv } from '../../src/core/emv.js';
import { emvPayload } from './world.js';

/** `qr_string` of Midtrans' documentation of the QRIS charge for points of sale. */
const DOCUMENTED =
  '00020101021226620014COM.GO-JEK.WWW011993600914349052630340210G4905263030303UKE51440014ID.CO.QRIS.WWW0215AID0607336128660303UKE5204341453033605802ID5904Test6007BANDUNG6105402845409789000.0062475036c032f87c-f773-4619-aefa-675e1f06f9210703A016304A623';

describe('the QR payload', () => {
  it('is read as documented', () => {
    expect(parseEmv(DOCUMENTED)).toEqual({
      ok: true,
      value: { amount: '789000.00', currency: '360', merchantName: 'Test', merchantId: 'G490526303' },
    });
    expect(checkQr(DOCUMENTED, rupiah(789_000), 'G490526303').ok).toBe(true);
  });

  it.each([
    ['another amount', DOCUMENTED, 789_001, undefined, 'asks 789000.00'],
    ['another merchant', DOCUMENTED, 789_000, 'G000000000', 'of merchant G490526303'],
    ['a broken CRC', DOCUMENTED.replace('A623', 'A624'), 789_000, undefined, 'CRC'],
    ['a changed digit', DOCUMENTED.replace('789000', '788000'), 788_000, undefined, 'CRC'],
    ['no CRC', DOCUMENTED.slice(0, -8), 789_000, undefined, 'CRC'],
    ['a web address', 'https://example.com', 789_000, undefined, 'CRC'],
    ['nothing', '', 789_000, undefined, 'ASCII'],
  ])('is refused with E455 when it has %s', (_what, payload, amount, merchant, words) => {
    const checked = checkQr(payload, rupiah(amount), merchant);
    expect(checked).toMatchObject({ ok: false, error: { kind: 'refused', code: 455 } });
    if (!checked.ok) expect(checked.error.detail).toContain(words);
  });

  it('is accepted for exactly its own amount', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.integer({ min: 1, max: 10_000_000 }),
        (asked, sale) => {
          expect(checkQr(emvPayload(asked), rupiah(sale)).ok).toBe(asked === sale);
        },
      ),
    );
  });

  it('never crashes, whatever the picture held', () => {
    fc.assert(fc.property(fc.string({ maxLength: 600 }), (text) => void checkQr(text, rupiah(1))));
  });
});
