import { join } from 'node:path';
import { DEVICES } from '../../devices/catalogue.js';
import type { KioskPage } from '../../devices/display/kiosk/kiosk-page.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import type { Display } from '../port/display.js';
import type { Environment } from './environment.js';

/** Where the small pictures of products are. */
export function pictureFolder({ journal }: TerminalConfig): string {
  return join(journal.directory, 'pictures');
}

/** The screen that is a page in a browser, where there is one. */
export async function makePage(
  config: TerminalConfig,
  environment: Environment,
): Promise<KioskPage | undefined> {
  const { page, terminal } = config;
  const { language, shop } = terminal;
  const pictures = pictureFolder(config);
  return page.enabled ? DEVICES.page.open(page, { ...environment, language, shop, pictures }) : undefined;
}

/** The screens that need no browser. */
export async function makeScreens(config: TerminalConfig, environment: Environment): Promise<Display[]> {
  const { framebuffer, pole, console, terminal } = config;
  const pictures = pictureFolder(config);
  const tools = { ...environment, language: terminal.language, shop: terminal.shop, pictures };
  return [
    ...(framebuffer.enabled ? [await DEVICES.framebuffer.open(framebuffer, tools)] : []),
    ...(pole.enabled ? [await DEVICES.pole.open(pole, tools)] : []),
    ...(console.enabled ? [await DEVICES.console.open(console, tools)] : []),
  ];
}

/** Every screen, where the page's keys are not needed. */
export async function makeDisplays(config: TerminalConfig, environment: Environment): Promise<Display[]> {
  const page = await makePage(config, environment);
  const screens = await makeScreens(config, environment);
  return page === undefined ? screens : [page.display, ...screens];
}
