import { connect } from 'node:net';
import { Failure, messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import type { ControlAnswer, ControlRequest } from './answer.js';

/** Silence that means that no terminal is there: a long command says how far it is more often than this. */
const SILENCE_MS = 60_000;

export interface AskOptions extends Partial<Pick<ControlRequest, 'flags' | 'input'>> {
  /** Hears how far a long command is. */
  readonly progress?: (line: string) => void;
  /** Takes the parts of a long answer; the next one comes when it has returned. */
  readonly part?: (part: unknown) => Promise<void>;
}

/**
 * Asks the running terminal behind `path`. @throws Failure FAULT.noTerminalAnswers when none answers there, or not
 * in words we know
 */
export async function askTerminal(
  path: string,
  command: string,
  args: readonly string[],
  { flags = {}, input, progress = () => undefined, part = async () => undefined }: AskOptions = {},
): Promise<ControlAnswer> {
  const request: Omit<ControlRequest, 'user'> = {
    command,
    args,
    flags,
    ...(input === undefined ? {} : { input }),
  };
  const socket = connect(path, () => socket.write(`${JSON.stringify(request)}\n`));
  socket.setEncoding('utf8');
  const listen = (): void => void socket.setTimeout(SILENCE_MS);
  socket.on('timeout', () => socket.destroy(new Error(`no answer within ${SILENCE_MS / 1000} s`)));
  listen();
  let answer = '';
  // What the caller throws is its own.
  let taking = false;
  try {
    for await (const line of linesOf(socket)) {
      const said = /^\{"(progress|part)":/.test(line) ? (JSON.parse(line) as Said) : undefined;
      if (said === undefined) answer = line;
      else if (said.progress !== undefined) progress(said.progress);
      else {
        // A person who reads page by page keeps us waiting, and not the terminal.
        socket.setTimeout(0);
        taking = true;
        await part(said.part);
        taking = false;
        listen();
      }
    }
  } catch (error) {
    throw taking ? error : unavailable(path, error);
  } finally {
    socket.destroy();
  }
  try {
    return JSON.parse(answer) as ControlAnswer;
  } catch (error) {
    throw unavailable(path, error);
  }
}

interface Said {
  readonly progress?: string;
  readonly part?: unknown;
}

async function* linesOf(socket: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of socket) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function unavailable(path: string, error: unknown): Failure {
  const detail = `no terminal answers at ${path} (${messageOf(error)}). Is it running? Are you in its group?`;
  return new Failure({ kind: 'temporary', code: FAULT.noTerminalAnswers, detail });
}
