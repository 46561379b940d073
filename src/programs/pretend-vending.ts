import { formatRupiah, type Rupiah } from '../base/rupiah.js';
import type { VendDenial, VendOutcome, VendRequest } from '../base/vending-messages.js';
import { FAULT } from '../core/fault/table.js';
import type { Timers } from '../port/clock.js';
import type { VendingEvent, VendingMachine } from '../port/vending.js';

/** How a pretended sale ends. Only `vend` moves goods, and is asked for with a warning. */
export const VENDING_ANSWERS = ['cancelled', 'expired', 'unknown', 'denied', 'busy', 'vend'] as const;
export type VendingAnswer = (typeof VENDING_ANSWERS)[number];

export interface PretendVendingOptions {
  readonly machine: VendingMachine;
  readonly timers: Timers;
  readonly say: (text: string) => void;
  /** From the request to the answer. */
  readonly afterMs: number;
  readonly answer: VendingAnswer;
  /** For a machine that cannot ask. */
  readonly amount: Rupiah | undefined;
}

interface Ended {
  readonly request: VendRequest;
  readonly answer: VendingAnswer;
}

const MOST_REMEMBERED = 64;

/** The desk of a terminal that has no money: it answers every request of a machine out of nothing but its settings. */
export class PretendVending {
  readonly #options: PretendVendingOptions;
  readonly #ended: Ended[] = [];
  #open: VendRequest | undefined;
  #cancelEnd: (() => void) | undefined;
  #typed = false;

  constructor(options: PretendVendingOptions) {
    this.#options = options;
  }

  take(event: VendingEvent): void {
    const { say } = this.#options;
    switch (event.kind) {
      case 'present':
        say('the machine is there');
        return this.#type();
      case 'gone':
        return say(`the machine is not there: ${event.why}`);
      case 'asked':
        say(`asked: ${wordsOf(event.request)}`);
        return this.#asked(event.request);
      case 'gaveUp':
        say(`the machine gave up: ${event.why}`);
        if (this.#open?.reference === event.reference) this.#forget();
        return;
      case 'vended':
        return say(`late delivery report: ${outcomeOf(event.outcome)}`);
    }
  }

  /** Ends what is open: the customer at the machine sees that nothing comes. */
  stop(): void {
    if (this.#open !== undefined) this.#end('cancelled', 'the test ends');
  }

  #asked(request: VendRequest): void {
    const { machine, answer, say } = this.#options;
    const before = this.#ended.find((each) => each.request.reference === request.reference);
    if (before !== undefined) {
      say('the same request again: the same answer');
      return this.#tell(request, before.answer);
    }
    if (this.#open?.reference === request.reference)
      return say('the same request again: its answer will come');
    const refusal = machine.refuses(request.amount);
    if (refusal !== undefined) return this.#deny(request, { why: 'amount', detail: refusal });
    if (this.#open !== undefined || answer === 'busy') return this.#deny(request, { why: 'busy' });
    this.#begin(request);
  }

  #begin(request: VendRequest): void {
    const { timers, afterMs, answer, say } = this.#options;
    this.#open = request;
    say(`a pretended sale begins; "${answer}" in ${afterMs / 1000} s`);
    this.#cancelEnd = timers.after(afterMs, () => this.#end(answer, `--answer ${answer}`));
  }

  /** What a customer would type, once, where the machine cannot ask. */
  #type(): void {
    const { machine, amount, answer, say } = this.#options;
    if (machine.amounts === 'asks' || this.#typed) return;
    if (amount === undefined || answer !== 'vend')
      return say('it takes coins and asks for nothing: --answer vend --amount N gives it coins for N rupiah');
    const refusal = machine.refuses(amount);
    if (refusal !== undefined) return say(`${formatRupiah(amount)} cannot be vended: ${refusal}`);
    this.#typed = true;
    this.#begin({ amount, reference: 'UJICOBA-1' });
  }

  #end(answer: VendingAnswer, why: string): void {
    const request = this.#open;
    if (request === undefined) return;
    this.#forget();
    this.#options.say(`the pretended sale ends: ${answer} (${why})`);
    this.#ended.push({ request, answer });
    if (this.#ended.length > MOST_REMEMBERED) this.#ended.shift();
    this.#tell(request, answer);
  }

  #tell(request: VendRequest, answer: VendingAnswer): void {
    if (answer !== 'vend') return this.#deny(request, denialOf(answer));
    const { machine, say } = this.#options;
    say('the machine is told that it is paid: goods move');
    // A driver's vend never throws for what the machine does; a bug of ours ends the process.
    void machine.vend(request).then((outcome) => say(`the goods: ${outcomeOf(outcome)}`));
  }

  #deny(request: VendRequest, denial: VendDenial): void {
    this.#options.say(`denied: ${denial.why}${denial.why === 'amount' ? `, ${denial.detail}` : ''}`);
    this.#options.machine.deny(request, denial);
  }

  #forget(): void {
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    this.#open = undefined;
  }
}

function denialOf(answer: Exclude<VendingAnswer, 'vend'>): VendDenial {
  switch (answer) {
    case 'denied':
      return { why: 'failed', code: FAULT.denied };
    case 'unknown':
      return { why: 'unknown', code: FAULT.noFinalStatus };
    default:
      return { why: answer };
  }
}

function outcomeOf({ vend, detail }: VendOutcome): string {
  return `${vend}, ${detail}`;
}

function wordsOf({ amount, item, product, patienceMs }: VendRequest): string {
  const more = [
    formatRupiah(amount),
    ...(item === undefined ? [] : [`slot ${item}`]),
    ...(product === undefined ? [] : [product]),
    ...(patienceMs === undefined ? [] : [`waits ${Math.round(patienceMs / 1000)} s`]),
  ];
  return more.join(', ');
}
