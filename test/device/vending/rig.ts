import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { VendOutcome, VendRequest } from '../../../src/base/vending-messages.js';
import type { VendingEvent, VendingMachine } from '../../../src/port/vending.js';
import { KeptLog } from '../../kit/kept-log.js';
import { FakeLine } from '../../kit/pty/fake-line.js';
import { FakeTime, settled } from '../../kit/time.js';

export const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** The lines of a file of fixtures/vending, without those that say where it comes from. */
export function recordedLines(name: string): readonly string[] {
  const path = fileURLToPath(new URL(`../fixtures/vending/${name}`, import.meta.url));
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** A driver at the byte boundary, with time in the test's hand. */
export class Bench {
  readonly line = new FakeLine();
  readonly timers = new FakeTime();
  readonly log = new KeptLog();
  readonly events: VendingEvent[] = [];
  readonly outcomes: VendOutcome[] = [];
  readonly machine: VendingMachine;

  constructor(make: (bench: Bench) => VendingMachine) {
    this.machine = make(this);
    this.machine.start((event) => this.events.push(event));
  }

  /** All that was written and not looked at yet, one entry a write. */
  wrote(): Uint8Array[] {
    return this.line.writes.splice(0);
  }

  requests(): VendRequest[] {
    return this.events.flatMap((e) => (e.kind === 'asked' ? [e.request] : []));
  }

  get request(): VendRequest {
    const request = this.requests().at(-1);
    if (request === undefined) throw new Error('nothing was asked');
    return request;
  }

  /** Kinds of what the driver told, with the words of those that have some. */
  told(): string[] {
    return this.events.splice(0).map((e) => {
      if (e.kind === 'asked') return `asked ${e.request.amount} ${e.request.item ?? '-'}`;
      if (e.kind === 'gaveUp' || e.kind === 'gone') return `${e.kind}: ${e.why}`;
      return e.kind === 'vended' ? `vended ${e.outcome.vend}` : e.kind;
    });
  }

  /** Pays the newest request; its outcome goes to {@link outcomes}. */
  async pay(request = this.request): Promise<void> {
    void this.machine.vend(request).then((outcome) => this.outcomes.push(outcome));
    await settled();
  }

  words(): string[] {
    return this.outcomes.map(({ vend }) => vend);
  }
}
