import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16ccitt, fromHex, hex, xor } from '../../src/base/bytes.js';
import { orderId, parseOrderId, parseTerminalId, terminalOf, ulid } from '../../src/base/ids.js';
import { formatRupiah, parseRupiah, parseWireAmount, rupiah } from '../../src/base/rupiah.js';
import { formatWib, parseWib } from '../../src/base/time.js';

describe('the values that everything is made of', () => {
  it('keeps rupiah whole', () => {
    expect(parseRupiah('15000')).toBe(15_000);
    for (const text of ['', '-1', '1.5', '1e3', ' 1', '1234567890123'])
      expect(parseRupiah(text)).toBeUndefined();
    expect(() => rupiah(0.5)).toThrow();
    expect(() => rupiah(-1)).toThrow();
    expect([0, 999, 1000, 15_000, 10_000_000].map((amount) => formatRupiah(rupiah(amount)))).toEqual([
      'Rp0',
      'Rp999',
      'Rp1.000',
      'Rp15.000',
      'Rp10.000.000',
    ]);
  });

  it("reads Midtrans' amounts, and none with cents", () => {
    for (const value of ['15000.00', '15000.0', '15000', 15_000]) expect(parseWireAmount(value)).toBe(15_000);
    for (const value of [
      '15000.',
      '15000.5',
      '15000.50',
      '15000.000',
      '15,000.00',
      '-1.00',
      '1e4.00',
      '',
      1.5,
      -1,
      null,
    ])
      expect(parseWireAmount(value)).toBeUndefined();
  });

  it('makes order ids of at most 43 characters that name their terminal', () => {
    const terminal = parseTerminalId('ABCDEFGHIJKLMNOP');
    expect(terminal).toBeDefined();
    if (terminal === undefined) return;
    const id = orderId(terminal, ulid(1_732_258_800_000, new Uint8Array(10).fill(255)));
    expect(id).toHaveLength(43);
    expect(parseOrderId(id)).toBe(id);
    expect(terminalOf(id)).toBe(terminal);
    for (const text of [
      'T1',
      'T1-',
      'order102',
      't1-01ARZ3NDEKTSV4RRFFQ69G5FAV',
      'T1-81ARZ3NDEKTSV4RRFFQ69G5FAV',
    ]) {
      expect(parseOrderId(text)).toBeUndefined();
      expect(terminalOf(text)).toBeUndefined();
    }
  });

  it('writes ULIDs as their specification does', () => {
    expect(ulid(1_469_918_176_385, new Uint8Array(10)).slice(0, 10)).toBe('01ARYZ6S41');
    expect(ulid(0, Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]))).toBe('00000000000000000000000001');
    expect(ulid(0, new Uint8Array(10).fill(255)).slice(10)).toBe('ZZZZZZZZZZZZZZZZ');
  });

  it("knows Jakarta's time", () => {
    expect(formatWib(Date.UTC(2026, 10, 22, 17, 30, 5))).toBe('2026-11-23 00:30:05');
    expect(parseWib('2026-11-23 00:30:05')).toBe(Date.UTC(2026, 10, 22, 17, 30, 5));
    for (const text of ['', '2026-11-23', '2026-13-01 00:00:00', '2026-11-23T00:30:05'])
      expect(parseWib(text)).toBeUndefined();
  });

  it('computes the check sums of its frames', () => {
    expect(crc16ccitt(new TextEncoder().encode('123456789'))).toBe(0x29b1);
    expect(xor(Uint8Array.from([1, 2, 4]))).toBe(7);
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(hex(bytes))).toEqual(bytes);
      }),
    );
    expect(fromHex('0g')).toBeUndefined();
  });
});
