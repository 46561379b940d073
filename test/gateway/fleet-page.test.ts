import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BoxState } from '../../src/base/box-state.js';
import { Fleet } from '../../src/mqtt/fleet.js';
import { FLEET_ALERTS, firesAt } from '../../src/relay/fleet-alerts.js';
import { fleetPage } from '../../src/relay/fleet-page.js';
import { questionOf } from '../../src/relay/fleet-question.js';
import { boxState, FLEET_AT, hear, minutesAgo } from '../kit/fleet/boxes.js';

const NOW = { monoMs: 1_000_000_000, wallMs: FLEET_AT };

function pageOf(fleet: Fleet, query = '', accepted = 'en'): string {
  const question = questionOf(query, accepted);
  const { language } = question;
  return fleetPage(fleet.boxes(NOW), question, { language, home: '/fleet', nowMs: FLEET_AT, canLeave: true });
}

/** Names in the rows of the table, in their order. */
const namesIn = (page: string): string[] =>
  [...page.matchAll(/<td role="cell" class="name"[^>]*><b>([^<]*)<\/b>/g)].map(([, name = '']) => name);

function some(): Fleet {
  const fleet = new Fleet();
  hear(fleet, NOW, boxState('KASIR1', { group: 'Bandung' }));
  hear(fleet, NOW, boxState('KASIR2', { group: 'Jakarta', state: 'busy' }));
  hear(
    fleet,
    NOW,
    boxState('VEND1', {
      ...{ group: 'Bandung', state: 'not_ready', ready: false, since: minutesAgo(12) },
      fault: { code: 401, id: 'Kertas habis.', en: 'Out of paper.', detail: '' },
      owed: { count: 2, sum: 22_000, since: minutesAgo(40), refundsFailed: 1 },
      paper: { state: 'fault', code: 401, slipsWaiting: 1 },
      slots: { failed: 3, outOfService: 1 },
    }),
  );
  hear(fleet, NOW, boxState('VEND2', { at: minutesAgo(20) }), 'toko', true);
  fleet.take('gopay-pos/v1/toko/NEW1/presence', '{"presence":"online","link":"b"}', NOW);
  return fleet;
}

