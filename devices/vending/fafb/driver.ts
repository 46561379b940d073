import { formatRupiah, isRupiah, type Rupiah, rupiah } from '../../../src/base/rupiah.js';
import type { Given } from '../../../src/base/sold-item.js';
import type { VendDenial, VendOutcome, VendRequest } from '../../../src/base/vending-messages.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { VendingEvent, VendingMachine } from '../../../src/port/vending.js';
import type { Line } from '../../kit/line.js';
import type { Tools } from '../../kit/tools.js';
import { VENDING_NAME } from '../settings.js';
import { FafbDialogue } from './dialogue.js';
import { buy, cancelChoice, drive, type Message, moneyCameIn, progressOf, synchronise } from './message.js';
import { PriceList } from './price-list.js';
import { Vend } from './vend.js';

export interface FafbOptions extends Omit<Tools, 'tap'> {
  readonly line: Line;
  /**
   * What a paid sale sends. `drive`: turn the motor of the slot, which needs no price. `money`: the amount, and the
   * controller vends what was chosen. `buy`: the amount, then the slot.
   */
  readonly deliver: 'drive' | 'money' | 'buy';
  /** Rupiah that one unit of the controller's prices is worth. */
  readonly priceUnit: Rupiah;
  readonly dropSensor: boolean;
  readonly elevator: boolean;
  /** How long to wait for the end of the dispensing after the machine was told that it is paid. */
  readonly vendMs: number;
}

interface Choice {
  readonly slot: number;
  readonly request: VendRequest;
}

/** Sales of which a drive has left are remembered, so that none gets a second one (law 6). */
const MOST_REMEMBERED = 256;

/** A vending machine's controller that polls us as its "upper computer": keys in, motors out. */
export class FafbMachine implements VendingMachine {
  readonly name = VENDING_NAME;
  readonly amounts = 'asks';
  /** It knows nothing of our references: a drive that was sent again would turn the motor again. */
  readonly repeats = false;
  readonly #options: FafbOptions;
  readonly #conversation: FafbDialogue;
  readonly #prices = new PriceList();
  readonly #vended: string[] = [];
  #on: ((event: VendingEvent) => void) | undefined;
  #choice: Choice | undefined;
  #vend: Vend | undefined;
  /** The last vend that ended without report on the goods: the report may still come. */
  #unsettled: Choice | undefined;

