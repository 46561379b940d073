import type { Result } from '../base/result.js';
import { formatProblem } from '../config/problem.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import type { Subject } from '../control/answer.js';
import type { FragmentDesk } from '../control/fragment-desk.js';
import { FAULT } from '../core/fault/table.js';
import type { Environment } from './environment.js';
import { loadTerminal } from './terminal-file.js';

/** What a terminal is started with, as far as it matters here. */
interface Start {
  readonly config: TerminalConfig;
  readonly file?: string;
  readonly environment: Environment;
  /** The file as it is now, with what is laid over it; absent where nothing is. */
  readonly reload?: () => Result<TerminalConfig, readonly string[]>;
}

/** What is wrong with the file as it is now, a line each. */
export function configTroubles({ file, reload }: Pick<Start, 'file' | 'reload'>): readonly string[] {
  const again = reload?.();
  if (again !== undefined) return again.ok ? [] : again.error;
  const checked = file === undefined ? undefined : loadTerminal(file);
  return file === undefined || checked?.ok !== false
    ? []
    : checked.error.map((problem) => formatProblem(file, problem));
}

export interface FromAfar {
  readonly desk: FragmentDesk;
  readonly all: Subject['fromAfar'];
}

/** The configuration with what operators have set over it. Loaded only where one of them may. */
export async function laidOver<S extends Start>(start: S): Promise<{ start: S; afar?: FromAfar }> {
  const { config, file, environment } = start;
  if (!config.operator.some(({ may }) => may.includes('config'))) return { start };
  const { FragmentFile } = await import('./fragments.js');
  const { FragmentDesk } = await import('../control/fragment-desk.js');
  const fragments = new FragmentFile(config, file);
  const begun = fragments.begin(config);
  const { timers, log } = environment;
  if (fragments.lost !== undefined)
    log.error(`E${FAULT.fragmentReverted} what was set from afar is not known any more: ${fragments.lost}`);
  const readyMs = config.fromAfar.readyMinutes * 60_000;
  const desk = new FragmentDesk({ fragments, readyMs, timers, log, inVain: begun.inVain });
  const all = () => {
    const { toml = '', operator: by = '' } = fragments.state.current ?? {};
    return { told: desk.told(), toml, by };
  };
  const reload = () => fragments.reload();
  return { start: { ...start, config: begun.config, reload }, afar: { desk, all } };
}
