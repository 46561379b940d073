import { afterEach, expect, it } from 'vitest';
import { peakASecond } from '../kit/peak.js';
import { type Asked, FleetWorld } from './kit/fleet-world.js';

const BOXES = 300;
const SALES = 100;
const SECOND_MS = 1_000;
const LOOK_MS = 10_000;
/** The longest pause between two looks at a QR that is up, and the look. */
const FOUND_MS = 65_000;
const MINUTE_MS = 60_000;

let world: FleetWorld;
afterEach(async () => {
  await world.close();
  expect(world.fatal).toEqual([]);
});

function since<T extends { readonly atMs: number }>(asked: readonly T[], fromMs: number): T[] {
  return asked.filter(({ atMs }) => atMs >= fromMs);
}

function tell(what: string, figures: Readonly<Record<string, number>>): void {
  const words = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(`fleet of ${BOXES}, ${what}: ${words.join(', ')}\n`);
}

/** `FLEET=full npm test -- test/broker/fleet.test.ts` looks at a longer absence as well. */
const ABSENCES: readonly (readonly [number, number])[] = [
  [5 * SECOND_MS, 100],
  ...(process.env['FLEET'] === 'full' ? [[90 * SECOND_MS, 30] as const] : []),
];

it.each(ABSENCES)(
  '300 boxes come back to a broker that was away for %i ms, and not at once',
  async (awayMs, most) => {
    world = new FleetWorld(BOXES);
    await world.start(0);
    expect(world.up).toBe(BOXES);
    const diedMs = world.time.nowMs;
    await world.stopBroker();
    await world.pass(awayMs);
    const backMs = world.time.nowMs;
    await world.startBroker();
    await world.pass(2 * MINUTE_MS);
    expect(world.up).toBe(BOXES);
    const after = world.dialledMs.filter((ms) => ms >= backMs);
    const quick = world.dialledMs.filter((ms) => ms >= diedMs && ms < diedMs + SECOND_MS);
    const back = world.upAtMs.map((ms) => ms - backMs);
    tell(`broker away for ${awayMs} ms`, {
      'dials in the first second': quick.length,
      'peak/s after': peakASecond(after),
      'back p50 ms': back[BOXES / 2] ?? Number.NaN,
      last: back.at(-1) ?? Number.NaN,
    });
    // One dial each: nobody was turned away, and nobody tried twice.
    expect(after).toHaveLength(BOXES);
    expect(peakASecond(after)).toBeLessThan(most);
  },
);

/** The most questions about one order within any 10 s. */
function busiest(asked: readonly Asked[]): number {
  const about = new Map<string, number[]>();
  for (const { atMs, orderId, what } of asked) {
    if (what !== 'status' || orderId.endsWith('-HEALTH')) continue;
    about.set(orderId, [...(about.get(orderId) ?? []), atMs]);
  }
  const within = (times: readonly number[], fromMs: number): number =>
    times.filter((ms) => ms >= fromMs && ms < fromMs + LOOK_MS).length;
  return Math.max(0, ...[...about.values()].flatMap((times) => times.map((ms) => within(times, ms))));
}

it.each([
  ['gateway', 10],
  ['relay', 2],
] as const)(
  'with a hundred open sales a %s that is away for %i minutes is asked about none of them sooner than each 10 s, nor by all at once, and what was paid meanwhile is found',
  async (who, minutes) => {
    world = new FleetWorld(BOXES);
    await world.start(SALES);
    const { terminals, sandbox } = world;
    for (const { type } of terminals) {
      type('1', '5', '000', 'enter');
      await world.pass(100);
    }
    const open = terminals.map(({ terminal }) => terminal.state().open?.orderId ?? '');
    const at = (): unknown[] => terminals.map(({ journal }, box) => journal.sale(open[box] ?? '')?.state.at);
    expect(new Set(at())).toEqual(new Set(['awaitingPayment']));
    await goes(who);
    const awayMs = world.time.nowMs;
    await world.pass(30 * SECOND_MS);
    const isPaid = (box: number): boolean => box % 2 === 0;
    for (const orderId of open.filter((_, box) => isPaid(box)))
      expect(sandbox.transactions.pay(orderId).ok).toBe(true);
    await world.pass(minutes * MINUTE_MS - 30 * SECOND_MS);
    const meanwhile = since(world.askedRelay, awayMs);
    const ofMidtrans = since(world.askedMidtrans, awayMs);
    const backMs = world.time.nowMs;
    await comes(who);
    await world.pass(FOUND_MS);
    const paid = at().filter((_, box) => isPaid(box));
    await world.pass(6 * MINUTE_MS - FOUND_MS);
    const after = since(world.askedRelay, backMs);
    tell(`${who} away for ${minutes} min`, {
      'requests a box and minute': meanwhile.length / SALES / minutes,
      'peak/s': peakASecond(meanwhile.map(({ atMs }) => atMs)),
      'of it at Midtrans': peakASecond(ofMidtrans.map(({ atMs }) => atMs)),
      'peak/s after': peakASecond(after.map(({ atMs }) => atMs)),
      'of one order in 10 s after': busiest(after),
      'boxes up': world.up,
    });
    expect(busiest(meanwhile)).toBe(1);
    // Who is told, or whose QR is over, may ask once more at once: test/storm/status-pace.ts knows each reason.
    expect(busiest(after)).toBeLessThanOrEqual(3);
    expect(peakASecond(meanwhile.map(({ atMs }) => atMs))).toBeLessThan(SALES / 3);
    expect(peakASecond(after.map(({ atMs }) => atMs))).toBeLessThan(SALES / 2);
    // Of a QR that is still up the goods are handed over, of one that is not the customer has to be paid back.
    expect(new Set(paid)).toEqual(new Set([who === 'relay' ? 'delivered' : 'owed']));
    expect(new Set(at().filter((_, box) => !isPaid(box)))).toEqual(new Set(['closed']));
    expect(world.up).toBe(BOXES);
  },
);

/** A relay takes its own broker along. */
async function goes(who: 'gateway' | 'relay'): Promise<void> {
  if (who === 'gateway') world.gatewayIsAway = true;
  else {
    world.relayIsAway = true;
    await world.stopBroker();
  }
}

async function comes(who: 'gateway' | 'relay'): Promise<void> {
  if (who === 'gateway') world.gatewayIsAway = false;
  else {
    world.startRelay();
    world.relayIsAway = false;
    await world.startBroker();
  }
}
