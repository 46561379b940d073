// node await-page.mjs URL: ends when the terminal page answers there. A browser that comes too early shows its own error
// page, and asks again only after minutes.
import { setTimeout as pause } from 'node:timers/promises';

const url = process.argv[2] ?? '';
let said = false;
for (;;) {
  try {
    if ((await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok) break;
  } catch (thrown) {
    // Not there yet. Said once: the next minutes would all say the same.
    if (!said) console.log(`waiting for ${url}: ${thrown instanceof Error ? thrown.message : thrown}`);
    said = true;
  }
  await pause(500);
}
