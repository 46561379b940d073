import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeTime } from '../kit/time.js';
import { calmTab, decodeQr, launchChromium, openTab, startKiosk } from './kit.js';
import { holdTime, passesAndLooks } from './page-time.js';
import { SCREENS } from './screens.js';

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

describe('show', () => {
  it('is true once a page has painted the screen', async () => {
    const kiosk = await startKiosk();
    const tab = await openTab(browser, kiosk);
    expect(await kiosk.page.display.show(SCREENS.paid)).toBe(true);
    expect(await tab.locator('#paid').isVisible()).toBe(true);
    await tab.context().close();
    await kiosk.stop();
  });

  it('is false when the page could not paint', async () => {
    const time = new FakeTime();
    const kiosk = await startKiosk({ clock: time, timers: time });
    const tab = await openTab(browser, kiosk);
    await tab.evaluate(() => {
      window.requestAnimationFrame = () => 0;
    });
    const shown = kiosk.page.display.show(SCREENS.paid);
    await tab.locator('#paid').waitFor();
    time.advance(3_000);
    expect(await shown).toBe(false);
    await tab.context().close();
    await kiosk.stop();
  });

  it('gives a new page the current screen at once', async () => {
    const kiosk = await startKiosk();
    const shown = kiosk.page.display.show(SCREENS.owed);
    const tab = await openTab(browser, kiosk);
    await tab.locator('#owed').waitFor();
    expect(await shown).toBe(true);
    await tab.context().close();
    await kiosk.stop();
  });

  it('counts a QR down from the moment when it was first shown', async () => {
    const time = new FakeTime();
    const kiosk = await startKiosk({ clock: time, timers: time });
    const shown = kiosk.page.display.show({ ...SCREENS.scan, leftMs: 600_000 });
    time.advance(420_000);
    expect(await shown).toBe(false);
    const tab = await calmTab(browser);
    await tab.addInitScript(() => {
      performance.now = () => 0;
    });
    await tab.goto(kiosk.page.url);
    await expect.poll(() => tab.locator('.ring text').textContent()).toBe('3:00');
    await tab.context().close();
    await kiosk.stop();
  });

  it('tells a page that nothing was shown yet', async () => {
    const kiosk = await startKiosk();
    const tab = await openTab(browser, kiosk);
    expect(await tab.locator('#starting').isVisible()).toBe(true);
    await tab.context().close();
    await kiosk.stop();
  });
});

describe('a daemon that dies', () => {
  it('takes its QR with it at once, is called out of date after 5 s, and comes back with the current screen', async () => {
    const kiosk = await startKiosk();
    const tab = await openTab(browser, kiosk);
    expect(await kiosk.page.display.show(SCREENS.scan)).toBe(true);
    await tab.clock.install();
    await kiosk.page.stop();
    await expect.poll(() => tab.locator('.code canvas').count()).toBe(0);
    expect(await decodeQr(await tab.screenshot())).toBe('');
    await passesAndLooks(tab, 6_000);
    await tab.locator('#lost').waitFor();
    expect(await tab.locator('#lost').textContent()).toContain('Layar tidak terhubung');
    await tab.keyboard.press('5');
    await kiosk.page.start();
    const shown = kiosk.page.display.show(SCREENS.idle);
    // By its own clock, which goes on from here as any clock does.
    await tab.locator('#sale').waitFor();
    expect(await shown).toBe(true);
    expect(await tab.locator('#lost').isVisible()).toBe(false);
    expect(kiosk.keys()).toEqual([]);
    await tab.context().close();
    await kiosk.stop();
  });

  it('gives the same QR anew to a page that has lost it for a moment', async () => {
    const kiosk = await startKiosk();
    const tab = await openTab(browser, kiosk);
    await kiosk.page.display.show(SCREENS.scan);
    await kiosk.page.stop();
    await expect.poll(() => tab.locator('.code canvas').count()).toBe(0);
    await kiosk.page.start();
    await expect.poll(() => tab.locator('.code canvas').count()).toBe(1);
    expect(await decodeQr(await tab.screenshot())).toBe(SCREENS.scan.payload);
    await tab.context().close();
    await kiosk.stop();
  });
});

describe('a daemon that hangs', () => {
  it('is called out of date after 5 s of silence, with its connection still open', async () => {
    // Its timers stand still, so it sends no beat, and nobody answers the page's next try.
    const time = new FakeTime();
    const kiosk = await startKiosk({ clock: time, timers: time });
    const tab = await openTab(browser, kiosk);
    await tab.route('**/events', () => undefined);
    expect(await kiosk.page.display.show(SCREENS.scan)).toBe(true);
    await holdTime(tab);
    const answered = tab.waitForEvent('requestfinished', (request) => request.url().endsWith('/seen'));
    time.advance(2_000);
    await answered;
    await passesAndLooks(tab, 4_900);
    expect(await tab.locator('#scan').isVisible()).toBe(true);
    await passesAndLooks(tab, 200);
    expect(await tab.locator('#lost').isVisible()).toBe(true);
    expect(await decodeQr(await tab.screenshot())).toBe('');
    await tab.context().close();
    await kiosk.stop();
  });

  it('is not, as long as it beats', async () => {
    const time = new FakeTime();
    const kiosk = await startKiosk({ clock: time, timers: time });
    const tab = await openTab(browser, kiosk);
    await kiosk.page.display.show(SCREENS.idle);
    await holdTime(tab);
    for (let beats = 1; beats <= 4; beats += 1) {
      const answered = tab.waitForEvent('requestfinished', (request) => request.url().endsWith('/seen'));
      time.advance(2_000);
      await answered;
      await passesAndLooks(tab, 2_000);
    }
    expect(await tab.locator('#sale').isVisible()).toBe(true);
    expect(kiosk.page.display.attached()).toBe(true);
    await tab.context().close();
    await kiosk.stop();
  });
});

describe('stop', () => {
  it('ends with a page still connected, and says that the keypad is gone', async () => {
    const kiosk = await startKiosk();
    const tab = await openTab(browser, kiosk);
    await kiosk.page.display.stop();
    expect(kiosk.events.map((event) => event.kind)).toEqual(['present', 'gone']);
    expect(kiosk.page.display.attached()).toBe(false);
    await tab.context().close();
  });
});

describe('the page after an update', () => {
  it('loads itself anew when the daemon serves another one', async () => {
    const kiosk = await startKiosk();
    const tab = await openTab(browser, kiosk);
    await tab.evaluate(() => {
      document.documentElement.dataset['build'] = 'older';
    });
    await kiosk.page.stop();
    await kiosk.page.start();
    await tab.waitForFunction(() => document.documentElement.dataset['build'] !== 'older');
    await expect.poll(() => kiosk.page.display.attached()).toBe(true);
    await tab.context().close();
    await kiosk.stop();
  });

  it('runs under its own content security policy without a complaint', async () => {
    const kiosk = await startKiosk();
    const tab = await calmTab(browser);
    const complaints: string[] = [];
    tab.on('console', (message) => complaints.push(message.text()));
    tab.on('pageerror', (error) => complaints.push(error.message));
    await tab.goto(kiosk.page.url);
    for (const screen of Object.values(SCREENS)) await kiosk.page.display.show(screen);
    expect(complaints).toEqual([]);
    await tab.context().close();
    await kiosk.stop();
  });
});
