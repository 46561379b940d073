import { parseArgs } from 'node:util';
import { messageOf } from '../base/fault.js';
import { nearest } from '../config/suggest.js';
import type { CommandHelp } from '../control/answer.js';
import { type CommandLine, commandLine, longestOf } from '../control/command-line.js';
import { COMMANDS } from '../control/commands.js';
import { FAULT } from '../core/fault/table.js';
import { Usage } from './arguments.js';

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

const SANDBOX_CUSTOMER: Readonly<Record<string, string>> = {
  pay: 'the customer of a running sandbox pays; ORDER may be last. URL: http://127.0.0.1:8421',
  'wrong-pin': 'types a wrong PIN, and may try again',
  decline: 'does not agree to pay',
  'settle-late': 'pays, and it settles although the charge was closed',
};

const TOOLS: readonly CommandHelp[] = [
  ...['pay', 'wrong-pin', 'decline', 'settle-late'].map((verb) => {
    return { usage: `sandbox ${verb} ORDER [--url URL] [--json]`, about: SANDBOX_CUSTOMER[verb] ?? '' };
  }),
  { usage: 'sandbox transactions [--url URL] [--json]', about: 'what a running sandbox was charged' },
  {
    usage: 'sandbox fault NAME... [--url URL] [--json]',
    about: 'something goes wrong there: sandbox fault lostAnswer endpoint=charge next=1',
  },
  { usage: 'sandbox faults [--url URL] [--json]', about: 'what goes wrong' },
  { usage: 'sandbox faults clear [ID] [--url URL] [--json]', about: 'ends it, or all of it' },
  { usage: 'sandbox clock SECONDS [--url URL] [--json]', about: 'its time goes on' },
  {
    usage: 'config check [FILE|--config FILE] [--relay] [--json]',
    about: 'every error of a configuration file at once',
  },
  {
    usage: 'config explain KEY [--relay] [--json]',
    about: 'what a key means; how a device is connected and tried',
  },
  { usage: 'config example [--relay] [--json]', about: 'a whole file with comments and defaults' },
  {
    usage: 'products check FILE [--config FILE] [--json]',
    about: 'every mistake of a CSV of products at once; needs no terminal',
  },
  {
    usage:
      'fleet [--url URL] [--user NAME] [--password-file FILE] [--ca FILE] [--merchant NAME] [--not-ready] [--owed] [--away] [--running VERSION] [--group NAME] [--watch] [--json] [--csv FILE] [--wait SECONDS]',
    about: 'every terminal as it says it is; URL: mqtt://127.0.0.1:1883, NAME: operator; --csv - prints it',
  },
  {
    usage:
      'fleet do BOX... COMMAND... --key FILE [--group NAME] [--url URL] [--user NAME] [--password-file FILE] [--ca FILE] [--merchant NAME] [--wait SECONDS] [--json] [--shift N] [--day D] [--from A] [--to B] [--by day|hour|product|slot] [--slot N] [--lang id|en]',
    about:
      'a command to terminals, and what each answers: fleet do KASIR1 status; signed with the key of FILE; 30 s',
  },
  ...['set FILE BOX...', 'clear BOX...'].map((what) => ({
    usage: `fleet config ${what} --key FILE [--name NAME] [--group NAME] [--url URL] [--user NAME] [--password-file FILE] [--ca FILE] [--merchant NAME] [--wait SECONDS] [--json]`,
    about: what.startsWith('set')
      ? 'products, contact, hours, words and narrower limits over each terminal.toml; taken back where one is not ready with it'
      : 'nothing from afar any more: terminal.toml alone',
  })),
  {
    usage: 'operator key NAME [--out FILE] [--json]',
    about: 'a key for commands from afar, into NAME.jwk, and the lines for terminal.toml',
  },
  {
    usage: `relay doctor [--config FILE] [--lang id|en] [--json]`,
    about: 'each leg of the relay at its machine, and what to do; 1 where something is wrong',
  },
  {
    usage: 'relay bundle [--out FILE] [--config FILE] [--lang id|en] [--json]',
    about: 'one archive of it for who helps, as of a terminal; no secrets',
  },
  {
    usage:
      'relay enrol TERMINAL [--merchant NAME] [--config FILE] [--shop NAME] [--max-amount RUPIAH] [--max-a-day RUPIAH] [--charges-per-minute N] [--refund-a-day RUPIAH] [--json]',
    about:
      "a code for a box, used once within an hour; at the relay's machine. Without --refund-a-day it gives nothing back",
  },
  {
    usage: 'relay revoke TERMINAL [--merchant NAME] [--config FILE] [--note TEXT] [--json]',
    about: 'a lost box: from now on its tokens open nothing, and it hears nothing more',
  },
  {
    usage: 'enrol CODE [--relay URL] [--config FILE] [--json]',
    about: "makes this box's key and gets its token with such a code; URL: gateway.url",
  },
  {
    usage: `explain E${FAULT.qrMismatch} [--lang id|en] [--json]`,
    about: 'what a fault number means, what the customer reads, and what to do; needs no terminal',
  },
  { usage: 'explain exit [--lang id|en] [--json]', about: 'every exit code of these commands' },
  { usage: 'completion bash|zsh', about: 'a script for the shell, which then completes all of this' },
];

