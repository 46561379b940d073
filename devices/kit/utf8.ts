/** @returns undefined for bytes that are no UTF-8. A byte order mark stays: it is no part of any message of ours. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The only thing that it throws for.
    return undefined;
  }
}
