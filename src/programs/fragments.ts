import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../base/fault.js';
import { parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { withFragment } from '../config/fragment.js';
import { formatProblem } from '../config/problem.js';
import { loadProducts } from '../config/products.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import type { Fragment, Fragments, FragmentsState } from '../control/fragment-desk.js';
import { writeWhole } from '../host/whole-file.js';
import { completed } from './terminal-file.js';

const FROM_AFAR = 'from afar';

/** Starts with a new configuration that came to nothing: what keeps it from starting is known by then. */
const STARTS_MOST = 3;

/** What operators have set, in a file beside the journal: it is read before the journal is opened. */
export class FragmentFile implements Fragments {
  readonly #path: string;
  readonly #toml: string | undefined;
  #state: FragmentsState;
  /** Why what was set is not known any more. */
  readonly lost: string | undefined;
  /** Since the start. */
  #inUse: Fragment | undefined;

  /** @param file terminal.toml; absent where the terminal is from none, and then nothing can be laid over it */
  constructor({ journal }: TerminalConfig, file: string | undefined) {
    this.#path = join(journal.directory, 'from-afar.json');
    this.#toml = file;
    const found = read(this.#path);
    this.#state = found.ok ? found.value : { serial: 0 };
    this.lost = found.ok ? undefined : found.error;
  }

  get state(): FragmentsState {
    return this.#state;
  }

  check(toml: string): Result<TerminalConfig, readonly string[]> {
    const checked = this.#laidOver(toml);
    if (!checked.ok || !checked.value.catalogue.enabled) return checked;
    // The file of products is beside it, and may have the same ones.
    const products = loadProducts(checked.value);
    return products.ok ? checked : err(products.error.map((problem) => formatProblem(FROM_AFAR, problem)));
  }

  #laidOver(toml: string): Result<TerminalConfig, readonly string[]> {
    try {
      if (this.#toml === undefined) return err(['this terminal was not started with a file']);
      const checked = withFragment(readFileSync(this.#toml, 'utf8'), toml, completed);
      return checked.ok ? checked : err(checked.error.map((problem) => formatProblem(FROM_AFAR, problem)));
    } catch (thrown) {
      return err([messageOf(thrown)]);
    }
  }

  write(state: FragmentsState): string | undefined {
    const trouble = writeWhole(this.#path, JSON.stringify(state));
    if (trouble === undefined) this.#state = state;
    return trouble;
  }

  /**
   * The configuration to start with: that of terminal.toml, with what holds from afar. Counts the start, where it is one on trial.
   * @returns why what is on trial is not in it
   */
  begin(config: TerminalConfig): { config: TerminalConfig; inVain?: string } {
    const { current, previous, trial } = this.#state;
    if (trial !== undefined) {
      // What cannot be counted could end every start.
      const uncounted = this.write({ ...this.#state, trial: { starts: trial.starts + 1 } });
      const inVain = trial.starts >= STARTS_MOST ? `${STARTS_MOST} starts came to nothing` : uncounted;
      if (inVain !== undefined) return { config: this.#over(config, previous), inVain };
    }
    const found = this.#judged(config, current);
    if (found.ok) {
      this.#inUse = current;
      return { config: found.value };
    }
    return { config: this.#over(config, previous), inVain: found.error.join('; ') };
  }

  /** The file as it is now, with what has been in use over it since the start. */
  reload(): Result<TerminalConfig, readonly string[]> {
    return this.#laidOver(this.#inUse?.toml ?? '');
  }

  #over(config: TerminalConfig, fragment: Fragment | undefined): TerminalConfig {
    const judged = this.#judged(config, fragment);
    this.#inUse = judged.ok ? fragment : undefined;
    return judged.ok ? judged.value : config;
  }

  #judged(config: TerminalConfig, fragment: Fragment | undefined): Result<TerminalConfig, readonly string[]> {
    if (fragment === undefined || fragment.toml === '') return ok(config);
    // Whose right is gone has nothing here any more: his key may be in other hands.
    const { may = [] } = config.operator.find(({ name }) => name === fragment.operator) ?? {};
    if (!may.includes('config')) return err([`${fragment.operator} may not set it any more`]);
    return this.#laidOver(fragment.toml);
  }
}

/** Whatever is retained at the broker comes again. @returns why it cannot be read; where there is none, none was ever set */
function read(path: string): Result<FragmentsState, string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ENOENT' ? ok({ serial: 0 }) : err(messageOf(thrown));
  }
  const found = parseObject(text);
  return typeof found?.['serial'] === 'number'
    ? ok(found as unknown as FragmentsState)
    : err(`${path} is damaged`);
}
