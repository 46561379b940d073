import { SystemRandom } from '../../../src/host/clock.js';
import type { Random } from '../../../src/port/clock.js';

/** Identities differ from run to run; when something happens does not: no jitter, and the shortest pause between dials. */
export function calmRandom(): Random {
  const system = new SystemRandom();
  return { bytes: (count) => system.bytes(count), fraction: () => 0 };
}
