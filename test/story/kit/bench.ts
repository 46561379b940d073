import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../../src/base/fault.js';
import type { ControlAnswer } from '../../../src/control/answer.js';
import type { ToolFlags } from '../../../src/programs/device-bench.js';
import { testDevices } from '../../../src/programs/device-test.js';
import { systemEnvironment } from '../../../src/programs/environment.js';
import { until } from '../../kit/pty/until.js';

/** A tool at work where no terminal runs, as the command line starts it. */
export interface Tool {
  /** What it has printed. */
  readonly lines: readonly string[];
  /** What it has answered instead of working. */
  readonly told: readonly ControlAnswer[];
  /** A line with this text, the `times`-th. */
  printed(text: string, times?: number): Promise<string>;
  /** Ctrl-C. @returns the exit code */
  stop(): Promise<number>;
}

const ENVIRONMENT = systemEnvironment({ level: 'error', credentialPrefix: 'gopay-pos.' });
const ABSENT = new Failure({ kind: 'temporary', code: 831, detail: 'connect ENOENT /run/none' });

export function configuration(
  folder: string,
  tables: string,
  gateway = 'url = "http://127.0.0.1:2"',
): string {
  const file = join(folder, 'terminal.toml');
  writeFileSync(
    file,
    `[terminal]\nid = "T1"\nshop = "Warung"\n[gateway]\nmode = "relay"\n${gateway}\nsecret = "file:/unused"
[journal]\ndirectory = "${folder}/journal"\n[control]\nsocket = "${folder}/control.sock"\n${tables}`,
  );
  return file;
}

export async function tool(
  tables: string,
  args: readonly string[],
  flags: ToolFlags,
  tell: (tool: Tool) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tool-'));
  const lines: string[] = [];
  const told: ControlAnswer[] = [];
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const ended = testDevices({
    file: configuration(folder, tables),
    args,
    environment: ENVIRONMENT,
    flags,
    print: (line) => void lines.push(line),
    untilStopped: () => stopped,
    askTerminal: () => Promise.reject(ABSENT),
    tell: (answer) => {
      told.push(answer);
      return answer.good ? 0 : 1;
    },
  });
  const found = (text: string): string[] => lines.filter((line) => line.includes(text));
  try {
    await tell({
      lines,
      told,
      printed: async (text, times = 1) => {
        try {
          await until(`"${text}"`, () => found(text).length >= times);
        } catch {
          throw new Error(`waited in vain for "${text}" among:\n${lines.join('\n')}`);
        }
        return found(text)[times - 1] ?? '';
      },
      stop: () => {
        stop();
        return ended;
      },
    });
  } finally {
    stop();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where a tool listens for a register or machine that dials. */
export async function portOf(tool: Tool): Promise<number> {
  const line = await tool.printed('listening on port');
  return Number(/port (\d+)/.exec(line)?.[1]);
}
