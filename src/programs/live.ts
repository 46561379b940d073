import type { LineTap } from '../../devices/kit/tools.js';
import { oneLine } from '../host/log.js';
import type { Clock, Timers } from '../port/clock.js';
import type { Log, LogText } from '../port/log.js';

export interface LiveOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly print: (line: string) => void;
  /** One JSON object a line, for scripts. */
  readonly json?: boolean;
  /** Lines of one second, before the rest is only counted; default 80. */
  readonly mostLines?: number;
}

type Mark = '<-' | '->' | '**' | '!!' | '  ';

const ROW_BYTES = 16;
/** Bytes of one frame come closer together than this; a row is not held back any longer. */
const ROW_MS = 40;
/** A silence worth a line of its own. */
const GAP_MS = 500;
/** Rows of the last polls and their answers, which come for ever. */
const POLLS = 4;

/**
 * What a technician watches: bytes with arrows, their names under them, and our own words, in the order in which they
 * came. A line gone mad is counted instead of shown, and rows that come again and again (polls) as well.
 */
export class Live implements LineTap {
  /** Whether the line was ever there. */
  everOpen = false;
  readonly #options: LiveOptions;
  #row: number[] = [];
  #arrow: '<-' | '->' = '<-';
  #rowAtMs = 0;
  #cancelRow: (() => void) | undefined;
  #lastByteMs: number | undefined;
  #recent: string[] = [];
  #again = 0;
  #shown = 0;
  #unshown = 0;
  #cancelSecond: (() => void) | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  opened(): void {
    this.everOpen = true;
    // The silence of a line that was not there means nothing.
    this.#lastByteMs = undefined;
  }

  heard(bytes: Uint8Array): void {
    this.#bytes('<-', bytes);
  }

  wrote(bytes: Uint8Array): void {
    this.#bytes('->', bytes);
  }

  /** Our own words: always shown. */
  say(text: string): void {
    this.#flush();
    this.#tellAgain();
    this.#line('**', text);
  }

  /** What bytes mean; counted only, where too much comes. */
  name(text: string): void {
    this.#flush();
    this.#limited('  ', text);
  }

  /** For a driver: its lines are the names of the bytes. Its debug level only counts the bytes that are shown here. */
  log(withDebug = false): Log {
    const names = (text: LogText): void => this.name(textOf(text));
    const warns = (text: LogText): void => {
      this.#flush();
      this.#limited('!!', textOf(text));
    };
    const debug = withDebug ? names : (): void => undefined;
    const log: Log = { error: warns, warn: warns, info: names, debug, child: () => log };
    return log;
  }

  end(): void {
    this.#flush();
    this.#tellAgain();
    this.#tellUnshown();
    this.#cancelSecond?.();
  }

  #bytes(arrow: '<-' | '->', bytes: Uint8Array): void {
    const now = this.#options.clock.monoMs();
    const silentMs = this.#lastByteMs === undefined ? 0 : now - this.#lastByteMs;
    this.#lastByteMs = now;
    if (arrow !== this.#arrow || silentMs > ROW_MS) this.#flush();
    // How long we take ourselves, the names say.
    if (silentMs > GAP_MS && arrow === '<-') this.#gap(silentMs);
    this.#arrow = arrow;
    for (const byte of bytes) {
      if (this.#row.length === 0) this.#rowAtMs = this.#options.clock.wallMs();
      this.#row.push(byte);
      if (this.#row.length === ROW_BYTES) this.#flush();
    }
    if (this.#row.length > 0) this.#cancelRow ??= this.#options.timers.after(ROW_MS, () => this.#flush());
  }

  #gap(silentMs: number): void {
    // Between polls there is always one.
    if (this.#again === 0) this.#limited('  ', `---- ${(silentMs / 1000).toFixed(1)} s of silence`);
  }

  #flush(): void {
    this.#cancelRow?.();
    this.#cancelRow = undefined;
    if (this.#row.length === 0) return;
    const row = Uint8Array.from(this.#row.splice(0));
    const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const key = `${this.#arrow}${hex}`;
    if (row.length < ROW_BYTES && this.#recent.includes(key)) {
      this.#again += 1;
      return;
    }
    this.#tellAgain();
    this.#recent = [...this.#recent.slice(1 - POLLS), key];
    this.#limited(this.#arrow, `${hex.padEnd(3 * ROW_BYTES - 1)}  |${printable(row)}|`, hex, this.#rowAtMs);
  }

  #tellAgain(): void {
    const count = this.#again;
    this.#again = 0;
    if (count > 0) this.#limited('  ', `(rows like the last ones came ${count} more times)`);
  }

  #limited(mark: Mark, text: string, hex?: string, atMs?: number): void {
    const { timers, mostLines = 80 } = this.#options;
    this.#cancelSecond ??= timers.after(1_000, () => {
      this.#cancelSecond = undefined;
      this.#shown = 0;
      this.#tellUnshown();
    });
    this.#shown += 1;
    if (this.#shown > mostLines) this.#unshown += 1;
    else this.#line(mark, text, hex, atMs);
  }

  #tellUnshown(): void {
    const count = this.#unshown;
    this.#unshown = 0;
    if (count > 0) this.#line('!!', `too fast to show: ${count} more lines in this second`);
  }

  #line(mark: Mark, text: string, hex?: string, wallMs = this.#options.clock.wallMs()): void {
    const { print, json } = this.#options;
    const safe = oneLine(text);
    if (json !== true) return print(`${timeOf(wallMs)} ${mark} ${safe}`);
    const at = new Date(wallMs).toISOString();
    print(
      JSON.stringify(hex === undefined ? { at, kind: KIND[mark], text: safe } : { at, dir: KIND[mark], hex }),
    );
  }
}

const KIND: Readonly<Record<Mark, string>> = {
  '<-': 'in',
  '->': 'out',
  '**': 'tool',
  '!!': 'warning',
  '  ': 'name',
};

function textOf(text: LogText): string {
  return typeof text === 'string' ? text : text();
}

function printable(row: Uint8Array): string {
  return Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
}

function timeOf(wallMs: number): string {
  const date = new Date(wallMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = `${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
  return `${two(date.getHours())}:${two(date.getMinutes())}:${seconds}`;
}
