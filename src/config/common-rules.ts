import { hostOf, isLoopback } from '../settings/places.js';
import type { Contradiction } from '../settings/schema.js';
import { MIDTRANS_URL } from './common.js';

/** What fetch and browsers refuse before they connect (https://fetch.spec.whatwg.org/#port-blocking), in their own order. */
const REFUSED = new Set(
  (
    '0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137 139 ' +
    '143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 ' +
    '3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080'
  )
    .split(' ')
    .map(Number),
);

/** One for each key whose port no client would call; where it is 0 the system chooses another. */
export function refusedPorts(uses: readonly (readonly [key: string, port: number])[]): Contradiction[] {
  return uses
    .filter(([, port]) => port !== 0 && REFUSED.has(port))
    .map(([key, port]) => ({
      keys: [key],
      found: `port ${port}, which browsers and HTTP clients refuse to call`,
      allowed: 'another port',
    }));
}

/** The port of an address; 0 for the one of its scheme. */
export function portIn(address: string): number {
  return Number(new URL(address).port);
}

/** A key of one environment of Midtrans with the address of the other. */
export function otherEnvironment(
  table: string,
  { environment, url }: { readonly environment: 'production' | 'sandbox'; readonly url: string },
): Contradiction | false {
  const other = environment === 'production' ? 'sandbox' : 'production';
  return (
    hostOf(url) === hostOf(MIDTRANS_URL[other]) && {
      keys: [`${table}.url`, `${table}.environment`],
      found: `the address of Midtrans' ${other} with environment = "${environment}"`,
      allowed: `environment = "${other}", or no url`,
    }
  );
}

/** A broker on another machine without TLS: refused, and where it is asked for worth a note. */
export function noTls(key: string, urls: readonly string[], clearText: boolean): Contradiction | false {
  return (
    urls.some((url) => url.startsWith('mqtt:') && !isLoopback(hostOf(url))) && {
      keys: [key, key.replace(/[^.]*$/, 'clear_text')],
      found: 'mqtt:// to another machine: the password can be read on the way',
      allowed: clearText ? 'better mqtts://' : 'mqtts://, or clear_text = true',
      note: clearText,
    }
  );
}

/** Rows of `table` that have the name of another. */
export function namedTwice(table: string, rows: readonly { readonly name: string }[]): Contradiction[] {
  return doubles(rows.map(({ name }, at) => [name, `${table}[${at + 1}].name`])).map(
    ([first, second, name]) => ({
      keys: [second, first],
      found: `${JSON.stringify(name)}, which is ${first} already`,
      allowed: 'each name once',
    }),
  );
}

/** What is used a second time: by whom first, by whom again. */
export function doubles(
  uses: readonly (readonly [device: string, key: string])[],
): [string, string, string][] {
  const first = new Map<string, string>();
  const found: [string, string, string][] = [];
  for (const [device, key] of uses) {
    const before = first.get(device);
    if (before === undefined) first.set(device, key);
    else found.push([before, key, device]);
  }
  return found;
}
