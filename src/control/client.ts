import { connect } from 'node:net';
import { Failure, messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import type { ControlAnswer, ControlRequest } from './answer.js';

/** Silence that means that no terminal is there: a long command says how far it is more often than this. */
const SILENCE_MS = 60_000;

export interface AskOptions extends Partial<Pick<ControlRequest, 'flags' | 'input'>> {
  /** Hears how far a long command is. */
  readonly progress?: (line: string) => void;
}

/**
 * Asks the running terminal behind `path`. @throws Failure FAULT.noTerminalAnswers when none answers there, or not
 * in words we know
 */
export async function askTerminal(
  path: string,
  command: string,
  args: readonly string[],
  { flags = {}, input, progress = () => undefined }: AskOptions = {},
): Promise<ControlAnswer> {
  const request: Omit<ControlRequest, 'user'> = {
    command,
    args,
    flags,
    ...(input === undefined ? {} : { input }),
  };
  const text = await new Promise<string>((resolve, reject) => {
    let rest = '';
    let answer = '';
    const socket = connect(path, () => socket.write(`${JSON.stringify(request)}\n`));
    socket.setEncoding('utf8');
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error(`no answer within ${SILENCE_MS / 1000} s`)));
    socket.on('data', (chunk: string) => {
      rest += chunk;
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 1);
        const said = progressOf(line);
        if (said === undefined) answer = line;
        else progress(said);
      }
    });
    socket.on('error', (error) => reject(unavailable(path, error)));
    socket.on('close', () => resolve(answer));
  });
  try {
    return JSON.parse(text) as ControlAnswer;
  } catch (error) {
    throw unavailable(path, error);
  }
}

function progressOf(line: string): string | undefined {
  return /^\{"progress":/.test(line)
    ? String((JSON.parse(line) as { progress: unknown }).progress)
    : undefined;
}

function unavailable(path: string, error: unknown): Failure {
  const detail = `no terminal answers at ${path} (${messageOf(error)}). Is it running? Are you in its group?`;
  return new Failure({ kind: 'temporary', code: FAULT.noTerminalAnswers, detail });
}
