import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { messageOf } from '../../src/base/fault.js';
import { ArchiveFolder } from '../../src/journal/archive-folder.js';
import { Journal } from '../../src/journal/journal.js';
import { digestOf } from './digest.mjs';
import { Disk, EVERYTHING, type Files, type Luck, NOTHING, someLuck } from './disk.js';
import type { DiskEvent } from './disk-record.js';

export interface Tally {
  readonly commits: number;
  /** Requests, answers, screens and slips that left the box. */
  readonly effects: number;
  readonly states: number;
  readonly ok: number;
  /** States without something that a commit had returned for. */
  readonly lost: number;
  /** States that cannot be opened, opened twice, or that hold what the journal never held. */
  readonly corrupt: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of the first few bad ones: where, and what was wrong. */
  readonly examples: readonly string[];
}

export interface StatesOptions {
  /** About so many states are built; at least three at each point. */
  readonly budget: number;
  readonly seed: number;
  /** For the states, one after another; in memory where it is to be fast. */
  readonly directory: string;
  /** What each state must hold, where that is the same at all times: of a journal that is only moved. */
  readonly holds?: (journal: Journal) => string;
}

const EFFECT = /^before (?!commit )/;
const EXAMPLES = 3;

/**
 * Builds every kind of state in which a power cut may leave the files of a recorded run, at each point where the next
 * thing is a sync or a commit has returned, and opens the journal from it, twice.
 */
export function checkStates(events: readonly DiskEvent[], options: StatesOptions): Tally {
  const began = performance.now();
  const cpuBegan = process.cpuUsage();
  const commits = new Commits(events);
  const born = events.findIndex(({ op }) => op === 'born');
  const before = filesBefore(events.slice(0, born));
  const extra = Math.max(1, Math.round(options.budget / pointsIn(events)) - 2);
  const chance = mulberry32(options.seed);
  const { holds } = options;
  const opener = new Opener(options.directory, holds);
  const whole = holds === undefined ? undefined : opener.open(new Map(before)).held;
  const disk = new Disk();
  const count = { states: 0, ok: 0, lost: 0, corrupt: 0 };
  const examples: string[] = [];
  const check = (luck: Luck, at: number): void => {
    const opened = opener.open(disk.after(luck));
    const verdict = holds === undefined ? commits.judge(opened) : sameAs(whole, opened);
    count.states += 1;
    count[verdict.is] += 1;
    if (verdict.is !== 'ok' && examples.length < EXAMPLES)
      examples.push(`${verdict.is}, event ${at}, after ${commits.last}: ${verdict.why}`);
  };
  try {
    for (const [at, event] of events.entries()) {
      // What lay there before the first process is there for certain.
      if (at < born) {
        disk.apply(event);
        continue;
      }
      const moment = event.op === 'moment';
      if (!moment && isPoint(event)) {
        check(NOTHING, at);
        if (disk.open > 0) check(EVERYTHING, at);
        for (let i = 0; i < extra && disk.open > 0; i += 1) check(someLuck(chance), at);
      }
      disk.apply(event);
      if (!moment) continue;
      commits.pass(event.moment);
      if (!isPoint(event)) continue;
      check(NOTHING, at);
      for (let i = 0; i < extra && disk.open > 0; i += 1) check(someLuck(chance), at);
    }
  } finally {
    opener.close();
  }
  const effects = events.filter((event) => event.op === 'moment' && EFFECT.test(event.moment)).length;
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpuBegan);
  const cpuSeconds = (user + system) / 1e6;
  return { commits: commits.count, effects, ...count, seconds, cpuSeconds, examples };
}

/** Where the states differ from those before: something is about to become certain, or a commit has become so. */
function isPoint(event: DiskEvent): boolean {
  if (event.op === 'moment') return event.moment.startsWith('after ') && event.moment.includes('\t');
  return event.op !== 'write' && event.op !== 'born';
}

function pointsIn(events: readonly DiskEvent[]): number {
  const disk = new Disk();
  let points = 0;
  for (const event of events) {
    if (isPoint(event) && disk.open > 0) points += 1;
    disk.apply(event);
  }
  return points;
}

/** What lay there before the first process began. */
function filesBefore(events: readonly DiskEvent[]): Files {
  const disk = new Disk();
  for (const event of events.slice(
    0,
    events.findIndex(({ op }) => op === 'born'),
  ))
    disk.apply(event);
  return disk.live;
}

function sameAs(whole: string | undefined, { trouble, held }: Opened): Verdict {
  if (trouble !== undefined) return { is: 'corrupt', why: trouble };
  return held === whole ? { is: 'ok' } : { is: 'lost', why: `it holds ${held}` };
}

interface Opened {
  /** What the journal holds, in the words of who asks. */
  readonly held?: string;
  /** Of all rows of before it was opened; undefined when it could not be. */
  readonly digest?: string;
  readonly trouble?: string;
  /** The journal says itself that it has lost what it had committed. */
  readonly told?: boolean;
}

