// Preloaded into the built terminal (`node --import`). It names each moment at which the power may go, and lets it go at
// one of them: before and after each commit of the journal, and before and after each thing that leaves the box. The
// product knows nothing of it.
//
// POWER_CUT_POINTS: a file that gets one line for each moment passed.
// POWER_CUT_AT: the moment at which to die. POWER_CUT_HOLD_AT: the moment at which to stop until SIGCONT comes.
// POWER_CUT_DIGEST: behind the name of each commit, what the journal holds before it and after it; of one that waits for the
// next, nothing: it is on no disk.
// POWER_CUT_PRAGMAS: "synchronous = FULL > synchronous = NORMAL; ...": what SQLite is told in place of what the product says.

import { appendFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import Database from 'better-sqlite3';
// The very modules of the built terminal: joined.ts puts dist/ here.
import { TcpLine } from '../../devices/kit/tcp-line.js';
import { EscPosPrinter } from '../../devices/printer/escpos-printer.js';
import { Journal } from '../../src/journal/journal.js';
import { digestOf } from './digest.mjs';

/** @typedef {import('better-sqlite3').Database} Db */

const { POWER_CUT_POINTS: FILE, POWER_CUT_AT: AT, POWER_CUT_HOLD_AT: HOLD_AT } = process.env;
const { POWER_CUT_DIGEST: DIGEST, POWER_CUT_PRAGMAS: PRAGMAS = '' } = process.env;
/** @type {Map<string, number>} */
const times = new Map();

write('born');

/**
 * A moment is known by what happens and by how often that has happened since the start of the process.
 * @param {string} what
 */
function count(what) {
  const n = (times.get(what) ?? 0) + 1;
  times.set(what, n);
  return `${what} #${n}`;
}

/** @param {string} line */
function write(line) {
  if (FILE !== undefined) appendFileSync(FILE, `${line}\n`);
}

/** @type {Db | undefined} */
let journal;

/**
 * The first that is open: one of before is opened anew when its pages were moved.
 * @param {Db} db
 */
function note(db) {
  if (journal?.open !== true) journal = db;
}

/** @param {string} moment */
function pass(moment) {
  const told = DIGEST !== undefined && / commit of /.test(moment) ? journal : undefined;
  write(told !== undefined && !told.inTransaction ? `${moment}\t${digestOf(told)}` : moment);
  if (moment === HOLD_AT) {
    write('held');
    process.kill(process.pid, 'SIGSTOP');
  }
  if (moment !== AT) return;
  write('cut');
  process.kill(process.pid, 'SIGKILL');
  // SIGKILL needs no help of ours; this only makes sure that not one more statement runs.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

/**
 * @template {string} N
 * @template {Record<N, (...args: any[]) => unknown>} T
 * @param {T} target
 * @param {N} name
 * @param {(this: T, ...args: Parameters<T[N]>) => string | undefined} nameOf
 */
function aroundSync(target, name, nameOf) {
  const real = target[name];
  /** @this {T} @param {Parameters<T[N]>} args */
  function around(...args) {
    const what = nameOf.apply(this, args);
    if (what === undefined) return real.apply(this, args);
    const moment = count(what);
    pass(`before ${moment}`);
    const value = real.apply(this, args);
    pass(`after ${moment}`);
    return value;
  }
  target[name] = /** @type {T[N]} */ (around);
}

/**
 * After: when the promise is kept, before anybody who waits for it has heard of that.
 * @template {string} N
 * @template {Record<N, (...args: any[]) => Promise<unknown>>} T
 * @param {T} target
 * @param {N} name
 * @param {(...args: Parameters<T[N]>) => string | undefined} nameOf
 */
function aroundAsync(target, name, nameOf) {
  const real = target[name];
  /** @this {T} @param {Parameters<T[N]>} args */
  async function around(...args) {
    const what = nameOf(...args);
    if (what === undefined) return real.apply(this, args);
    const moment = count(what);
    pass(`before ${moment}`);
    const value = await real.apply(this, args);
    pass(`after ${moment}`);
    return value;
  }
  target[name] = /** @type {T[N]} */ (around);
}

aroundSync(Journal.prototype, 'commit', ({ events, sales = [], slips = [] }) => {
  const said = events.map(({ kind, ignored }) => (ignored === undefined ? kind : `${kind} (ignored)`));
  // A slip that is handed over has no line in the story of its sale.
  if (said.length === 0) said.push(...slips.map((slip) => `slip ${'state' in slip ? slip.state : 'queued'}`));
  const states = sales.map(({ state }) => ` to ${state.at}`);
  return `commit of ${said.join(' and ')}${states.join('')}`;
});

aroundSync(Journal.prototype, 'closeShift', () => 'commit of shift');
aroundSync(Journal.prototype, 'prove', () => 'commit of pulse');
aroundSync(Journal.prototype, 'flush', function () {
  return this.waiting.waiting > 0 ? 'commit of what waited' : undefined;
});

// What the journal writes besides: its tables at its birth, and a row at each start.
const db = /** @type {{ transaction: any, prepare: any, pragma: any }} */ (Database.prototype);
const realTransaction = db.transaction;
/** @this {Db} @param {() => unknown} work */
db.transaction = function (work) {
  note(this);
  const made = realTransaction.call(this, work);
  if (work.length > 0) return made;
  const holder = { made };
  aroundSync(holder, 'made', () => 'commit of migration');
  return () => holder.made();
};
const realPrepare = db.prepare;
/** @this {Db} @param {string} sql */
db.prepare = function (sql) {
  note(this);
  const statement = realPrepare.call(this, sql);
  const [, table] = /^INSERT INTO (boot)\b/.exec(sql) ?? [];
  if (table !== undefined) aroundSync(statement, 'run', () => `commit of ${table}`);
  return statement;
};

const told = new Map(
  PRAGMAS.split('; ')
    .filter((words) => words !== '')
    .map((words) => /** @type {[string, string]} */ (words.split(' > '))),
);
const realPragma = db.pragma;
/** @this {Db} @param {string} words @param {object} options */
db.pragma = function (words, options) {
  // Who asks is told what the product wanted to hear: it checks.
  if (words === 'synchronous' && told.has('synchronous = FULL')) return 2;
  return realPragma.call(this, told.get(words) ?? words, options);
};

// After: when the head of the answer is here, before anybody has read it.
for (const client of /** @type {{ request: any }[]} */ ([http, https])) {
  const realRequest = client.request;
  /** @param {unknown} url @param {http.RequestOptions} options @param {unknown[]} more */
  client.request = function (url, options, ...more) {
    const what = typeof url === 'string' ? nameOfRequest(new URL(url), options) : undefined;
    if (what === undefined) return realRequest.call(this, url, options, ...more);
    const moment = count(what);
    pass(`before ${moment}`);
    return realRequest
      .call(this, url, options, ...more)
      .prependOnceListener('response', () => pass(`after ${moment}`));
  };
}
syncBuiltinESMExports();

/** @param {URL} url @param {http.RequestOptions} options */
function nameOfRequest({ pathname }, { method = 'GET' }) {
  if (pathname.includes('-HEALTH/')) return undefined;
  const verb = pathname.split('/').at(-1) ?? '';
  return pathname.startsWith('/v2/') && /^[a-z]+$/.test(verb) ? `${method} ${verb}` : `${method} picture`;
}

aroundAsync(TcpLine.prototype, 'write', (bytes) =>
  bytes.length === 1 ? 'ACK to register' : 'answer to register',
);

const SALE_SCREENS = new Set(['wait', 'scan', 'paid', 'closed', 'owed']);
aroundSync(http.ServerResponse.prototype, 'write', (text) => {
  const [, show = ''] = /^event: screen\ndata: .*?"show":"(\w+)"/.exec(String(text)) ?? [];
  return SALE_SCREENS.has(show) ? `screen ${show}` : undefined;
});

aroundAsync(EscPosPrinter.prototype, 'print', ({ kind }) => `${kind} slip`);
