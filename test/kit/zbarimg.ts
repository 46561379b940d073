import { spawnSync } from 'node:child_process';

/** What somebody else's decoder reads in a picture: every code, none when there is none. */
export function zbarimg(file: string): string[] {
  const done = spawnSync('zbarimg', ['--quiet', '--raw', file], { encoding: 'utf8' });
  if (done.error) throw new Error(`zbarimg is needed (apt-get install zbar-tools): ${done.error.message}`);
  return done.stdout.split('\n').filter((line) => line !== '');
}
