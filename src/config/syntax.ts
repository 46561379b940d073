import { parse, TomlError, type TomlTable } from 'smol-toml';
import { messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import { keyName } from './findings.js';
import { locate, type Places, type Statement } from './locate.js';
import type { ConfigProblem } from './problem.js';

/** What a text gives as TOML, as far as it is. */
export interface ParsedToml {
  /** Undefined where the text is broken in a way that leaves the rest in doubt. */
  readonly document?: TomlTable;
  readonly problems: readonly ConfigProblem[];
  /** Keys whose line, and tables whose second section, was left out because of an error: they are there, only not read. */
  readonly broken: readonly Statement[];
}

// Enough for any honest file; a file with more broken lines is no TOML at all.
const MOST_BROKEN = 50;
const DEEPEST = 20;

/**
 * Parses TOML and goes on after a broken `key = value` line, so that one missing quote does not hide the other errors,
 * and after a table that begins a second time. A broken header or a broken value over several lines ends it: it
 * is not known what the lines after it belong to.
 */
export function parseToml(text: string): ParsedToml {
  const problems: ConfigProblem[] = [];
  const broken: Statement[] = [];
  const lines = text.split('\n');
  for (;;) {
    const rest = lines.join('\n');
    const attempt = tryParse(rest);
    if ('document' in attempt) return { document: attempt.document, problems, broken };
    const places = locate(rest);
    const at = places.statements.find((each) => each.line <= attempt.line && attempt.line <= each.lastLine);
    const last = lastLineToSkip(places, at, attempt);
    const goesOn = at !== undefined && last !== undefined && broken.length < MOST_BROKEN;
    problems.push(describe(places, at, attempt, lines, goesOn));
    if (!goesOn) return { problems, broken };
    broken.push(at);
    lines.fill('', at.line - 1, last);
  }
}

interface Refusal {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Integers come as bigint, so that `10.000`, which is ten to TOML and ten thousand to an Indonesian, is not taken for one. */
function tryParse(text: string): { readonly document: TomlTable } | Refusal {
  try {
    return { document: parse(text, { integersAsBigInt: true, maxDepth: DEEPEST }) };
  } catch (thrown) {
    // The library's message goes on with lines of the file, in which a secret may stand: only its first line is kept.
    const message = messageOf(thrown).split('\n', 1).join('').replace('Invalid TOML document: ', '');
    return thrown instanceof TomlError
      ? { line: thrown.line, column: thrown.column, message }
      : { line: 1, column: 1, message };
  }
}

/** The last line of what is left out so that the rest can be read; undefined where nothing can. */
function lastLineToSkip(places: Places, at: Statement | undefined, refusal: Refusal): number | undefined {
  if (at === undefined || at.line !== at.lastLine) return undefined;
  if (at.kind === 'key') {
    const isNamed = at.path.every((part) => typeof part === 'number' || /^[A-Za-z0-9_-]+$/.test(part));
    return isNamed ? at.line : undefined;
  }
  if (!isSecond(places, at, refusal)) return undefined;
  const next = places.statements.find((each) => each.kind === 'header' && each.line > at.line);
  return next === undefined ? Number.POSITIVE_INFINITY : next.line - 1;
}

function isSecond(places: Places, at: Statement, { message }: Refusal): boolean {
  return message.includes('redefine') && (places.lineOf(at.path) ?? at.line) < at.line;
}

function describe(
  places: Places,
  at: Statement | undefined,
  refusal: Refusal,
  lines: readonly string[],
  goesOn: boolean,
): ConfigProblem {
  const { line, column } = refusal;
  const isDouble = at !== undefined && isSecond(places, at, refusal);
  const [found, allowed] = isDouble
    ? [`the same name a second time (the first is in line ${places.lineOf(at.path)})`, 'each name once']
    : misreading(lines[line - 1] ?? '', refusal.message);
  const hints: string[] = [];
  if (isDouble && at.kind === 'header') hints.push('The keys below it were not checked.');
  if (!goesOn) hints.push('The keys of this file were not checked: mend this first.');
  const key = at === undefined ? '' : keyName(at.path);
  const hint = hints.join(' ');
  return { code: FAULT.configNotToml, line, column, key, found, allowed, ...(hint !== '' && { hint }) };
}

/** The mistakes that people make, in their words; the library's words for the rest. None of them repeats the line. */
function misreading(line: string, message: string): readonly [found: string, allowed: string] {
  if (/^\s*[\w.-]+\s*=\s*[A-Za-z/][^"'=#]*(#.*)?$/.test(line)) return ['text without quotes', 'key = "text"'];
  if (/^\s*[\w.-]+\s*=\s*\d{1,3}([.,]\d{3})+\s*(#.*)?$/.test(line))
    return ['a number with dots or commas', 'key = 10000000 or key = 10_000_000'];
  return [
    `something that is no TOML (${message})`,
    'lines such as [table], key = "text", key = 10, key = true',
  ];
}
