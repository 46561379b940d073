import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fleet } from '../../src/mqtt/fleet.js';
import { FleetDoor } from '../../src/relay/fleet-door.js';
import { tokenSha256 } from '../../src/relay/terminals.js';
import { SERVER_KEY } from '../gateway/client-kit.js';
import { makeRelay, type RelayBench } from '../gateway/relay-kit.js';
import { boxState, clockOf, FLEET_AT, hear, sayFleet } from '../kit/fleet/boxes.js';
import { expectPagePicture } from '../kit/screens/page-picture.js';
import { FakeTime } from '../kit/time.js';
import { seriousFaults } from './axe.js';
import { launchWithOneFont } from './gallery.js';

const TOKEN = 'of-the-owner';
const WIDTHS = [360, 820, 1280] as const;

let browser: Browser;
let bench: RelayBench;
let fleet: Fleet;
const clock = new FakeTime(FLEET_AT);

beforeAll(async () => {
  browser = await launchWithOneFont();
  fleet = new Fleet();
  sayFleet(fleet, clockOf(clock));
  const boxes = () => fleet.boxes(clockOf(clock));
  const door = { tokenSha256: tokenSha256(TOKEN), serverKey: SERVER_KEY, boxes, clock };
  bench = await makeRelay({ fleetPage: new FleetDoor(door) });
});

afterAll(async () => {
  await browser.close();
  await bench.stop();
});

interface Look {
  readonly locale?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly javaScriptEnabled?: boolean;
}

/** A browser that has typed the token. */
async function enter(
  look: Look = {},
): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...look });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.clock.install({ time: FLEET_AT });
  await page.goto(`${bench.url}/fleet`);
  await page.locator('input[name=token]').fill(TOKEN);
  await page.keyboard.press('Enter');
  await page.locator('#shown').waitFor();
  return { context, page, complaints };
}

/** What sticks out at a side, by its tag and words. */
function stickingOut(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        return left < -0.5 || right > document.documentElement.clientWidth + 0.5;
      })
      .map((element) => `${element.tagName} ${element.className} ${element.textContent}`.slice(0, 80)),
  );
}

const rows = (page: Page): Promise<string[]> => page.locator('td.name').allInnerTexts();

describe.each([
  ['id-ID', 'light', 'Perlu perhatian'],
  ['en-GB', 'dark', 'Needs attention'],
] as const)('the page of the fleet, %s and %s', (locale, colorScheme, told) => {
  it('is read at any width, without a fault for who cannot see it', async () => {
    const { context, page, complaints } = await enter({ locale, colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.textContent('main')).toContain(told);
      expect(await stickingOut(page), `at ${width}`).toEqual([]);
      expect(await seriousFaults(page), `at ${width}`).toEqual([]);
    }
    expect(await page.getAttribute('html', 'lang')).toBe(locale.slice(0, 2));
    // Of the 401 that asked for the token.
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
    await context.close();
  });

  it('so is the form that asks for the token', async () => {
    const page = await browser.newPage({ locale, colorScheme, viewport: { width: 360, height: 640 } });
    await page.goto(`${bench.url}/fleet`);
    expect([await stickingOut(page), await seriousFaults(page)]).toEqual([[], []]);
    await page.locator('input[name=token]').fill('a guess');
    await page.keyboard.press('Enter');
    await page.locator('[role=alert]').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });
});

