import { learnFrom } from '../../src/control/reconcile.js';
import type { Compared, Reconciler } from '../../src/control/reconciler.js';
import type { Terminal } from '../../src/terminal/terminal.js';
import type { Chance } from './chance.js';
import { unheard } from './devices.js';
import type { StormJournal } from './disk.js';
import { hourly } from './hourly.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';

/** A process, as its control socket shows it. */
export interface Reachable {
  readonly terminal: Terminal;
  readonly journal: StormJournal;
  readonly reconciler: Reconciler;
}

/** Longer shifts nobody compares here: a sale takes a second. */
const MOST_COMPARED = 40;

export interface TechnicianParts {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  /** Undefined while no process runs. */
  readonly at: () => Reachable | undefined;
}

/** A person at the control socket, in the middle of sales: prints slips again, and compares with the gateway. */
export class Technician {
  readonly #parts: TechnicianParts;

  constructor(parts: TechnicianParts) {
    this.#parts = parts;
    const { time, chance, at } = parts;
    const on = (): boolean => at() !== undefined;
    hourly(time, chance, 'technicianReprints', () => this.#reprints(), on);
    hourly(time, chance, 'technicianReconciles', () => void this.reconciles(), on);
  }

  /** One of the newest sales, whatever has become of it. */
  #reprints(): void {
    const { at, chance, story } = this.#parts;
    const box = at();
    const sales =
      box === undefined ? [] : [...box.journal.shifts.salesOf(box.journal.shifts.current)].slice(-4);
    const sale = sales[chance.detail('technicianReprints', 0, 1_000) % Math.max(1, sales.length)];
    if (box === undefined || sale === undefined || box.terminal.state().slips === undefined) return;
    story.say(() => `technician reprints ${sale.orderId}, which is ${sale.state.at}`);
    void box.terminal.run(() => box.terminal.slips.reprint(sale)).catch(() => undefined);
  }

  /** As the command does it: where the two differ, the terminal is told. */
  async reconciles(): Promise<readonly Compared[]> {
    const { at, story } = this.#parts;
    const box = at();
    if (box === undefined || box.reconciler.busy) return [];
    const { journal, reconciler, terminal } = box;
    const { current } = journal.shifts;
    const count = journal.shifts.count(current);
    if (count > MOST_COMPARED) return [];
    story.say(() => `technician reconciles ${count} sales`);
    const all: Compared[] = [];
    const hear = (one: Compared): void => {
      all.push(one);
      unheard(() => void learnFrom(terminal, one));
    };
    await reconciler.compare(current, hear, () => undefined);
    return all;
  }
}
