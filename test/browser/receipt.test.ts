import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReceiptFacts } from '../../src/base/receipt.js';
import { rupiah } from '../../src/base/rupiah.js';
import { reply } from '../gateway/client-kit.js';
import { makeRelay, type RelayBench, TOKEN } from '../gateway/relay-kit.js';
import { FACTS, linkOf } from '../kit/receipts/receipts.js';
import { seriousFaults } from './axe.js';
import { launchChromium } from './kit.js';

/** Phones that people hold, and the narrowest that are still in use. */
const WIDTHS = [320, 844] as const;
const LONG = 'Paket nasi ayam geprek sambal bawang ekstra pedas'.slice(0, 40);

const SHOWN: readonly (readonly [string, ReceiptFacts, Record<string, unknown>, tells: readonly string[]])[] =
  [
    ['paid', FACTS, {}, ['LUNAS', 'PAID']],
    [
      'a full cart',
      {
        ...FACTS,
        items: Array.from({ length: 6 }, () => ({ name: LONG, price: rupiah(9_000), quantity: 1 })),
        more: 14,
      },
      {},
      [' lainnya', ' more'],
    ],
    [
      'owed',
      {
        ...FACTS,
        standing: 'owed',
        contact: ['Tel. 022-1234567', 'Senin-Jumat 08.00-20.00, Sabtu sampai 14'],
      },
      {},
      ['belum diserahkan', 'nothing was handed over'],
    ],
    [
      'refunded',
      FACTS,
      { transaction_status: 'refund', refund_amount: '54000.00' },
      ['DIKEMBALIKAN', 'REFUNDED'],
    ],
    ['not confirmed', FACTS, { transaction_status: 'cancel' }, ['BELUM PASTI', 'NOT CONFIRMED']],
  ];

let browser: Browser;
let bench: RelayBench;

beforeAll(async () => {
  browser = await launchChromium();
  bench = await makeRelay({ receipt: { requestsPerMinute: 6_000 } });
});

afterAll(async () => {
  await browser.close();
  await bench.stop();
});

function script(facts: ReceiptFacts, fields: Record<string, unknown>): void {
  const { orderId, amount } = facts;
  const body = { status_code: '200', order_id: orderId, gross_amount: `${amount}.00` };
  const known = { transaction_status: 'settlement', transaction_id: '513f1f01-c9da-474c-9fc9-d5c64364b709' };
  bench.upstream.script(reply(200, JSON.stringify({ ...body, ...known, ...fields })));
  // Whatever was heard before is old.
  bench.clock.advance(60_000);
}

/** What sticks out at a side, by its tag and words. */
function stickingOut(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        return left < -0.5 || right > document.documentElement.clientWidth + 0.5;
      })
      .map((element) => `${element.tagName} ${element.textContent}`),
  );
}

describe.each(SHOWN)('a receipt that is %s', (_name, facts, fields, tells) => {
  it.each(['light', 'dark'] as const)(
    'is read on any phone, in both languages, by %s',
    async (colorScheme) => {
      script(facts, fields);
      for (const [locale, told] of [
        ['id-ID', tells[0]],
        ['en-GB', tells[1]],
      ] as const) {
        const context = await browser.newContext({ colorScheme, locale, isMobile: true });
        const page = await context.newPage();
        // Nothing is asked for but the page itself.
        const asked: string[] = [];
        page.on('request', (request) => asked.push(request.url()));
        const complaints: string[] = [];
        page.on('console', (message) => complaints.push(message.text()));
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 700 });
          await page.goto(linkOf(facts, bench.url, TOKEN));
          expect(await page.textContent('main')).toContain(told);
          expect(await stickingOut(page), `${locale} at ${width}`).toEqual([]);
          expect(await seriousFaults(page), `${locale} at ${width}`).toEqual([]);
        }
        expect(asked.filter((url) => !url.startsWith('data:'))).toHaveLength(WIDTHS.length);
        expect(complaints).toEqual([]);
        expect(await page.getAttribute('html', 'lang')).toBe(locale.slice(0, 2));
        await context.close();
      }
    },
  );
});

it('a link that opens nothing is a page that is read as well', async () => {
  const page = await browser.newPage({ viewport: { width: 320, height: 600 } });
  await page.goto(`${bench.url}/r/nothing`);
  expect(await page.textContent('main')).toContain('There is no such receipt.');
  expect(await stickingOut(page)).toEqual([]);
  expect(await seriousFaults(page)).toEqual([]);
  await page.close();
});

it('is printed without colours that eat ink, and without the way to the other language', async () => {
  script(FACTS, {});
  const page = await browser.newPage();
  await page.goto(linkOf(FACTS, bench.url, TOKEN));
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('a').isVisible()).toBe(false);
  const ground = await page.evaluate(
    () => getComputedStyle(document.querySelector('header') as Element).backgroundColor,
  );
  expect(ground).toBe('rgba(0, 0, 0, 0)');
  await page.close();
});
