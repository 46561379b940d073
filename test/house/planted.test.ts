import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PATCHES } from '../storm/planted/patches.js';
import { ROOT } from './source.js';

it('finds the text that each planted bug changes exactly once, so that none is a bug no more without a word', () => {
  const lost = PATCHES.flatMap(({ name, file, changes }) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return changes
      .filter(({ find }) => text.split(find).length !== 2)
      .map(({ find }) => `${name}: ${file}: ${find}`);
  });
  expect(lost).toEqual([]);
});
