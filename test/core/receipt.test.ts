import { expect, it } from 'vitest';
import { layoutSlip } from '../../devices/printer/slip-layout.js';
import { rupiah } from '../../src/base/rupiah.js';
import type { Slip } from '../../src/base/slip.js';
import type { SourceResult } from '../../src/core/sale/effect.js';
import { isSettled, type Sale, type SaleState } from '../../src/core/sale/sale.js';
import { faceOf } from '../../src/core/text/face.js';
import { copyOf, noQrSlip, qrSlip, qrTop, receiptSlip, unpaidSlip } from '../../src/core/text/receipt.js';
import type { SlipHead } from '../../src/core/text/slip-style.js';
import { awaiting, emvPayload, evidence, newSale } from './world.js';

const HEAD = { shop: 'Warung', terminal: 'KASIR1', header: [], footer: [] };

function copy(state: SaleState, refunded?: number): string {
  const { sale } = newSale('register');
  const status = refunded === undefined ? 'settlement' : 'partial_refund';
  const said = evidence(sale, status, refunded === undefined ? {} : { refundAmount: rupiah(refunded) });
  const slip = copyOf({ ...sale, state, evidence: said } satisfies Sale, HEAD, 0);
  return slip === undefined ? '' : wordsOf(slip);
}

function wordsOf({ lines }: Slip): string {
  return lines
    .map((line) =>
      line.put === 'text' ? line.text : line.put === 'pair' ? `${line.left} ${line.right}` : '',
    )
    .join('\n');
}

const RESOLVED = { at: 'resolved', by: 'Sri', atMs: 1, note: 'cash' } as const;
const REFUND = { refundKey: 'k', step: 'ask', tries: 0, sinceMs: 1 } as const;

it('says PAID on the copy for a sale that was handed over, also by a person', () => {
  expect(copy({ at: 'delivered', atMs: 1 })).toContain('LUNAS / PAID');
  expect(copy({ ...RESOLVED, how: 'delivered' })).toContain('LUNAS / PAID');
});

it('gives the copy the time of the original, however late somebody asks for it', () => {
  const sale = {
    ...newSale('register').sale,
    state: { at: 'delivered', atMs: Date.UTC(2026, 0, 1) },
  } as const;
  const late = copyOf(sale, HEAD, Date.UTC(2026, 5, 1));
  expect(late && wordsOf(late)).toContain('01-01-2026 07:00:00 WIB');
});

it('never says PAID on the copy for a sale whose money went back', () => {
  const words = copy({ ...RESOLVED, how: 'refunded' });
  expect(words).toContain('*** SALINAN / COPY ***\n');
  expect(words).toContain('DIKEMBALIKAN\nREFUNDED\nRp15.000');
  expect(words).not.toContain('PAID');
  expect(words).not.toContain('LUNAS');
});

it('does not say of a sale that its register gives back that nothing was handed over', () => {
  const words = copy({ at: 'refunding', why: 'returned', ...REFUND });
  expect(words).toContain('BEING REFUNDED');
  expect(words).not.toMatch(/LUNAS|PAID|OWED|nothing was/);
  expect(copy({ at: 'refunding', why: 'deliveryFailed', ...REFUND })).toContain('OWED');
});

it('does not say that nothing was handed over where nobody knows it, on paper and on the screen', () => {
  const unknown = { at: 'owed', why: 'deliveryUnknown', sinceMs: 1 } as const;
  expect(copy(unknown)).toContain('BELUM PASTI DISERAHKAN / OWED');
  expect(copy(unknown)).toContain('it is not known whether it was handed over');
  const returning = { at: 'refunding', why: 'deliveryUnknown', ...REFUND } as const;
  for (const state of [unknown, returning]) {
    expect(copy(state)).not.toMatch(/nothing was|belum diserahkan/);
    const sale = { ...newSale('vending').sale, state };
    const face = faceOf({
      ...{ shop: 'Warung', terminal: 'T1', sale: undefined, entry: undefined, hint: undefined },
      ...{ readiness: { ready: true, notes: [] }, ending: { end: 'owed', sale } },
      ...{ qrLifeMs: 300_000, nowWallMs: 0 },
    });
    expect(face).toMatchObject({ show: 'owed', amount: 15_000 });
    expect(JSON.stringify(face)).not.toMatch(/nothing was|belum diserahkan/);
  }
  expect(copy({ at: 'owed', why: 'deliveryFailed', sinceMs: 1 })).toContain('nothing was handed over');
});

it('leaves what a person settled otherwise to that person', () => {
  const words = copy({ ...RESOLVED, how: 'other' });
  expect(words).toContain('CLOSED BY THE STAFF');
  expect(words).not.toMatch(/LUNAS|PAID/);
});

