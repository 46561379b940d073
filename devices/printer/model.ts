import type { Timers } from '../../src/port/clock.js';
import { PrinterDialogue } from './dialogue.js';
import { faultsOf } from './status.js';
import type { PrinterTransport } from './transport.js';

const ASKING_MS = 10_000;

/** @returns what it calls itself, empty when it is well and says nothing; undefined while it cannot be asked */
export async function askModel(
  transport: PrinterTransport,
  timers: Timers,
  answerMs = 1_000,
): Promise<string | undefined> {
  const opened = await transport.open();
  if (!opened.ok) return undefined;
  const talk = new PrinterDialogue(opened.value, { timers, answerMs, wholeMs: ASKING_MS });
  const snapshot = await talk.look();
  const ready = snapshot !== undefined && faultsOf(snapshot).length === 0;
  const model = ready ? ((await talk.model()) ?? '') : undefined;
  const lost = talk.trouble !== undefined;
  talk.close();
  if (ready && !lost) await talk.line.release();
  else await talk.line.abandon();
  return lost ? undefined : model;
}
