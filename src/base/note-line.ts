/** Of a note or a name, in characters: one line on a slip or screen. */
export const NOTE_LIMIT = 200;

/** A person's words on one line and within bounds, without signs that turn a line round; undefined where nothing is left, or too much. */
export function noteLine(text: string): string | undefined {
  const flat = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return flat.length === 0 || flat.length > NOTE_LIMIT ? undefined : flat;
}
