import { beforeAll, describe, expect, it } from 'vitest';
import build from '../kit/built.js';
import { campaign, extentOf, logs, type Report, slowest, stories, table } from './campaign.js';
import { SCENARIOS } from './scenario.js';

/**
 * POWER_CUT=all tries every moment, POWER_CUT=b those of one scenario, and POWER_CUT='b: after POST charge #1' one of
 * them, with its log.
 */
const EXTENT = extentOf(process.env['POWER_CUT']);

describe('a power cut at each moment of a sale', () => {
  let reports: readonly Report[] = [];

  beforeAll(async () => {
    build();
    reports = await campaign(EXTENT);
    process.stdout.write(table(reports));
    if (EXTENT !== 'some') process.stdout.write(slowest(reports, 5));
    process.stdout.write(logs(EXTENT, reports));
  }, 900_000);

  const told = SCENARIOS.filter(({ name }) => typeof EXTENT === 'string' || name === EXTENT.scenario);
  for (const { name, title } of told) {
    it(`loses no rupiah and delivers nothing twice: ${title}`, () => {
      const report = reports.find(({ scenario }) => scenario.name === name);
      expect(report === undefined ? 'not told' : stories(report)).toEqual([]);
    });

    it(`really cuts: ${title}`, () => {
      const cases = reports.find(({ scenario }) => scenario.name === name)?.cases.slice(1) ?? [];
      const cut = cases.filter((one) => one.told.cut).length;
      // Answers and notices overtake each other, so a moment of one run may be missing in another.
      expect(cut).toBeGreaterThan(0.8 * cases.length);
    });
  }
});
