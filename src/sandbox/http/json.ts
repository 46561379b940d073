export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The JSON value of `text`; undefined when it is not JSON. Empty text reads as an empty object. */
export function readJson(text: string): { readonly value: unknown } | undefined {
  if (text.trim() === '') return { value: {} };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
