import { hex } from '../../../src/base/bytes.js';
import { ulid } from '../../../src/base/ids.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { describeNoise } from '../../kit/decoder.js';
import { SessionMachine, type SessionOptions } from '../session.js';
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

export interface VendotekOptions extends VtkSettings, SessionOptions {
  readonly carrier: Carrier;
}

/** A silence this long within a frame abandons it. */
const INTER_BYTE_MS = 1_000;

/** A vending machine that speaks VTK: it is the client and asks, this terminal is its payment device and answers. */
export class VendotekMachine extends SessionMachine<VtkFrameEvent> {
  readonly repeats = true;
  readonly #options: VendotekOptions;
  readonly #timers = new Map<VtkTimer, () => void>();
  #state: VtkState = AT_START;

  constructor(options: VendotekOptions) {
    super(options, new VtkFrameParser(options.carrier), INTER_BYTE_MS);
    this.#options = options;
  }

  async stop(): Promise<void> {
    this.on = undefined;
    this.take({ kind: 'stopped' });
    await this.close();
  }

  protected hear(events: readonly VtkFrameEvent[]): void {
    const { log } = this.#options;
    for (const event of events) {
      switch (event.kind) {
        case 'body': {
          log.info(() => `<- ${describeMessage(event.body)}`);
          const message = readVtkMessage(event.body);
          if (message !== undefined) this.take({ kind: 'message', message, ...this.#now() });
          break;
        }
        case 'bad':
          // There is no message for "send it again": the machine does by itself when no answer comes.
          log.warn(() => `<- E${FAULT.machineDamagedMessage} ${event.why}: ${hex(event.bytes)}`);
          break;
        case 'noise':
          log.debug(() => `<- ${describeNoise(event)}`);
      }
    }
  }

  protected take(event: VtkEvent): void {
    const { state, effects } = vtkStep(this.#state, event, this.#options);
    this.#state = state;
    for (const effect of effects) this.perform(effect);
  }

  protected override perform(effect: VtkEffect): void {
    switch (effect.do) {
      case 'answer': {
        const body = writeMessage(effect.name, effect.values);
        void this.write(wrapVtk(body, this.#options.carrier), describeMessage(body));
        return;
      }
      case 'wait':
        this.#calm(effect.timer);
        this.#timers.set(
          effect.timer,
          this.#options.timers.after(effect.ms, () => {
            this.#timers.delete(effect.timer);
            this.take({ kind: 'timeout', timer: effect.timer });
          }),
        );
        return;
      case 'calm':
        return this.#calm(effect.timer);
      default:
        super.perform(effect);
    }
  }

  #now(): { readonly wallMs: number; readonly fresh: string } {
    const { clock, random } = this.#options;
    const wallMs = clock.wallMs();
    return { wallMs, fresh: ulid(wallMs, random.bytes(10)) };
  }

  #calm(timer: VtkTimer): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }
}
