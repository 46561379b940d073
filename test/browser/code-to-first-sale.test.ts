import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program } from '../power-cut/program.js';
import { Town } from '../power-cut/town.js';
import { calmTab, decodeQr, launchChromium } from './kit.js';

const PROGRAM = fileURLToPath(new URL('../../dist/gopay-pos.cjs', import.meta.url));

let browser: Browser;
let directory: string;
let town: Town;
let box: Program;

/** The built programs; the box has a file that names neither itself nor a relay, and nothing that opens anything. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-new-box-'));
  browser = await launchChromium();
  town = await Town.open([], true);
  const places = [
    '[journal]',
    `directory = "${directory}/journal"`,
    '[control]',
    `socket = "${directory}/socket"`,
  ];
  writeFileSync(join(directory, 'terminal.toml'), ['[page]', 'port = 0', ...places].join('\n'));
});

afterAll(async () => {
  await browser?.close();
  await box?.kill();
  await town?.close();
  rmSync(directory, { recursive: true, force: true });
});

/** At the relay's machine. */
function relay(...words: readonly string[]): string {
  const args = [PROGRAM, 'relay', ...words, '--config', town.file];
  return execFileSync(process.execPath, args, { encoding: 'utf8' });
}

/** One finger, and how often it came down. */
class Finger {
  touches = 0;
  readonly #tab: Page;

  constructor(tab: Page) {
    this.#tab = tab;
  }

  async touch(selector: string): Promise<void> {
    this.touches += 1;
    await this.#tab.locator(`section:not([hidden]) :is(${selector})`).locator('visible=true').click();
  }

  async type(text: string): Promise<void> {
    for (const sign of text) await this.touch(`[data-type="${sign}"]`);
  }
}

it('a box goes from a code to its first sale by its page alone: no editor, no keyboard, no command', async () => {
  box = new Program(['terminal', '--config', join(directory, 'terminal.toml')]);
  const url = await box.says(/terminal page at (http\S+)/);
  if (url === undefined) throw new Error(`it did not start:\n${box.log.join('\n')}`);
  expect(await box.says(/started: (waiting for its code)/)).toBe('waiting for its code');
  const tab = await calmTab(browser, { viewport: { width: 800, height: 480 } });
  await tab.goto(url);
  await tab.waitForSelector('#stage[data-face="setUp"]');

  const status = [PROGRAM, 'status', '--config', join(directory, 'terminal.toml')];
  const { stderr } = spawnSync(process.execPath, status, { encoding: 'utf8' });
  expect(stderr).toMatch(/^gopay-pos: E912 waiting for its code: /);

  // At the relay's machine; the clock of the story runs from here.
  const code = relay('enrol', 'BARU1', '--shop', 'Warung Bu Sri').slice(0, 11);
  const since = performance.now();
  const finger = new Finger(tab);
  // As an operator's own is with https, so it begins there.
  for (let sign = 0; sign < 'https://'.length; sign += 1) await finger.touch('[data-key=back]');
  await finger.type(town.relayUrl);
  await finger.touch('[data-key=enter]');
  await tab.waitForSelector('#setUp[data-field=code]');
  await finger.type(`${code.replaceAll('-', '').slice(0, 8)}${code.endsWith('0') ? '1' : '0'}`);
  await finger.touch('[data-key=enter]');
  await tab.locator('#setUp .hint', { hasText: 'Kode tidak dikenal' }).waitFor();
  await finger.type(code.replaceAll('-', ''));
  await finger.touch('[data-key=enter]');

  await tab.waitForSelector('#stage[data-face="sale"]');
  await tab.locator('.welcome', { hasText: 'Warung Bu Sri' }).waitFor();
  for (const digit of ['5', '000']) await finger.touch(`[data-key="${digit}"]`);
  await finger.touch('[data-key=enter]');
  await tab.waitForSelector('#stage[data-face="scan"]');
  await tab.locator('.code canvas').waitFor();
  expect(await decodeQr(await tab.screenshot())).toContain('54075000.00');
  const [transaction] = await town.transactionsOf('BARU1');
  await town.pay(transaction?.orderId ?? '');
  await tab.waitForSelector('#stage[data-face="paid"]');
  const seconds = (performance.now() - since) / 1000;
  console.log(`from the code to LUNAS: ${seconds.toFixed(1)} s, ${finger.touches} touches`);

  // The broker takes the same token, and so the next one is told by a notice.
  expect(await box.says(/(linked), listening on/)).toBe('linked');
  expect(box.log.join('\n')).not.toContain(code.replaceAll('-', ''));
  // A revoked token: the next sale is none, and says why; nothing is shown that could be paid.
  relay('revoke', 'BARU1');
  // On whatever face: where the terminal has noticed it by itself they do nothing.
  for (const key of ['Delete', '5', '0', '0', '0', 'Enter']) await tab.keyboard.press(key);
  await tab.locator(':is(#closed, #outOfService):not([hidden]) .number', { hasText: 'E501' }).waitFor();
  expect(await town.transactionsOf('BARU1')).toHaveLength(1);
  // It has an identity, though that opens nothing: nobody who stands before it gives it another one.
  expect(await box.stop()).toEqual({ code: 0, signal: null });
  box = new Program(['terminal', '--config', join(directory, 'terminal.toml')]);
  expect(await box.says(/started: (.*)/)).not.toContain('waiting for its code');
  const { token } = JSON.parse(readFileSync(join(directory, 'journal', 'enrolment.json'), 'utf8')) as {
    token: string;
  };
  expect(box.log.join('\n')).not.toContain(token);
});
