import { DEVICES } from '../../devices/catalogue.js';
import type { KioskPage } from '../../devices/display/kiosk/kiosk-page.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import type { Display } from '../port/display.js';
import type { Environment } from './environment.js';

/** The screen that is a page in a browser, where there is one. */
export async function makePage(config: TerminalConfig, around: Environment): Promise<KioskPage | undefined> {
  const { page, terminal } = config;
  const { language, shop } = terminal;
  return page.enabled ? DEVICES.page.open(page, { ...around, language, shop }) : undefined;
}

/** The screens that need no browser. */
export async function makeScreens(config: TerminalConfig, around: Environment): Promise<Display[]> {
  const { framebuffer, pole, console, terminal } = config;
  const tools = { ...around, language: terminal.language, shop: terminal.shop };
  return [
    ...(framebuffer.enabled ? [await DEVICES.framebuffer.open(framebuffer, tools)] : []),
    ...(pole.enabled ? [await DEVICES.pole.open(pole, tools)] : []),
    ...(console.enabled ? [await DEVICES.console.open(console, tools)] : []),
  ];
}

/** Every screen, where nobody needs the page's keys. */
export async function makeDisplays(config: TerminalConfig, around: Environment): Promise<Display[]> {
  const page = await makePage(config, around);
  const screens = await makeScreens(config, around);
  return page === undefined ? screens : [page.display, ...screens];
}
