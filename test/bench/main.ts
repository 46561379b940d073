import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../src/base/fault.js';
import type { Bench } from './bench.js';
import { nowMs } from './clock.js';
import { benchDisk } from './disk-bench.js';
import { benchFramebuffer } from './framebuffer-bench.js';
import { benchMemory } from './memory-bench.js';
import { benchNotice } from './notice-bench.js';
import { benchQr } from './qr-bench.js';
import { describeMachine, machineLine, measure, table } from './report.js';
import { benchStart } from './start-bench.js';
import { ROOT, readUnit } from './unit.js';

const BENCHES: Readonly<Record<string, Bench>> = {
  qr: benchQr,
  notice: benchNotice,
  memory: benchMemory,
  start: benchStart,
  disk: benchDisk,
  framebuffer: benchFramebuffer,
};

interface Wanted {
  readonly names: readonly string[];
  readonly json: string | undefined;
}

function parse(args: readonly string[]): Wanted {
  const at = args.indexOf('--json');
  const json = at < 0 ? undefined : args[at + 1];
  const names = at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)];
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined || (at >= 0 && json === undefined))
    throw new Error(`npm run bench -- [${Object.keys(BENCHES).join('|')}]... [--json FILE]`);
  return { names: names.length === 0 ? Object.keys(BENCHES) : names, json };
}

/** @returns the exit code: 0 whatever the figures are, 1 when something could not be measured */
async function run({ names, json }: Wanted): Promise<number> {
  const work = join(ROOT, '.cache', 'bench');
  mkdirSync(work, { recursive: true });
  const directory = mkdtempSync(join(work, 'run-'));
  const sockets = mkdtempSync(join(tmpdir(), 'gopay-pos-bench-'));
  const machine = describeMachine(directory);
  const benches: Record<string, unknown> = {};
  let code = 0;
  process.stdout.write(`${machineLine(machine)}\n`);
  try {
    for (const name of names) {
      const beganMs = nowMs();
      try {
        const result = await BENCHES[name]?.({ directory: join(directory, name), sockets, unit: readUnit() });
        if (result === undefined) continue;
        benches[name] = { ...result, comparisons: result.comparisons.map(measure), raw: result.comparisons };
        process.stdout.write(`\n${table(name, result)}\n  ${took(beganMs)}\n`);
      } catch (error) {
        code = 1;
        benches[name] = { failed: messageOf(error) };
        process.stdout.write(`\n${name}: could not measure: ${messageOf(error)}\n`);
      }
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
    rmSync(sockets, { recursive: true, force: true });
  }
  process.stdout.write(`\n${machineLine(describeMachine(work))}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, benches }, null, 2)}\n`);
  return code;
}

function took(beganMs: number): string {
  return `(took ${((nowMs() - beganMs) / 1000).toFixed(0)} s)`;
}

Promise.resolve()
  .then(() => run(parse(process.argv.slice(2))))
  .then(
    (code) => process.exit(code),
    (error: unknown) => {
      process.stderr.write(`bench: ${messageOf(error)}\n`);
      process.exit(2);
    },
  );
