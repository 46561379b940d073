import type { SpeakOutcome } from '../port/speaker.js';
import { type ControlAnswer, type Family, misused, refusal, type Subject } from './answer.js';

/** What the speaker said last, once more. */
export const say: Family = {
  help: [
    { usage: 'say again', about: 'the speaker says the last payment once more, as a repeat', afar: 'say' },
  ],
  run: (subject, { args }) => (args[0] === 'again' && args.length === 1 ? again(subject) : misused(say)),
};

async function again({ terminal }: Subject): Promise<ControlAnswer> {
  const asked = terminal.announcer.again('technician');
  return asked.ok ? toldOf(await asked.value) : refusal(asked.error);
}

/** What became of an announcement, for a technician. */
export function toldOf(outcome: SpeakOutcome): ControlAnswer {
  switch (outcome.kind) {
    case 'said':
      return { text: 'said', data: outcome, good: true };
    case 'quiet':
      return {
        text: 'not said: its volume is 0 at this hour (speaker.volume, speaker.quiet)',
        data: outcome,
        good: true,
      };
    case 'unsaid': {
      const { code, detail } = outcome.fault;
      return { text: `not said: E${code} ${detail}`, data: outcome, good: false };
    }
  }
}
