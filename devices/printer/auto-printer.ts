import type { Slip } from '../../src/base/slip.js';
import type { Printer, PrinterStatus, PrintOutcome } from '../../src/port/printer.js';
import type { Tools } from '../kit/tools.js';
import { Turns } from '../kit/turns.js';
import { askModel } from './model.js';
import { profileCalled } from './profiles.js';
import type { PrinterTransport } from './transport.js';

export interface AutoPrinterOptions extends Pick<Tools, 'timers' | 'log'> {
  readonly transport: PrinterTransport;
  /** A driver for the profile of that name. */
  readonly make: (profile: string) => Printer;
  /** For one answer. Default 1000. */
  readonly answerMs?: number;
}

/** Prints on every printer of 58 or 80 mm, and asks nothing that only some understand. */
const SAFE = 'generic-58';

/**
 * A printer whose profile is found by asking it: first whether it is ready, then what it calls itself. One that says
 * nothing, or a name that no profile knows, is taken for the narrowest there is. Until it has answered, slips are
 * printed as on that.
 */
export class AutoPrinter implements Printer {
  readonly name: string;
  readonly #options: AutoPrinterOptions;
  readonly #safe: Printer;
  #known: Printer | undefined;
  /** For whichever driver it will be. */
  readonly #interrupted: Slip[] = [];
  readonly #turns = new Turns();

  constructor(options: AutoPrinterOptions) {
    this.name = options.transport.name;
    this.#options = options;
    this.#safe = options.make(SAFE);
    if (!options.transport.twoWay) this.#known = this.#safe;
  }

  get about(): string {
    return this.#known === undefined ? `not asked yet; as ${this.#safe.about}` : this.#known.about;
  }

  status(): Promise<PrinterStatus> {
    return this.#known?.status() ?? this.#turns.next(async () => (await this.#found()).status());
  }

  print(slip: Slip, rest?: Promise<Slip>): Promise<PrintOutcome> {
    return (
      this.#known?.print(slip, rest) ?? this.#turns.next(async () => (await this.#found()).print(slip, rest))
    );
  }

  interrupted(slip: Slip): void {
    if (this.#known === undefined) this.#interrupted.push(slip);
    this.#safe.interrupted(slip);
    if (this.#known !== this.#safe) this.#known?.interrupted(slip);
  }

  async stop(): Promise<void> {
    await this.#known?.stop();
    await this.#safe.stop();
  }

  async #found(): Promise<Printer> {
    if (this.#known !== undefined) return this.#known;
    const { transport, timers, answerMs } = this.#options;
    const model = await askModel(transport, timers, answerMs);
    if (model === undefined) return this.#safe;
    const profile = profileCalled(model) ?? SAFE;
    this.#options.log.info(
      model === ''
        ? `the printer does not say what it is: taken for ${profile}`
        : `the printer calls itself ${model}: ${profile}`,
    );
    const known = profile === SAFE ? this.#safe : this.#options.make(profile);
    if (known !== this.#safe) for (const slip of this.#interrupted.splice(0)) known.interrupted(slip);
    this.#known = known;
    return known;
  }
}
