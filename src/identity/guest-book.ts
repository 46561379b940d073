import { existsSync, readFileSync } from 'node:fs';
import { appendLine, replaceFile } from './private-file.js';

/** When a guest's token was made and ends, in seconds since 1970; 0 and 0 of one that has no end. */
export interface GuestLife {
  readonly issuedAtS: number;
  readonly endsAtS: number;
  /** Whose it is; absent in lines of versions that did not write it. */
  readonly merchant?: string;
  /** What tells the token of a listed terminal from the next one, 22 characters. */
  readonly credential?: string;
}

const LINE = /^([\w-]{1,64}) (?:(\d{1,15}) (\d{1,15})(?: ([\w-]{1,64})(?: ([\w-]{22}))?)?|gone)$/;
/** Lines more than twice those that count, before it is made short again. */
const SPARE_LINES = 1_000;

/**
 * Whom a broker has let in that never asks again, over restarts of ours: lines `KASIR1 1764547200 1767139200 shop`, and `KASIR1 gone` when he
 * was thrown out. The last of a name counts; a line that is none is left out. Made short again each time it is opened, and while it grows.
 */
export class GuestBook {
  readonly #file: string;
  readonly #guests = new Map<string, GuestLife>();
  #lines = 0;

  /** @throws Error of the system */
  constructor(file: string) {
    this.#file = file;
    if (!existsSync(file)) return;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [, name, issuedAtS, endsAtS, merchant, credential] = LINE.exec(line) ?? [];
      if (name === undefined) continue;
      if (endsAtS === undefined) this.#guests.delete(name);
      else this.#guests.set(name, lifeOf(Number(issuedAtS), Number(endsAtS), merchant, credential));
    }
    this.#shorten();
  }

  get guests(): ReadonlyMap<string, GuestLife> {
    return this.#guests;
  }

  /** @throws Error of the system */
  entered(name: string, life: GuestLife): void {
    const known = this.#guests.get(name);
    const line = lineOf(name, life);
    if (known !== undefined && lineOf(name, known) === line) return;
    this.#append(line);
    this.#guests.set(name, lifeOf(life.issuedAtS, life.endsAtS, life.merchant, life.credential));
  }

  /** @throws Error of the system */
  left(name: string): void {
    if (!this.#guests.has(name)) return;
    this.#append(`${name} gone`);
    this.#guests.delete(name);
  }

  /** One who has two good tokens and comes with them in turn writes a line each time. */
  #append(line: string): void {
    if (this.#lines >= 2 * this.#guests.size + SPARE_LINES) this.#shorten();
    appendLine(this.#file, line);
    this.#lines += 1;
  }

  #shorten(): void {
    replaceFile(this.#file, [...this.#guests].map(([name, life]) => `${lineOf(name, life)}\n`).join(''));
    this.#lines = this.#guests.size;
  }
}

function lifeOf(issuedAtS: number, endsAtS: number, merchant?: string, credential?: string): GuestLife {
  return {
    ...{ issuedAtS, endsAtS },
    ...(merchant === undefined ? {} : { merchant }),
    ...(credential === undefined ? {} : { credential }),
  };
}

function lineOf(name: string, { issuedAtS, endsAtS, merchant, credential }: GuestLife): string {
  return [name, issuedAtS, endsAtS, merchant, credential].filter((word) => word !== undefined).join(' ');
}
