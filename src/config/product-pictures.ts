import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '../base/fault.js';
import { pictureTrouble } from '../base/picture-file.js';
import { FAULT } from '../core/fault/table.js';
import { shown } from '../settings/shown.js';
import type { ConfigProblem } from './problem.js';

/**
 * What is worth knowing of pictures, from their files' sizes and first bytes; a product is sold without one that is bad.
 * @param folder of those whose path begins with none
 */
export function pictureNotes(
  pictures: readonly { readonly line?: number; readonly picture: string }[],
  folder: string,
): ConfigProblem[] {
  return pictures.flatMap(({ line, picture }) => {
    const trouble = troubleOf(resolve(folder, picture));
    const at = line === undefined ? {} : { line };
    const found = `${shown(picture)}, ${trouble}`;
    const allowed = 'a PNG or JPEG of at most 10 MB; the product is sold without a picture';
    return trouble === undefined
      ? []
      : [{ code: FAULT.productPicture, ...at, key: 'picture', found, allowed }];
  });
}

function troubleOf(path: string): string | undefined {
  try {
    const found = statSync(path);
    if (!found.isFile()) return `and ${path} is no file`;
    const beginning = Buffer.alloc(8);
    const file = openSync(path, 'r');
    try {
      readSync(file, beginning);
    } finally {
      closeSync(file);
    }
    const trouble = pictureTrouble(found.size, beginning.toString('hex'));
    return trouble === undefined ? undefined : `and ${path} is ${trouble}`;
  } catch (thrown) {
    const gone = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    return gone ? `and there is no ${path}` : messageOf(thrown);
  }
}
