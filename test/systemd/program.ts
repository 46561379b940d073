import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import buildIfStale from '../kit/built.js';
import { ROOT } from './rootfs.js';

/** What runs in the container. */
export interface Program {
  /** Directory that stands at `dist` of the checkout which install.sh copies. */
  readonly dist: string;
  remove(): void;
}

/** The real thing, as `npm run build` makes it. A copy, because the next build takes the files away beneath a container. */
export function builtProgram(): Program {
  buildIfStale();
  const copy = join(ROOT, '.cache', 'systemd', `dist-${process.pid}`);
  const remove = (): void => rmSync(copy, { recursive: true, force: true });
  remove();
  mkdirSync(copy, { recursive: true });
  cpSync(join(ROOT, 'dist'), copy, { recursive: true });
  if (!existsSync(join(copy, 'gopay-pos.cjs')))
    throw new Error('dist/gopay-pos.cjs is missing: npm run build');
  return { dist: copy, remove };
}
