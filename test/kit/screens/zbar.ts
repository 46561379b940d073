import { spawnSync } from 'node:child_process';

/** What `zbarimg` (package zbar-tools) reads in a picture: the texts of its QR codes. */
export function qrCodesIn(path: string): string[] {
  const found = spawnSync('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', path], {
    encoding: 'utf8',
  });
  if (found.error) throw new Error(`zbarimg is needed (apt-get install zbar-tools): ${found.error.message}`);
  return found.stdout.split('\n').filter((line) => line !== '');
}
