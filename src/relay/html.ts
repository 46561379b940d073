/** Of pages that people read in a browser. */
export type PageLanguage = 'id' | 'en';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters, and those that turn the direction of a line, are left out as well. */
export function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/** Of `Accept-Language` (RFC 9110, 12.5.4) the one that counts most; Indonesian where neither is named. */
export function preferred(accepted: string): PageLanguage {
  let best: { readonly language: PageLanguage; readonly weight: number } = { language: 'id', weight: 0 };
  for (const part of accepted.slice(0, 300).split(',')) {
    const [tag = '', ...rest] = part.trim().toLowerCase().split(';');
    const language = /^(?:id|in)(?:-|$)/.test(tag) ? 'id' : /^en(?:-|$)/.test(tag) ? 'en' : undefined;
    const weight = Number(/q=([01](?:\.\d{1,3})?)/.exec(rest.join(';'))?.[1] ?? 1);
    if (language !== undefined && weight > best.weight) best = { language, weight };
  }
  return best.language;
}
