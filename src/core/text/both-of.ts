import type { Words } from '../../base/screen.js';

/** A shop's own words: a slash with blanks parts Indonesian and English; without one they are the same in both. */
export function bothOf(text: string): Words {
  const [id = '', en = id] = text.split(' / ');
  return { id, en };
}
