// npm run build: TypeScript to dist/, the files beside it that are not code, and all of it joined to the program that is installed.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { ROOT, run } from './program.mjs';

const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.built');
/** Pages, pictures and schemas that the programs serve. */
const ASSET = /\.(html|css|svg|js|schema\.json)$|\/openapi\.json$/;

function sources() {
  return ['src', 'devices'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' })
      .map((path) => join(top, path))
      .filter((path) => (path.endsWith('.ts') || ASSET.test(path)) && !path.includes('/stubs/')),
  );
}

/** Builds when a source is newer than the last build, or `force`. */
export function build({ force = false } = {}) {
  ensureInstalled();
  const paths = sources();
  const list = [...paths].sort().join('\n');
  const built = existsSync(STAMP) ? statSync(STAMP).mtimeMs : 0;
  const fresh = [...paths, '.setup/bundle.mjs', '.setup/compile.mjs'].every(
    (path) => statSync(join(ROOT, path)).mtimeMs < built,
  );
  if (!force && fresh && built > 0 && readFileSync(STAMP, 'utf8') === list) return;
  // Beside the old one, which stays whole when a type error ends this: a running program may still load files of it.
  const made = `${DIST}.new`;
  rmSync(made, { recursive: true, force: true });
  run('npx', ['--no-install', 'tsc', '-p', 'tsconfig.json', '--outDir', made], { quiet: true });
  for (const path of paths.filter((name) => ASSET.test(name))) {
    mkdirSync(dirname(join(made, path)), { recursive: true });
    cpSync(join(ROOT, path), join(made, path));
  }
  run(process.execPath, [join(ROOT, '.setup', 'bundle.mjs'), made], { quiet: true });
  writeFileSync(join(made, '.built'), list);
  rmSync(DIST, { recursive: true, force: true });
  renameSync(made, DIST);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build({ force: process.argv[2] !== '--if-stale' });