const ASKED: readonly CommandHelp[] = Object.values(COMMANDS).flatMap(({ help }) => help);

export function usage(): string {
  return `gopay-pos: payment terminal for GoPay QR

${listed([...PROGRAMS, ...TOOLS])}

A running terminal (--config FILE or --socket PATH says which; --json for scripts; sales and report read the
journal of a stopped one as well):
${listed(ASKED)}

  --log-level error|warn|info|debug (programs and tests)       --help       --version
`;
}

/** The lines of the help that begin with the words that were typed; the whole of it for a word that is no command. */
export function usageOf(typed: readonly string[]): string {
  const all = [...PROGRAMS, ...TOOLS, ...ASKED];
  const deepest = [typed.slice(0, 2), typed.slice(0, 1)].map((words) =>
    all.filter(({ usage: line }) => `${line} `.startsWith(`${words.join(' ')} `)),
  );
  const own = deepest.find((lines) => lines.length > 0);
  if (own === undefined || typed.length === 0) return usage();
  return `${listed(own)}\n\n  gopay-pos --help shows every command; gopay-pos explain exit what it ends with\n`;
}

function listed(helps: readonly CommandHelp[]): string {
  return helps
    .map(
      ({ usage, about }) =>
        `  gopay-pos ${usage.padEnd(29)}${usage.length < 29 ? ' ' : `\n${' '.repeat(42)}`}${about}`,
    )
    .join('\n');
}

const LEVEL = '--log-level error|warn|info|debug';

/** Each command with what it has beside its own options. */
export const COMMAND_LINES: readonly CommandLine[] = [
  ...PROGRAMS.map(({ usage }) => `${usage} ${LEVEL}`),
  ...TOOLS.map(({ usage }) => usage),
  ...ASKED.map(({ usage }) => `${usage} --config FILE --socket PATH --json`).map((usage) =>
    /^(test|sniff|doctor|bundle) /.test(usage) ? `${usage} ${LEVEL}` : usage,
  ),
].map(commandLine);

/** The lines that begin with the most of the words that were typed; where none does, those of the first word. */
export function mostAlike(typed: readonly string[]): readonly CommandLine[] {
  const alike = COMMAND_LINES.filter(({ words }) => words[0] === typed[0]);
  const chosen = longestOf(alike, typed);
  return chosen.length > 0 ? chosen : alike;
}

/** Every command has these. */
const ALWAYS = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } as const;

/** What was given, by name; '' for an option that takes nothing. */
export type Options = Readonly<Record<string, string | undefined>>;

