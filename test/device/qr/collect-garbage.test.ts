import { setImmediate } from 'node:timers/promises';
import { cachedDataVersionTag } from 'node:v8';
import { expect, it } from 'vitest';
import { collectGarbage } from '../../../devices/kit/collect-garbage.js';

it('what nobody holds is gone at once, and code that was compiled ahead still fits', async () => {
  const tag = cachedDataVersionTag();
  const left = ((): WeakRef<object> => new WeakRef({ pixels: new Uint8Array(1024) }))();
  // A reference that was just made lives to the end of its turn.
  await setImmediate();
  collectGarbage();
  expect(left.deref()).toBeUndefined();
  expect(cachedDataVersionTag()).toBe(tag);
});
