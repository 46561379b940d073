import type { OperatorRight } from '../base/operator-right.js';
import { err, ok, type Result } from '../base/result.js';
import { type Family, NEVER } from './answer.js';
import { commandLine, longestOf } from './command-line.js';
import { COMMANDS } from './commands.js';

/** What is asked from afar: a command of a running terminal, and the right that it needs. */
export interface RemoteCommand {
  readonly family: Family;
  readonly right: OperatorRight;
}

/**
 * Finds what was asked, by the lines of the help: what does not stand in one of them, or in one that is for nobody from afar,
 * is not done. `by` is the operator himself and cannot be given.
 * @returns why not
 */
export function remoteCommand(
  command: string,
  args: readonly string[],
  flags: readonly string[],
): Result<RemoteCommand, string> {
  const family = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (family === undefined) return err(`there is no command ${command}`);
  const lines = family.help.map(({ usage, afar }) => ({ ...commandLine(usage), afar }));
  const chosen = longestOf(lines, [command, ...args]);
  const rights = new Set(chosen.map(({ afar }) => afar));
  const [right, second] = rights;
  if (right === undefined) return err(`${command}: ${family.help.map(({ usage }) => usage).join(', or: ')}`);
  if (right === NEVER || second !== undefined)
    return err(`${chosen[0]?.words.join(' ')} is for who stands at the terminal, and not from afar`);
  const operands = 1 + args.length - (chosen[0]?.words.length ?? 0);
  if (operands > 0 && chosen.every(({ operand }) => operand === undefined))
    return err(`${chosen[0]?.words.join(' ')} takes no ${args.at(-1)}`);
  const foreign = flags.find((flag) => flag === 'by' || !chosen.some(({ options }) => options.has(flag)));
  return foreign === undefined
    ? ok({ family, right })
    : err(`${chosen[0]?.words.join(' ')} takes no --${foreign} from afar`);
}
