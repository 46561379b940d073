import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16ccitt } from '../../src/base/bytes.js';
import { rupiah } from '../../src/base/rupiah.js';
import { checkQr, ownerOf, type Payee } from '../../src/core/sale/emv.js';
import { emvPayload } from './world.js';

/** `qr_string` of Midtrans' documentation of the QRIS charge for points of sale. */
const DOCUMENTED =
  '00020101021226620014COM.GO-JEK.WWW011993600914349052630340210G4905263030303UKE51440014ID.CO.QRIS.WWW0215AID0607336128660303UKE5204341453033605802ID5904Test6007BANDUNG6105402845409789000.0062475036c032f87c-f773-4619-aefa-675e1f06f9210703A016304A623';

/** A fixed fee of 500 on top of 10000. */
const WITH_FEE =
  '00020101021226610014COM.GO-JEK.WWW01189360091400000000000210G0000000000303UMI51440014ID.CO.QRIS.WWW0215ID10200000000000303UMI52045812530336054051000055020256035005802ID5910WARUNG UJI6007BANDUNG61054011162475036a0b1c2d3-0000-4000-8000-0000000000000703A0163047CE7';

/** The example of EMVCo's specification of merchant-presented codes, annex on its QR: lengths are in characters, CRC over UTF-8. */
const EMVCO_EXAMPLE =
  '00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A';

const PAN = '9360091434905263034';
const OURS = 'G490526303';

const field = (tag: string, value: string, length = value.length): string =>
  `${tag}${String(length).padStart(2, '0')}${value}`;
const gopay = (id = OURS, pan = PAN): string =>
  field('00', 'COM.GO-JEK.WWW') + field('01', pan) + field('02', id) + field('03', 'UKE');

const HEAD = { 0: '01', 1: '12' };
const WHOLE: Readonly<Record<string, string>> = {
  26: gopay(),
  51: field('00', 'ID.CO.QRIS.WWW') + field('02', 'ID1020000000000'),
  52: '3414',
  53: '360',
  58: 'ID',
  59: 'Test',
  60: 'BANDUNG',
  54: '10000',
};

function sealed(body: string): string {
  const text = `${body}6304`;
  return text + crc16ccitt(new TextEncoder().encode(text)).toString(16).toUpperCase().padStart(4, '0');
}

/** A sound payload for 10000, with tags changed, added (`behind`) or taken out (`undefined`). */
function code(changes: Readonly<Record<string, string | undefined>> = {}, behind = ''): string {
  const tags = Object.entries({ ...WHOLE, ...changes }).filter((tag) => tag[1] !== undefined);
  const run = ([tag, value]: readonly [string, string | undefined]): string => field(tag, value ?? '');
  return sealed(`${field('00', HEAD[0])}${field('01', HEAD[1])}${tags.map(run).join('')}${behind}`);
}

function wrong(payload: string, payee: Payee = { answered: OURS }, amount = 10_000) {
  const checked = checkQr(payload, rupiah(amount), payee);
  return checked.ok ? 0 : checked.error.code;
}

