import { expect, it } from 'vitest';
import { sourceFiles } from './source.js';

/** What was written in many files before, how it is recognised, and the one file that does it for all. */
const ONCE: readonly (readonly [what: string, sign: RegExp, home: string])[] = [
  ['an object out of JSON', /!== null && !Array\.isArray\(/, 'src/base/json.ts'],
  ['a wait that doubles', /\* 2 \*\*/, 'src/base/backoff.ts'],
  ['the times of a commit', /\bwallMs: .*\bmonoMs: \w+\.monoMs\(\)/, 'src/journal/commit.ts'],
  ['the limits of an HTTP server', /\bmaxHeaderSize: /, 'devices/kit/http-server.ts'],
  ['a child process', /\bspawn\w*\(/, 'devices/kit/child.ts'],
  ['noise between frames', /#(?:noise|first): number\[\]/, 'devices/kit/noise.ts'],
  ['a server that tries again', /cannot listen \(/, 'devices/kit/listening.ts'],
  ['listeners of a line to a printer', /new ListenerBuffer\b/, 'devices/printer/transport.ts'],
];

it('writes down once what many need', () => {
  const files = sourceFiles();
  const found = ONCE.flatMap(([what, sign, home]) =>
    files
      .filter(({ path, text }) => path !== home && sign.test(text))
      .map(({ path }) => `${path}: ${what} is in ${home}`),
  );
  expect(found).toEqual([]);
  const gone = ONCE.filter(
    ([, sign, home]) => !files.some(({ path, text }) => path === home && sign.test(text)),
  );
  expect(gone).toEqual([]);
});
