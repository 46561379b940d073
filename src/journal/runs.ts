/** Hex whose runs are counted begins so; nothing else in the journal does. */
const MARK = '~';

/** Fixed frames are blanks and zeros for the most part: `20202020` is written as `20*4_`. What is no hex stays as it is. */
export function shortRuns(hex: string): string {
  if (!/^[0-9a-f]{16,}$/.test(hex)) return hex;
  return MARK + hex.replace(/(..)\1{3,}/g, (run, pair: string) => `${pair}*${run.length / 2}_`);
}

export function longRuns(text: string): string {
  if (!text.startsWith(MARK)) return text;
  return text
    .slice(MARK.length)
    .replace(/(..)\*(\d+)_/g, (_run, pair: string, count) => pair.repeat(Number(count)));
}
