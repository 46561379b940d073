import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { campaign, partsOf, type Report } from './campaign.js';
import { DiskLibrary } from './disk-library.js';
import { joinTerminal, removeJoined } from './joined.js';
import { extentOf, logs, remarks, stories, table } from './report.js';

/** See README.md for what POWER_CUT may say. */
const EXTENT = extentOf(process.env['POWER_CUT']);

describe.runIf(EXTENT !== 'states')('a power cut, an outage or a bad disk in a sale', () => {
  let library: DiskLibrary;
  let reports: readonly Report[] = [];

  beforeAll(async () => {
    await joinTerminal();
    library = new DiskLibrary();
    if (EXTENT === 'states') return;
    reports = await campaign(EXTENT, library);
    process.stdout.write(table(reports));
    process.stdout.write(remarks(reports));
    process.stdout.write(logs(EXTENT, reports));
  }, 4 * 3_600_000);

  afterAll(() => {
    library.remove();
    removeJoined();
  });

  const told = partsOf().filter(({ name }) => typeof EXTENT === 'string' || name === EXTENT.part);
  for (const { name, title } of told) {
    it(`loses no rupiah and delivers nothing twice: ${title}`, () => {
      const report = reports.find(({ part }) => part.name === name);
      expect(report === undefined ? 'not told' : stories(report)).toEqual([]);
    });

    it(`really comes about: ${title}`, () => {
      const { tried, came } = outcome(reports.filter(({ part }) => part.name === name));
      expect(came).toBeGreaterThanOrEqual(tried / 2);
    });
  }

  it.runIf(typeof EXTENT === 'string')(
    'names moments of every kind: what the product does otherwise now is missed',
    () => {
      const points = reports.flatMap(({ cases }) =>
        cases.slice(0, 1).flatMap(({ told: { points } }) => points),
      );
      const missing = KINDS.filter((kind) => !points.some((point) => kind.test(point)));
      expect(missing).toEqual([]);
    },
  );

  it('really comes about, nearly all of it: answers and notices overtake each other, and a moment of one run may be missing in others', () => {
    const { tried, came } = outcome(reports);
    expect(came).toBeGreaterThanOrEqual(0.9 * tried);
  });
});

const KINDS = [
  / commit of /,
  / POST charge /,
  / GET status /,
  / POST cancel /,
  / answer to register /,
  / slip /,
  / screen scan /,
];

/** Without the tellings in which nothing was to happen. */
function outcome(reports: readonly Report[]): { readonly tried: number; readonly came: number } {
  const cases = reports.flatMap((report) => report.cases.slice(1));
  return { tried: cases.length, came: cases.filter(({ told }) => told.came).length };
}
