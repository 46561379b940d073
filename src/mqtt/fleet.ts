import type { BoxState } from '../base/box-state.js';
import { asObject, type Json, parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { parseTopic } from './topics.js';

/** One terminal as it is known to whoever listens. */
export interface FleetBox {
  readonly merchant: string;
  readonly terminal: string;
  /** What it said last; undefined while only its presence has been heard. */
  readonly state: BoxState | undefined;
  /** Its will says so, or it has been silent for three heartbeats. */
  readonly away: boolean;
  /** Since it last said how it is; 0 for one that never did. */
  readonly ageMs: number;
}

/** Now, by both clocks. */
export interface ClockPair {
  readonly monoMs: number;
  readonly wallMs: number;
}

interface Known {
  readonly state?: BoxState & { readonly link: string };
  /** When it was said, by our monotonic clock. */
  readonly saidMs?: number;
  /** The connection that ended. */
  readonly ended?: string;
}

const BOXES_MOST = 20_000;
const HEARTBEATS_MISSED = 3;

/** All terminals that have been heard of, from their topics of state and presence. */
export class Fleet {
  readonly #known = new Map<string, Known>();

  /** @returns whether it says something new about a terminal; what is no state of ours says nothing */
  take(topicText: string, payload: string, now: ClockPair): boolean {
    const topic = parseTopic(topicText);
    if (topic?.leaf !== 'presence' && topic?.leaf !== 'state') return false;
    const key = `${topic.merchant}/${topic.terminal}`;
    const before = this.#known.get(key);
    if (before === undefined && this.#known.size >= BOXES_MOST) return false;
    if (topic.leaf === 'presence') {
      const said = parseObject(payload);
      const ended = said?.['presence'] === 'offline' ? textOf(said['link'], 64) : undefined;
      const { ended: _before, ...rest } = before ?? {};
      this.#known.set(key, { ...rest, ...(ended === undefined ? {} : { ended }) });
      return true;
    }
    const state = parseBoxState(payload);
    if (!state.ok || state.value.terminal !== topic.terminal) return false;
    // A broker gives what it keeps again to who comes back: each heartbeat has a time of its own, and these have none that is new.
    if (before?.state?.at === state.value.at && before.state.link === state.value.link) return false;
    // The first may have stood there for long; what comes later comes as it is said, whatever the clock over there says.
    const old = before?.state === undefined ? Math.max(0, now.wallMs - Date.parse(state.value.at)) : 0;
    this.#known.set(key, { ...before, state: state.value, saidMs: now.monoMs - old });
    return true;
  }

  /** By name. */
  boxes(now: ClockPair): FleetBox[] {
    return [...this.#known]
      .map(([key, { state, saidMs, ended }]) => {
        const [merchant = '', terminal = ''] = key.split('/');
        const ageMs = saidMs === undefined ? 0 : Math.max(0, now.monoMs - saidMs);
        const silent = state !== undefined && ageMs > HEARTBEATS_MISSED * state.heartbeatS * 1000;
        // A will of an older connection says nothing.
        const gone = ended !== undefined && (state === undefined || state.link === ended);
        return { merchant, terminal, state, away: silent || gone, ageMs };
      })
      .sort((a, b) => (a.merchant + a.terminal < b.merchant + b.terminal ? -1 : 1));
  }
}

/** What is read of a state; all else is passed on as it came, and read by nobody. */
const SHAPE = {
  terminal: 'text',
  version: 'text',
  'group?': 'text',
  'config?': { 'name?': 'text', 'serial?': 'number', 'digest?': 'text', 'state?': 'text' },
  at: 'time',
  heartbeatS: 'number',
  link: 'text',
  state: 'text',
  ready: 'boolean',
  since: 'time',
  owed: { count: 'number', sum: 'number', refundsFailed: 'number', 'since?': 'time' },
  'lastSaleAt?': 'time',
  'tokenEndsAt?': 'time',
  today: { paid: { count: 'number', sum: 'number' }, unpaid: { count: 'number', sum: 'number' } },
  'fault?': { code: 'number', id: 'text', en: 'text' },
  'paper?': { state: 'text', code: 'number' },
  'slots?': { failed: 'number', outOfService: 'number' },
  'disk?': { freeBytes: 'number', wantedBytes: 'number' },
  'machine?': { 'temperatureC?': 'number', 'underVoltage?': 'boolean' },
  clock: { trusted: 'boolean' },
} as const;

const ISO_UTC = /^\d{4}-\d\d-\d\dT[\d:.]{5,16}Z$/;

type Shape = 'text' | 'time' | 'number' | 'boolean' | { readonly [name: string]: Shape };

/** A state as it came over MQTT: from whoever may write that topic, so everything that is read is looked at. */
function parseBoxState(text: string): Result<BoxState & { readonly link: string }, string> {
  if (text.length > 16_384) return err('longer than 16 KiB');
  const found = parseObject(text);
  if (found === undefined) return err('no JSON object');
  const wrong = wrongIn(found, SHAPE);
  return wrong === undefined ? ok(found as unknown as BoxState & { readonly link: string }) : err(wrong);
}

/** The first field that is not as it must be; undefined where all are. */
function wrongIn(found: Json, shape: { readonly [name: string]: Shape }): string | undefined {
  for (const [key, wanted] of Object.entries(shape)) {
    const name = key.replace('?', '');
    const value = found[name];
    if (value === undefined && key !== name) continue;
    const inner = typeof wanted === 'string' ? undefined : asObject(value);
    const isRight =
      typeof wanted === 'string'
        ? isOf(value, wanted)
        : inner !== undefined && wrongIn(inner, wanted) === undefined;
    if (!isRight) return name;
  }
  return undefined;
}

function isOf(value: unknown, wanted: string): boolean {
  if (wanted === 'text') return textOf(value, 300) !== undefined;
  // As boxes write it. A year of more digits cannot be told by every clock, and V8 reads such ones in other words too (`0013-Sep-275760`).
  if (wanted === 'time')
    return typeof value === 'string' && ISO_UTC.test(value) && !Number.isNaN(Date.parse(value));
  return wanted === 'number' ? Number.isFinite(value) : typeof value === 'boolean';
}

/** Without characters that would do something to a screen. */
function textOf(value: unknown, most: number): string | undefined {
  return typeof value === 'string' && value.length <= most && !/\p{Cc}/u.test(value) ? value : undefined;
}
