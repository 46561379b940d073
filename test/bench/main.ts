import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../src/base/fault.js';
import type { Bench } from './bench.js';
import { benchBoxes } from './boxes-bench.js';
import { benchCatalogue } from './catalogue-bench.js';
import { nowMs } from './clock.js';
import { benchDisk } from './disk-bench.js';
import { benchFramebuffer } from './framebuffer-bench.js';
import { benchHistory } from './history-bench.js';
import { benchMemory } from './memory-bench.js';
import { benchNotice } from './notice-bench.js';
import { benchPictures } from './picture-bench.js';
import { benchPrint } from './print-bench.js';
import { benchQr } from './qr-bench.js';
import { benchRelay } from './relay-bench.js';
import { describeMachine, machineLine, measure, shortfalls, table } from './report.js';
import { benchStart } from './start-bench.js';
import { benchStorm } from './storm-bench.js';
import { ROOT, readUnit } from './unit.js';

const BENCHES: Readonly<Record<string, Bench>> = {
  qr: benchQr,
  print: benchPrint,
  picture: benchPictures,
  notice: benchNotice,
  relay: benchRelay,
  boxes: benchBoxes,
  memory: benchMemory,
  start: benchStart,
  disk: benchDisk,
  history: benchHistory,
  framebuffer: benchFramebuffer,
  catalogue: benchCatalogue,
  storm: benchStorm,
};

interface Wanted {
  readonly names: readonly string[];
  readonly json: string | undefined;
  /** A goal that is not reached is exit code 1. */
  readonly check: boolean;
}

function parse(given: readonly string[]): Wanted {
  const check = given.includes('--check');
  const args = given.filter((word) => word !== '--check');
  const at = args.indexOf('--json');
  const json = at < 0 ? undefined : args[at + 1];
  const names = at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)];
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined || (at >= 0 && json === undefined))
    throw new Error(`npm run bench -- [${Object.keys(BENCHES).join('|')}]... [--check] [--json FILE]`);
  return { names: names.length === 0 ? Object.keys(BENCHES) : names, json, check };
}

/** @returns the exit code: 1 when something could not be measured or, with `--check`, falls short of its goal; else 0 */
async function run({ names, json, check }: Wanted): Promise<number> {
  const work = join(ROOT, '.cache', 'bench');
  mkdirSync(work, { recursive: true });
  const directory = mkdtempSync(join(work, 'run-'));
  const sockets = mkdtempSync(join(tmpdir(), 'gopay-pos-bench-'));
  const machine = describeMachine(directory);
  const benches: Record<string, unknown> = {};
  const short: string[] = [];
  let code = 0;
  process.stdout.write(`${machineLine(machine)}\n`);
  try {
    for (const name of names) {
      const beganMs = nowMs();
      try {
        const result = await BENCHES[name]?.({ directory: join(directory, name), sockets, unit: readUnit() });
        if (result === undefined) continue;
        short.push(...shortfalls(name, result));
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
  for (const line of short) process.stdout.write(`falls short: ${line}\n`);
  if (check && short.length > 0) code = 1;
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
