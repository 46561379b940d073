import { Failure } from '../base/fault.js';
import type { ControlAnswer } from '../control/answer.js';
import type { Looking } from './looking.js';
import type { Options } from './usage.js';

const PAUSE_MS = 2_000;

/**
 * `gopay-pos status --watch`: on a person's terminal a page that stays, else a page each time that more has changed than the ages; for a
 * script each look as a line.
 */
export async function watchStatus(values: Options, { ask, print, pause, colour }: Looking): Promise<void> {
  let last = '';
  do {
    const { text, data } = await answerOf(ask);
    const news = text.replaceAll(/, \d+ s ago$/gm, '');
    if (values['json'] !== undefined) print(JSON.stringify(data));
    else if (colour) print(`\x1b[H\x1b[J${text}`);
    else if (news !== last) print(text);
    last = news;
  } while (await pause(PAUSE_MS));
}

/** A terminal that starts again is waited for, and told of. */
async function answerOf(ask: Looking['ask']): Promise<Pick<ControlAnswer, 'text' | 'data'>> {
  try {
    return await ask({});
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, detail } = error.fault;
    return { text: error.message, data: { error: { code, text: detail } } };
  }
}
