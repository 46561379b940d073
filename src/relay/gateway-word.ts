import type { Clock } from '../port/clock.js';
import type { RelayAnswer } from './answer.js';

/** How long one answer of Midtrans is good for everybody who asks how Midtrans is. */
const WORD_MS = 20_000;
/** And after a request of a sale that had no answer. Also the least between two probes: at most four in any minute. */
const DOUBTED_MS = 15_000;

interface Word {
  readonly answer: RelayAnswer;
  readonly atMs: number;
}

/**
 * How Midtrans is, asked once for all terminals: an idle fleet costs Midtrans what one idle terminal costs it. Asked only
 * when a terminal asks, and by the first that finds the last word too old; the others wait for the same answer.
 */
export class GatewayWord {
  readonly #probe: () => Promise<RelayAnswer>;
  readonly #clock: Pick<Clock, 'monoMs'>;
  #word: Word | undefined;
  #asked: Promise<Word> | undefined;
  #doubted = false;

  /** @param probe bounded in time; a silence is an answer too */
  constructor(probe: () => Promise<RelayAnswer>, clock: Pick<Clock, 'monoMs'>) {
    this.#probe = probe;
    this.#clock = clock;
  }

  /** With its `Age` (RFC 9111, 5.1) in seconds: a terminal counts from when Midtrans answered, not from when we did. */
  async answer(): Promise<RelayAnswer> {
    const { answer, atMs } = this.#fresh() ?? (await this.#ask());
    const ageS = Math.ceil((this.#clock.monoMs() - atMs) / 1000);
    return { ...answer, headers: { ...answer.headers, Age: String(ageS) } };
  }

  get lastStatus(): number | undefined {
    return this.#word?.answer.status;
  }

  /** A request of a sale was not answered: the word may be true no more. */
  doubt(): void {
    this.#doubted = true;
  }

  #fresh(): Word | undefined {
    const word = this.#word;
    if (word === undefined) return undefined;
    const lifeMs = this.#doubted ? DOUBTED_MS : WORD_MS;
    return this.#clock.monoMs() - word.atMs < lifeMs ? word : undefined;
  }

  /** Its age counts from when it was asked: what it says may have been true no longer when it came. */
  #ask(): Promise<Word> {
    const atMs = this.#clock.monoMs();
    this.#asked ??= this.#probe()
      .then((answer) => {
        this.#doubted = false;
        this.#word = { answer, atMs };
        return this.#word;
      })
      .finally(() => {
        this.#asked = undefined;
      });
    return this.#asked;
  }
}
