import { type Backoff, doubledMs } from '../base/backoff.js';

/** How a connection ended, or never began. */
export type ConnectionEnd =
  /** No answer on TCP or TLS level: the broker's host is away, or its certificate is not ours. */
  | { readonly at: 'unreached' }
  /** The socket was open, but no CONNACK came. */
  | { readonly at: 'unanswered' }
  /** CONNACK with this code (3.1.1) or reason (5). */
  | { readonly at: 'refused'; readonly code: number }
  /** `byPeer`: the broker or the network closed it, not we. `reason` of an MQTT 5 DISCONNECT. */
  | {
      readonly at: 'connected';
      readonly upMs: number;
      readonly byPeer: boolean;
      readonly reason?: number;
    };

/** What is remembered from connect to connect. */
export interface RedialState {
  readonly version: 4 | 5;
  /** That of the newest connection; undefined while the broker has answered neither. */
  readonly proved: 4 | 5 | undefined;
  /** Since a connection last held for {@link STEADY_MS}. */
  readonly failures: number;
  /** Sockets in a row that opened and brought no CONNACK. */
  readonly unanswered: number;
  /** Connections in a row that the peer closed within {@link STEADY_MS}, or because another came. */
  readonly short: number;
}

export interface Redial {
  readonly state: RedialState;
  readonly delayMs: number;
  /** Leave the stored session behind, this once. */
  readonly clean: boolean;
  /** Another client uses our client id. */
  readonly rival: boolean;
  /** Nothing is wrong yet: the broker may speak 3.1.1 only. */
  readonly trying: boolean;
}

/** A connection that held this long was a good one. */
const STEADY_MS = 10_000;

/** Never at once, whatever the dice say: a broker that closes every connection must not turn us into a busy loop. */
const SHORTEST_MS = 100;

/** MQTT 5: "Session taken over", told to the older of two clients with one id. */
export const TAKEN_OVER = 142;

/** More short connections than this in a row are two devices with one id pushing each other out. */
const SHORT_MAX = 3;

/** Each push may cost the other one what it was about to say, so that who is quick at other times waits longer each time. */
const RIVAL_MOST_MS = 60_000;

/** "Unacceptable protocol version" of 3.1.1 and "Unsupported protocol version" of 5. */
const WRONG_VERSION = [1, 132];

export function firstDial(): RedialState {
  return { version: 5, proved: undefined, failures: 0, unanswered: 0, short: 0 };
}

/** Whether the broker has learned MQTT 5 meanwhile is asked by the first connect after a day. */
export const ASK_AGAIN_MS = 24 * 3_600_000;

/** The next connect asks for MQTT 5; where the broker does not answer it, 3.1.1 is gone back to. */
export function askingAgain(state: RedialState): RedialState {
  return { ...state, version: 5 };
}

/**
 * When and how to connect next. Pure.
 *
 * - Full jitter: anything between {@link SHORTEST_MS} and the base doubled by each further failure, up to the cap, so that a
 *   fleet does not come back in step.
 * - A broker without MQTT 5 says so in its CONNACK, or closes the socket (RabbitMQ before 3.13), or says nothing. After the first
 *   3.1.1 comes at once, after the others in its turn: who says nothing may have too much to do. The version that was answered
 *   is kept to; while neither is, they take turns.
 * - After two sockets without a CONNACK a clean start, in each version that may be meant: on a RabbitMQ cluster whose node died
 *   with our session inside, no other connect gets through. A host that is merely away does not count, or a restart of the
 *   broker would cost the queued notices.
 * - Two devices with one id throw each other out for ever; both step back for one to two caps, and further each time up to
 *   {@link RIVAL_MOST_MS}.
 *
 * @param fraction of chance, 0 up to but not including 1.
 */
export function redial(
  state: RedialState,
  ending: ConnectionEnd,
  fraction: number,
  backoff: Backoff,
): Redial {
  if (ending.at === 'refused' && state.version === 5 && WRONG_VERSION.includes(ending.code))
    return { state: { ...state, version: 4 }, delayMs: 0, clean: false, rival: false, trying: true };
  const steady = ending.at === 'connected' && ending.upMs >= STEADY_MS;
  const failures = steady ? 0 : state.failures + 1;
  const short = shortAfter(state, ending);
  const rival = short > SHORT_MAX;
  const ceilingMs = doubledMs(backoff, failures - 1);
  const stepBackMs = (): number =>
    doubledMs(
      { firstMs: backoff.mostMs, mostMs: Math.max(backoff.mostMs, RIVAL_MOST_MS) },
      short - SHORT_MAX - 1,
    );
  const delayMs = rival
    ? Math.round(stepBackMs() * (1 + fraction))
    : Math.max(SHORTEST_MS, Math.round(ceilingMs * fraction));
  return { delayMs, rival, ...afterSilence(state, ending, { failures, short }) };
}

/** Which version comes next, and whether clean. */
function afterSilence(
  state: RedialState,
  ending: ConnectionEnd,
  counts: Pick<RedialState, 'failures' | 'short'>,
): Pick<Redial, 'state' | 'clean' | 'trying'> {
  const { version } = state;
  const proved = ending.at === 'connected' ? version : state.proved;
  const known = { version, proved, ...counts };
  if (ending.at !== 'unanswered') return { state: { ...known, unanswered: 0 }, clean: false, trying: false };
  // A broker that is known for 3.1.1 was asked again and has learned nothing.
  if (proved === 4 && version === 5) return { state: { ...state, version: 4 }, clean: false, trying: true };
  const unanswered = state.unanswered + 1;
  const other = version === 5 ? 4 : 5;
  if (proved === undefined) {
    const clean = unanswered === 2 || unanswered === 3;
    const trying = unanswered === 1 && version === 5;
    const failures = trying ? state.failures : known.failures;
    const turn = { ...known, failures, version: other, unanswered: unanswered % 4 } as const;
    return { state: turn, clean, trying };
  }
  // Clean did not help either: somebody may have put another broker in its place.
  const lost = unanswered === 3;
  const next = lost ? ({ version: other, proved: undefined, unanswered: 1 } as const) : { unanswered };
  return { state: { ...known, ...next }, clean: unanswered === 2, trying: false };
}

function shortAfter(state: RedialState, ending: ConnectionEnd): number {
  // A host that is away is a broker in trouble, not a rival in good health.
  if (ending.at === 'unreached') return 0;
  if (ending.at !== 'connected') return state.short;
  if (ending.reason === TAKEN_OVER) return Math.max(state.short, SHORT_MAX) + 1;
  if (ending.upMs >= STEADY_MS) return 0;
  return ending.byPeer ? state.short + 1 : state.short;
}
