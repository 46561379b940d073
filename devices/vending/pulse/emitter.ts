import { fileURLToPath } from 'node:url';
import { type Fault, temporary } from '../../../src/base/fault.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Timers } from '../../../src/port/clock.js';
import { type Ended, run } from '../../kit/child.js';
import {
  type Chip,
  chooseChip,
  idleArguments,
  type PulseLine,
  readChips,
  type ToolVersion,
  type Train,
  trainArguments,
  trainMs,
  versionOf,
} from './tools.js';
import { LINE_REFUSED, programArguments } from './train-program.js';

/** What the system has to say, within this time. */
const ANSWER_MS = 10_000;
/** A train may take so much longer than its length before it counts as stuck: a loaded box is no broken one. */
const SLACK_MS = 10_000;

/** `chip`: label or name. */
export interface EmitterOptions extends PulseLine {
  readonly timers: Timers;
  /** Default: that of the service. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where the train's own program lies, compiled; default: beside this file. */
  readonly program?: URL;
}

export interface Place {
  readonly version: ToolVersion;
  readonly chip: Chip;
  readonly where: PulseLine;
}

/** `nothing`: no pulse can have left. `unknown`: some may have. */
export type TrainEnd = { readonly end: 'done' | 'nothing' | 'unknown'; readonly words: string };

/** Pulses by way of the programs that are installed. Each train is one process. */
export class Emitter {
  readonly #options: EmitterOptions;

  constructor(options: EmitterOptions) {
    this.#options = options;
  }

  /** The machine's own. */
  get line(): number {
    return this.#options.line;
  }

  /** Which programs there are, and which chip is meant. Touches no line. */
  async look(): Promise<Place | Fault> {
    const missing = (why: string): Fault => temporary(FAULT.gpioToolsMissing, why);
    const asked = await this.#run('gpioset', ['--version'], ANSWER_MS);
    if (asked.how !== 'exited') return missing(`gpioset does not run: ${asked.why}`);
    const version = versionOf(`${asked.output}`);
    if (version === undefined)
      return missing(`gpioset of an unknown version: ${firstLine(`${asked.output}`)}`);
    const listed = await this.#run('gpiodetect', [], ANSWER_MS);
    if (listed.how !== 'exited') return missing(`gpiodetect does not run: ${listed.why}`);
    const { chip: wanted, line, activeLow } = this.#options;
    const chosen = chooseChip(readChips(`${listed.output}`), wanted, line);
    if (chosen.ok)
      return { version, chip: chosen.value, where: { chip: chosen.value.name, line, activeLow } };
    const { code, detail } = chosen.error;
    const complaint = firstLine(listed.complaint);
    return temporary(code, complaint === '' ? detail : `${detail} (${complaint})`);
  }

  /** Drives the line idle. @returns in words why it could not be had */
  async idle({ version, where }: Place): Promise<string | undefined> {
    const ended = await this.#run('gpioset', idleArguments(version, where), ANSWER_MS);
    if (ended.how !== 'exited') return ended.why;
    if (ended.code === 0 && ended.complaint === '') return undefined;
    return firstLine(ended.complaint) || `gpioset ended with ${ended.code}`;
  }

  async train(place: Place, train: Train): Promise<TrainEnd> {
    const limitMs = trainMs(train) + SLACK_MS;
    if (place.version === 2) {
      const ended = await this.#run('gpioset', trainArguments(place.where, train), limitMs);
      return ended.how === 'exited' ? judgeTool(ended, train) : notEnded(ended);
    }
    const program = this.#options.program ?? new URL('./train-program.js', import.meta.url);
    const code = `import { main } from ${JSON.stringify(fileURLToPath(program))}; await main(process.argv.slice(1));`;
    const args = ['--input-type=module', '--eval', code, '--', ...programArguments(place.where, train)];
    const ended = await this.#run(process.execPath, args, limitMs);
    return ended.how === 'exited' ? judgeProgram(ended) : notEnded(ended);
  }

  #run(program: string, args: readonly string[], limitMs: number): Promise<Ended> {
    const { timers, env } = this.#options;
    return run({ name: program, args, timers, limitMs, detached: true, ...(env && { env }) });
  }
}

type Exited = Extract<Ended, { how: 'exited' }>;

function notEnded(ended: Exclude<Ended, Exited>): TrainEnd {
  return { end: ended.how === 'absent' ? 'nothing' : 'unknown', words: ended.why };
}

/**
 * What gpioset 2 says where it does not get the line (libgpiod's tools/gpioset.c and tools-common.c): it ends there, and has
 * driven nothing. Of what it says later ("unable to set values on ...") nobody knows how many edges had left before.
 */
const NOT_GIVEN =
  /^gpioset: (unable to (open chip|request lines on chip)|cannot find (a |the )?(GPIO )?(chip|line)|offset \d+ is out of range)\b/;

/** Unknown is not failed: that no pulse left is believed only where nothing else was said. Exported for its tests. */
export function judgeTool(
  { code, complaint: complained }: Pick<Exited, 'code' | 'complaint'>,
  { pulses }: Pick<Train, 'pulses'>,
): TrainEnd {
  const complaint = firstLine(complained);
  if (code === 0 && complaint === '') return { end: 'done', words: `${pulses} pulses` };
  const lines = complained.trim().split('\n');
  const neverHadIt = code !== 0 && lines.every((line) => NOT_GIVEN.test(line));
  return { end: neverHadIt ? 'nothing' : 'unknown', words: complaint || `gpioset ended with ${code}` };
}

function judgeProgram({ code, output, complaint }: Exited): TrainEnd {
  if (code === 0) return { end: 'done', words: firstLine(`${output}`) };
  const words = firstLine(complaint) || `ended with ${code}`;
  return { end: code === LINE_REFUSED ? 'nothing' : 'unknown', words };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 200) ?? '';
}
