import { JsonRegister } from '../../../devices/register/json/driver.js';
import type { Sale } from '../../../src/core/sale/sale.js';
import type { RegisterEvent } from '../../../src/port/register.js';
import type { Adapters } from '../../../src/terminal/context.js';
import { Stream } from '../chance.js';
import { unheard } from '../devices.js';
import type { StormJournal } from '../disk.js';
import type { Violation } from '../laws.js';
import { Books } from './books.js';
import { HttpProgram } from './http-program.js';
import { HttpHost } from './http-wire.js';
import type { ProcessParts, SaleSource, SourceParts } from './source.js';

const STREAMS = 4_130;
/** The longest that a shop of the storm has, and what a try takes. */
const MOST_CLAIM_MS = 120_000 + 30_000;

/** The door asks out of promises of its own: what a terminal throws there that ends of it has been heard of, as with the link's news. */
class DoorRegister extends JsonRegister {
  override start(on: (event: RegisterEvent) => void): void {
    super.start((event) => unheard(() => on(event)));
  }
}

/** One or two programs at the terminal's API, each with a token, and the shop's books that are told by webhooks. */
export class HttpPeer implements SaleSource {
  readonly #programs: readonly HttpProgram[];
  readonly #books: Books;
  readonly #parts: SourceParts;
  /** Since when each is being told, by the process that runs. */
  readonly #telling = new Map<string, number>();

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#books = new Books(parts);
    const draw = new Stream(parts.seed, STREAMS);
    this.#programs = Array.from({ length: draw.between(1, 2) }, (_, at) => {
      const random = new Stream(parts.seed, STREAMS + 1 + 2 * at);
      const whims = new Stream(parts.seed, STREAMS + 2 + 2 * at);
      return new HttpProgram({ ...parts, random, whims, name: ['web', 'kiosk'][at] ?? '' });
    });
  }

  owns({ source }: Sale): boolean {
    return source.kind === 'api';
  }

  get idle(): boolean {
    return this.#programs.every((program) => program.idle);
  }

  plug(process: ProcessParts): Partial<Adapters> {
    const { clock, timers, log } = process;
    this.#telling.clear();
    const callers = new HttpHost(
      this.#programs.map(({ wire }) => wire),
      { ...process, written: (name, bytes) => this.#named(name)?.written(bytes) },
    );
    const settings = { zoneMinutes: 420, acknowledge: 'required', ackWaitMs: 3_000, resends: 2 } as const;
    const register = new DoorRegister({ name: 'api', callers, clock, timers, log, ...settings });
    return {
      registers: [{ register, kind: 'api', acknowledge: 'required' }],
      webhooks: [this.#books.plug(process)],
    };
  }

  objects(sale: Sale): Violation | undefined {
    const program = this.#named(sale.source.till);
    return program === undefined
      ? { law: 'law 13', words: `${sale.orderId}: there is no program ${sale.source.till}` }
      : program.objects(sale);
  }

  /** Law 14: who asks every second, and never says that it has heard, is owed its goods in the end. */
  sale({ orderId, state }: Sale): void {
    const { laws, time } = this.#parts;
    if (state.at !== 'delivering' || state.owedSinceMs !== undefined)
      return void this.#telling.delete(orderId);
    const since = this.#telling.get(orderId);
    if (since === undefined) this.#telling.set(orderId, time.nowMs);
    else if (time.nowMs - since > MOST_CLAIM_MS)
      laws.broken('law 14', `${orderId} is told for ${time.nowMs - since} ms, and nobody has heard`);
  }

  atTheEnd(journal: StormJournal): void {
    this.#books.atTheEnd(journal);
  }

  hasWord(sale: Sale): boolean {
    return this.#named(sale.source.till)?.hasWord(sale) === true;
  }

  wantsBack(sale: Sale): boolean {
    return this.#named(sale.source.till)?.wantsBack(sale) === true;
  }

  #named(name: string | undefined): HttpProgram | undefined {
    return this.#programs.find((program) => program.name === name);
  }
}
