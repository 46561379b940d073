import { expect, it } from 'vitest';
import { readCsv } from '../../src/base/csv.js';
import { shiftReport } from '../../src/core/shift/shift.js';
import { shiftCsv, shiftMail, shiftName, shiftOfName } from '../../src/core/text/shift-report.js';
import { booksOf } from './books.js';

const HEAD = { shop: 'Warung Bu Sri', terminal: 'KASIR1', header: [], footer: [] };
const MAIL = { ...HEAD, from: 'kasir@example.com', to: ['sri@example.com', 'buku@example.com'] };
const CLOSED = {
  ...shiftReport(booksOf([], { number: 12, openedAtMs: Date.UTC(2026, 10, 29, 16, 30) })),
  closedAtMs: Date.UTC(2026, 10, 30, 16, 31),
  closedBy: 'gopay-pos',
  day: '2026-11-30',
};

it('writes an e-mail as a program that is called as sendmail wants it', () => {
  const mail = shiftMail(CLOSED, MAIL);
  const [head = '', body = ''] = mail.split('\n\n');
  expect(head).toBe(
    [
      'From: kasir@example.com',
      'To: sri@example.com,',
      ' buku@example.com',
      'Subject: Warung Bu Sri, KASIR1: shift 12, 2026-11-30',
      'Date: Mon, 30 Nov 2026 16:31:00 +0000',
      'Message-ID: <KASIR1-shift-000012.mil7p2o0@example.com>'.replace(
        'mil7p2o0',
        CLOSED.closedAtMs.toString(36),
      ),
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
    ].join('\n'),
  );
  expect(mail).not.toContain('\r');
  expect(mail).toMatch(/^[\n -~]+\n$/);
  expect(Math.max(...mail.split('\n').map((line) => line.length))).toBeLessThanOrEqual(78);
  const text = Buffer.from(body, 'base64').toString();
  expect(text).toContain('Warung Bu Sri, terminal KASIR1\n\nshift 12, closed\n');
  expect(text).toContain('2026-11-30');
});

it('lets no word of a shop end a header, and puts signs of other alphabets into encoded words', () => {
  for (const shop of [
    'Toko\r\nBcc: x@example.com',
    'Toko\u2028Bcc: x',
    'Kafé "Ümit" 日本茶屋 '.repeat(9),
    '=?x?=',
  ]) {
    const [head = ''] = shiftMail(CLOSED, { ...MAIL, shop }).split('\n\n');
    const names = head.split('\n').flatMap((line) => (/^ /.test(line) ? [] : [line.split(':')[0]]));
    expect(names).toHaveLength(9);
    expect(names).not.toContain('Bcc');
    expect(head).toMatch(/^[\n -~]+$/);
    expect(Math.max(...head.split('\n').map((line) => line.length))).toBeLessThanOrEqual(78 + 9);
    const subject = /Subject: ((?:.|\n )*)/.exec(head)?.[1] ?? '';
    const words = [...subject.matchAll(/=\?UTF-8\?B\?([^?]*)\?=/g)].map(([, word = '']) =>
      new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(word, 'base64')),
    );
    if (words.length > 0)
      expect(words.join('')).toBe(`${shop.replace(/[\r\n\u2028]+/g, ' ')}, KASIR1: shift 12, 2026-11-30`);
  }
});

it('has the same name for each try of a shift, which says its number', () => {
  expect(shiftName('T1', 7)).toBe('T1-shift-000007');
  expect([shiftOfName('T1-shift-000007'), shiftOfName('T1-01HF7YAT000000000000000000')]).toEqual([
    7,
    Number.NaN,
  ]);
});

it('writes the totals as a CSV that a spreadsheet opens', () => {
  const lines = [...readCsv(shiftCsv(CLOSED, HEAD), ';')].map(({ cells }) => cells);
  expect(lines[0]?.join(';')).toBe('terminal;shift;day;opened;closed;closed_by;group;line;count;sum');
  expect(lines[1]).toEqual([
    ...['KASIR1', '12', '2026-11-30', '2026-11-29 23:30:00', '2026-11-30 23:31:00', 'gopay-pos'],
    ...['all', 'settled', '0', '0'],
  ]);
  expect(lines.at(-1)?.slice(6)).toEqual(['still owed', 'owed', '0', '0']);
});
