import { execFile, spawnSync } from 'node:child_process';

/** What somebody else's decoder reads in a picture: every code, none when there is none. */
export function zbarimg(file: string): string[] {
  const done = spawnSync('zbarimg', ['--quiet', '--raw', file], { encoding: 'utf8' });
  if (done.error) throw new Error(`zbarimg is needed (apt-get install zbar-tools): ${done.error.message}`);
  return done.stdout.split('\n').filter((line) => line !== '');
}

/** The first code that it reads in each of many pictures, in one run; no entry where it reads none. */
export function zbarimgEach(files: readonly string[]): Promise<Map<string, string>> {
  const args = ['-q', '--xml', '-Sdisable', '-Sqrcode.enable', ...files];
  return new Promise((resolve, reject) => {
    execFile('zbarimg', args, { maxBuffer: 64 * 1024 * 1024 }, (error, xml) => {
      // 4: in some picture there was none.
      if (error !== null && error.code !== 4) {
        reject(new Error(`zbarimg is needed (apt-get install zbar-tools): ${error.message}`));
        return;
      }
      const found = new Map<string, string>();
      for (const source of xml.split('<source ').slice(1)) {
        const file = /href='([^']*)'/.exec(source)?.[1];
        const data = /<data><!\[CDATA\[([\s\S]*?)\]\]><\/data>/.exec(source)?.[1];
        if (file !== undefined && data !== undefined) found.set(file, data);
      }
      resolve(found);
    });
  });
}
