import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { type Fault, messageOf, temporary } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Language } from '../../src/core/text/spelled-number.js';
import type { Breath } from '../../src/core/text/spoken.js';
import { type Ended, lastLine, run } from '../kit/child.js';
import type { Tools } from '../kit/tools.js';
import { join, samplesOf, silence } from './wave.js';

export interface VoiceOptions extends Pick<Tools, 'timers' | 'log'> {
  /** Where recordings lie, `LANGUAGE/WORD.wav`. */
  readonly directory: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Ends what is being made. */
  readonly signal: AbortSignal;
}

/** A sentence takes 50 ms on a PC; a Pi that has to fetch the program from a slow card takes seconds, once. */
const SPEAK_MS = 15_000;
/** Words a minute: a little slower than its own 175, for a shop that is not quiet. */
const WORDS_A_MINUTE = '150';
/** Between two breaths of a recorded voice; espeak-ng makes one of its own at a comma. */
const BREATH_MS = 180;

/** Makes sentences out of recordings, one word a file; or else espeak-ng speaks them, each as a whole. */
export class Voice {
  readonly #options: VoiceOptions;
  readonly #complained = new Set<string>();

  constructor(options: VoiceOptions) {
    this.#options = options;
  }

  /** @returns the samples, or FAULT.voiceMissing */
  async speak(breaths: readonly Breath[], language: Language): Promise<Result<Int16Array, Fault>> {
    const { directory } = this.#options;
    if (directory === undefined) return this.#synthesise(breaths, language);
    const recorded = await recordedIn(joinPath(directory, language), breaths);
    if (recorded.ok) return recorded;
    this.#complain(`${recorded.error}; espeak-ng speaks instead`);
    const made = await this.#synthesise(breaths, language);
    return made.ok ? made : unspoken(`${recorded.error}; ${made.error.detail}`);
  }

  async #synthesise(breaths: readonly Breath[], language: Language): Promise<Result<Int16Array, Fault>> {
    const { timers, env, signal } = this.#options;
    const text = breaths.map((breath) => breath.join(' ')).join(', ');
    const args = ['-v', language, '-s', WORDS_A_MINUTE, '--stdout', text];
    return samplesFrom(await run({ name: 'espeak-ng', args, env, timers, limitMs: SPEAK_MS, signal }));
  }

  /** Once each: the same file is missing at every sale. */
  #complain(words: string): void {
    if (this.#complained.has(words)) return;
    this.#complained.add(words);
    this.#options.log.warn(`E${FAULT.voiceMissing} ${words}`);
  }
}

/** @returns the samples, or what is wrong with the recordings */
async function recordedIn(
  directory: string,
  breaths: readonly Breath[],
): Promise<Result<Int16Array, string>> {
  const parts: Int16Array[] = [];
  for (const breath of breaths) {
    if (parts.length > 0) parts.push(silence(BREATH_MS));
    for (const word of breath) {
      const path = joinPath(directory, `${word}.wav`);
      try {
        const samples = samplesOf(await readFile(path));
        if (!samples.ok) return err(`${path}: ${samples.error}`);
        parts.push(samples.value);
      } catch (error) {
        return err(messageOf(error));
      }
    }
  }
  return ok(join(parts));
}

function samplesFrom(ended: Ended): Result<Int16Array, Fault> {
  if (ended.how !== 'exited') return unspoken(`espeak-ng: ${ended.why}`);
  const { code, output, complaint } = ended;
  if (code !== 0) return unspoken(`espeak-ng ended with ${code}: ${lastLine(complaint)}`);
  const samples = samplesOf(output);
  if (!samples.ok) return unspoken(`espeak-ng made ${samples.error}`);
  if (samples.value.length === 0) return unspoken(`espeak-ng made no sound: ${lastLine(complaint)}`);
  return samples;
}

function unspoken(detail: string): Result<never, Fault> {
  return err(temporary(FAULT.voiceMissing, detail));
}
