import { explainable } from '../config/explain.js';
import { relaySchema } from '../config/relay-schema.js';
import { terminalSchema } from '../config/terminal-schema.js';
import { FAULT } from '../core/fault/table.js';
import { Usage } from './arguments.js';
import { COMMAND_LINES, mostAlike } from './usage.js';

/**
 * A script with which a shell completes our command line, made from the lines of its help. It starts no program: on a small
 * box each start is felt.
 * @throws Usage for a shell that there is none for
 */
export function completion(shell: string | undefined): string {
  if (shell === 'bash') return `${choices()}${BASH}`;
  if (shell === 'zsh') return `#compdef gopay-pos\n${choices()}${ZSH}`;
  throw new Usage('completion bash | zsh');
}

const BASH = `_gopay_pos() {
  local word=\${COMP_WORDS[COMP_CWORD]} takes choices flags kind
  # bash cuts --config=FILE at the =
  [ "$word" != = ] || word=''
  _gopay_pos_choices "\${COMP_WORDS[@]:1:COMP_CWORD-1}"
  [ -n "$takes" ] || [ "\${word#-}" = "$word" ] || choices=$flags
  mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
  if [ -n "$kind" ] && [ "\${#COMPREPLY[@]}" = 0 ]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "$kind" -- "$word")
  fi
}
complete -F _gopay_pos gopay-pos
`;

const ZSH = `_gopay_pos() {
  local takes choices flags kind
  local -a before=("\${(@)words[2,CURRENT-1]}")
  if [[ $PREFIX == --*=* ]]; then
    before+=("\${PREFIX%%=*}")
    compset -P 1 '*='
  fi
  _gopay_pos_choices "$before[@]"
  [[ -n $takes || $PREFIX != -* ]] || choices=$flags
  compadd -- \${=choices} && return
  case $kind in
    -f) _files ;;
    -d) _files -/ ;;
  esac
}
if [ "$funcstack[1]" = _gopay-pos ]; then _gopay_pos; else compdef _gopay_pos gopay-pos; fi
`;

/**
 * Sets `takes`, the option that waits for its value, and what may come: `choices`, `flags` where a word begins with a dash,
 * and `kind` for files or folders, as an option of compgen. `words`, `options` and `path` are zsh's own names.
 */
function choices(): string {
  const commands = COMMAND_LINES.flatMap(({ words }) =>
    words.map((_, at) => words.slice(0, at + 1).join(' ')),
  );
  const longestFirst = [...new Set(commands)].sort((a, b) => b.length - a.length);
  const valued = COMMAND_LINES.flatMap(({ options }) =>
    [...options].filter(([, takes]) => takes !== undefined),
  );
  // What takes a value with one command, and nothing with this one.
  const bare = COMMAND_LINES.flatMap(({ words, options }) =>
    [...options]
      .filter(([name, takes]) => takes === undefined && valued.some(([other]) => other === name))
      .map(([name]) => `' ${words.join(' ')}|--${name},'`),
  );
  return `_gopay_pos_choices() {
  local word typed=''
  takes='' choices='' flags='' kind=''
  for word in "$@"; do
    case "$typed|$word,$takes" in
      *'|=,'*) ;;
      *'|'*,-*) takes='' ;;
      ${bare.join(' | ')}) ;;
      ${[...new Set(valued.map(([name]) => `*'|--${name},'`))].join(' | ')}) takes=$word ;;
      *'|-'*) ;;
      *) typed="$typed $word" ;;
    esac
  done
  case "$typed $takes" in
    ' ') choices='${[...new Set(COMMAND_LINES.map(({ words }) => words[0]))].join(' ')}' flags='--help --version' ;;
${longestFirst.flatMap(arms).join('\n')}
  esac
}
`;
}

/** Of the case that tells what may follow a command: the values of its options, its next word, its options. */
function arms(command: string): string[] {
  const typed = command.split(' ');
  const options = new Map(mostAlike(typed).flatMap((line) => [...line.options]));
  const flags = `flags='${[...options.keys()].map((name) => `--${name}`).join(' ')}'`;
  const next = COMMAND_LINES.filter(({ words }) => words.slice(0, typed.length).join(' ') === command).map(
    ({ words, operand }) => words[typed.length] ?? operand,
  );
  return [
    ...[...options]
      .map(([name, takes]): [string, string] => [name, follows([takes])])
      .filter(([, values]) => values !== '')
      .map(([name, values]) => `    ' ${command} '*--${name}) ${values} ;;`),
    `    ' ${command} ') ${follows(next)} ${flags} ;;`,
    `    ' ${command} '*) ${flags} ;;`,
  ];
}

/** @param operands as the help shows them: capitals stand for what is not known here, FILE and DIR for what the shell knows */
function follows(operands: readonly (string | undefined)[]): string {
  const found = [...new Set(operands.flatMap((operand = '') => choicesOf(operand)))];
  const words = found.filter((each) => !/^[A-Z."]*$/.test(each)).join(' ');
  const kind = found.includes('FILE') ? 'kind=-f' : found.includes('DIR') ? 'kind=-d' : '';
  return `${words === '' ? '' : `choices='${words}' `}${kind}`.trim();
}

function choicesOf(operand: string): string[] {
  if (operand === 'KEY') return [...explainable(terminalSchema), ...explainable(relaySchema)];
  if (/^E\d{3}$/.test(operand)) return Object.values(FAULT).map((number) => `E${number}`);
  return operand.split('|').map((each) => (/^(PATH|\/dev\/.*)$/.test(each) ? 'FILE' : each));
}
