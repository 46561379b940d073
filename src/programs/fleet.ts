import { readFileSync, writeFileSync } from 'node:fs';
import type { BoxState } from '../base/box-state.js';
import { csvLine } from '../base/csv.js';
import { messageOf } from '../base/fault.js';
import { formatRupiah, type Rupiah } from '../base/rupiah.js';
import { formatWib } from '../base/time.js';
import { FAULT } from '../core/fault/table.js';
import { EXIT } from '../host/process.js';
import type { ClockPair, FleetBox } from '../mqtt/fleet.js';
import { FleetWatcher } from '../mqtt/fleet-watcher.js';
import { secondsOf, Usage } from './arguments.js';
import type { Environment } from './environment.js';
import type { Options } from './usage.js';

/** Retained states come at once; without a new one for so long there is no other. */
const QUIET_MS = 1_000;

export interface FleetTools {
  readonly environment: Environment;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** For `--watch`. */
  readonly untilStopped: () => Promise<void>;
}

/** `gopay-pos fleet`: every terminal as it says it is, from any account of a broker that may read states. @returns exit code */
export async function showFleet(values: Options, tools: FleetTools): Promise<number> {
  const { environment, print, complain } = tools;
  const { clock, timers } = environment;
  const waitMs = values['wait'] === undefined ? undefined : secondsOf('--wait', values['wait'], 600);
  const url = values['url'] ?? 'mqtt://127.0.0.1:1883';
  let heard = (): void => {};
  let failed = (_why: string): void => {};
  const watcher = new FleetWatcher({
    ...environment,
    broker: { urls: [urlOf(url)], ...(values['ca'] === undefined ? {} : { tls: { caFile: values['ca'] } }) },
    user: values['user'] ?? 'operator',
    ...passwordOf(values['password-file']),
    merchant: values['merchant'] ?? '+',
    changed: () => heard(),
    down: (why) => failed(why),
  });
  const now = (): ClockPair => ({ monoMs: clock.monoMs(), wallMs: clock.wallMs() });
  const boxes = (): FleetBox[] => watcher.fleet.boxes(now());
  const down = new Promise<string>((resolve) => {
    failed = resolve;
  });
  watcher.start();
  try {
    const why = await Promise.race([watcher.listening, down]);
    if (why !== undefined) {
      complain(`${url}: ${why}${ofOneMerchant(why, values)}`);
      return EXIT.unavailable;
    }
    failed = (text) => complain(`${url}: ${text}; trying again`);
    if (values['watch'] !== undefined) {
      const told = new Map<string, string>();
      heard = () => {
        for (const box of boxes().filter(filterOf(values))) tellNews(box, told, values, now(), print);
      };
      heard();
      await tools.untilStopped();
      return EXIT.ok;
    }
    await quiet(waitMs, timers, (hear) => {
      heard = hear;
    });
    return listFleet(boxes(), values, now(), tools);
  } finally {
    await watcher.stop();
  }
}

/** An account of one merchant alone may not ask for all. */
export function ofOneMerchant(why: string, { merchant }: Options): string {
  const isRefused = why.startsWith(`E${FAULT.subscriptionRefused} `) && merchant === undefined;
  return isRefused ? ' (an account of one merchant says which: --merchant NAME)' : '';
}

/** Settles after `waitMs`; without that when nothing has come for {@link QUIET_MS}, or nothing at all for three times as long. */
export function quiet(
  waitMs: number | undefined,
  timers: Environment['timers'],
  listen: (hear: () => void) => void,
): Promise<void> {
  return new Promise((resolve) => {
    let cancel = timers.after(waitMs ?? 3 * QUIET_MS, resolve);
    if (waitMs !== undefined) return;
    listen(() => {
      cancel();
      cancel = timers.after(QUIET_MS, resolve);
    });
  });
}

/** @returns exit code @throws Usage */
export function listFleet(
  all: readonly FleetBox[],
  values: Options,
  now: ClockPair,
  { print, complain }: Pick<FleetTools, 'print' | 'complain'>,
): number {
  const boxes = all.filter(filterOf(values));
  if (values['json'] !== undefined) print(JSON.stringify(boxes.map((box) => rowOf(box, now))));
  else if (values['csv'] !== undefined) writeCsv(boxes, values['csv'], now, print);
  else if (boxes.length === 0)
    complain(
      `no terminal${values['merchant'] === undefined ? '' : ` of a merchant called ${values['merchant']}`}: none is like that, none has said anything yet, or this account may not read states (RabbitMQ tells only what is said from now on: --wait 65)`,
    );
  else print(table(boxes, now, new Set(all.map(({ merchant }) => merchant)).size > 1));
  return boxes.length === 0 ? EXIT.failed : EXIT.ok;
}

function tellNews(
  box: FleetBox,
  told: Map<string, string>,
  values: Options,
  now: ClockPair,
  print: (text: string) => void,
): void {
  const key = `${box.merchant}/${box.terminal}`;
  // The times of a heartbeat are no news.
  const { ageS: _age, heardAt: _heard, ...news } = rowOf(box, now);
  const text = JSON.stringify(news);
  if (told.get(key) === text) return;
  told.set(key, text);
  print(
    values['json'] === undefined
      ? `${formatWib(now.wallMs)}  ${lineOf(box, now).join('  ')}`
      : JSON.stringify(rowOf(box, now)),
  );
}