describe('the page of the fleet', () => {
  it('says of each how it is, what it owes and what is the matter, in both languages', () => {
    const [en, id] = [pageOf(some()), pageOf(some(), '', 'id-ID,en;q=0.5')];
    expect(namesIn(en)).toEqual(['KASIR1', 'KASIR2', 'NEW1', 'VEND1', 'VEND2']);
    for (const told of [
      'Not selling',
      'E401 Out of paper.',
      'Away',
      'Busy',
      'Not heard yet',
      'Rp22.000',
      '1 refunds failed',
      '3 slots failed',
      '12 min',
    ])
      expect(en).toContain(told);
    for (const told of [
      'Tidak berjualan',
      'E401 Kertas habis.',
      'Tidak terhubung',
      'Melayani',
      'Belum bersuara',
      '1 pengembalian gagal',
      '12 mnt',
    ])
      expect(id).toContain(told);
    expect([/<html lang="en">/.test(en), /<html lang="id">/.test(id)]).toEqual([true, true]);
    expect(namesIn(pageOf(some(), 'lang=en', 'id'))).toHaveLength(5);
  });

  it.each([
    ['state=away', ['VEND2']],
    ['state=not_ready', ['VEND1']],
    ['owed=yes', ['VEND1']],
    ['group=Bandung', ['KASIR1', 'VEND1']],
    ['group=Bandung&state=ready', ['KASIR1']],
    ['q=kasir', ['KASIR1', 'KASIR2']],
    ['q=E401', ['VEND1']],
    ['q=kertas+habis', ['VEND1']],
    ['alert=SlotFailed', ['VEND1']],
    ['state=nonsense&page=9999', ['KASIR1', 'KASIR2', 'NEW1', 'VEND1', 'VEND2']],
    ['q=nobody', []],
  ])('shows by %s %j', (query, names) => {
    expect(namesIn(pageOf(some(), query))).toEqual(names);
  });

  it('names the merchant where there are several, and only there', () => {
    expect(pageOf(some())).not.toContain('Merchant');
    const fleet = some();
    hear(fleet, NOW, boxState('KASIR1'), 'warung');
    expect(pageOf(fleet)).toContain('<th scope="col" role="columnheader">Merchant</th>');
    expect(pageOf(fleet)).toContain('>warung</td>');
  });

  it('is nothing but words, whatever a box says of itself', () => {
    const evil = '"><img src=x onerror=alert(1)></title><script>alert(1)</script>&amp;\u202e';
    const fleet = new Fleet();
    const worst = boxState('T01', {
      ...{ group: evil, version: evil, state: evil as 'ready', ready: false, tokenEndsAt: '2026-13-01' },
      fault: { code: 1, id: evil, en: evil, detail: evil },
      paper: { state: evil as 'good', code: 0, slipsWaiting: 0 },
      owed: { count: 1e300, sum: -0.5, since: minutesAgo(-9e6), refundsFailed: 1 },
      legs: { [evil]: { code: 7, detail: evil }, __proto__: { code: 9, detail: '' } },
      pads: { [evil]: false },
    });
    const { tokenEndsAt: _bad, ...heard } = worst;
    for (const state of [worst, heard]) fleet.take('gopay-pos/v1/toko/T01/state', JSON.stringify(state), NOW);
    expect(fleet.boxes(NOW).map(({ state }) => state?.version)).toEqual([evil]);
    const page =
      pageOf(fleet, `q=${encodeURIComponent('<b>"')}&group=${encodeURIComponent(evil)}`) + pageOf(fleet);
    expect(namesIn(page)).toEqual(['T01']);
    expect(page).not.toMatch(/<img|<b>"|onerror=alert\(1\)>|\u202e|<script>alert/);
    expect(page.match(/<script>/g)).toHaveLength(2);
  });

  it.each<[string, unknown]>([
    ['a year that no clock tells', { since: '+275760-09-13T00:00:00.000Z' }],
    ['such a year in other words', { since: '0013-Sep-275760' }],
    ['such a last sale', { lastSaleAt: '0013-Sep-275760' }],
    ['such an end of its token', { tokenEndsAt: '0013-Sep-275760' }],
    ['such a debt', { owed: { count: 1, sum: 1, refundsFailed: 0, since: '0013-Sep-275760' } }],
    ['a time of a zone that is not told', { since: '2026-12-01T10:00:00' }],
    ['no state', { state: undefined }],
    ['a state that is no text', { state: {} }],
    ['a token that ends at no time', { tokenEndsAt: 'never' }],
  ])('takes no state with %s', (_name, other) => {
    const fleet = new Fleet();
    const state = JSON.stringify({ ...boxState('T01'), ...(other as Partial<BoxState>) });
    expect(fleet.take('gopay-pos/v1/toko/T01/state', state, NOW)).toBe(false);
  });

  it.each<[string, unknown]>([
    ['legs', { legs: [null, 'x', { code: '<' }] }],
    ['pads', { pads: null }],
    ['neither', { pads: undefined, legs: undefined }],
    ['paper of a word that objects have', { paper: { state: 'constructor', code: 0 } }],
    ['paper of a word that all have', { paper: { state: '__proto__', code: 0 } }],
    ['devices of such words', { legs: JSON.parse('{"__proto__":{"code":9},"constructor":{"code":1}}') }],
    [
      'the first and the last time',
      { since: '0000-01-01T00:00:00.000Z', lastSaleAt: '9999-12-31T23:59:59.999Z' },
    ],
    ['amounts', { owed: { count: -1, sum: 1e21, refundsFailed: 0.5 } }],
  ])('stands whatever %s are', (_name, other) => {
    const fleet = new Fleet();
    const state = JSON.stringify({ ...boxState('T01'), ...(other as Partial<BoxState>) });
    expect(fleet.take('gopay-pos/v1/toko/T01/state', state, NOW)).toBe(true);
    expect(namesIn(pageOf(fleet))).toEqual(['T01']);
  });

  it('has fifty of them at a time, however many there are', () => {
    const fleet = new Fleet();
    for (let i = 0; i < 10_000; i += 1) {
      const terminal = `K${String(i).padStart(5, '0')}`;
      hear(
        fleet,
        NOW,
        boxState(terminal, { group: `shop-${i % 500}`, paper: { state: 'fault', code: 1, slipsWaiting: 0 } }),
      );
    }
    const [first, last] = [pageOf(fleet), pageOf(fleet, 'page=200')];
    expect([namesIn(first)[0], namesIn(first).length, namesIn(last).at(-1)]).toEqual([
      'K00000',
      50,
      'K09999',
    ]);
    expect(first.length).toBeLessThan(120_000);
    expect(namesIn(pageOf(fleet, 'page=999'))).toEqual(namesIn(last));
  });
});

/** A rule of systemd/monitoring/rules.yml. */
interface Rule {
  readonly expr: string;
  readonly forS: number;
  readonly severity: string;
}

function rules(): Map<string, Rule> {
  const text = readFileSync(new URL('../../systemd/monitoring/rules.yml', import.meta.url), 'utf8');
  const blocks = text.split(/^ {6}- /m).filter((block) => block.startsWith('alert: '));
  return new Map(
    blocks.map((block) => {
      const [, name = ''] = /^alert: (\w+)/.exec(block) ?? [];
      const [, amount = '0', unit = 'm'] = /^ +for: (\d+)([smhd])$/m.exec(block) ?? [];
      const forS = Number(amount) * ({ s: 1, m: 60, h: 3_600, d: 86_400 }[unit] ?? Number.NaN);
      const [, severity = ''] = /severity: (\w+)/.exec(block) ?? [];
      return [name, { expr: /^ +expr: (.*)$/m.exec(block)?.[1] ?? '', forS, severity }];
    }),
  );
}

/** The bound in a rule, as a number. */
const boundIn = (name: string, pattern: RegExp): number =>
  Number(pattern.exec(rules().get(name)?.expr ?? '')?.[1]);

describe('what needs attention', () => {
  const fires = (other: Partial<BoxState>, afterS = 0, away = false): string[] => {
    const fleet = new Fleet();
    hear(fleet, NOW, boxState('T01', other), 'toko', away);
    const later = { monoMs: NOW.monoMs + afterS * 1000, wallMs: NOW.wallMs + afterS * 1000 };
    const [box] = fleet.boxes(later);
    return FLEET_ALERTS.filter((alert) => box !== undefined && firesAt(alert, box, later.wallMs)).map(
      ({ name }) => name,
    );
  };

  it('has the names, weights and times of rules.yml', () => {
    const known = rules();
    const found = FLEET_ALERTS.map(({ name }) => {
      const { forS, severity } = known.get(name) ?? {};
      return { name, forS, severity };
    });
    expect(found).toEqual(FLEET_ALERTS.map(({ name, forS, severity }) => ({ name, forS, severity })));
    expect(found.length).toBeGreaterThan(10);
  });

  it('has their bounds', () => {
    const owedS = boundIn('SaleOwed', /> (\d+)\)/);
    const owedFor = rules().get('SaleOwed')?.forS ?? Number.NaN;
    const owed = { count: 1, sum: 5_000, since: minutesAgo(0), refundsFailed: 0 };
    expect(
      [fires({ owed }, owedS + owedFor), fires({ owed }, owedS + owedFor + 1)].map((each) =>
        each.includes('SaleOwed'),
      ),
    ).toEqual([false, true]);
    const daysS = boundIn('TokenEnds', /< (\d+) \* 86400$/) * 86_400;
    const token = (leftS: number) => fires({ tokenEndsAt: new Date(FLEET_AT + leftS * 1000).toISOString() });
    const tokenFor = rules().get('TokenEnds')?.forS ?? Number.NaN;
    expect([token(daysS - tokenFor), token(daysS - tokenFor - 1)]).toEqual([[], ['TokenEnds']]);
    const hot = boundIn('TooHot', /> (\d+)$/);
    expect([
      fires({ machine: { temperatureC: hot } }),
      fires({ machine: { temperatureC: hot + 1 } }),
    ]).toEqual([[], ['TooHot']]);
    const times = boundIn('DiskLow', /< (\d+) \*/);
    const disk = (freeBytes: number) => fires({ disk: { freeBytes, wantedBytes: 1000 } });
    expect([disk(times * 1000), disk(times * 1000 - 1)]).toEqual([[], ['DiskLow']]);
  });

  it('waits as long as they do, where the state tells since when', () => {
    const stopped = { state: 'not_ready', ready: false, since: minutesAgo(0) } as const;
    const forS = (name: string) => rules().get(name)?.forS ?? Number.NaN;
    const shut = { ...stopped, heartbeatS: 3_600 };
    expect([fires(shut, forS('TerminalNotSelling')), fires(shut, forS('TerminalNotSelling') + 1)]).toEqual([
      [],
      ['TerminalNotSelling'],
    ]);
    expect([fires({}, forS('TerminalAway'), true), fires({}, forS('TerminalAway') + 1, true)]).toEqual([
      [],
      ['TerminalAway'],
    ]);
    expect(fires(stopped, 9_000, true), 'which one is away is not told to sell').toEqual(['TerminalAway']);
  });
});
