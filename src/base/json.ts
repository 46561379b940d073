export type Json = Readonly<Record<string, unknown>>;

/** `value` as an object; undefined for null, lists and plain values. */
export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** `text` as a JSON object; undefined for anything else, which the caller answers in its own words. */
export function parseObject(text: string): Json | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
