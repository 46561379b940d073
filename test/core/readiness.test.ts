import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Fact,
  FRESH_MS,
  judgeReadiness,
  type Readings,
  staleAfterMs,
} from '../../src/core/readiness.js';

const good = { code: 0, detail: 'good', atMs: 0 };
const all: Readings = { gateway: good, clock: good, journal: good, screen: good, paper: good, link: good };
const both = { ways: ['screen', 'paper'] } as const;

describe('readiness', () => {
  it('sells when every leg is good', () => {
    expect(judgeReadiness(all, both, 0)).toEqual({ ready: true, notes: [] });
  });

  it.each<[Fact, number]>([
    ['gateway', 550],
    ['clock', 551],
    ['journal', 750],
  ])('does not sell while %s was never checked (E%i)', (fact, code) => {
    const { [fact]: _missing, ...rest } = all;
    expect(judgeReadiness(rest, both, 0)).toMatchObject({ ready: false, code });
  });

  it('does not sell on a good word that is stale', () => {
    expect(judgeReadiness(all, both, 90_001)).toMatchObject({ ready: false, code: 550 });
    const answers = { ...all, gateway: { ...good, atMs: 330_000 } };
    expect(judgeReadiness(answers, both, 330_001)).toMatchObject({ ready: false, code: 750 });
  });

  it('needs one way to show the QR, and notes the other', () => {
    const noPaper = { ...all, paper: { code: 401, detail: 'paper out', atMs: 0 } };
    expect(judgeReadiness(noPaper, both, 0)).toEqual({ ready: true, notes: [401] });
    expect(judgeReadiness(noPaper, { ways: ['paper'] }, 0)).toMatchObject({ ready: false, code: 401 });
    expect(judgeReadiness(all, { ways: [] }, 0)).toMatchObject({ ready: false, code: 463 });
  });

  it('does not sell where the QR comes as a picture that cannot be read', () => {
    const needs = { ...both, picture: true };
    expect(judgeReadiness(all, needs, 0)).toMatchObject({ ready: false, code: 483 });
    const broken = { ...all, picture: { code: 483, detail: 'no sharp', atMs: 0 } };
    expect(judgeReadiness(broken, needs, 0)).toMatchObject({ ready: false, code: 483 });
    expect(judgeReadiness({ ...all, picture: good }, needs, 0)).toMatchObject({ ready: true });
    expect(judgeReadiness(broken, both, 0)).toMatchObject({ ready: true });
  });

  it('sells without the link: polling settles too', () => {
    const down = { ...all, link: { code: 650, detail: 'down', atMs: 0 } };
    expect(judgeReadiness(down, both, 0)).toEqual({ ready: true, notes: [650] });
  });

  it('sells without a speaker that speaks, and notes it; one that was never there is not missed', () => {
    const silent = { ...all, speaker: { code: 492, detail: 'no card', atMs: 0 } };
    expect(judgeReadiness(silent, both, 0)).toEqual({ ready: true, notes: [492] });
    const speaks = { ...all, speaker: good };
    expect(judgeReadiness(speaks, both, 0)).toEqual({ ready: true, notes: [] });
  });

  it('sells without the medium of the archive, and notes it', () => {
    const away = { ...all, archive: { code: 721, detail: 'ENOENT', atMs: 0 } };
    expect(judgeReadiness(away, both, 0)).toEqual({ ready: true, notes: [721] });
    expect(judgeReadiness({ ...all, archive: good }, both, 0)).toEqual({ ready: true, notes: [] });
  });

  it('stays a yes, with the same notes, until the first reading becomes stale, and not longer', () => {
    const facts = Object.keys(FRESH_MS) as Fact[];
    const ages = fc.tuple(...facts.map(() => fc.integer({ min: 0, max: 100_000 })));
    const later = fc.integer({ min: 0, max: 200_000 });
    fc.assert(
      fc.property(ages, fc.option(fc.constantFrom(...facts), { nil: undefined }), later, (atMs, bad, ms) => {
        const readings = Object.fromEntries(
          facts.map((fact, i) => [fact, { ...good, atMs: atMs[i] ?? 0, code: fact === bad ? 401 : 0 }]),
        ) as Readings;
        const now = judgeReadiness(readings, both, 100_000);
        const untilMs = staleAfterMs(readings, 100_000);
        if (!now.ready || 100_000 + ms > untilMs) return;
        expect(judgeReadiness(readings, both, 100_000 + ms)).toEqual(now);
      }),
    );
    expect(staleAfterMs(all, 0)).toBe(60_000);
    expect(judgeReadiness(all, both, 60_000)).toEqual({ ready: true, notes: [] });
    // Paper, which the screen stands in for.
    expect(judgeReadiness(all, both, 60_001)).toEqual({ ready: true, notes: [462] });
  });
});