/**
 * What was typed, by what the help shows. An option that the command does not have would be ignored in silence, and a typing
 * error do something else than was meant; beside --help and --version it does not matter.
 * @throws Usage that names the option and what is allowed
 */
export function parse(args: readonly string[]): {
  readonly words: readonly string[];
  readonly values: Options;
} {
  const begin = args.findIndex(isFirstWord);
  const typed = begin < 0 ? [] : args.slice(begin).filter((arg) => !arg.startsWith('-'));
  // --csv takes a file with one command, and nothing with another: the command's own last.
  const known = [...COMMAND_LINES, ...mostAlike(typed)].flatMap(({ options }) => [...options]);
  const types = known.map(([name, takes]) => [name, { type: takes === undefined ? 'boolean' : 'string' }]);
  const options = { ...(Object.fromEntries(types) as Record<string, { type: 'string' }>), ...ALWAYS };
  try {
    const { values: given, positionals: words } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
    });
    const named = Object.entries(given).map(([name, value]) => [name, value === true ? '' : value]);
    const values = Object.fromEntries(named) as Options;
    if (Object.keys(ALWAYS).some((name) => Object.hasOwn(values, name))) return { words, values };
    refuseUnknownWords(words);
    refuseForeignOptions(words, values);
    return { words, values };
  } catch (error) {
    throw new Usage(unknownOption(messageOf(error), options, typed));
  }
}

/** Node's own sentence goes on about arguments that begin with a dash. */
function unknownOption(message: string, all: object, typed: readonly string[]): string {
  const [, name] = /^Unknown option '--?([^']+)'/.exec(message) ?? [];
  if (name === undefined) return message;
  const own = mostAlike(typed).flatMap(({ options }) => [...options.keys()]);
  const near = nearest(name, own) ?? nearest(name, Object.keys(all));
  return `there is no option --${name}${near === undefined ? '' : `; did you mean --${near}?`}`;
}

/** A typing error in a word would be left out of account in silence, or reach the terminal as something else. */
function refuseUnknownWords(typed: readonly string[]): void {
  const [command] = typed;
  if (command === undefined) return;
  const own = COMMAND_LINES.filter(({ words }) => words[0] === command);
  if (own.length === 0) {
    const near = nearest(
      command,
      COMMAND_LINES.flatMap(({ words }) => words.slice(0, 1)),
    );
    throw new Usage(
      `there is no command "${command}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
    );
  }
  const begins = (words: readonly string[], depth: number): boolean =>
    words.slice(0, depth).every((word, at) => word === typed[at]);
  const depth = Math.max(
    ...own.flatMap(({ words }) => words.map((_, at) => (begins(words, at + 1) ? at + 1 : 0))),
  );
  const word = typed[depth];
  if (word === undefined || longestOf(own, typed).some(({ operand }) => operand !== undefined)) return;
  const before = typed.slice(0, depth).join(' ');
  const next = own.flatMap(({ words }) => (begins(words, depth) ? words.slice(depth, depth + 1) : []));
  const near = nearest(word, next);
  const has = next.length === 0 ? 'takes options only' : `has ${[...new Set(next)].join(', ')}`;
  throw new Usage(
    `${before}: there is no "${word}"; ${near === undefined ? `it ${has}` : `did you mean "${before} ${near}"?`}`,
  );
}

function isFirstWord(arg: string): boolean {
  return COMMAND_LINES.some(({ words }) => words[0] === arg);
}

function refuseForeignOptions(typed: readonly string[], given: Options): void {
  const allowed = new Set(mostAlike(typed).flatMap(({ options }) => [...options.keys()]));
  const foreign = Object.keys(given).filter((name) => !allowed.has(name));
  if (typed.length === 0 || foreign.length === 0) return;
  const named = foreign.map((name) => `--${name}`).join(', ');
  const has = [...allowed].map((name) => `--${name}`).join(', ');
  throw new Usage(`${typed.join(' ')}: takes no ${named}; it has ${has === '' ? 'no options' : has}`);
}
