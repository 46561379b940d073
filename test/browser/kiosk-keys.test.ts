import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KEYS } from '../../src/base/key.js';
import { type Kiosk, launchChromium, openTab, startKiosk } from './kit.js';
import { holdTime, passes } from './page-time.js';
import { SCREENS } from './screens.js';

let browser: Browser;
let kiosk: Kiosk;
let tab: Page;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  kiosk = await startKiosk();
  tab = await openTab(browser, kiosk, { width: 800, height: 480 });
  await kiosk.page.display.show(SCREENS.entering);
});

afterEach(async () => {
  await tab.context().close();
  await kiosk.stop();
});

describe('the keyboard', () => {
  it('gives digits, also of a number pad, and the other keys in order', async () => {
    const strokes = ['1', '5', '0', 'Numpad7', 'Backspace', 'Delete', 'Escape', 'Enter', 'NumpadEnter', '9'];
    for (const stroke of strokes) await tab.keyboard.press(stroke);
    await expect
      .poll(kiosk.keys)
      .toEqual(['1', '5', '0', '7', 'back', 'clear', 'cancel', 'enter', 'enter', '9']);
  });

  it('shows for a moment on the page which key it was, and no longer', async () => {
    await holdTime(tab);
    const five = tab.locator('button[data-key="5"]').first();
    await tab.keyboard.press('5');
    await expect.poll(() => five.getAttribute('class')).toContain('taken');
    await passes(tab, 100);
    await tab.keyboard.press('5');
    await passes(tab, 150);
    expect(await five.getAttribute('class')).toContain('taken');
    await passes(tab, 100);
    expect((await five.getAttribute('class')) ?? '').not.toContain('taken');
  });

  it('means digits on a number pad whose NumLock is off', async () => {
    await tab.evaluate(() => {
      for (const stroke of [
        { code: 'Numpad1', key: 'End' },
        { code: 'Numpad5', key: 'Clear' },
        { code: 'NumpadDecimal', key: 'Delete' },
        { code: 'Numpad0', key: 'Insert' },
      ])
        dispatchEvent(new KeyboardEvent('keydown', stroke));
    });
    await expect.poll(kiosk.keys).toEqual(['1', '5', '0']);
  });

  it('counts a held key once, and leaves shortcuts and letters alone', async () => {
    await tab.keyboard.down('5');
    await tab.keyboard.down('5');
    await tab.keyboard.down('5');
    await tab.keyboard.up('5');
    await tab.keyboard.press('Control+1');
    await tab.keyboard.press('a');
    await tab.keyboard.press('6');
    await expect.poll(() => kiosk.keys().at(-1)).toBe('6');
    expect(kiosk.keys()).toEqual(['5', '6']);
  });

  it('gives one Enter, though a button has the focus', async () => {
    await tab.locator('[data-key="7"]').focus();
    await tab.keyboard.press('Enter');
    await tab.keyboard.press('Space');
    await expect.poll(kiosk.keys).toEqual(['enter', '7']);
  });
});

describe('the keys on the screen', () => {
  it('give every key of the terminal', async () => {
    for (const key of KEYS) await tab.locator(`#sale [data-key="${key}"]`).click();
    await expect.poll(kiosk.keys).toEqual([...KEYS]);
  });

  it('take fingers', async () => {
    const touched = await openTab(browser, kiosk, { width: 320, height: 240 }, { hasTouch: true });
    for (const key of ['1', '5', '000', 'enter']) await touched.locator(`#sale [data-key="${key}"]`).tap();
    await expect.poll(kiosk.keys).toEqual(['1', '5', '000', 'enter']);
    await touched.context().close();
  });

  it('cancel a sale while its QR is shown, but not by a finger that was there before', async () => {
    await holdTime(tab);
    const shown = kiosk.page.display.show(SCREENS.scan);
    const cancel = tab.locator('#scan [data-key=cancel]');
    await cancel.waitFor();
    await passes(tab, 500);
    expect(await cancel.isDisabled()).toBe(true);
    await passes(tab, 200);
    expect(await shown).toBe(true);
    await cancel.click();
    await expect.poll(kiosk.keys).toEqual(['cancel']);
  });
});

describe('a key', () => {
  it('arrives in its place though the network dawdles', async () => {
    let first = true;
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await tab.route('**/keys', async (route) => {
      if (first) {
        first = false;
        await held;
      }
      await route.continue();
    });
    for (const digit of '12345678901234567890') await tab.keyboard.press(digit);
    release();
    await expect.poll(() => kiosk.keys().join('')).toBe('12345678901234567890');
  });

  it('is taken once though the answer to it was lost', async () => {
    let lost = 0;
    await tab.route('**/keys', async (route) => {
      if (lost > 0) return route.continue();
      lost += 1;
      // The daemon gets it, and the page never hears so.
      await route.fetch();
      await route.abort();
    });
    await tab.keyboard.press('4');
    await tab.keyboard.press('2');
    await expect.poll(kiosk.keys).toEqual(['4', '2']);
    expect(lost).toBe(1);
    await tab.keyboard.press('3');
    await expect.poll(kiosk.keys).toEqual(['4', '2', '3']);
  });

  it('is not kept for later while the daemon is away', async () => {
    await kiosk.page.stop();
    for (const digit of '123') await tab.keyboard.press(digit);
    await kiosk.page.start();
    await expect.poll(() => kiosk.page.display.attached()).toBe(true);
    await tab.keyboard.press('9');
    await expect.poll(() => kiosk.keys().at(-1)).toBe('9');
    expect(kiosk.keys()).toEqual(['9']);
  });
});

describe('the keypad', () => {
  it('is present from the first page on, and gone with the last', async () => {
    expect(kiosk.events).toEqual([{ kind: 'present' }]);
    const second = await openTab(browser, kiosk);
    await second.locator('#sale').waitFor();
    await tab.close();
    await second.keyboard.press('8');
    await expect.poll(kiosk.keys).toEqual(['8']);
    expect(kiosk.events.map((event) => event.kind)).toEqual(['present', 'key']);
    await second.context().close();
    await expect.poll(() => kiosk.events.at(-1)?.kind).toBe('gone');
    expect(kiosk.page.display.attached()).toBe(false);
  });
});
