import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './rootfs.js';

/** What runs as dist/src/main.js in the container. */
export interface Program {
  /** Directory that stands at `dist` of the checkout which install.sh copies. */
  readonly dist: string;
}

/** A daemon made of src/host alone, so that a broken unit is not blamed on the terminal, nor the other way round. */
export function standInProgram(): Program {
  const build = join(ROOT, '.cache', 'systemd', 'stand-in');
  rmSync(build, { recursive: true, force: true });
  mkdirSync(build, { recursive: true });
  const tsconfig = join(build, 'tsconfig.json');
  const compilerOptions = { rootDir: ROOT, outDir: join(build, 'dist'), sourceMap: false };
  const include = [join(ROOT, 'src', 'host')];
  writeFileSync(tsconfig, JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions, include }));
  const tsc = spawnSync('npx', ['--no-install', 'tsc', '-p', tsconfig], { cwd: ROOT, encoding: 'utf8' });
  if (tsc.status !== 0) throw new Error(`src/host does not compile:\n${tsc.stdout}${tsc.stderr}`);
  copyFileSync(new URL('stand-in.mjs', import.meta.url), join(build, 'dist', 'src', 'main.js'));
  return { dist: join(build, 'dist') };
}

/** The real thing, as `npm run build` left it. */
export function builtProgram(): Program {
  const dist = join(ROOT, 'dist');
  if (!existsSync(join(dist, 'src', 'main.js')))
    throw new Error('dist/src/main.js is missing: npm run build');
  return { dist };
}