it('is gone through by the keyboard: to those that owe, to the other language, out', async () => {
  const { context, page } = await enter();
  const all = await rows(page);
  await page.getByRole('link', { name: /^Owing/ }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/owed=yes/);
  const owing = await rows(page);
  expect([owing.length > 0, owing.length < all.length]).toEqual([true, true]);
  await page.getByLabel('Search').focus();
  await page.keyboard.type('mesin');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=mesin/);
  expect((await rows(page)).every((name) => owing.includes(name))).toBe(true);
  await page.getByRole('link', { name: 'Bahasa Indonesia' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/lang=id/);
  expect(page.url(), 'what was asked for stays').toMatch(/q=mesin/);
  await page.getByRole('button', { name: 'Keluar' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('input[name=token]').waitFor();
  await context.close();
});

it('keeps itself up to date, but not under the hand of who is at it, and says when it cannot', async () => {
  const { context, page } = await enter();
  const cell = page.locator('tr', { hasText: 'KASIR-BDG-1' }).locator('.state');
  expect(await cell.textContent()).toContain('Ready');
  const say = (code: number) =>
    hear(fleet, clockOf(clock), {
      ...boxState('KASIR-BDG-1', {
        ...{ at: new Date(FLEET_AT + code).toISOString(), state: 'not_ready', ready: false },
        fault: { code, id: 'Uji.', en: 'Tried.', detail: '' },
      }),
    });
  say(701);
  await page.clock.runFor(30_000);
  await page.getByText('E701 Tried.').waitFor();
  // Whoever types, or is on a link of the list, is not thrown off it: no request is made.
  await page.getByLabel('Search').focus();
  say(702);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.clock.runFor(60_000);
  expect(asked).toEqual([]);
  await page.getByLabel('Search').blur();
  await page.clock.runFor(30_000);
  await page.getByText('E702 Tried.').waitFor();
  await context.route('**/fleet*', (route) => route.abort());
  await page.clock.runFor(30_000);
  await page.getByText('The relay does not answer.').waitFor();
  await context.unroute('**/fleet*');
  await page.clock.runFor(30_000);
  await page.getByText('The relay does not answer.').waitFor({ state: 'hidden' });
  hear(fleet, clockOf(clock), boxState('KASIR-BDG-1', { at: new Date(FLEET_AT + 999).toISOString() }));
  await context.close();
});

it('is whole without a script', async () => {
  const context = await browser.newContext({ locale: 'en-GB', javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${bench.url}/fleet`);
  await page.locator('input[name=token]').fill(TOKEN);
  await page.keyboard.press('Enter');
  await page.locator('#shown').waitFor();
  expect(await page.getByText('Keep up to date').isVisible()).toBe(false);
  await page.getByLabel('State').selectOption('away');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL(/state=away/);
  expect(await page.locator('tbody tr').count()).toBeGreaterThan(0);
  await context.close();
});

it('does nothing that a box says, whatever it says', async () => {
  const evil = '"><img src=x onerror="document.title=1"><script>document.title=1</script>';
  const named = boxState('EVIL', { group: evil, version: evil, at: new Date(FLEET_AT - 1).toISOString() });
  hear(fleet, clockOf(clock), named, 'other');
  const { context, page } = await enter();
  await page.goto(`${bench.url}/fleet?q=EVIL&group=${encodeURIComponent(evil)}`);
  expect(await rows(page)).toEqual(['EVIL']);
  expect([
    await page.title(),
    await page.locator('img').count(),
    await page.locator('script').count(),
  ]).toEqual(['Fleet · gopay-pos', 0, 1]);
  await context.close();
});

it('the picture of it is of this code', async () => {
  const own = new Fleet();
  sayFleet(own, clockOf(clock));
  const [before] = [fleet];
  fleet = own;
  const shots: { png: Uint8Array; left: number; top: number; width: number; height: number }[] = [];
  const shoot = async (
    look: Look,
    width: number,
    height: number,
    left: number,
    query = '',
  ): Promise<void> => {
    const { context, page } = await enter(look);
    await page.setViewportSize({ width, height });
    if (query !== '') {
      await page.goto(`${bench.url}/fleet${query}`);
      await page.evaluate(() => document.querySelector('table')?.scrollIntoView());
    }
    shots.push({ png: await page.screenshot(), left, top: 16, width, height });
    await context.close();
  };
  await shoot({ locale: 'en-GB', colorScheme: 'light' }, 1280, 1060, 16);
  await shoot({ locale: 'id-ID', colorScheme: 'dark' }, 360, 1060, 1312);
  await shoot({ locale: 'id-ID', colorScheme: 'light' }, 360, 1060, 1688, '?group=Jakarta');
  fleet = before;
  await expectPagePicture('systemd/monitoring/fleet-page.png', { width: 2064, height: 1092 }, shots);
});
