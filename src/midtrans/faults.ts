/** Longest foreign text that we put into a detail or a message. */
const TEXT_LIMIT = 300;

/** Words of ASCII with one space between them: nearly every text is that, and asks for nothing. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** Foreign text on one line and within bounds, so that no answer can forge or flood a log. */
export function boundedLine(text: string): string {
  const flat = PLAIN.test(text) ? text : text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return flat.length <= TEXT_LIMIT ? flat : `${flat.slice(0, TEXT_LIMIT)}...`;
}
