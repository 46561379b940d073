/**
 * The name that was probably meant, or undefined. Compares without case and with `-` read as `_`; a name that only
 * lacks its unit (`timeout` for `timeout_seconds`) counts as near.
 */
export function nearest(found: string, known: readonly string[]): string | undefined {
  const wanted = normal(found);
  // A long name is no typing error of a short one, and the comparison is quadratic.
  if (wanted.length < 2 || wanted.length > 40) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of known) {
    const distance = isShortened(wanted, normal(name)) ? 1 : editDistance(wanted, normal(name));
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

function normal(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

function isShortened(wanted: string, name: string): boolean {
  return wanted.length >= 3 && (name.startsWith(`${wanted}_`) || name.endsWith(`_${wanted}`));
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, at(before, j - 2) + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
