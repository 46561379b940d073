import { assert } from '../base/assert.js';
import { type Fault, refused } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';

/** Shorter texts turn up by chance inside ordinary words, and masking them would make logs unreadable. */
const SHORTEST_SECRET = 8;

/** From this length on each half is long enough to be looked for on its own. */
const SPLITTABLE = 2 * SHORTEST_SECRET;

interface Needle {
  readonly name: string;
  /** The secret in one of its spellings. */
  readonly text: string;
  /** Characters that belong to the same token: masking runs on over them, because the ends of a base64 text mix with its neighbours. */
  readonly token?: RegExp;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/**
 * Knows every secret of this process and takes it out of any text (law 12).
 *
 * Found are: the secret itself, percent-encoded, JSON-escaped, hex (also with blanks, as bytes are logged), and base64 or
 * base64url at any offset, so inside `Authorization: Basic` whatever stands before and after it. Of a secret of 16
 * characters or more that was cut in two, the larger part is found too. What cannot be found is a secret that was
 * encrypted, compressed or cut into small pieces.
 */
export class SecretRegistry {
  /** Not yet among the needles: most registries of a start are asked for no text. */
  readonly #added: { readonly name: string; readonly value: string }[] = [];
  readonly #needles: Needle[] = [];
  /** One look over a text that has none of them, which is nearly every text. */
  #some: RegExp = /$^/;

  /**
   * @param name what stands in its place: `[secret:name]`. Letters, digits, `.`, `_` and `-`.
   * @returns FAULT.secretTooShort when `value` has fewer than 8 characters; it is then not registered and must not
   *   be used.
   */
  register(name: string, value: string): Result<void, Fault> {
    assert(/^[\w.-]{1,64}$/.test(name), `not a name for a secret: ${name}`);
    if (value.length < SHORTEST_SECRET)
      return err(
        refused(
          FAULT.secretTooShort,
          `secret ${name} has ${value.length} characters; at least ${SHORTEST_SECRET} are needed`,
        ),
      );
    this.#added.push({ name, value });
    return ok(undefined);
  }

  /** `text` with every registered secret replaced by `[secret:name]`. */
  mask(text: string): string {
    if (this.#added.length > 0) this.#learn();
    if (!this.#some.test(text)) return text;
    const spans = this.#needles.flatMap((needle) => spansOf(needle, text));
    if (spans.length === 0) return text;
    spans.sort((a, b) => a.start - b.start || b.end - a.end);
    let masked = '';
    let at = 0;
    for (const span of spans) {
      if (span.end <= at) continue;
      // A span that overlaps the one before only makes that hole longer.
      if (span.start >= at) masked += `${text.slice(at, span.start)}[secret:${span.name}]`;
      at = span.end;
    }
    return masked + text.slice(at);
  }

  #learn(): void {
    for (const { name, value } of this.#added.splice(0))
      for (const part of partsOf(value)) this.#add(name, part);
    // The longest first: a spelling that contains another one is then masked whole.
    this.#needles.sort((a, b) => b.text.length - a.text.length);
    this.#some = new RegExp(this.#needles.flatMap(looksFor).map(literally).join('|'));
  }

  #add(name: string, value: string): void {
    const known = new Set(this.#needles.map((needle) => needle.text));
    for (const needle of spellings(name, value)) if (!known.has(needle.text)) this.#needles.push(needle);
  }
}

/** A text of several lines (a PEM key) also leaks line by line. Its `-----BEGIN` lines are no secret. */
function partsOf(value: string): string[] {
  const lines = value.split(/\r?\n/);
  if (lines.length === 1) return [value];
  const secretLines = lines.filter((line) => line.length >= SPLITTABLE && !line.startsWith('-----'));
  return [value, ...secretLines];
}

function spellings(name: string, value: string): Needle[] {
  const bytes = Buffer.from(value, 'utf8');
  const hex = bytes.toString('hex');
  const spaced = hex.replace(/(..)(?=.)/g, '$1 ');
  const percent = encodeURIComponent(value);
  const plain = [
    value,
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percent.replaceAll('%20', '+'),
    JSON.stringify(value).slice(1, -1),
    ...[hex, spaced].flatMap((text) => [text, text.toUpperCase()]),
  ];
  return [
    ...[...new Set(plain)].map((text) => ({ name, text })),
    ...base64Cores(bytes).flatMap((core) => [
      { name, text: core, token: /[A-Za-z0-9+/=]/ },
      { name, text: core.replaceAll('+', '-').replaceAll('/', '_'), token: /[A-Za-z0-9_=-]/ },
    ]),
  ];
}

/** What base64 makes of these bytes wherever they begin in a longer text, less the digits shared with neighbours. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2]
    .map((before) => {
      const digits = Buffer.concat([Buffer.alloc(before), bytes])
        .toString('base64')
        .replace(/=+$/, '');
      const first = Math.ceil((before * 8) / 6);
      const last = Math.floor(((before + bytes.length) * 8) / 6);
      return digits.slice(first, last);
    })
    .filter((core) => core.length >= SHORTEST_SECRET);
}

/** What of a needle has to be in a text for it to be found: either half of a long one. */
function looksFor({ text: secret }: Needle): string[] {
  const half = Math.ceil(secret.length / 2);
  return secret.length >= SPLITTABLE ? [secret.slice(0, half), secret.slice(secret.length - half)] : [secret];
}

function literally(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function spansOf(needle: Needle, text: string): Span[] {
  const spans: Span[] = [];
  const { text: secret } = needle;
  const [head = secret, tail] = looksFor(needle);
  for (let at = text.indexOf(head); at >= 0; at = text.indexOf(head, at + 1)) {
    let length = head.length;
    while (length < secret.length && text[at + length] === secret[length]) length += 1;
    spans.push(widen(needle, text, at, at + length));
  }
  if (tail === undefined) return spans;
  for (let at = text.indexOf(tail); at >= 0; at = text.indexOf(tail, at + 1)) {
    let start = at;
    let left = secret.length - tail.length;
    while (left > 0 && start > 0 && text[start - 1] === secret[left - 1]) {
      start -= 1;
      left -= 1;
    }
    spans.push(widen(needle, text, start, at + tail.length));
  }
  return spans;
}

function widen(needle: Needle, text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  const { token } = needle;
  while (token && start > 0 && token.test(text.charAt(start - 1))) start -= 1;
  while (token && end < text.length && token.test(text.charAt(end))) end += 1;
  return { start, end, name: needle.name };
}
