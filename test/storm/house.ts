import type { Sale } from '../../src/core/sale/sale.js';
import type { HandSetName } from '../../src/journal/hand-sets.js';
import type { Terminal } from '../../src/terminal/terminal.js';
import type { Chance } from './chance.js';
import { unheard } from './devices.js';
import { hourly } from './hourly.js';
import type { Laws } from './laws.js';
import { isWithHours, OPENING } from './outfit.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';

/** What people know of what they have set: while a command is under way, or its answer was lost, nothing. */
export type Belief = 'yes' | 'no' | 'unknown';

type Named = Exclude<HandSetName, { readonly of: 'maintenance' }>;

/** Further off than a clock may be that was compared, and jumped since by what is let pass. */
const WRONG_MS = 601_000;
const AGAIN_MS = 5_000;

export interface HouseParts {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  readonly laws: Laws;
  readonly at: () => { readonly terminal: Terminal } | undefined;
}

/** People who close the terminal by hand, and call products and slots sold out; and a shop with opening hours. */
export class House {
  readonly #parts: HouseParts;
  readonly #beliefs = new Map<string, Belief>();

  constructor(parts: HouseParts) {
    this.#parts = parts;
    const { time, chance, at } = parts;
    const on = (): boolean => at() !== undefined;
    hourly(
      time,
      chance,
      'closedByHand',
      () => this.#during('maintenance', undefined, chance.detail('closedByHand', 2_000, 120_000)),
      on,
    );
    hourly(
      time,
      chance,
      'soldOut',
      () => {
        const name = this.#some();
        if (name !== undefined) this.#during(keyOf(name), name, chance.detail('soldOut', 2_000, 300_000, 3));
      },
      on,
    );
  }

  isSoldOut(of: Named['of'], id: string): Belief {
    return this.#beliefs.get(keyOf({ of, id })) ?? 'no';
  }

  /** What the face says: nobody begins to choose under a sign that says "closed". */
  get isShut(): boolean {
    const readiness = this.#parts.at()?.terminal.state().readiness;
    return readiness?.ready === false && readiness.closed !== undefined;
  }

  /** It is closed by its hours, by a clock that is right. */
  get isClosed(): boolean {
    return isWithHours(this.#parts.seed) && isClosedAt(this.#parts.time.wallMs());
  }

  /** Why a new sale should not have been opened. */
  objects({ openedAtMs, items = [], source }: Sale): string | undefined {
    if (this.#beliefs.get('maintenance') === 'yes') return 'it was closed by hand';
    if (isWithHours(this.#parts.seed)) {
      if (isClosedAt(openedAtMs)) return 'it was closed at this hour';
      if (Math.abs(openedAtMs - this.#parts.time.wallMs()) > WRONG_MS)
        return 'nobody could know what hour it was';
    }
    const names: Named[] = [
      ...items.map(({ id }): Named => ({ of: 'product', id })),
      ...(source.item === undefined ? [] : [{ of: 'slot', id: source.item } as const]),
    ];
    const out = names.find((name) => this.isSoldOut(name.of, name.id) === 'yes');
    return out === undefined ? undefined : `${keyOf(out)} was sold out`;
  }

  /** What was sold lately is what is sold out. */
  #some(): Named | undefined {
    const { laws, chance } = this.#parts;
    const names = [...laws.sales.values()]
      .slice(-6)
      .flatMap(({ items = [], source }): Named[] => [
        ...(source.kind === 'keypad' || source.kind === 'vending'
          ? items.map(({ id }): Named => ({ of: 'product', id }))
          : []),
        ...(source.item === undefined ? [] : [{ of: 'slot', id: source.item } as const]),
      ]);
    return names[chance.detail('soldOut', 0, Math.max(0, names.length - 1))];
  }

  #during(key: string, name: Named | undefined, ms: number): void {
    const { time, story } = this.#parts;
    if ((this.#beliefs.get(key) ?? 'no') !== 'no') return;
    story.say(() => `people: ${key}`);
    this.#run(key, 'yes', (terminal) => {
      if (name === undefined) terminal.opening.close('storm', 'storm');
      else terminal.catalogue.setSoldOut(name, 'storm', 'storm');
    });
    time.after(ms, () => this.#ends(key, name));
  }

  /** Until somebody has the answer that it is over: the faults end as well. */
  #ends(key: string, name: Named | undefined): void {
    const { time, story } = this.#parts;
    story.say(() => `people: ${key} is over`);
    this.#run(key, 'no', (terminal) => {
      if (name === undefined) terminal.opening.reopen('storm', 'storm');
      else terminal.catalogue.back(name, 'storm', 'storm');
    });
    time.after(AGAIN_MS, () => {
      if (this.#beliefs.get(key) !== 'no') this.#ends(key, name);
    });
  }

  #run(key: string, then: Belief, command: (terminal: Terminal) => void): void {
    const run = this.#parts.at();
    if (run === undefined) return;
    this.#beliefs.set(key, 'unknown');
    const { terminal } = run;
    const heard = (): void => {
      // The answer of a process that has ended meanwhile was given before.
      this.#beliefs.set(key, then);
    };
    unheard(() => void terminal.run(() => command(terminal)).then(heard, () => undefined));
  }
}

function keyOf({ of, id }: Named): string {
  return `${of} ${id}`;
}

/** The storm's own clock on the wall. */
function isClosedAt(wallMs: number): boolean {
  return Math.floor(wallMs / 60_000) % OPENING.every >= OPENING.closesAfter;
}
