import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as stage from '../mutate/stage.js';
import { ROOT } from './source.js';

/** Has the product for itself (NOT_ASKED in test/mutate/main.ts). */
const NOT_ASKED = 'large-shift.test.ts';

it('the stage of npm run mutate has all that the tests which it asks take from vitest', () => {
  const missing = ['test/core', 'test/journal'].flatMap((room) =>
    readdirSync(join(ROOT, room))
      .filter((name) => name.endsWith('.test.ts') && name !== NOT_ASKED)
      .flatMap((name) => {
        const [, names = ''] =
          /^import \{([^}]*)\} from 'vitest';$/m.exec(readFileSync(join(ROOT, room, name), 'utf8')) ?? [];
        return names
          .split(',')
          .map((one) => one.trim())
          .filter((one) => one !== '' && !(one in stage))
          .map((one) => `${room}/${name}: ${one}`);
      }),
  );
  expect(missing).toEqual([]);
});
