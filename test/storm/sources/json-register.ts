import { JsonRegister } from '../../../devices/register/json/driver.js';
import type { Sale } from '../../../src/core/sale/sale.js';
import type { Adapters, RegisterPlace } from '../../../src/terminal/context.js';
import { Stream } from '../chance.js';
import type { StormJournal } from '../disk.js';
import type { Violation } from '../laws.js';
import { Books } from './books.js';
import { Host } from './callers.js';
import { JsonTill, type TillParts } from './json-till.js';
import type { ProcessParts, SaleSource, SourceParts } from './source.js';

const STREAM = 4_101;
const WHIMS = 4_102;
/** Streams of further tills of a seed. */
const MORE_TILLS = 4_110;

/** Whatever speaks JSON lines to one terminal: a register, or several tills of which each counts its bills from 1. */
export class JsonPeer implements SaleSource {
  readonly #parts: SourceParts;
  readonly #doors: readonly RegisterPlace['kind'][];
  readonly #tills: readonly JsonTill[];
  /** Of a shop with several tills. */
  readonly #books: Books | undefined;

  constructor(parts: SourceParts, several = false) {
    this.#parts = parts;
    const random = new Stream(parts.seed, STREAM);
    const kind = random.fraction() < 0.5 ? 'register' : 'api';
    this.#books = several ? new Books(parts) : undefined;
    this.#doors = several ? ['register', 'api'] : [kind];
    const tills = several
      ? drawTills(parts)
      : [{ ...parts, random, whims: new Stream(parts.seed, WHIMS), doors: 1 }];
    this.#tills = tills.map((till) => new JsonTill(till));
  }

  owns({ source }: Sale): boolean {
    return this.#doors.some((kind) => kind === source.kind);
  }

  get idle(): boolean {
    return this.#tills.every((till) => till.idle);
  }

  plug(process: ProcessParts): Partial<Adapters> {
    const { alive, act, clock, timers, log } = process;
    const settings = { zoneMinutes: 420, acknowledge: 'required', ackWaitMs: 3_000, resends: 2 } as const;
    const registers = this.#doors.map((kind, door) => {
      const lans = this.#tills.flatMap((till) => till.lans[door] ?? []);
      const callers = new Host(lans, this.#parts.time, { alive, act });
      const name = this.#doors.length > 1 ? kind : 'register';
      const register = new JsonRegister({ name, callers, clock, timers, log, ...settings });
      return { register, kind, acknowledge: 'required' } as const;
    });
    return { registers, webhooks: this.#books === undefined ? [] : [this.#books.plug(process)] };
  }

  objects(sale: Sale): Violation | undefined {
    const till = this.#till(sale);
    return till === undefined
      ? { law: 'law 13', words: `${sale.orderId}: there is no till ${sale.source.till}` }
      : till.objects(sale);
  }

  sale(_sale: Sale): void {}

  atTheEnd(journal: StormJournal): void {
    this.#books?.atTheEnd(journal);
  }

  hasWord(sale: Sale): boolean {
    return this.#till(sale)?.hasWord(sale) === true;
  }

  wantsBack(sale: Sale): boolean {
    return this.#till(sale)?.wantsBack(sale) === true;
  }

  #till({ source }: Sale): JsonTill | undefined {
    return this.#tills.find(({ label }) => label === source.till);
  }
}

/** Two or three: with a name, which may use either door; a program of the terminal itself; at an address of the LAN. */
function drawTills(parts: SourceParts): TillParts[] {
  const draw = new Stream(parts.seed, MORE_TILLS);
  let ownProgram = false;
  return Array.from({ length: draw.between(2, 3) }, (_, at) => {
    const random = new Stream(parts.seed, MORE_TILLS + 1 + 2 * at);
    const till = { ...parts, random, whims: new Stream(parts.seed, MORE_TILLS + 2 + 2 * at) };
    const doors = draw.fraction() < 0.6 ? 2 : 1;
    if (draw.fraction() < 0.6) {
      const named = { till: `K${at + 1}`, by: draw.pick<'message' | 'hello'>(['message', 'hello']) } as const;
      return { ...till, named, doors };
    }
    if (ownProgram) return { ...till, address: `@10.0.0.${at + 1}`, doors: 1 };
    ownProgram = true;
    return { ...till, doors };
  });
}
