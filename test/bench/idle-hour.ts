import type { Reading } from '../../src/core/readiness.js';
import { Journal } from '../../src/journal/journal.js';
import type { Adapters, TerminalContext, TerminalEvent } from '../../src/terminal/context.js';
import type { OpeningKeeper } from '../../src/terminal/opening-keeper.js';
import { ProgramScreen } from '../../src/terminal/program-screen.js';
import { ReadinessKeeper } from '../../src/terminal/readiness-keeper.js';

// For the tracer: an hour in which nobody buys, on a clock that is turned, with the journal and its keeper as they are.
// DIRECTORY MINUTES.
const [directory = '', minutes = ''] = process.argv.slice(2);
let nowMs = 0;
const clock = { monoMs: () => nowMs, wallMs: () => 1_800_000_000_000 + nowMs };
const journal = new Journal({ directory, wallMs: clock.wallMs(), version: 'bench' });
const quiet = () => undefined;
const keeper = new ReadinessKeeper(
  {
    adapters: { clock, journal, displays: [], log: { info: quiet, warn: quiet } },
    settings: { printQr: false },
    post: (event: TerminalEvent) => {
      if (event.on === 'command') event.run();
    },
  } as unknown as TerminalContext,
  new ProgramScreen({ registers: [] } as unknown as Adapters),
  { usual: 'keypad', bind: () => false } as unknown as OpeningKeeper,
);
let oldestMs = 0;
for (; nowMs < Number(minutes) * 60_000; nowMs += 2_000) {
  keeper.tick();
  const { code, atMs }: Reading = keeper.reading('journal') ?? { code: 750, detail: '', atMs: 0 };
  if (code !== 0) throw new Error(`E${code} in an idle hour`);
  oldestMs = Math.max(oldestMs, nowMs - atMs);
}
process.stdout.write(`${oldestMs}\n`);
// As a power cut ends it: what a stop in order still writes is not of that hour.
process.kill(process.pid, 'SIGKILL');
