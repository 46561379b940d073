import { DEVICES } from '../../devices/catalogue.js';
import { Failure } from '../base/fault.js';
import { formatProblem } from '../config/problem.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { type ControlAnswer, refusal } from '../control/answer.js';
import { TEST_PAGE_MS, testDisplays, testPrinterAlone, testSpeaker, whatThen } from '../control/test.js';
import type { ToolFlags, Workbench } from './device-bench.js';
import type { Environment } from './environment.js';
import { makeDisplays } from './screens.js';
import { loadTerminal } from './terminal-file.js';
import { slipHead } from './terminal-program.js';

/** A browser that shows the page comes back within this; so does everything else. */
const ATTACH_MS = 5_000;
const LOOK_MS = 100;

export interface DeviceTest {
  /** Of the configuration. */
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Environment;
  /**
   * Asks the running terminal. @returns the exit code; rejects with Failure FAULT.noTerminalAnswers where none can
   * be reached
   */
  readonly askTerminal: () => Promise<number>;
  readonly flags: ToolFlags;
  readonly print: (line: string) => void;
  /** Called once a tool runs; settles at Ctrl-C. */
  readonly untilStopped: () => Promise<void>;
  /** Says what is to be seen, as soon as it is there. @returns the exit code */
  readonly tell: (answer: ControlAnswer) => number;
}

/**
 * `gopay-pos test display|printer|speaker`: by the running terminal, which has the devices; where none runs, by ourselves. The other tools
 * need a device for themselves, and a running terminal refuses them.
 * @returns the exit code
 */
export async function testDevices(test: DeviceTest): Promise<number> {
  const [tool, device = ''] = test.args;
  // A line that no configuration names is not the terminal's; where it is all the same, it holds the lock.
  if (tool === 'sniff' && device.includes('/')) return runTool(test);
  try {
    return await test.askTerminal();
  } catch (error) {
    // One that runs and may not be asked has the devices open: two programs would draw over each other, and only one
    // would get the sound card.
    if (!(error instanceof Failure) || !/ENOENT|ECONNREFUSED/.test(error.fault.detail)) throw error;
  }
  return testWithoutTerminal(test);
}

async function testWithoutTerminal(test: DeviceTest): Promise<number> {
  const { args, environment, tell } = test;
  if (args[0] === 'printer' && args.length === 1) return testPage(test);
  if (args[0] !== 'display' && args[0] !== 'speaker') return runTool(test);
  if (args.length !== 1) return tell(whatThen());
  const config = configOf(test.file);
  if (typeof config === 'string') return tell(refusal(config));
  if (args[0] === 'display') return showTestPages(config, test);
  const { speaker } = config;
  return tell(
    await testSpeaker(speaker.enabled ? await DEVICES.speaker.open(speaker, environment) : undefined),
  );
}

/** Opens the screens of the configuration, shows their test pages as long as a terminal would, and closes them. */
async function showTestPages(config: TerminalConfig, { environment, tell }: DeviceTest): Promise<number> {
  const displays = await makeDisplays(config, environment);
  const { timers } = environment;
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void timers.after(ms, resolve));
  await Promise.all(displays.map((display) => display.start()));
  const waiting = (): boolean => displays.some((display) => !display.attached());
  for (let waitedMs = 0; waiting() && waitedMs < ATTACH_MS; waitedMs += LOOK_MS) await wait(LOOK_MS);
  const code = tell(await testDisplays(displays));
  await wait(TEST_PAGE_MS);
  await Promise.all(displays.map((display) => display.stop()));
  return code;
}

async function testPage({ file, environment, tell }: DeviceTest): Promise<number> {
  const config = configOf(file);
  if (typeof config === 'string') return tell(refusal(config));
  if (!config.printer.enabled) return tell(refusal('no printer is configured'));
  const printer = await DEVICES.printer.open(config.printer, environment);
  const code = tell(await testPrinterAlone(printer, slipHead(config), environment.clock.wallMs()));
  await printer.stop();
  return code;
}

type Tool = (config: TerminalConfig, bench: Workbench) => Promise<boolean>;

/** The tools that need a device for themselves. @returns 0, or 1 where the device never was there */
async function runTool(test: DeviceTest): Promise<number> {
  const { file, args, environment, flags, print, untilStopped, tell } = test;
  const { testRegister, testVending, testKeypad, ToolRefusal } = await import('./device-bench.js');
  const { atPath, configured, sniff } = await import('./sniff.js');
  const tools: Readonly<Record<string, Tool>> = {
    register: testRegister,
    vending: testVending,
    keypad: testKeypad,
  };
  const [subject = '', device = ''] = args;
  const bench = (): Workbench => ({ environment, flags, print, stopped: untilStopped() });
  try {
    if (subject === 'sniff' && args.length === 2 && device.includes('/'))
      return (await sniff(await atPath(device, flags), bench())) ? 0 : 1;
    const kind = subject === 'sniff' && (device === 'register' || device === 'vending') ? device : undefined;
    const tool = Object.hasOwn(tools, subject) ? tools[subject] : undefined;
    if (kind === undefined && (tool === undefined || args.length !== 1))
      return tell(subject === 'sniff' ? refusal('sniff register|vending|/dev/...: which line?') : whatThen());
    const config = configOf(file);
    if (typeof config === 'string') return tell(refusal(config));
    const there =
      kind === undefined
        ? await tool?.(config, bench())
        : await sniff(await configured(kind, config), bench());
    return there ? 0 : 1;
  } catch (error) {
    if (error instanceof ToolRefusal) return tell(refusal(error.message));
    throw error;
  }
}

/** @returns in words what is wrong with it, where something is */
function configOf(file: string): TerminalConfig | string {
  const checked = loadTerminal(file);
  if (checked.ok) return checked.value;
  return checked.error.map((problem) => formatProblem(file, problem)).join('\n');
}
