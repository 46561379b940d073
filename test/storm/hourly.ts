import type { Chance, FaultName } from './chance.js';
import type { VirtualTime } from './time.js';

/**
 * Lets an `hourly` kind of fault happen as often as the seed has it, until faults are over.
 * @param when whether it can happen now; when not, that occasion passes
 */
export function hourly(
  time: VirtualTime,
  chance: Chance,
  name: FaultName,
  happen: () => void,
  when: () => boolean = () => true,
): void {
  const waitMs = chance.waitMs(name);
  if (waitMs === undefined) return;
  time.after(waitMs, () => {
    if (chance.off) return;
    if (when() && chance.due(name)) happen();
    hourly(time, chance, name, happen, when);
  });
}
