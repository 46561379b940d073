import { expect, it } from 'vitest';
import { ratesOfRound } from './rates.js';

it('can make the commits of a seed once more in a journal of its own, with what each end of a process forgot', async () => {
  const { storm, journal } = await ratesOfRound(8);
  expect(storm).toBeGreaterThan(0);
  expect(journal).toBeGreaterThan(0);
}, 600_000);
