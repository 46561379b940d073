import { Failure } from '../base/fault.js';
import { timeIn, type Zone } from '../base/time.js';
import type { ControlAnswer } from '../control/answer.js';
import type { TailPage } from '../control/tail.js';
import type { LogLevel } from '../host/log.js';
import type { RecentLine } from '../host/recent-lines.js';
import { Usage } from './arguments.js';
import type { Looking } from './looking.js';
import type { Options } from './usage.js';

/** Between two questions: a person does not notice it. */
const PAUSE_MS = 500;
const LINES = 20;
const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];
const COLOURS: Readonly<Record<LogLevel, string>> = { error: '31', warn: '33', info: '32', debug: '2' };

/** `gopay-pos tail`. @throws Usage, Failure where no terminal answers at first */
export async function tailTerminal(values: Options, looking: Looking): Promise<void> {
  const { ask, print, complain, pause, colour } = looking;
  const wanted = filterOf(values);
  const most = linesOf(values['lines']);
  let place: { began: number; after: number } | undefined;
  let away = false;
  do {
    try {
      const page = pageOf(
        await ask(place === undefined ? {} : { began: String(place.began), after: String(place.after) }),
      );
      const lines = page.lines.filter(wanted);
      for (const line of place === undefined ? lines.slice(-most) : lines)
        print(values['json'] !== undefined ? JSON.stringify(line) : lineOf(line, page.zone, colour));
      const before = place?.began === page.began ? place.after : 0;
      place = { began: page.began, after: page.lines.at(-1)?.seq ?? before };
      away = false;
    } catch (error) {
      // A terminal that starts again is waited for.
      if (!(error instanceof Failure) || place === undefined) throw error;
      if (!away) complain(`${error.message}; waiting for it`);
      away = true;
    }
  } while (values['no-follow'] === undefined && (await pause(PAUSE_MS)));
}

function pageOf({ data, good, text }: ControlAnswer): TailPage {
  if (!good) throw new Usage(text);
  return data as TailPage;
}

/** @throws Usage */
function linesOf(given: string | undefined): number {
  if (given === undefined) return LINES;
  if (!/^\d{1,3}$/.test(given) || Number(given) < 1) throw new Usage(`--lines ${given}: 1 to 400`);
  return Number(given);
}

/** @throws Usage */
function filterOf(values: Options): (line: RecentLine) => boolean {
  const { order, device, code, level } = values;
  const least = LEVELS.findIndex((each) => each === (level ?? 'debug'));
  if (least < 0) throw new Usage(`--level ${level}: one of ${LEVELS.join(', ')}`);
  const number = code === undefined ? undefined : /^E?(\d{3})$/i.exec(code)?.[1];
  if (code !== undefined && number === undefined) throw new Usage(`--code ${code}: the number of a fault`);
  const fault = number === undefined ? undefined : new RegExp(`\\bE${number}\\b`);
  return (line) =>
    (order === undefined || line.text.includes(order.toUpperCase())) &&
    (device === undefined || line.device === device) &&
    (fault === undefined || fault.test(line.text)) &&
    LEVELS.indexOf(line.level) <= least;
}

function lineOf({ atMs, level, text }: RecentLine, zone: Zone, colour: boolean): string {
  const paint = (how: string, what: string): string => (colour ? `\x1b[${how}m${what}\x1b[0m` : what);
  const told = colour
    ? text
        .replace(/\bE\d{3}\b/g, '\x1b[31m$&\x1b[0m')
        .replace(/\b[A-Z0-9]{1,16}-[0-9A-Z]{26}\b/g, '\x1b[36m$&\x1b[0m')
    : text;
  return `${timeIn(zone, atMs)} ${paint(COLOURS[level], level.toUpperCase().padEnd(5))} ${told}`;
}
