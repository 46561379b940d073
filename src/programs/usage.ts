import { COMMANDS } from '../control/commands.js';
import { Usage } from './arguments.js';

/** A command as it is typed, without `gopay-pos`: words first, then what it takes. */
export interface CommandHelp {
  readonly usage: string;
  readonly about: string;
}

const PROGRAMS: readonly CommandHelp[] = [
  { usage: 'terminal [--config FILE]', about: 'the daemon; /etc/gopay-pos/terminal.toml' },
  { usage: 'relay [--config FILE]', about: "the operator's server; /etc/gopay-pos/relay.toml" },
  {
    usage: 'sandbox [--port N] [--key-file FILE]',
    about: "a local Midtrans with a customer's phone; port 8421",
  },
  {
    usage: 'demo [--port N] [--once AMOUNT] [--directory DIR] [--payment-type gopay|qris]',
    about:
      'all three in one process, with simulated devices; pages on ports N, N+1, N+2; N is 8410, 0 takes free ones',
  },
];

const CONFIG: readonly CommandHelp[] = [
  {
    usage: 'config check [FILE|--config FILE] [--relay]',
    about: 'every error of a configuration file at once',
  },
  { usage: 'config explain KEY [--relay]', about: 'what a key means; how a device is connected and tried' },
  { usage: 'config example [--relay]', about: 'a whole file with comments and defaults' },
];

const ASKED: readonly CommandHelp[] = Object.values(COMMANDS).flatMap(({ help }) => help);

export function usage(): string {
  return `gopay-pos: payment terminal for GoPay QR

${listed([...PROGRAMS, ...CONFIG])}

A running terminal (--config FILE or --socket PATH says which; --json for scripts):
${listed(ASKED)}

  --log-level error|warn|info|debug (programs and tests)       --help       --version
`;
}

/** Whether a running terminal has this command. */
export function isAskedOfTerminal(command: string): boolean {
  return Object.hasOwn(COMMANDS, command);
}

function listed(helps: readonly CommandHelp[]): string {
  return helps
    .map(
      ({ usage, about }) =>
        `  gopay-pos ${usage.padEnd(29)}${usage.length < 29 ? ' ' : `\n${' '.repeat(42)}`}${about}`,
    )
    .join('\n');
}

/** Each command with what it has beside its own options. */
function helps(): readonly CommandHelp[] {
  const and = (more: string) => (help: CommandHelp) => ({ ...help, usage: `${help.usage} ${more}` });
  return [
    ...PROGRAMS.map(and('--log-level')),
    ...CONFIG,
    ...ASKED.map(and('--config --socket --json')).map((help) =>
      /^(test|sniff) /.test(help.usage) ? and('--log-level')(help) : help,
    ),
  ];
}

/** Every command has these. */
const ALWAYS = ['help', 'version'];

/**
 * An option that the command does not have would be ignored in silence, and a typing error do something else than was meant.
 * What a command has is what its own help shows.
 * @param typed the command's words as they were typed
 * @throws Usage that names the option and what is allowed
 */
export function refuseForeignOptions(typed: readonly string[], given: readonly string[]): void {
  const allowed = new Set(mostAlike(helps(), typed).flatMap(({ usage }) => optionsIn(usage)));
  const foreign = given.filter((name) => !allowed.has(name) && !ALWAYS.includes(name));
  if (foreign.length === 0) return;
  const named = foreign.map((name) => `--${name}`).join(', ');
  const has = [...allowed].map((name) => `--${name}`).join(', ');
  throw new Usage(`${typed.join(' ')}: takes no ${named}; it has ${has === '' ? 'no options' : has}`);
}

/** The lines that begin with the most of the words that were typed: `owed resolve` is another command than `owed`. */
function mostAlike(helps: readonly CommandHelp[], typed: readonly string[]): readonly CommandHelp[] {
  const alike = helps
    .map((help) => ({ help, words: wordsOf(help.usage) }))
    .filter(({ words }) => words[0] === typed[0]);
  const whole = alike.filter(({ words }) => words.every((word, at) => word === typed[at]));
  const most = Math.max(0, ...whole.map(({ words }) => words.length));
  const chosen = whole.filter(({ words }) => words.length === most);
  return (chosen.length > 0 ? chosen : alike).map(({ help }) => help);
}

/** `owed resolve ORDER --how ...` begins with the words `owed` and `resolve`. */
function wordsOf(usage: string): readonly string[] {
  const tokens = usage.split(' ');
  const end = tokens.findIndex((token) => !/^[a-z-]+$/.test(token) || token.startsWith('--'));
  return end === -1 ? tokens : tokens.slice(0, end);
}

function optionsIn(usage: string): string[] {
  return [...usage.matchAll(/--([a-z-]+)/g)].map(([, name = '']) => name);
}
