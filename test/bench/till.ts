import { ThermalPrinter, types } from 'node-thermal-printer';
import { EvdevKeypad } from '../../devices/keypad/evdev.js';
import { messageOf } from '../../src/base/fault.js';
import { check } from '../../src/config/check.js';
import { terminalSchema } from '../../src/config/terminal-schema.js';
import { Typist } from '../../src/demo/typist.js';
import { systemEnvironment } from '../../src/programs/environment.js';
import { startTerminal, type TerminalProgram } from '../../src/programs/terminal-program.js';
import { serveParent } from './child.js';
import { nowMs, pause, until } from './clock.js';

const REST_MS = 250;

/** The terminal and, in the same process, the library that it is held against. */
export class Till {
  readonly #typist = new Typist();
  #program: TerminalProgram | undefined;

  /** Open, and at rest: no customer stands there in the second of the start. @returns the address of the terminal page */
  async open(toml: string): Promise<string> {
    const environment = systemEnvironment({ level: 'error', credentialPrefix: 'bench.' });
    const config = check(terminalSchema, toml);
    if (!config.ok) throw new Error(JSON.stringify(config.error));
    const { timers, log } = environment;
    const pad = new EvdevKeypad({ source: this.#typist, timers, log, arch: process.arch });
    const fatal = (error: unknown): void => {
      process.stderr.write(`bench till: ${messageOf(error)}\n`);
      process.exit(1);
    };
    this.#program = await startTerminal({
      config: config.value,
      version: 'bench',
      environment,
      extraPads: [pad],
      fatal,
    });
    await until('the till to come to rest', restedFor(REST_MS));
    return this.#program.pageUrl ?? '';
  }

  /** Ready to sell, with nothing under way. */
  async ready(): Promise<void> {
    await until('the terminal to be ready', () => {
      const state = this.#program?.terminal.state();
      return (state?.readiness.ready === true && state.link.up && state.open === undefined) || undefined;
    });
  }

  /** Types an amount and presses Enter. @returns when Enter went down, on {@link nowMs}'s clock */
  async sell(amount: number): Promise<number> {
    this.#typist.type([...String(amount)]);
    // The screen follows the digits; Enter comes after it, as from a person.
    await pause(30);
    const enterMs = nowMs();
    this.#typist.type(['enter']);
    return enterMs;
  }

  /** Milliseconds from the downloaded picture to ESC/POS bytes, node-thermal-printer's way. */
  async peer(png: Uint8Array): Promise<number> {
    const printer = new ThermalPrinter({ type: types.EPSON, interface: 'tcp://127.0.0.1' });
    const picture = Buffer.from(png);
    const beganMs = nowMs();
    await printer.printImageBuffer(picture);
    const { length } = printer.getBuffer();
    const endedMs = nowMs();
    if (length < 1000) throw new Error(`node-thermal-printer made ${length} bytes of the picture`);
    return endedMs - beganMs;
  }
}

/** True once the process has worked less than a tenth of the last `ms`. */
function restedFor(ms: number): () => Promise<true | undefined> {
  return async () => {
    const before = process.cpuUsage();
    const beganMs = nowMs();
    await pause(ms);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 < (nowMs() - beganMs) / 10 || undefined;
  };
}

process.on('unhandledRejection', (error) => {
  process.stderr.write(`bench till: ${messageOf(error)}\n`);
  process.exit(1);
});
serveParent(new Till());
