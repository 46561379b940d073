import type { Random } from '../../port/clock.js';
import type { Endpoint } from '../http/route.js';
import type { FaultName, FaultRule } from './fault-rule.js';

export interface Target {
  readonly orderId: string | undefined;
  readonly endpoint?: Endpoint;
  /** `transaction_status` of a notification. */
  readonly about?: string;
}

interface Standing {
  readonly id: number;
  readonly rule: FaultRule;
  left: number;
  hits: number;
}

/** The rules in force. Chance comes from the injected source, so that a seed repeats a run. */
export class FaultPlan {
  private readonly random: Random;
  private standing: Standing[] = [];
  private count = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** @returns the number by which the rule can be removed. */
  add(rule: FaultRule): number {
    this.count += 1;
    this.standing.push({ id: this.count, rule, left: rule.next ?? Number.POSITIVE_INFINITY, hits: 0 });
    return this.count;
  }

  remove(id: number): boolean {
    const before = this.standing.length;
    this.standing = this.standing.filter((entry) => entry.id !== id);
    return this.standing.length < before;
  }

  clear(): void {
    this.standing = [];
  }

  list(): readonly { readonly id: number; readonly rule: FaultRule; readonly hits: number }[] {
    return this.standing.map(({ id, rule, hits }) => ({ id, rule, hits }));
  }

  /** The first rule of this name that befalls the target, used up by one. */
  draw<N extends FaultName>(name: N, target: Target): Extract<FaultRule, { fault: N }> | undefined {
    for (const entry of this.standing) {
      const { rule } = entry;
      if (rule.fault !== name || entry.left < 1 || !fits(rule, target)) continue;
      if (rule.rate !== undefined && this.random.fraction() >= rule.rate) continue;
      entry.left -= 1;
      entry.hits += 1;
      return rule as Extract<FaultRule, { fault: N }>;
    }
    return undefined;
  }
}

function fits(rule: FaultRule, target: Target): boolean {
  if (rule.orderId !== undefined && rule.orderId !== target.orderId) return false;
  if (rule.orderIdPrefix !== undefined && !target.orderId?.startsWith(rule.orderIdPrefix)) return false;
  if (rule.endpoint !== undefined && rule.endpoint !== target.endpoint) return false;
  return rule.about === undefined || rule.about === target.about;
}
