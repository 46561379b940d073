import type { ControlAnswer } from '../control/answer.js';
import { askTerminal } from '../control/client.js';
import type { Environment } from './environment.js';
import { stopSignal } from './stop-signal.js';

/** How a command looks at a running terminal again and again. */
export interface Looking {
  readonly ask: (flags: Readonly<Record<string, string>>) => Promise<ControlAnswer>;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** @returns false when the person has ended it */
  readonly pause: (ms: number) => Promise<boolean>;
  /** A person's terminal: it can be coloured, and cleared. */
  readonly colour: boolean;
}

export function lookingAt(socket: string, command: string, environment: Environment): Looking {
  const ended = stopSignal(environment).then(() => false);
  return {
    ask: (flags) => askTerminal(socket, command, [], { flags }),
    print: (text) => void process.stdout.write(`${text}\n`),
    complain: (text) => void process.stderr.write(`gopay-pos: ${text}\n`),
    pause: async (ms) => {
      let cancel = (): void => {};
      const over = new Promise<boolean>((resolve) => {
        cancel = environment.timers.after(ms, () => resolve(true));
      });
      const goesOn = await Promise.race([ended, over]);
      cancel();
      return goesOn;
    },
    colour: process.stdout.isTTY === true && !process.env['NO_COLOR'],
  };
}
