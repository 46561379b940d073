import type { Display } from '../port/display.js';
import { type Answer, type Family, refusal, type Subject } from './answer.js';

/** How long a test page stays, unless something has to be shown before. */
export const TEST_PAGE_MS = 10_000;

/** Test pages on the devices of a running terminal, without money. */
export const test: Family = {
  help: [
    {
      usage: 'test display',
      about: 'a test page on every screen, for 10 s; without a running terminal, too',
    },
  ],
  run: (subject, { args }) => (args[0] === 'display' && args.length === 1 ? display(subject) : whatThen()),
};

export function whatThen(): Answer {
  return refusal('test display: which device is to be tested?');
}

function display({ terminal, displays }: Subject): Answer | Promise<Answer> {
  const { open } = terminal.state();
  // The code of an open sale must not go off the screen while somebody is paying it.
  if (open !== undefined)
    return refusal(`${open.orderId} is open: the screens show it. Again when it is over`);
  return testDisplays(displays);
}

export interface DisplayReport {
  readonly name: string;
  readonly good: boolean;
  readonly lines: readonly string[];
}

/** Shows the test page of every display at the same time. */
export async function testDisplays(displays: readonly Display[]): Promise<Answer> {
  if (displays.length === 0) return refusal('no screen is configured');
  const reports = await Promise.all(
    displays.map(async (each): Promise<DisplayReport> => {
      const made = await each.test(TEST_PAGE_MS);
      if (made.ok) return { name: each.name, good: true, lines: made.value };
      return { name: each.name, good: false, lines: [`E${made.error.code} ${made.error.detail}`] };
    }),
  );
  const text = reports.flatMap(({ name, good, lines }) => [
    `${name}: ${good ? `test page for ${TEST_PAGE_MS / 1000} s. It should look like this:` : 'no test page'}`,
    ...lines.map((line) => `  ${line}`),
  ]);
  return { text: text.join('\n'), data: reports, good: reports.every(({ good }) => good) };
}
