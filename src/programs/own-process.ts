import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseObject } from '../base/json.js';
import { type ControlAnswer, refusal, type Subject } from '../control/answer.js';
import { FAULT } from '../core/fault/table.js';

/** Longer than all checks side by side take. */
const MOST_MS = 180_000;
/** Beside the terminal, within the memory of its unit. */
const SMALL = ['--max-old-space-size=96', '--v8-pool-size=1'] as const;
const ANSWER_MOST_BYTES = 1024 * 1024;

/**
 * A command of this program in a process of its own, which takes its memory away with it, and cannot hold up a sale.
 * @param words command and options; `--json` gives an object with `text` and `good`
 */
function askOwnProgram(program: string, words: readonly string[]): Promise<ControlAnswer> {
  return new Promise((resolve) => {
    const args = [...SMALL, program, ...words, '--json'];
    const options = { timeout: MOST_MS, killSignal: 'SIGKILL', maxBuffer: ANSWER_MOST_BYTES } as const;
    execFile(process.execPath, args, options, (error, out, errors) => {
      const { text, good, ...data } = parseObject(out.trim()) ?? {};
      if (typeof text === 'string' && typeof good === 'boolean')
        return resolve({ text, data: { good, ...data }, good });
      const why = errors.trim().split('\n').at(-1) ?? '';
      resolve(
        refusal(
          `E${FAULT.commandFailed} ${words[0]}: ${why === '' ? (error?.message.split('\n')[0] ?? 'no answer') : why}`,
        ),
      );
    });
  });
}

/** The archive that an operator far away asks for: the last one only, so that nobody fills the disk. */
const BUNDLE = 'bundle.tar.gz';

/** One of each at a time: who asks meanwhile hears the same. @returns nothing where nobody knows what to start */
export function ownLooks(
  program: string | undefined,
  file: string | undefined,
  directory: string,
): Pick<Subject, 'examine' | 'pack'> {
  if (file === undefined || program === undefined) return {};
  const ask = (...words: readonly string[]): NonNullable<Subject['examine']> => {
    let asked: Promise<ControlAnswer> | undefined;
    return (language) => {
      const all = [...words, '--config', file, ...(language === undefined ? [] : ['--lang', language])];
      asked ??= askOwnProgram(program, all).finally(() => {
        asked = undefined;
      });
      return asked;
    };
  };
  return { examine: ask('doctor'), pack: ask('bundle', '--out', join(directory, BUNDLE)) };
}