function filterOf(values: Options): (box: FleetBox) => boolean {
  const { running } = values;
  return ({ state, away }) =>
    (values['not-ready'] === undefined || (state !== undefined && !state.ready)) &&
    (values['owed'] === undefined || (state?.owed.count ?? 0) > 0) &&
    (values['away'] === undefined || away) &&
    (values['group'] === undefined || state?.group === values['group']) &&
    (running === undefined || state?.version === running);
}

/** @throws Usage */
export function urlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^mqtts?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new Usage(
      `--url ${text.includes('@') ? '...' : text}: mqtt://HOST:PORT or mqtts://HOST:PORT, without a password`,
    );
  return text;
}

/** @throws Usage. A password in the command line could be read by everybody on this machine. */
export function passwordOf(file: string | undefined): { password?: string } {
  if (file === undefined) return {};
  try {
    return { password: readFileSync(file, 'utf8').trim() };
  } catch (thrown) {
    throw new Usage(`--password-file ${file}: ${messageOf(thrown)}`);
  }
}

type Row = Readonly<Record<string, string | number | boolean | null>>;

/** One terminal, flat: for CSV, scripts and spreadsheets. */
function rowOf({ merchant, terminal, state, away, ageMs }: FleetBox, now: ClockPair): Row {
  return {
    merchant,
    terminal,
    state: away ? 'away' : (state?.state ?? 'unknown'),
    since: state?.since ?? null,
    code: state?.fault?.code ?? null,
    why: state?.fault?.en ?? null,
    owed: state?.owed.count ?? null,
    owedRupiah: state?.owed.sum ?? null,
    owedSince: state?.owed.since ?? null,
    lastSaleAt: state?.lastSaleAt ?? null,
    paidToday: state?.today.paid.count ?? null,
    paidTodayRupiah: state?.today.paid.sum ?? null,
    paper: state?.paper?.state ?? null,
    slotsOut: state?.slots?.outOfService ?? null,
    temperatureC: state?.machine?.temperatureC ?? null,
    clockTrusted: state?.clock.trusted ?? null,
    version: state?.version ?? null,
    heardAt: state === undefined ? null : new Date(now.wallMs - ageMs).toISOString(),
    ageS: state === undefined ? null : Math.round(ageMs / 1000),
    group: state?.group ?? null,
    config: state?.config?.name ?? null,
    configDigest: state?.config?.digest ?? null,
    configState: state?.config?.state ?? null,
  };
}

const COLUMNS = [
  'merchant',
  'terminal',
  'state',
  'since (WIB)',
  'owed',
  'last sale',
  'today',
  'paper',
  'version',
  'why',
];

function lineOf({ merchant, terminal, state, away, ageMs }: FleetBox, now: ClockPair): string[] {
  if (state === undefined)
    return [merchant, terminal, away ? 'away' : 'unknown', ...COLUMNS.slice(3).map(() => '-')];
  const { owed, today, paper, version, fault } = state;
  const since = away ? now.wallMs - ageMs : Date.parse(state.since);
  return [
    merchant,
    terminal,
    away ? 'away' : state.state,
    formatWib(since),
    owed.count === 0 ? '-' : `${owed.count} of ${formatRupiah(owed.sum as Rupiah)}`,
    state.lastSaleAt === undefined ? '-' : formatWib(Date.parse(state.lastSaleAt)),
    `${today.paid.count} of ${formatRupiah(today.paid.sum as Rupiah)}`,
    paper?.state ?? '-',
    version,
    whyOf(fault),
  ];
}

function whyOf(fault: BoxState['fault']): string {
  return fault === undefined ? '-' : `E${fault.code} ${fault.en}`;
}

/** @param named with the merchant of each */
function table(boxes: readonly FleetBox[], now: ClockPair, named: boolean): string {
  const lines = [COLUMNS, ...boxes.map((box) => lineOf(box, now))].map((line) => line.slice(named ? 0 : 1));
  const widths = (lines[0] ?? []).map((_name, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** RFC 4180. @throws Usage where the file cannot be written */
function writeCsv(
  boxes: readonly FleetBox[],
  file: string,
  now: ClockPair,
  print: (text: string) => void,
): void {
  const rows = boxes.map((box) => rowOf(box, now));
  const [first] = rows.length > 0 ? rows : [rowOf(NOBODY, now)];
  const line = (values: readonly (Row[string] | undefined)[]): string =>
    csvLine(
      values.map((value) => (typeof value === 'boolean' ? String(value) : (value ?? undefined))),
      ',',
    );
  const text = [Object.keys(first ?? {}), ...rows.map((row) => Object.values(row))].map(line).join('');
  if (file === '-') return print(text.trimEnd());
  try {
    writeFileSync(file, text);
  } catch (thrown) {
    throw new Usage(`--csv ${file}: ${messageOf(thrown)}`);
  }
}

const NOBODY: FleetBox = { merchant: '', terminal: '', state: undefined, away: true, ageMs: 0 };
