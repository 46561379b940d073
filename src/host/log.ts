import { messageOf } from '../base/fault.js';
import type { Clock } from '../port/clock.js';
import type { Log, LogText } from '../port/log.js';
import type { SecretRegistry } from './secrets.js';

/**
 * - `journal`: `<N>` in front, as sd-daemon(3) says, and no time, because journald keeps a better one.
 * - `terminal`: local time of day and the level as a word, for a person who watches.
 * - `file`: the same with the date and the zone, for a pipe or a file.
 */
export type LogFormat = 'journal' | 'terminal' | 'file';

/** Takes one finished line without its line feed, and what it is made of. Must not throw. */
export type LogSink = (line: string, level: LogLevel, entry: LogEntry) => void;

/** A line of the log, in its parts. */
export interface LogEntry {
  readonly atMs: number;
  readonly level: LogLevel;
  /** Which device or leg says it: `printer`, `mqtt`; empty where it is the program itself. */
  readonly device: string;
  /** Without secrets and control characters, as it stands in the log. */
  readonly text: string;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly sink: LogSink;
  readonly format: LogFormat;
  readonly clock: Clock;
  readonly secrets: SecretRegistry;
  /** ANSI colours around the level word, in the format `terminal` only. */
  readonly colour?: boolean;
  /** Is told each line that is written. Must not throw. */
  readonly kept?: ((entry: LogEntry) => void) | undefined;
}

/** With the priorities of syslog(3): err, warning, info, debug. */
const LEVELS = {
  error: { priority: 3, word: 'ERROR', colour: '31' },
  warn: { priority: 4, word: 'WARN ', colour: '33' },
  info: { priority: 6, word: 'INFO ', colour: '32' },
  debug: { priority: 7, word: 'DEBUG', colour: '2' },
} as const;

export type LogLevel = keyof typeof LEVELS;

/** journald cuts a line at 48 KiB (LineMax=), and a cut line loses its priority. */
const LONGEST_LINE = 16_384;

/** The log of one process. Nothing that is passed to it can make it throw. */
export function createLog(options: LogOptions): Log {
  return scoped(options, '');
}

function scoped(options: LogOptions, scope: string): Log {
  const limit = LEVELS[options.level].priority;
  const writer = (level: LogLevel) => (text: LogText) => {
    if (LEVELS[level].priority > limit) return;
    // Masked before anything is cut off or rewritten: half a secret would no longer be recognised.
    const safe = shorten(oneLine(options.secrets.mask(scope + textOf(text))));
    const atMs = options.clock.wallMs();
    const entry = { atMs, level, device: scope.slice(0, Math.max(0, scope.indexOf(':'))), text: safe };
    options.kept?.(entry);
    options.sink(lineOf(options, level, safe, atMs), level, entry);
  };
  return {
    error: writer('error'),
    warn: writer('warn'),
    info: writer('info'),
    debug: writer('debug'),
    child: (name) => scoped(options, `${scope}${name}: `),
  };
}

function textOf(text: LogText): string {
  if (typeof text === 'string') return text;
  try {
    return text();
  } catch (thrown) {
    // The event happened, so its line is written; what the line would have said is lost, and says so.
    return `(this line could not be made: ${messageOf(thrown)})`;
  }
}

function lineOf(options: LogOptions, level: LogLevel, safe: string, atMs: number): string {
  const { priority, word, colour } = LEVELS[level];
  if (options.format === 'journal') return `<${priority}>${safe}`;
  const time = localTime(atMs, options.format === 'file');
  const isColoured = options.format === 'terminal' && options.colour;
  return `${time} ${isColoured ? `\x1b[${colour}m${word}\x1b[0m` : word} ${safe}`;
}

/** Nearly every line is that, and asks for nothing. */
const PLAIN = /^[ -~]*$/;

/**
 * Lines of a text are joined by ` | `. Control characters are written as `\xNN`, and characters that turn the direction
 * of writing as `\uNNNN`: what a register or a web client sends must not forge a line or drive a technician's terminal.
 */
export function oneLine(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(/[ \t]*(?:\r\n|[\n\r\u2028\u2029])\s*/g, ' | ')
    .replace(/^ \| | \| $/g, '')
    .replace(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069\p{Cs}]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  if (character === '\t') return ' ';
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

function shorten(text: string): string {
  const over = text.length - LONGEST_LINE;
  return over > 0 ? `${text.slice(0, LONGEST_LINE)}… (${over} characters more)` : text;
}

function localTime(wallMs: number, withDate: boolean): string {
  const date = new Date(wallMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const exact = `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
  if (!withDate) return exact;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${exact} ${zoneOf(date)}`;
}

/** `+07:00`: who reads a file elsewhere, or of a box whose zone is wrong, has to know. */
function zoneOf(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const two = (value: number): string => String(Math.trunc(Math.abs(value))).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
