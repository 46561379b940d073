import { Failure } from '../base/fault.js';
import { load } from '../config/load.js';
import { formatProblem } from '../config/problem.js';
import { terminalSchema } from '../config/terminal-schema.js';
import { type Answer, refusal } from '../control/answer.js';
import { TEST_PAGE_MS, testDisplays, whatThen } from '../control/test.js';
import type { Display } from '../port/display.js';
import { makeScreens } from './screens.js';
import type { Surroundings } from './surroundings.js';
import { makePage } from './terminal-program.js';

/** A browser that shows the page comes back within this; so does everything else. */
const ATTACH_MS = 5_000;
const LOOK_MS = 100;

export interface DeviceTest {
  /** Of the configuration. */
  readonly file: string;
  readonly args: readonly string[];
  readonly around: Surroundings;
  /** Asks the running terminal. @returns the exit code; rejects with Failure 831 where none can be reached */
  readonly askTerminal: () => Promise<number>;
  /** Says what is to be seen, as soon as it is there. @returns the exit code */
  readonly tell: (answer: Answer) => number;
}

/**
 * `gopay-pos test display`: by the running terminal, which has the devices; where none runs, by ourselves.
 * @returns the exit code
 */
export async function testDevices(test: DeviceTest): Promise<number> {
  try {
    return await test.askTerminal();
  } catch (error) {
    // One that runs and may not be asked has the devices open: two programs would draw over each other.
    if (!(error instanceof Failure) || !/ENOENT|ECONNREFUSED/.test(error.fault.detail)) throw error;
  }
  return testWithoutTerminal(test);
}

/** Opens the screens of the configuration, shows their test pages as long as a terminal would, and closes them. */
async function testWithoutTerminal({ file, args, around, tell }: DeviceTest): Promise<number> {
  if (args[0] !== 'display' || args.length !== 1) return tell(whatThen());
  const checked = load(terminalSchema, file);
  if (!checked.ok)
    return tell(refusal(checked.error.map((problem) => formatProblem(file, problem)).join('\n')));
  const config = checked.value;
  const page = config.page.enabled ? [makePage(config, config.page, around).display] : [];
  const displays: readonly Display[] = [...page, ...makeScreens(config, around)];
  const { timers } = around;
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void timers.after(ms, resolve));
  await Promise.all(displays.map((display) => display.start()));
  const waiting = (): boolean => displays.some((display) => !display.attached());
  for (let waitedMs = 0; waiting() && waitedMs < ATTACH_MS; waitedMs += LOOK_MS) await wait(LOOK_MS);
  const code = tell(await testDisplays(displays));
  await wait(TEST_PAGE_MS);
  await Promise.all(displays.map((display) => display.stop()));
  return code;
}
