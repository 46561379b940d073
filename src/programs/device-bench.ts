import { DEVICES } from '../../devices/catalogue.js';
import type { Rupiah } from '../base/rupiah.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import type { Environment } from './environment.js';
import { KeyWatch } from './key-watch.js';
import { Live } from './live.js';
import { PretendRegister, REGISTER_ANSWERS, type RegisterAnswer } from './pretend-register.js';
import { PretendVending, VENDING_ANSWERS, type VendingAnswer } from './pretend-vending.js';

/** What the command line says beside the device. */
export interface ToolFlags {
  readonly answer?: string;
  /** Milliseconds from the question to the answer; default {@link AFTER_MS}. */
  readonly afterMs?: number;
  readonly amount?: Rupiah;
  readonly baud?: number;
  readonly protocol?: string;
  readonly json?: boolean;
}

/** What a tool works with: no gateway, no journal, no broker. */
export interface Workbench {
  readonly environment: Pick<Environment, 'clock' | 'timers' | 'random'>;
  readonly flags: ToolFlags;
  readonly print: (line: string) => void;
  /** Settles when the technician has seen enough (Ctrl-C). */
  readonly stopped: Promise<void>;
}

/** What a tool cannot begin with. */
export class ToolRefusal extends Error {}

const AFTER_MS = 5_000;
/** A register that hears nothing more must not hold up Ctrl-C. */
const LAST_ANSWER_MS = 2_000;

/**
 * A pretended sale over the real driver: bytes, names, and answers out of the air.
 * @returns whether the line was ever there
 * @throws ToolRefusal
 */
export async function testRegister({ register }: TerminalConfig, bench: Workbench): Promise<boolean> {
  if (!register.enabled) throw new ToolRefusal('no register is configured');
  const { flags, environment, stopped } = bench;
  const answer = answerOf<RegisterAnswer>(flags.answer, REGISTER_ANSWERS);
  const live = liveOf(bench);
  const device = await DEVICES.register.open(register, { ...environment, log: live.log(), tap: live });
  const say = (text: string): void => live.say(text);
  const afterMs = flags.afterMs ?? AFTER_MS;
  const desk = new PretendRegister({ register: device, ...environment, say, afterMs, answer });
  begin(say, 'register', answer);
  if (answer === 'approved')
    say('WARNING: the register will book its bill as paid. Void it there afterwards');
  device.start((event) => desk.take(event));
  await stopped;
  await new Promise<void>((resolve) => {
    const cancel = environment.timers.after(LAST_ANSWER_MS, resolve);
    void desk.stop().then(() => {
      cancel();
      resolve();
    });
  });
  await device.stop();
  live.end();
  return live.everOpen;
}

/** @returns whether the machine was ever there @throws ToolRefusal */
export async function testVending({ vending }: TerminalConfig, bench: Workbench): Promise<boolean> {
  if (!vending.enabled) throw new ToolRefusal('no vending machine is configured');
  const { flags, environment, stopped } = bench;
  const answer = answerOf<VendingAnswer>(flags.answer, VENDING_ANSWERS);
  const live = liveOf(bench);
  const machine = await DEVICES.vending.open(vending, { ...environment, log: live.log(), tap: live });
  const { amount, afterMs = AFTER_MS } = flags;
  const say = (text: string): void => live.say(text);
  const desk = new PretendVending({ machine, timers: environment.timers, say, afterMs, answer, amount });
  begin(say, 'machine', answer);
  if (answer === 'vend') say('WARNING: the machine will give goods, and nobody pays for them');
  let present = false;
  machine.start((event) => {
    present ||= event.kind === 'present';
    desk.take(event);
  });
  await stopped;
  desk.stop();
  await machine.stop();
  live.end();
  return live.everOpen || present;
}

/** Each key, and the entry as a customer would see it. @returns whether a pad was ever there @throws ToolRefusal */
export async function testKeypad({ keypad, sale }: TerminalConfig, bench: Workbench): Promise<boolean> {
  if (!keypad.enabled) throw new ToolRefusal('no keypad is configured');
  const live = liveOf(bench);
  const say = (text: string): void => live.say(text);
  const pads = await DEVICES.keypad.open(keypad, { ...bench.environment, log: live.log(true) });
  const watch = new KeyWatch({ min: sale.min, max: sale.max }, say);
  say('no payments: keys are only shown. Ctrl-C ends it');
  for (const pad of pads) pad.start((event) => watch.take(pad.name, event));
  await bench.stopped;
  await Promise.all(pads.map((pad) => pad.stop()));
  live.end();
  return watch.everPresent;
}

function begin(say: (text: string) => void, who: 'register' | 'machine', answer: string): void {
  say(`no payments: whatever the ${who} asks is answered by this test (${answer}). Ctrl-C ends it`);
  say(`a sale that is open in the real terminal must be over: its ${who} would be told this, too`);
}

function liveOf({ environment, print, flags }: Workbench): Live {
  return new Live({ ...environment, print, json: flags.json === true });
}

function answerOf<A extends string>(given: string | undefined, all: readonly [A, ...A[]] | readonly A[]): A {
  const found = all.find((answer) => answer === (given ?? 'cancelled'));
  if (found === undefined) throw new ToolRefusal(`--answer ${given}: one of ${all.join(', ')}`);
  return found;
}