it('names the part that was given back', () => {
  expect(copy({ at: 'delivered', atMs: 1 }, 5_000)).toContain('LUNAS / PAID\nRp15.000');
  expect(copy({ at: 'delivered', atMs: 1 }, 5_000)).toContain('Kembali/Refunded Rp5.000');
  const owed = { at: 'owed', why: 'partlyRefunded', sinceMs: 1 } as const;
  expect(copy(owed, 5_000)).toMatch(/OWED\nRp15\.000(.|\n)*Kembali\/Refunded Rp5\.000/);
});

const CONTACT = {
  phone: '022-1234567',
  whatsapp: '0812-3456-7890',
  hours: 'Senin-Jumat 08.00-20.00, Sabtu sampai 14',
};

/** What stands on paper of 32 columns. */
function paper(slip: Slip, columns = 32): string[] {
  return layoutSlip(slip, columns).map((line) => (line.put === 'text' ? line.text : `<${line.put}>`));
}

function paid(more: object = {}): Sale {
  const { sale } = newSale('register');
  const settlementTime = '2026-11-30 23:59:58';
  return {
    ...sale,
    state: { at: 'delivered', atMs: Date.UTC(2026, 10, 30, 17, 0, 3) },
    evidence: evidence(sale, 'settlement', { settlementTime, ...more }),
  };
}

const AT = Date.UTC(2026, 10, 30, 17, 0, 3);

it('names issuer, acquirer and the numbers that both sides can find, where the gateway names them', () => {
  const named = { issuer: 'BCA', acquirer: 'gopay', crossReference: '7326285a-c8f7-4758-b570-067e62fc661f' };
  expect(paper(receiptSlip(paid(named), HEAD, AT, false)).slice(4)).toEqual([
    '<rule>',
    '01-12-2026          00:00:03 WIB',
    'Terminal                  KASIR1',
    'No.                       000001',
    'T1-01HF7YAT000000000000000000',
    'Metode/Method               QRIS',
    'Penerbit/Issuer              BCA',
    'Acquirer                   GoPay',
    'Dibayar/Paid    30-11-2026 23:59',
    'RRN                 000107000001',
    'Ref.',
    '7326285a-c8f7-4758-b570-',
    '067e62fc661f',
    'ID',
    'e48447d1-cfa9-4b02-b163-',
    '2e915d4417ac',
    '<rule>',
    'Terima kasih',
    'Thank you',
  ]);
  const bare = paper(receiptSlip(paid(), HEAD, AT, false)).join('\n');
  expect(bare).toContain('Metode/Method              GoPay');
  expect(bare).not.toMatch(/Issuer|Acquirer|Ref\./);
});

it('writes days and times as the shop does, by its own clocks', () => {
  const lines = (head: Partial<SlipHead>) => paper(receiptSlip(paid(), { ...HEAD, ...head }, AT, false));
  expect(lines({ dates: '31/12/2026', zone: 'WIT' })).toContain('01/12/2026          02:00:03 WIT');
  expect(lines({ dates: '2026-12-31', zone: 'WITA' })).toContain('2026-12-01         01:00:03 WITA');
  // The day of the payment is that of the slip there.
  expect(lines({ zone: 'WITA' })).toContain('Dibayar/Paid       00:59:58 WITA');
});

it('speaks both languages, or the one that it is set to', () => {
  const words = (language: 'both' | 'id' | 'en') =>
    paper(receiptSlip(paid({ issuer: 'BCA' }), { ...HEAD, language }, AT, false)).join('\n');
  expect(words('both')).toMatch(/LUNAS \/ PAID(.|\n)*Penerbit\/Issuer(.|\n)*Terima kasih\nThank you/);
  expect(words('id')).toMatch(/LUNAS\n(.|\n)*Penerbit {10}(.|\n)*Terima kasih$/);
  expect(words('id')).not.toMatch(/PAID|Issuer|Thank/);
  expect(words('en')).toMatch(/PAID\n(.|\n)*Issuer {12}(.|\n)*Thank you$/);
  expect(words('en')).not.toMatch(/LUNAS|Penerbit|Terima/);
});

it('says on LUNAS what the app shows with a fee on top, and whom to call where only a machine stands there', () => {
  const face = (sale: Sale, more: object = {}) =>
    faceOf({
      ...{ shop: 'Warung', terminal: 'T1', sale: undefined, entry: undefined, hint: undefined },
      ...{ readiness: { ready: true, notes: [] }, ending: { end: 'paid', sale, receipt: 'none' } },
      ...{ qrLifeMs: 300_000, nowWallMs: 0, contact: CONTACT, ...more },
    });
  const fee = { amount: rupiah(15_500), customerFee: rupiah(500) };
  const { source } = newSale('vending').sale;
  const vended = { ...paid(fee), source };
  expect(face(vended)).toMatchObject({
    notes: [
      { id: 'Dibayar Rp15.500, termasuk biaya', en: 'Rp15.500 paid, fee included' },
      { id: 'Barang tidak keluar? Tel. 022-1234567', en: 'Nothing came out? Tel. 022-1234567' },
    ],
  });
  expect(face({ ...paid(), source }, { contact: {} })).toMatchObject({ notes: [] });
  expect(face(paid())).toMatchObject({ notes: [] });
  const given = { id: 'alms', quantity: 1, name: { id: 'Infak', en: 'Alms' }, price: rupiah(15_000) };
  const donated = { ...paid(), source, items: [given] } as Sale;
  expect(JSON.stringify(face(donated, { thanks: true }))).not.toContain('came out');
});

