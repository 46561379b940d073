import { connect } from 'node:net';
import { Failure, messageOf } from '../base/fault.js';
import type { Answer } from './commands.js';

/** Asks the running terminal behind `path`. @throws Failure 831 when none answers there, or not in words we know */
export async function askTerminal(path: string, command: string, args: readonly string[]): Promise<Answer> {
  const text = await new Promise<string>((resolve, reject) => {
    let answer = '';
    const socket = connect(path, () => socket.write(`${JSON.stringify({ command, args })}\n`));
    socket.setEncoding('utf8');
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer within 10 s')));
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', (error) => reject(unavailable(path, error)));
    socket.on('close', () => resolve(answer));
  });
  try {
    return JSON.parse(text) as Answer;
  } catch (error) {
    throw unavailable(path, error);
  }
}

function unavailable(path: string, error: unknown): Failure {
  const detail = `no terminal answers at ${path} (${messageOf(error)}). Is it running? Are you in its group?`;
  return new Failure({ kind: 'temporary', code: 831, detail });
}
