// npm run check: types, lint and format, house, a breath of the storm. In seconds, so that it is run before every commit.
import { ensureInstalled } from './install.mjs';
import { runAll } from './program.mjs';

ensureInstalled();
await runAll([
  ['npx', '--no-install', 'tsc', '-p', 'test/tsconfig.json'],
  ['npx', '--no-install', 'biome', 'check', '--error-on-warnings', '.'],
  ['npx', '--no-install', 'vitest', 'run', '--config', 'test/vitest.config.ts', 'test/house'],
  // Three shops for a second: whatever breaks the terminal altogether breaks a law in them.
  ['node', '.setup/storm.mjs', '--seed', '1', '--seeds', '3', '--each', '10', '--workers', '1'],
]);
