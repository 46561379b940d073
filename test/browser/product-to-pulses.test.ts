import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { levelsIn, pathWithFakes } from '../device/vending/gpio-rig.js';
import { Program } from '../power-cut/program.js';
import { Town, tokenOf } from '../power-cut/town.js';
import { pulses } from '../story/kit/machine-peers.js';
import { calmTab, decodeQr, launchChromium } from './kit.js';

const TERMINAL = 'WALK1';
/** As choose.js has it. */
const CAREFUL_MS = 600;

let browser: Browser;
let directory: string;
let town: Town;
let program: Program;

/** The built programs: a terminal with a machine that counts pulses, a relay with its broker, a sandbox for Midtrans. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-walk-'));
  browser = await launchChromium();
  town = await Town.open([TERMINAL]);
  const secret = `secret = "file:${join(directory, 'token')}"`;
  writeFileSync(join(directory, 'token'), tokenOf(TERMINAL), { mode: 0o400 });
  const toml = `
[terminal]
id = "${TERMINAL}"
shop = "Cuci Koin"
merchant = "town"
[gateway]
mode = "relay"
url = "${town.relayUrl}"
${secret}
[mqtt]
url = "${town.brokerUrl}"
${secret}
[page]
port = 0
[journal]
directory = "${join(directory, 'journal')}"
[control]
socket = "${join(directory, 'control.sock')}"
[sale]
paid_seconds = 60
[vending]
protocol = "pulse"
chip = "pinctrl-bcm2711"
line = 17
pulse_value = 1000
[catalogue]
cart = true
[[product]]
id = "cuci"
name_id = "Cuci"
name_en = "Wash"
price = 12_500
pulses = 4
[[product]]
id = "kering"
name_id = "Kering"
name_en = "Dry"
price = 7_000
pulses = 3
[[product]]
id = "sabun"
name_id = "Sabun"
name_en = "Soap"
price = 2_000
`;
  writeFileSync(join(directory, 'terminal.toml'), toml);
  const fakes = pathWithFakes(directory);
  program = new Program(['terminal', '--config', join(directory, 'terminal.toml')], {
    env: { ...fakes, PATH: `${fakes['PATH']}:${process.env['PATH']}` },
  });
});

afterAll(async () => {
  await browser?.close();
  await program?.kill();
  await town?.close();
  rmSync(directory, { recursive: true, force: true });
});

async function openTerminal(url: string): Promise<Page> {
  const tab = await calmTab(browser, { viewport: { width: 800, height: 480 } });
  await tab.goto(url);
  await tab.locator('.tile[data-id=cuci]').waitFor();
  // A finger is careful for a moment after the face has come.
  const since = await tab.evaluate(() => performance.now());
  await tab.waitForFunction((until) => performance.now() > until, since + CAREFUL_MS);
  return tab;
}

const sum = (tab: Page, text: string) => tab.locator('.buy .sum', { hasText: text }).waitFor();

it('sells by touch, from the product to the pulses that were paid for, and no cart that somebody changed meanwhile', async () => {
  const url = await program.says(/terminal page at (http\S+)/);
  if (url === undefined) throw new Error(`the terminal did not start:\n${program.log.join('\n')}`);
  const [tab, other] = [await openTerminal(url), await openTerminal(url)];
  await tab.locator('.tile[data-id=cuci]').click();
  await sum(tab, 'Rp12.500');
  await tab.locator('.tile[data-id=kering]').click();
  await sum(tab, 'Rp19.500');
  await sum(other, 'Rp19.500');

  // Somebody at the other screen adds soap, while a finger is on "pay" here.
  await tab.locator('.buy').hover();
  await tab.mouse.down();
  await other.locator('.tile[data-id=sabun]').click();
  await sum(tab, 'Rp21.500');
  await tab.mouse.up();
  await tab.locator('#choose .hint', { hasText: 'baru saja berubah' }).waitFor();
  expect(await town.transactionsOf(TERMINAL)).toEqual([]);
  await tab.getByRole('button', { name: /one soap less/i }).click();
  await sum(tab, 'Rp19.500');

  await tab.locator('.buy').click();
  await tab.waitForSelector('#stage[data-face="scan"]');
  await tab.locator('.code canvas').waitFor();
  expect(await decodeQr(await tab.screenshot())).toContain('540819500.00');
  expect(pulses(levelsIn(directory))).toBe(0);
  const [transaction, ...more] = await town.transactionsOf(TERMINAL);
  expect(more).toEqual([]);
  await town.pay(transaction?.orderId ?? '');
  await tab.waitForSelector('#stage[data-face="paid"]');
  await other.waitForSelector('#stage[data-face="paid"]');
  expect(await program.says(/(-> delivered)/), program.log.join('\n')).toBe('-> delivered');
  expect(pulses(levelsIn(directory))).toBe(4 + 3);
  expect([...(await town.chargesOf(TERMINAL)).values()]).toEqual([1]);

  // The next customer takes "paid" away, and begins with nothing.
  await tab.keyboard.press('Backspace');
  await tab.locator('.tile[data-id=cuci]').waitFor();
  expect(await tab.locator('.lines li').count()).toBe(0);
  expect(await program.stop()).toEqual({ code: 0, signal: null });
  expect(pulses(levelsIn(directory))).toBe(7);
});
