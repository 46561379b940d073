import * as catalogue from '../../devices/catalogue.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import type { Display } from '../port/display.js';
import type { Surroundings } from './surroundings.js';

/** The screens that need no browser. */
export function makeScreens(config: TerminalConfig, around: Surroundings): Display[] {
  const { framebuffer, pole, console, terminal } = config;
  const words = { language: terminal.language, shop: terminal.shop };
  return [
    ...(framebuffer.enabled ? [catalogue.framebuffer(framebuffer, words, around)] : []),
    ...(pole.enabled ? [catalogue.pole(pole, words, around)] : []),
    ...(console.enabled ? [catalogue.textConsole(console, words, around)] : []),
  ];
}
