import { FAULTS, type FaultName } from './chance.js';
import { WEATHERS, type WeatherName } from './weather.js';
import type { RunResult } from './world.js';

/** What a run amounts to, and how fast it went. */
export class Tally {
  sales = 0;
  #seeds = 0;
  #cuts = 0;
  #virtualMs = 0;
  readonly #ends = new Map<string, number>();
  readonly #faults = new Map<FaultName, number>();
  readonly #weathers = new Map<WeatherName, { seeds: number; sales: number; events: number; cpuS: number }>();
  readonly shops = new Map<string, number>();
  readonly #startMs = performance.now();

  /** @param cpuS that the seed took, in whichever process it ran */
  add(result: RunResult, name: WeatherName, cpuS: number): void {
    this.#seeds += 1;
    this.sales += result.sales;
    this.#cuts += result.cuts;
    this.#virtualMs += result.virtualMs;
    this.shops.set(result.shop, (this.shops.get(result.shop) ?? 0) + result.sales);
    for (const [end, count] of result.ends) this.#ends.set(end, (this.#ends.get(end) ?? 0) + count);
    for (const [fault, count] of result.faults)
      this.#faults.set(fault, (this.#faults.get(fault) ?? 0) + count);
    const before = this.#weathers.get(name) ?? { seeds: 0, sales: 0, events: 0, cpuS: 0 };
    this.#weathers.set(name, {
      seeds: before.seeds + 1,
      sales: before.sales + result.sales,
      events: before.events + result.events,
      cpuS: before.cpuS + cpuS,
    });
  }

  text(): string {
    const cpuS = [...this.#weathers.values()].reduce((sum, one) => sum + one.cpuS, 0);
    const wallS = (performance.now() - this.#startMs) / 1000;
    const rows = (map: ReadonlyMap<string, number>): string =>
      [...map]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, count]) => `  ${name.padEnd(24)} ${String(count).padStart(8)}\n`)
        .join('');
    const never = this.silent();
    return (
      `ends\n${rows(this.#ends)}faults\n${rows(this.#faults)}` +
      (never.length > 0 ? `faults that did not happen: ${never.join(' ')}\n` : '') +
      `sales by shop\n${rows(this.shops)}` +
      this.#rates() +
      `${this.#seeds} seeds, ${this.sales} sales, ${this.#cuts} ends of a process, ` +
      `${(this.#virtualMs / 86_400_000).toFixed(1)} virtual days\n` +
      `${(this.sales / cpuS).toFixed(0)} sales a second of one core ` +
      `(${cpuS.toFixed(1)} s of it, ${wallS.toFixed(1)} s by the clock)\n`
    );
  }

  /** Faults that did not happen. */
  silent(): FaultName[] {
    return (Object.keys(FAULTS) as FaultName[]).filter((name) => !this.#faults.has(name));
  }

  #rates(): string {
    const lines = WEATHERS.flatMap(({ name }) => {
      const one = this.#weathers.get(name);
      if (one === undefined) return [];
      const per = (count: number, of: number): string => (of === 0 ? '-' : (count / of).toFixed(0));
      return [
        `  ${name.padEnd(8)} ${String(one.seeds).padStart(6)} seeds ${String(one.sales).padStart(8)} sales, ` +
          `${per(one.sales, one.cpuS).padStart(5)} a second, ${per(one.events, one.sales).padStart(4)} events a sale\n`,
      ];
    });
    return `weather\n${lines.join('')}`;
  }
}
