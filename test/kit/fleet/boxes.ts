import type { BoxState } from '../../../src/base/box-state.js';
import type { ClockPair, Fleet } from '../../../src/mqtt/fleet.js';
import type { Clock } from '../../../src/port/clock.js';

/** 30 November 2026, 12:00 in Jakarta. */
export const FLEET_AT = Date.UTC(2026, 10, 30, 5);

export const minutesAgo = (minutes: number): string => new Date(FLEET_AT - minutes * 60_000).toISOString();

export type SaidState = BoxState & { readonly link: string };

/** One that is well, and has said so just now. */
export function boxState(terminal: string, other: Partial<BoxState> = {}): SaidState {
  return {
    ...{ schema: 1, terminal, version: '1.2.3', at: minutesAgo(0), heartbeatS: 60, link: 'a' },
    ...{ startedAt: minutesAgo(3_000), state: 'ready', ready: true, since: minutesAgo(95) },
    owed: { count: 0, sum: 0, refundsFailed: 0 },
    lastSaleAt: minutesAgo(4),
    today: { day: '2026-11-30', paid: { count: 31, sum: 612_000 }, unpaid: { count: 2, sum: 40_000 } },
    legs: { gateway: { code: 0, detail: '' }, printer: { code: 0, detail: '' } },
    paper: { state: 'good', code: 0, slipsWaiting: 0 },
    pads: { keypad: true },
    disk: { freeBytes: 9_000_000_000, wantedBytes: 100_000_000 },
    machine: { temperatureC: 51.5, underVoltage: false },
    clock: { trusted: true, detail: '' },
    ...other,
  };
}

export function clockOf(clock: Pick<Clock, 'monoMs' | 'wallMs'>): ClockPair {
  return { monoMs: clock.monoMs(), wallMs: clock.wallMs() };
}

/** What a box has said of itself, and that its connection ended where it is away. */
export function hear(fleet: Fleet, now: ClockPair, state: SaidState, merchant = 'toko', away = false): void {
  const topic = `gopay-pos/v1/${merchant}/${state.terminal}`;
  fleet.take(`${topic}/state`, JSON.stringify(state), now);
  if (away) fleet.take(`${topic}/presence`, JSON.stringify({ presence: 'offline', link: state.link }), now);
}

/** A fleet with something of everything, as pictures show it. */
export function sayFleet(fleet: Fleet, now: ClockPair): void {
  const [bandung, jakarta, surabaya] = ['Bandung', 'Jakarta', 'Surabaya'] as const;
  const paid = (count: number, sum: number) => ({
    today: { day: '2026-11-30', paid: { count, sum }, unpaid: { count: 1, sum: 5_000 } },
  });
  const tokenEndsAt = minutesAgo(-26 * 1_440);
  hear(fleet, now, boxState('KASIR-BDG-1', { group: bandung, tokenEndsAt, ...paid(48, 1_212_000) }));
  hear(
    fleet,
    now,
    boxState('KASIR-BDG-2', { group: bandung, state: 'busy', tokenEndsAt, lastSaleAt: minutesAgo(1) }),
  );
  hear(
    fleet,
    now,
    boxState('KASIR-JKT-1', {
      ...{
        group: jakarta,
        state: 'not_ready',
        ready: false,
        since: minutesAgo(18),
        lastSaleAt: minutesAgo(21),
      },
      fault: { code: 401, id: 'Kertas printer habis.', en: 'The printer is out of paper.', detail: '' },
      paper: { state: 'fault', code: 401, slipsWaiting: 2 },
      tokenEndsAt: minutesAgo(-2 * 1_440),
    }),
  );
  hear(
    fleet,
    now,
    boxState('KASIR-JKT-2', { group: jakarta, at: minutesAgo(47), lastSaleAt: minutesAgo(52), tokenEndsAt }),
    'toko',
    true,
  );
  hear(
    fleet,
    now,
    boxState('MESIN-JKT-7', {
      ...{ group: jakarta, lastSaleAt: minutesAgo(44), tokenEndsAt, ...paid(17, 204_000) },
      owed: { count: 2, sum: 22_000, since: minutesAgo(44), refundsFailed: 1 },
      slots: { failed: 2, outOfService: 1 },
    }),
  );
  hear(
    fleet,
    now,
    boxState('MESIN-SBY-3', {
      group: surabaya,
      machine: { temperatureC: 84, underVoltage: true },
      tokenEndsAt,
    }),
  );
  hear(
    fleet,
    now,
    boxState('WARUNG-SBY-1', {
      group: surabaya,
      paper: { state: 'near_end', code: 0, slipsWaiting: 0 },
      pads: { keypad: false },
    }),
  );
}
