import { BoundedLog } from '../../src/bounds/bounded-log.js';
import type { Tools } from './tools.js';

/**
 * What whoever reaches a port can have written, so many lines a minute (law 16). Those who are turned away do not push out the
 * lines about those who were let in.
 */
export class CallerLog {
  readonly strangers: BoundedLog;
  readonly callers: BoundedLog;

  constructor({ log, timers, name }: Pick<Tools, 'timers' | 'log'> & { readonly name: string }) {
    this.strangers = new BoundedLog(log, timers, `lines about who was turned away at ${name}`);
    this.callers = new BoundedLog(log, timers, `lines about callers at ${name}`);
  }

  /** Says what was left out until now. */
  stop(): void {
    this.strangers.stop();
    this.callers.stop();
  }
}
