import { type Fault, temporary } from '../../src/base/fault.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Timers } from '../../src/port/clock.js';
import { type Ended, lastLine, run } from '../kit/child.js';
import { soundMs, waveOf } from './wave.js';

export interface PlayerOptions {
  /** As ALSA names it. */
  readonly device: string;
  readonly timers: Timers;
  readonly env: NodeJS.ProcessEnv;
  /** Ends what is being played. */
  readonly signal: AbortSignal;
}

/** A card may take so much longer than the sound before it counts as stuck: a loaded box is no broken one. */
const SLACK_MS = 10_000;

/**
 * Plays samples by aplay: one program, one file, so that there is no gap in it.
 * @returns why it was not heard to its end: FAULT.soundProgramMissing to FAULT.announcementBroken
 */
export async function play(samples: Int16Array, options: PlayerOptions): Promise<Fault | undefined> {
  const { device, env, ...rest } = options;
  const ended = await run({
    name: 'aplay',
    args: ['-q', '-D', device, '-t', 'wav', '-'],
    input: waveOf(samples),
    // What it says of an error is read, so it must say it in English.
    env: { ...env, LC_ALL: 'C' },
    limitMs: soundMs(samples) + SLACK_MS,
    ...rest,
  });
  return faultOf(ended);
}

/** aplay says "audio open error" of a card that is not there, not allowed or busy; everything else happened later. */
function faultOf(ended: Ended): Fault | undefined {
  if (ended.how === 'absent') return temporary(FAULT.soundProgramMissing, ended.why);
  if (ended.how === 'killed') return temporary(FAULT.announcementBroken, `aplay: ${ended.why}`);
  const { code, complaint } = ended;
  if (code === 0) return undefined;
  const words = lastLine(complaint) || `aplay ended with ${code}`;
  if (!complaint.includes('audio open error')) return temporary(FAULT.announcementBroken, words);
  return temporary(words.includes('busy') ? FAULT.soundCardBusy : FAULT.soundCardMissing, words);
}
