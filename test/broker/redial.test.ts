import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  askingAgain,
  type ConnectionEnd,
  firstDial,
  type RedialState,
  redial,
} from '../../src/mqtt/redial.js';

const BOUNDS = { firstMs: 1000, mostMs: 60_000 };
const AWAY: ConnectionEnd = { at: 'unreached' };
const SILENT: ConnectionEnd = { at: 'unanswered' };
const lost = (upMs: number, byPeer = true): ConnectionEnd => ({ at: 'connected', upMs, byPeer });

/** The plans for `endings`, one after the other. */
function run(endings: readonly ConnectionEnd[], fraction = 0.999_999, from: RedialState = firstDial()) {
  let state = from;
  return endings.map((ending) => {
    const next = redial(state, ending, fraction, BOUNDS);
    state = next.state;
    return next;
  });
}

describe('the next connect', () => {
  it('waits up to 1, 2, 4 ... 60 seconds, anything in between', () => {
    const pauses = run(Array.from({ length: 9 }, () => AWAY)).map((next) => next.delayMs);
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(run([AWAY, AWAY, AWAY], 0).map((next) => next.delayMs)).toEqual([100, 100, 100]);
  });

  it('starts from one second again after a connection that held for ten', () => {
    expect(run([AWAY, AWAY, AWAY, lost(10_000)]).at(-1)?.delayMs).toBe(1000);
    expect(run([AWAY, AWAY, AWAY, lost(9999)]).at(-1)?.delayMs).toBe(8000);
  });

  const versions = (endings: readonly ConnectionEnd[], from?: RedialState) =>
    run(endings, 0.5, from).map(({ state, clean }) => `${state.version}${clean ? ' clean' : ''}`);

  it('takes turns with 5 and 3.1.1 while neither is answered, the second time clean', () => {
    const silence = Array.from({ length: 8 }, () => SILENT);
    const turn = ['4', '5 clean', '4 clean', '5'];
    expect(versions(silence)).toEqual([...turn, ...turn]);
  });

  it('keeps to the version that was answered: clean once after two sockets without an answer, and then the other', () => {
    const silence = Array.from({ length: 4 }, () => SILENT);
    expect(versions([lost(20_000), ...silence])).toEqual(['5', '5', '5 clean', '4', '5 clean']);
    expect(versions([SILENT, lost(20_000), ...silence])).toEqual(['4', '4', '4', '4 clean', '5', '4 clean']);
  });

  it('is never clean because the host was away', () => {
    expect(run([SILENT, AWAY, SILENT, AWAY, SILENT]).some((next) => next.clean)).toBe(false);
    expect(run(Array.from({ length: 9 }, () => AWAY)).some((next) => next.clean)).toBe(false);
  });

  it('asks a broker of 3.1.1 for 5 again without giving up what it knows', () => {
    const known = run([SILENT, lost(20_000)]).at(-1)?.state ?? firstDial();
    const [silent] = run([SILENT, SILENT], 0.5, askingAgain(known));
    expect(silent).toMatchObject({
      clean: false,
      trying: true,
      state: { version: 4, proved: 4, unanswered: 0 },
    });
    expect(versions([{ at: 'refused', code: 132 }], askingAgain(known))).toEqual(['4']);
    expect(versions([lost(20_000)], askingAgain(known))).toEqual(['5']);
  });

  it('goes on to 3.1.1 in its turn, not at once: a broker that has too much to do is not called twice as often', () => {
    expect(run([SILENT, SILENT, SILENT]).map((next) => next.delayMs)).toEqual([1000, 1000, 2000]);
    expect(run([SILENT, SILENT, SILENT]).map((next) => next.trying)).toEqual([true, false, false]);
  });

  it('suspects a rival after more than three short connections, or at the word of the broker', () => {
    expect(run([lost(1), lost(1), lost(1), lost(1)]).map((next) => next.rival)).toEqual([
      false,
      false,
      false,
      true,
    ]);
    const told = redial(
      firstDial(),
      { at: 'connected', upMs: 99_000, byPeer: true, reason: 142 },
      0.5,
      BOUNDS,
    );
    expect(told).toMatchObject({ rival: true, delayMs: 90_000 });
  });

  it('suspects none when we hung up ourselves, or when the host was away in between', () => {
    expect(run(Array.from({ length: 9 }, () => lost(1, false))).some((next) => next.rival)).toBe(false);
    expect(run([lost(1), lost(1), lost(1), AWAY, lost(1)]).some((next) => next.rival)).toBe(false);
    expect(run([lost(1), lost(1), lost(1), lost(20_000), lost(1)]).some((next) => next.rival)).toBe(false);
  });

  it('is at once and with 3.1.1 when 5 is refused, and 3.1.1 refused is a failure like another', () => {
    const [first, second] = run([
      { at: 'refused', code: 1 },
      { at: 'refused', code: 1 },
    ]);
    expect(first).toMatchObject({ delayMs: 0, state: { version: 4, failures: 0 } });
    expect(second).toMatchObject({ delayMs: 1000, state: { version: 4, failures: 1 } });
  });

  it('never comes later than two caps, and never at once but for the version', () => {
    const ending = fc.oneof<fc.Arbitrary<ConnectionEnd>[]>(
      fc.constant(AWAY),
      fc.constant(SILENT),
      fc.record({ at: fc.constant('refused' as const), code: fc.constantFrom(3, 4, 5, 134, 135, 136) }),
      fc.record({
        at: fc.constant('connected' as const),
        upMs: fc.nat(20_000),
        byPeer: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(
        fc.array(ending, { maxLength: 60 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (endings, f) => {
          for (const next of run(endings, f)) {
            expect(next.delayMs).toBeGreaterThanOrEqual(100);
            expect(next.delayMs).toBeLessThanOrEqual(120_000);
          }
        },
      ),
    );
  });
});
