// npm run check: types, lint and format, house. In seconds, so that it is run before every commit.
import { ensureInstalled } from './install.mjs';
import { run } from './program.mjs';

ensureInstalled();
run('npx', ['--no-install', 'tsc', '-p', 'test/tsconfig.json']);
run('npx', ['--no-install', 'biome', 'check', '--error-on-warnings', '.']);
run('npx', ['--no-install', 'vitest', 'run', '--config', 'test/vitest.config.ts', 'test/house']);
