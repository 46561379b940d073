import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from './bench.js';
import { nowMs, pause } from './clock.js';
import { cpuSeconds } from './cpu.js';
import { MAIN, ROOT } from './unit.js';

/** The same rows with nothing made of them: read, parsed, five cells of each written. */
const BARE = `
const fs = require('node:fs');
const db = new (require('better-sqlite3'))(process.argv[1], { readonly: true });
let out = '';
for (const row of db.prepare('SELECT order_id, amount, state, opened_at_ms, body FROM sale').iterate()) {
  const { invoice } = JSON.parse(row.body);
  out += row.order_id + ';' + row.amount + ';' + row.state + ';' + row.opened_at_ms + ';' + invoice + '\\n';
  if (out.length > 65536) { fs.writeSync(1, out); out = ''; }
}
fs.writeSync(1, out);
`;
const MOST_MIB = 150;
const ROUNDS = 3;

interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly highestMib: number;
}

/** `sales --csv` of the journal in `directory`, whose terminal does not run, to nowhere. */
export async function listSales(directory: string, sales: number): Promise<Comparison[]> {
  const config = join(directory, 'list.toml');
  writeFileSync(
    config,
    `[terminal]\nid = "BENCH1"\nshop = "Bench"\n[gateway]\nmode = "relay"\nurl = "http://127.0.0.1:2"\nsecret = "file:/unused"
[journal]\ndirectory = "${directory}"\n[control]\nsocket = "${directory}/none.sock"\n`,
  );
  const [ours, theirs]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await measured([MAIN, 'sales', '--csv', '--config', config]));
    theirs.push(await measured(['-e', BARE, join(directory, 'journal.db')]));
  }
  const against = 'a bare SELECT of five cells, its bodies parsed';
  return [
    {
      ...{ what: `sales --csv of ${sales} sales: processor time`, against, unit: 'ms' },
      ...{ ours: ours.map(({ cpuMs }) => cpuMs), theirs: theirs.map(({ cpuMs }) => cpuMs) },
      goal: { of: 'ratio', atMost: 8 },
    },
    {
      ...{ what: 'the same: by the clock', against, unit: 'ms' },
      ...{ ours: ours.map(({ wallMs }) => wallMs), theirs: theirs.map(({ wallMs }) => wallMs) },
    },
    {
      ...{ what: 'the same: memory, highest', against, unit: 'MiB' },
      ...{
        ours: ours.map(({ highestMib }) => highestMib),
        theirs: theirs.map(({ highestMib }) => highestMib),
      },
      goal: { of: 'ours', atMost: MOST_MIB },
    },
  ];
}

async function measured(args: readonly string[]): Promise<Measured> {
  const begun = nowMs();
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', openSync('/dev/null', 'w'), 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  let last = { cpuMs: 0, highestMib: 0 };
  while (child.exitCode === null && child.signalCode === null) {
    last = seen(child.pid ?? 0) ?? last;
    await pause(20);
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`${args.slice(0, 3).join(' ')} ends with ${code}`);
  return { wallMs: nowMs() - begun, ...last };
}

/** Undefined once it has ended. */
function seen(pid: number): Omit<Measured, 'wallMs'> | undefined {
  try {
    const highest = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    // Of one that has ended, and was not waited for yet, there is no such line.
    if (Number.isNaN(highest)) return undefined;
    return { cpuMs: cpuSeconds(pid) * 1_000, highestMib: highest / 1024 };
  } catch {
    return undefined;
  }
}