it('loses no character and no column on paper of 32 and of 16, however long names are', () => {
  const issuer = 'PT BANK PEMBANGUNAN DAERAH JAWA BARAT DAN BANTEN, TBK (BANK BJB)';
  const sale = paid({ issuer, acquirer: issuer, customerFee: rupiah(10_000_000) });
  const head = { ...HEAD, terminal: 'ABCDEFGHIJKLMNOP', contact: CONTACT };
  for (const columns of [32, 16])
    for (const slip of [
      receiptSlip(sale, head, AT, false),
      unpaidSlip(sale, { result: 'unknown', code: 510 }, head, AT),
    ])
      for (const line of layoutSlip(slip, columns))
        if (line.put === 'text')
          expect(line.text.length).toBeLessThanOrEqual(line.big ? columns / 2 : columns);
  expect(
    paper(receiptSlip(sale, head, AT, false))
      .join(' ')
      .replace(/\s+/g, ' '),
  ).toContain('PT BANK PEMBANGUNAN DAERAH JAWA BARAT DAN BANTEN, TBK (BANK');
});

it('says whose code it is by its own tags, under the amount, and begins as the part that is printed early', () => {
  const sale = awaiting();
  const qris =
    '00020101021226620014COM.GO-JEK.WWW011993600914349052630340210G4905263030303UKE51440014ID.CO.QRIS.WWW0215AID0607336128660303UKE5204341453033605802ID5904Test6007BANDUNG6105402845409789000.0062475036c032f87c-f773-4619-aefa-675e1f06f9210703A016304A623';
  const slip = qrSlip(sale, qris, { ...HEAD, contact: CONTACT }, 0, false);
  const lines = paper(slip);
  const at = lines.indexOf('<qr>');
  expect(lines.slice(at - 4, at)).toEqual(['Rp15.000', 'QRIS', 'Test', 'NMID: AID060733612866']);
  expect(lines.slice(-4)).toEqual([
    'Tel. 022-1234567',
    'WhatsApp 0812-3456-7890',
    'Senin-Jumat 08.00-20.00, Sabtu',
    'sampai 14',
  ]);
  const top = qrTop(sale, { ...HEAD, contact: CONTACT });
  expect(slip.lines.slice(0, top.lines.length)).toEqual(top.lines);
  expect(noQrSlip(sale, HEAD, 0).lines.slice(0, top.lines.length)).toEqual(top.lines);
  // A code of GoPay's own that says nothing of QRIS has no such sign on it.
  const bare = paper(qrSlip(sale, emvPayload(15_000), HEAD, 0, false));
  expect(bare.slice(bare.indexOf('<qr>') - 2, bare.indexOf('<qr>'))).toEqual(['Rp15.000', 'Test']);
});

it('leaves a slip to quote at each end without payment, and for a copy of it later', () => {
  const sale = awaiting();
  const ends: readonly (readonly [SourceResult, string])[] = [
    [{ result: 'cancelled' }, 'DIBATALKAN / CANCELLED'],
    [{ result: 'expired' }, 'WAKTU HABIS / EXPIRED'],
    [{ result: 'denied', code: 531 }, 'DITOLAK / DENIED'],
    [{ result: 'failed', code: 455 }, 'GAGAL / FAILED'],
    [{ result: 'unknown', code: 510 }, 'BELUM PASTI / NOT KNOWN YET'],
  ];
  for (const [result, title] of ends) {
    const lines = paper(unpaidSlip(sale, result, { ...HEAD, contact: CONTACT }, AT));
    expect(lines).toContain(title);
    expect(lines).toContain('No.                       000001');
    expect(lines).toContain('Tel. 022-1234567');
    expect(lines.join(' ')).not.toMatch(/LUNAS|Terima kasih/);
    // Law 2: of what is not known nothing says that it was not paid.
    if (result.result === 'unknown') expect(lines.join(' ')).not.toMatch(/Tidak ada uang|Not paid|No money/);
  }
  const closed = { ...sale, state: { at: 'closed', how: 'expired' } } as const;
  expect(isSettled(closed)).toBe(false);
  const again = copyOf({ ...closed, evidence: evidence(sale, 'expire') }, HEAD, AT);
  expect(again?.copy).toBe(true);
  const said = again === undefined ? '' : paper(again).join(' ');
  expect(said).toContain('WAKTU HABIS / EXPIRED');
  expect(said).toContain('bizops@midtrans.com');
});
