// npm run check: types, lint and format, house. In seconds, so that it is run before every commit.
import { ensureInstalled } from './install.mjs';
import { runAll } from './program.mjs';

ensureInstalled();
await runAll([
  ['npx', '--no-install', 'tsc', '-p', 'test/tsconfig.json'],
  ['npx', '--no-install', 'biome', 'check', '--error-on-warnings', '.'],
  ['npx', '--no-install', 'vitest', 'run', '--config', 'test/vitest.config.ts', 'test/house'],
]);
