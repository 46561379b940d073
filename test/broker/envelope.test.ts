import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Misuse } from '../../src/base/assert.js';
import {
  encodeNotice,
  encodePresence,
  encodeState,
  NOTICE_MAX_BYTES,
  parseNotice,
} from '../../src/mqtt/envelope.js';
import { noticeTopic, parseTopic, presenceTopic, stateTopic } from '../../src/mqtt/topics.js';

const GOOD = {
  id: '01JD8G2Q7F6ZJ5W1M3N4P5Q6R7',
  at: '2026-11-22T08:00:00.123Z',
  expiresAt: '2026-11-22T08:20:00.123Z',
  orderId: 'T1-01JD8G2Q7F6ZJ5W1M3N4P5Q6R8',
  says: 'settlement',
};

describe('a notice on the wire', () => {
  it('is JSON with its five keys, and reads back the same', () => {
    const text = encodeNotice(GOOD);
    expect(JSON.parse(text)).toEqual(GOOD);
    expect(parseNotice(text)).toEqual({ ok: true, value: GOOD });
  });

  it('may carry keys that this version does not know', () => {
    expect(parseNotice(JSON.stringify({ ...GOOD, v: 2, sig: { kid: 'r1' } }))).toEqual({
      ok: true,
      value: GOOD,
    });
  });

  it.each([
    ['id', { id: 7 }],
    ['id', { id: '' }],
    ['id', { id: 'x'.repeat(65) }],
    ['id', { id: 'a b' }],
    ['at', { at: 1763790000123 }],
    ['at', { at: '2026-11-22 08:00:00' }],
    ['at', { at: '2026-11-22T08:00:00+07:00' }],
    ['at', { at: '2026-13-41T08:00:00Z' }],
    ['expiresAt', { expiresAt: undefined }],
    ['expiresAt', { expiresAt: '2026-11-22T07:59:59Z' }],
    ['orderId', { orderId: 'x'.repeat(51) }],
    ['orderId', { orderId: 'T1/../T2' }],
    ['orderId', { orderId: null }],
    ['says', { says: '' }],
    ['says', { says: 'x'.repeat(41) }],
    ['says', { says: 'settle\nment' }],
    ['says', { says: ['settlement'] }],
  ])('is refused with the name of the field when %s is %j', (field, wrong) => {
    const parsed = parseNotice(JSON.stringify({ ...GOOD, ...wrong }));
    expect(parsed).toMatchObject({ ok: false, error: expect.stringMatching(`^${field}: `) });
  });

  it.each(['', 'null', '[]', '"x"', '{', '7'])('is refused when it is %j', (text) => {
    expect(parseNotice(text)).toMatchObject({ ok: false });
  });

  it('is refused when it is longer than the limit, counted in bytes', () => {
    const room = NOTICE_MAX_BYTES - JSON.stringify({ ...GOOD, pad: '' }).length;
    expect(parseNotice(JSON.stringify({ ...GOOD, pad: 'x'.repeat(room) })).ok).toBe(true);
    expect(parseNotice(JSON.stringify({ ...GOOD, pad: 'x'.repeat(room + 1) })).ok).toBe(false);
    expect(parseNotice(JSON.stringify({ ...GOOD, pad: 'é'.repeat(room / 2 + 1) })).ok).toBe(false);
  });

  it('is never sent when no terminal would read it', () => {
    expect(() => encodeNotice({ ...GOOD, says: '' })).toThrow(Misuse);
  });

  it('is refused or read, and never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(typeof parseNotice(text).ok).toBe('boolean');
      }),
    );
  });

  it('takes no key from the prototype', () => {
    expect(parseNotice('{"__proto__":{"id":"a"},"constructor":1}')).toMatchObject({ ok: false });
  });
});

describe('a state on the wire', () => {
  it('says by which connection beside what the terminal tells of itself, which cannot lie about that', () => {
    expect(JSON.parse(encodeState('a1b2', { printer: 'ready', link: 'ff' }))).toEqual({
      printer: 'ready',
      link: 'a1b2',
    });
  });

  it('is bounded', () => {
    expect(() => encodeState('a1b2', { text: 'x'.repeat(16_384) })).toThrow(Misuse);
  });

  it('is apart from the presence, which a will says', () => {
    expect(JSON.parse(encodePresence('offline', 'a1b2'))).toEqual({ presence: 'offline', link: 'a1b2' });
  });
});

describe('a topic', () => {
  it('names merchant, terminal and leaf below gopay-pos/v1', () => {
    expect([noticeTopic, stateTopic, presenceTopic].map((make) => make('toko-1', 'T1'))).toEqual(
      ['notice', 'state', 'presence'].map((leaf) => `gopay-pos/v1/toko-1/T1/${leaf}`),
    );
  });

  it.each(['', 'a/b', 'a.b', '+', '#', 'a b', 'x'.repeat(65), 'é'])('is never made of the id %j', (id) => {
    expect(() => noticeTopic(id, 'T1')).toThrow(Misuse);
    expect(() => noticeTopic('toko-1', id)).toThrow(Misuse);
  });

  it('is read back into its parts, and nothing else is', () => {
    expect(parseTopic('gopay-pos/v1/toko-1/T1/notice')).toEqual({
      merchant: 'toko-1',
      terminal: 'T1',
      leaf: 'notice',
    });
    for (const other of [
      'gopay-pos/v1/toko-1/T1',
      'gopay-pos/v1/toko-1/T1/notice/x',
      'gopay-pos/v1/+/T1/notice',
      'gopay-pos/v1/toko-1/T1/#',
      'gopay-pos/v2/toko-1/T1/notice',
      'gopay-pos/v1/toko-1/T1/secret',
      '/gopay-pos/v1/toko-1/T1/notice',
      '$SYS/broker',
    ])
      expect(parseTopic(other), other).toBeUndefined();
  });
});
