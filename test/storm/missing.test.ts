import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';
import { ROOT, unloaded } from './missing.js';

it('names each file of core, journal and terminal that it does not load', async () => {
  const built = await rolldown({
    input: join(ROOT, 'test/storm/world.ts'),
    platform: 'node',
    external: /^(node:|[a-z@][^:]*$)/,
    logLevel: 'silent',
  });
  const { output } = await built.generate({ codeSplitting: false });
  await built.close();
  const loaded = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  const page = readFileSync(join(ROOT, 'test/storm/README.md'), 'utf8');
  const named = [...page.matchAll(/^\| `(src\/(?:core|journal|terminal)\/[^`]+)` \|/gm)].map(
    ([, file]) => file,
  );
  expect(named).toEqual(unloaded(loaded.map((id) => relative(ROOT, id))));
});