type Verdict =
  | { readonly is: 'ok' }
  | { readonly is: 'lost'; readonly why: string }
  | { readonly is: 'corrupt'; readonly why: string };

/** What the journal held after each commit, and how many of them have returned. */
class Commits {
  readonly #states = new Map<string, number[]>();
  readonly count: number;
  last = 'nothing';
  #returned = 0;

  constructor(events: readonly DiskEvent[]) {
    let n = 0;
    this.#note(digestOfNothing(), n);
    for (const event of events) {
      const [moment, digest] = event.op === 'moment' ? event.moment.split('\t') : [];
      if (digest === undefined) continue;
      // What is found before a commit is what the last one left, or one whose outcome nobody knew.
      if (moment?.startsWith('after ')) n += 1;
      this.#note(digest, n);
    }
    this.count = n;
  }

  #note(digest: string, n: number): void {
    this.#states.set(digest, [...(this.#states.get(digest) ?? []), n]);
  }

  pass(moment: string): void {
    const [what = '', digest] = moment.split('\t');
    if (digest === undefined || !what.startsWith('after ')) return;
    this.#returned += 1;
    this.last = what.replace('after ', '');
  }

  /** What has returned must be there, and nothing else but the one that is under way. */
  judge({ digest, trouble, told }: Opened): Verdict {
    if (told === true) return { is: 'lost', why: 'and says so' };
    if (trouble !== undefined) return { is: 'corrupt', why: trouble };
    const known = this.#states.get(digest ?? '') ?? [];
    if (known.length === 0) return { is: 'corrupt', why: 'it holds what the journal never held' };
    if (known.some((n) => n >= this.#returned && n <= this.#returned + 1)) return { is: 'ok' };
    const most = Math.max(...known);
    const why = `it holds ${most} commits of ${this.#returned}${most === 0 ? ', as if it were new' : ''}`;
    return most < this.#returned ? { is: 'lost', why } : { is: 'corrupt', why };
  }
}

function digestOfNothing(): string {
  const db = new Database(':memory:');
  const digest = digestOf(db);
  db.close();
  return digest;
}

/** Opens journals as the terminal does, and looks at all that they hold. */
class Opener {
  readonly #directory: string;
  readonly #holds: StatesOptions['holds'];
  readonly #realPragma = Database.prototype.pragma;
  #db: Database.Database | undefined;

  constructor(directory: string, holds: StatesOptions['holds']) {
    this.#holds = holds;
    this.#directory = mkdtempSync(join(directory, 'gopay-pos-state-'));
    const note = (db: Database.Database): void => {
      this.#db = db;
    };
    const real = this.#realPragma;
    Database.prototype.pragma = function (this: Database.Database, ...args) {
      note(this);
      return real.apply(this, args);
    };
  }

  open(files: Files): Opened {
    rmSync(this.#directory, { recursive: true, force: true });
    mkdirSync(this.#directory);
    for (const [name, bytes] of files) writeFileSync(join(this.#directory, name), bytes);
    try {
      const first = this.#look(undefined);
      // As often as it is started: what the first start did must not have spoilt it.
      const second = this.#look(first.boot);
      const aside = readdirSync(this.#directory).filter((name) => name.includes('damaged'));
      const note = aside.map((name) => readFileSync(join(this.#directory, name), 'latin1')).join('');
      if (/had been committed|was empty/.test(note)) return { told: true };
      if (first.setAside || aside.length > 0) return { trouble: `it was set aside: ${aside.join(', ')}` };
      if (first.verdict !== 'ok') return { trouble: first.verdict };
      if (second.digest !== first.digest) return { trouble: 'the second start found something else' };
      return { digest: first.digest, ...(first.held === undefined ? {} : { held: first.held }) };
    } catch (error) {
      return { trouble: messageOf(error) };
    }
  }

  /** @param boot the first row of boot that does not count; without it, the one of this start */
  #look(boot: number | undefined): {
    readonly boot: number;
    readonly digest: string;
    readonly verdict: string;
    readonly setAside: boolean;
    readonly held: string | undefined;
  } {
    const journal = new Journal({
      directory: this.#directory,
      archive: new ArchiveFolder(this.#directory),
      ...{ wallMs: 0, version: 'after the cut' },
    });
    try {
      const db = this.#db;
      if (db === undefined) throw new Error('no database was opened');
      const own = boot ?? (db.prepare('SELECT max(id) FROM boot').pluck().get() as number);
      const verdict = boot === undefined ? String(db.pragma('integrity_check', { simple: true })) : 'ok';
      journal.openSales();
      const setAside = journal.setAside !== undefined;
      return { boot: own, digest: digestOf(db, own), verdict, setAside, held: this.#holds?.(journal) };
    } finally {
      journal.close();
    }
  }

  close(): void {
    Database.prototype.pragma = this.#realPragma;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** A small generator of chance: the same numbers for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