describe('the QR payload', () => {
  it('is shown as documented', () => {
    for (const payee of [{}, { configured: OURS }, { answered: OURS }, { configured: OURS, answered: OURS }])
      expect(checkQr(DOCUMENTED, rupiah(789_000), payee)).toEqual({ ok: true, value: DOCUMENTED });
    expect(wrong(code())).toBe(0);
    // What is nobody's yet is nobody's business.
    expect(wrong(code({}, field('99', 'free text')))).toBe(0);
  });

  it.each([
    [455, 'another amount', code({ 54: '10001' })],
    [455, 'cents', code({ 54: '10000.50' })],
    [455, 'a comma', code({ 54: '10000,00' })],
    [455, 'an exponent', code({ 54: '1e4' })],
    [455, 'no amount', code({ 54: undefined })],
    [455, 'its amount in a template only', code({ 54: undefined, 62: field('54', '10000') })],
    [456, 'dollars', code({ 53: '840' })],
    [456, 'no currency', code({ 53: undefined })],
    [458, 'a fixed fee', WITH_FEE],
    [458, 'a prompt for a tip', code({ 55: '01' })],
    [458, 'a percentage', code({ 55: '03', 57: '5' })],
    [458, 'a fee without its indicator', code({ 56: '500' })],
    [459, 'a broken CRC', DOCUMENTED.replace('A623', 'A624')],
    [459, 'a changed digit', DOCUMENTED.replace('789000', '788000')],
    [459, 'no CRC', DOCUMENTED.slice(0, -8)],
    [459, 'its CRC inside another tag', sealed(`${code().slice(0, -8)}9908`)],
    [459, 'two amounts', code({}, field('54', '99000'))],
    [459, 'two equal amounts', code({}, field('54', '10000'))],
    [459, 'a length that lies', sealed(`${code().slice(0, -8)}6230abc`)],
    [459, 'an account whose lengths lie', code({ 26: `${gopay()}0499x` })],
    [459, 'an account with two ids', code({ 26: gopay() + field('02', 'G000000001') })],
    [459, 'additional data whose lengths lie', code({ 62: '0799A01' })],
    [459, 'a line end inside', code({ 59: 'Te\nst' })],
    [
      459,
      'more than 512 bytes',
      code({}, ['80', '81', '82', '83', '84'].map((tag) => field(tag, field('01', 'x'.repeat(95)))).join('')),
    ],
    [481, 'another country', code({ 58: 'SG' })],
    [454, 'a web address', 'https://example.com/pay?order=1'],
    [454, 'JSON', '{"amount":10000}'],
    [454, 'nothing', ''],
  ])('is refused with E%i when it has %s', (number, _what, payload) => {
    const checked = checkQr(payload, rupiah(10_000));
    expect(checked).toMatchObject({ ok: false, error: { kind: 'refused', code: number } });
  });

  it.each([
    ['another merchant', code({ 26: gopay('G000000001', '9360091430000000014') })],
    ['the account of another merchant under our name', code({ 26: gopay(OURS, '9360091430000000014') })],
    ['our account under another name', code({ 26: gopay('G000000001') })],
    ['no merchant', code({ 26: field('00', 'COM.GO-JEK.WWW') + field('01', '93600914000') })],
    ['another wallet', code({ 26: field('00', 'ID.DANA.WWW') + field('01', PAN) + field('02', OURS) })],
    ['a second account', code({ 27: field('00', 'ID.DANA.WWW') + field('01', '936009153') })],
    ['a card account', code({ '04': '5200000000000007' })],
    ['no account', code({ 26: undefined })],
  ])('is refused with E457 when it pays %s', (_what, payload) => {
    expect([wrong(payload), wrong(payload, { configured: OURS })]).toEqual([457, 457]);
  });

  it('is compared with both ids, and they with each other', () => {
    expect(wrong(code(), { configured: OURS, answered: 'G000000001' })).toBe(457);
    expect(wrong(code(), { configured: 'M099098' })).toBe(457);
    // An id of another kind, as in Midtrans' samples, says nothing about GoPay's.
    expect(wrong(code(), { answered: 'M099098' })).toBe(0);
    expect(wrong(code({ 26: gopay('G000000000', '936009140000000000') }), { answered: 'G000000000' })).toBe(
      0,
    );
    // Without the name, its digits in the account number still name it.
    const nameless = code({ 26: field('00', 'com.go-jek.www') + field('01', PAN) });
    expect([wrong(nameless), wrong(nameless, { answered: 'G000000001' })]).toEqual([0, 457]);
  });

  it.each([
    ['characters', (text: string): number => [...text].length],
    ['UTF-16 units', (text: string): number => text.length],
    ['bytes', (text: string): number => new TextEncoder().encode(text).length],
  ])('may name the shop in another script, with lengths in %s', (_what, count) => {
    const name = field('00', 'JA') + field('01', '珈琲 \u{1f375}', count('珈琲 \u{1f375}'));
    const behind = field('64', name, count(name));
    expect(wrong(code({}, behind))).toBe(0);
    expect(wrong(code({ 54: '20000' }, behind))).toBe(455);
  });

  it("is read with the lengths that EMVCo's own example has", () => {
    const checked = checkQr(EMVCO_EXAMPLE, rupiah(10_000));
    // Sound in itself, and of another country's money: the first thing that is wrong with it.
    expect(checked).toMatchObject({ ok: false, error: { code: 456 } });
  });

  it('has to be right both ways when it can be read both ways', () => {
    // By characters the name ends before the amount; by bytes it ends four earlier, and tag 61 swallows the amount.
    const open = code({ 54: undefined, 59: undefined }).slice(0, -8);
    expect(wrong(sealed(`${open}5910\u00e9\u00e9\u00e9\u00e9ab6109540510000`))).toBe(455);
    expect(wrong(sealed(`${open}5910\u00e9\u00e9\u00e9\u00e9abcdef540510000`))).toBe(0);
  });

  it('may have blanks and line ends behind it, which are not shown', () => {
    for (const end of ['\r\n', '\n', ' ', '\0'])
      expect(checkQr(code() + end, rupiah(10_000))).toEqual({ ok: true, value: code() });
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
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60, unit: 'binary' }),
        (text) => void wrong(sealed(`000201${text}`)),
      ),
    );
  });
});

describe('whose code it is', () => {
  it('is what its tags say: the sign, the name, the national id', () => {
    expect(ownerOf(DOCUMENTED)).toEqual({ qris: true, name: 'Test', nmid: 'AID060733612866' });
    expect(ownerOf(code({ 51: undefined }))).toEqual({ name: 'Test' });
    expect(ownerOf(code({ 59: undefined }))).toEqual({ qris: true, nmid: 'ID1020000000000' });
    expect(ownerOf(code({ 51: field('00', 'ID.CO.QRIS.WWW') }))).toEqual({ qris: true, name: 'Test' });
    expect(ownerOf(code({ 51: field('00', 'X.Y') + field('02', 'ID1020000000000') }))).toEqual({
      name: 'Test',
      nmid: 'ID1020000000000',
    });
    expect(ownerOf('no code')).toEqual({});
  });

  it('leaves out what cannot be shown, or would be shown as something else', () => {
    expect(ownerOf(code({ 59: '\u202eOKOT' })).name).toBe('OKOT');
    expect(ownerOf(code({ 59: ' \u200b ' }))).not.toHaveProperty('name');
    expect(ownerOf(code({ 59: 'A'.repeat(41) }))).not.toHaveProperty('name');
    expect(ownerOf(code({ 51: field('00', 'ID.CO.QRIS.WWW') + field('02', 'id<b>') })).nmid).toBeUndefined();
  });

  it('is read in another script, whichever way its maker counts', () => {
    expect(ownerOf(code({ 59: 'Kopi \u6700\u4f73' })).name).toBe('Kopi \u6700\u4f73');
    const name = 'Caf\u00e9';
    const bytes = new TextEncoder().encode(name).length;
    const tags = Object.entries({ ...WHOLE, 59: undefined }).flatMap(([tag, value]) =>
      value === undefined ? [] : [field(tag, value)],
    );
    const counted = sealed(`${field('00', '01')}${tags.join('')}${field('59', name, bytes)}`);
    expect(ownerOf(counted).name).toBe(name);
  });
});
