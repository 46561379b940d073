import { hex } from '../../../src/base/bytes.js';
import { ulid } from '../../../src/base/ids.js';
import type { Rupiah } from '../../../src/base/rupiah.js';
import type { VendDenial, VendOutcome, VendRequest } from '../../../src/base/vending-messages.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Log } from '../../../src/port/log.js';
import type { VendingEvent, VendingMachine } from '../../../src/port/vending.js';
import { Feed } from '../../kit/feed.js';
import type { Line, LineEvent } from '../../kit/line.js';
import type { Tools } from '../../kit/tools.js';
import { AwaitedVends } from '../awaited-vends.js';
import { describeLoss } from '../line-fault.js';
import { type Carrier, type VtkFrameEvent, VtkFrameParser, wrapVtk } from './frame.js';
import { describeMessage, readVtkMessage, writeMessage } from './message.js';
import { vtkStep } from './session.js';
import {
  AT_START,
  type VtkEffect,
  type VtkEvent,
  type VtkSettings,
  type VtkState,
  type VtkTimer,
} from './vtk-state.js';

export interface VendotekOptions extends VtkSettings, Omit<Tools, 'tap'> {
  readonly name: string;
  readonly carrier: Carrier;
  readonly line: Line;
  /** A silence this long within a frame abandons it; default 1,000 ms. */
  readonly interByteMs?: number;
}

/** A vending machine that speaks VTK: it is the client and asks, this terminal is its payment device and answers. */
export class VendotekMachine implements VendingMachine {
  readonly name: string;
  readonly amounts = 'asks';
  readonly repeats = true;
  readonly #options: VendotekOptions;
  readonly #feed: Feed<VtkFrameEvent>;
  readonly #log: Log;
  readonly #vends = new AwaitedVends();
  readonly #timers = new Map<VtkTimer, () => void>();
  #on: ((event: VendingEvent) => void) | undefined;
  #state: VtkState = AT_START;

  constructor(options: VendotekOptions) {
    this.#options = options;
    this.#log = options.log;
    this.name = options.name;
    this.#feed = new Feed({
      parser: new VtkFrameParser(options.carrier),
      timers: options.timers,
      silenceMs: options.interByteMs ?? 1_000,
      handle: (events) => this.#hear(events),
    });
  }

  start(on: (event: VendingEvent) => void): void {
    this.#on = on;
    this.#options.line.start((event) => this.#onLine(event));
  }

  /** The amounts are the machine's own; those that cannot be sold are denied when they are asked. */
  refuses(_amount: Rupiah): string | undefined {
    return undefined;
  }

  vend(request: VendRequest): Promise<VendOutcome> {
    const outcome = this.#vends.of(request.reference);
    this.#take({ kind: 'pay', request });
    return outcome;
  }

  deny(request: VendRequest, denial: VendDenial): void {
    this.#take({ kind: 'deny', request, denial });
  }

  async stop(): Promise<void> {
    this.#on = undefined;
    this.#take({ kind: 'stopped' });
    this.#feed.reset();
    await this.#options.line.stop();
  }

  #onLine(event: LineEvent): void {
    switch (event.kind) {
      case 'open':
        this.#feed.reset();
        this.#take({ kind: 'opened' });
        return;
      case 'gone':
        this.#feed.reset();
        this.#take({ kind: 'lost', why: describeLoss(event.cause, event.why) });
        return;
      case 'bytes':
        this.#feed.take(event.bytes);
    }
  }

  #hear(events: readonly VtkFrameEvent[]): void {
    for (const event of events) {
      switch (event.kind) {
        case 'body': {
          this.#log.info(() => `<- ${describeMessage(event.body)}`);
          const message = readVtkMessage(event.body);
          if (message !== undefined) this.#take({ kind: 'message', message, ...this.#now() });
          break;
        }
        case 'bad':
          // There is no message for "send it again": the machine does by itself when no answer comes.
          this.#log.warn(() => `<- E${FAULT.machineDamagedMessage} ${event.why}: ${hex(event.bytes)}`);
          break;
        case 'noise':
          this.#log.debug(() => `<- ${event.count} bytes of noise: ${hex(event.first)}`);
      }
    }
  }

  #take(event: VtkEvent): void {
    const { state, effects } = vtkStep(this.#state, event, this.#options);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: VtkEffect): void {
    switch (effect.do) {
      case 'answer':
        void this.#answer(writeMessage(effect.name, effect.values));
        return;
      case 'wait':
        this.#calm(effect.timer);
        this.#timers.set(
          effect.timer,
          this.#options.timers.after(effect.ms, () => {
            this.#timers.delete(effect.timer);
            this.#take({ kind: 'timeout', timer: effect.timer });
          }),
        );
        return;
      case 'calm':
        this.#calm(effect.timer);
        return;
      case 'tell':
        this.#on?.(effect.event);
        return;
      case 'settle':
        this.#vends.settle(effect.reference, effect.outcome);
        return;
      case 'log':
        this.#log[effect.level](effect.text);
    }
  }

  #now(): { readonly wallMs: number; readonly fresh: string } {
    const { clock, random } = this.#options;
    const wallMs = clock.wallMs();
    return { wallMs, fresh: ulid(wallMs, random.bytes(10)) };
  }

  async #answer(body: Uint8Array): Promise<void> {
    this.#log.info(() => `-> ${describeMessage(body)}`);
    const sent = await this.#options.line.write(wrapVtk(body, this.#options.carrier));
    if (!sent)
      this.#log.warn(() => `E${FAULT.machineLineLost} not sent, the line is gone: ${describeMessage(body)}`);
  }

  #calm(timer: VtkTimer): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }
}