  constructor(options: FafbOptions) {
    this.#options = options;
    const { line, timers, log } = options;
    this.#conversation = new FafbDialogue({
      line,
      timers,
      log,
      onPresent: () => this.#present(),
      onGone: (why) => this.#gone(why),
      onMessage: (message) => this.#message(message),
    });
  }

  start(on: (event: VendingEvent) => void): void {
    this.#on = on;
    this.#conversation.start();
  }

  get drives(): boolean {
    return this.#options.deliver === 'drive';
  }

  refuses(amount: Rupiah, _gives?: readonly Given[], item?: string): string | undefined {
    if (amount === 0) return 'there is nothing to pay';
    if (item !== undefined && !this.#conversation.present) return 'the machine is not there';
    if (item !== undefined && this.#prices.of(Number(item))?.paused)
      return `the controller has paused slot ${item}`;
    const { priceUnit, deliver } = this.#options;
    if (deliver === 'drive') return undefined;
    if (amount % priceUnit !== 0) return `not a multiple of ${formatRupiah(priceUnit)}`;
    return amount / priceUnit > 0xffff_ffff ? 'more than the controller can be told' : undefined;
  }

  vend(request: VendRequest): Promise<VendOutcome> {
    const choice = request.driven ? drivenChoice(request) : this.#choice;
    if (this.#vended.includes(request.reference))
      return Promise.resolve({ vend: 'unknown', detail: 'it was driven once, and is not driven again' });
    if (this.#vend !== undefined) return failed('it is still dispensing something else');
    if (choice?.request.reference !== request.reference) return failed('the machine does not wait for it');
    if (!this.#conversation.present) return failed('the machine is not there');
    const refusal = this.refuses(request.amount);
    if (refusal !== undefined) return failed(refusal);
    const { timers, log, vendMs } = this.#options;
    this.#vended.push(request.reference);
    if (this.#vended.length > MOST_REMEMBERED) this.#vended.shift();
    const vend = new Vend({ slot: choice.slot, timers, log, vendMs });
    this.#vend = vend;
    for (const command of this.#commands(choice.slot, request.amount))
      this.#conversation.say({
        ...command,
        sent: () => vend.sent(),
        givenUp: () =>
          log.warn(`E${FAULT.controllerNoAck} ${command.what}: sent six times, never acknowledged`),
      });
    return this.#outcome(vend, choice);
  }

  deny(request: VendRequest, denial: VendDenial): void {
    if (this.#choice?.request.reference !== request.reference || this.#vend !== undefined) return;
    this.#options.log.info(() => `slot ${this.#choice?.slot} denied: ${denial.why}`);
    this.#choice = undefined;
    if (this.#conversation.present) this.#conversation.say(cancelChoice());
  }

  async stop(): Promise<void> {
    this.#on = undefined;
    this.#vend?.end('stopped');
    await this.#conversation.stop();
  }

  #commands(slot: number, amount: Rupiah) {
    const { deliver, priceUnit, dropSensor, elevator } = this.#options;
    if (deliver === 'drive') return [drive(slot, dropSensor, elevator)];
    const money = moneyCameIn(amount / priceUnit);
    return deliver === 'money' ? [money] : [money, buy(slot)];
  }

  async #outcome(vend: Vend, choice: Choice): Promise<VendOutcome> {
    const outcome = await vend.outcome;
    this.#vend = undefined;
    this.#choice = undefined;
    // What has not left by now must not leave later.
    if (outcome.vend !== 'done') this.#conversation.forget();
    this.#unsettled = outcome.vend === 'unknown' ? choice : undefined;
    if (outcome.vend !== 'done')
      this.#options.log.warn(`slot ${choice.slot} ${outcome.vend}: ${outcome.detail}`);
    return outcome;
  }

  #present(): void {
    this.#conversation.say(synchronise());
    this.#on?.({ kind: 'present' });
  }

  #gone(why: string): void {
    this.#prices.clear();
    this.#vend?.machineGone(why);
    this.#on?.({ kind: 'gone', why });
  }

  #message(message: Message): void {
    switch (message.kind) {
      case 'chosen':
        if (message.slot === 0) this.#takenBack();
        else this.#chosen(message.slot);
        return;
      case 'result':
        this.#result(message.slot, message.status);
        return;
      case 'slot':
        this.#prices.slot(message.slot, message.price, message.paused);
        return;
      case 'price':
        if (this.#prices.price(message.slot, message.price)) return;
        this.#options.log.info(`prices of many slots (${message.slot}) were changed: asking for all`);
        this.#askForSlots();
        return;
      case 'synchronise':
        this.#askForSlots();
        return;
      case 'other':
        return;
    }
  }

  #askForSlots(): void {
    if (!this.#conversation.hasToSay(synchronise())) this.#conversation.say(synchronise());
  }

  #chosen(slot: number): void {
    if (this.#vend !== undefined) {
      this.#options.log.info(`slot ${slot} chosen while slot ${this.#vend.slot} is dispensed: not taken`);
      return;
    }
    const old = this.#choice;
    if (old?.slot === slot) {
      this.#options.log.info(`slot ${slot} chosen again: it is being paid`);
      return;
    }
    if (old !== undefined) this.#giveUp(old, `slot ${slot} was chosen instead`);
    const request = this.#request(slot);
    if (typeof request === 'string') {
      this.#options.log.warn(`E${FAULT.slotNotSellable} slot ${slot} cannot be sold: ${request}`);
      this.#conversation.say(cancelChoice());
      return;
    }
    this.#choice = { slot, request };
    this.#on?.({ kind: 'asked', request });
  }

  /** @returns in words why there is none */
  #request(slot: number): VendRequest | string {
    const known = this.#prices.of(slot);
    if (known === undefined) {
      this.#askForSlots();
      return 'its price is not known yet';
    }
    if (known.paused) return 'the controller has paused it';
    const amount = known.price * this.#options.priceUnit;
    if (amount === 0) return 'its price is 0';
    if (!isRupiah(amount)) return `its price is impossible: ${known.price}`;
    return { amount: rupiah(amount), item: String(slot), reference: this.#reference() };
  }

  /** Never used twice: the clock may jump back, chance does not repeat eight bytes. */
  #reference(): string {
    const { clock, random } = this.#options;
    return `${clock.wallMs().toString(36)}-${Buffer.from(random.bytes(8)).toString('hex')}`;
  }

  #takenBack(): void {
    if (this.#vend !== undefined) this.#options.log.info('choice taken back while it is dispensed: too late');
    else if (this.#choice !== undefined) this.#giveUp(this.#choice, 'the customer took the choice back');
  }

  #giveUp({ request }: Choice, why: string): void {
    this.#choice = undefined;
    this.#on?.({ kind: 'gaveUp', reference: request.reference, why });
  }

  #result(slot: number, status: number): void {
    if (this.#vend?.result(slot, status)) {
      // It has the command, acknowledged or not; sent once more, it might turn the motor once more.
      this.#conversation.forget();
      return;
    }
    const { progress, words } = progressOf(status);
    const late = this.#unsettled;
    if (late === undefined || late.slot !== slot || (progress !== 'done' && progress !== 'failed')) {
      this.#options.log.info(`result for slot ${slot} that nobody waits for: ${words}`);
      return;
    }
    this.#unsettled = undefined;
    const outcome: VendOutcome = { vend: progress, detail: `late word of slot ${slot}: ${words}` };
    this.#on?.({ kind: 'vended', reference: late.request.reference, outcome });
  }
}

/** What was chosen at the terminal. */
function drivenChoice(request: VendRequest): Choice | undefined {
  const slot = Number(request.item);
  return Number.isInteger(slot) && slot >= 1 && slot <= 0xffff ? { slot, request } : undefined;
}

function failed(detail: string): Promise<VendOutcome> {
  return Promise.resolve({ vend: 'failed', detail });
}
