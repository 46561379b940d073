import type { Child } from './child.js';
import { nowMs } from './clock.js';
import type { World } from './world.js';

/** One sale from its begin to its last word on screen and paper. The printer and the terminal page must be there. */
export async function sell(world: Child<World>, begin: () => Promise<void>): Promise<void> {
  const beganMs = nowMs();
  await begin();
  await world.call('after', 'screen scan', beganMs);
  const slipMs = await world.call('after', 'slip', await world.call('after', 'raster', beganMs));
  await world.call('pay');
  await world.call('after', 'screen paid', beganMs);
  await world.call('after', 'slip', slipMs + 0.001);
}

/** The amount is typed at the terminal page. */
export function sellAtKeypad(world: Child<World>, amount: number): Promise<void> {
  return sell(world, async () => {
    await world.call('press', [...String(amount)]);
    await world.call('press', ['enter']);
  });
}
