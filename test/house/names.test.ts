import { expect, it } from 'vitest';
import { sourceFiles } from './source.js';

/** Exported names that live in more than one file, each with its reason. Whatever else meets another has two meanings. */
const SHARED: Readonly<Record<string, string>> = {
  ACK: 'the byte of each protocol, by the name that its specification gives it',
  NAK: 'the same',
  asQuestion: 'the way in of each register protocol, the same step for all (src/README.md)',
  encodeAnswer: 'the way out of each register protocol, the same step for all (src/README.md)',
};

/** Files that export each name. A re-export is no second life, and the blueprint is there to be copied. */
function homes(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { path, text, exports } of sourceFiles()) {
    if (path.startsWith('devices/register/blueprint/')) continue;
    for (const name of exports) {
      const declares = new RegExp(
        `^export .*\\b(class|interface|type|function\\*?|const|enum|let) ${name}\\b`,
        'm',
      );
      if (declares.test(text)) found.set(name, [...(found.get(name) ?? []), path]);
    }
  }
  return found;
}

it('has no exported name in two files: one name, one thing', () => {
  const twice = [...homes()].filter(([, paths]) => paths.length > 1);
  const unlisted = twice.filter(([name]) => !(name in SHARED));
  expect(unlisted.map(([name, paths]) => `${name}: ${paths.join(', ')}`)).toEqual([]);
  expect(Object.keys(SHARED).filter((name) => !twice.some(([found]) => found === name))).toEqual([]);
});
