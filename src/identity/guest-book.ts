import { existsSync, readFileSync } from 'node:fs';
import { appendLine, replaceFile } from './private-file.js';

/** When a guest's token was made and ends, in seconds since 1970; 0 and 0 of one that has no end. */
export interface GuestLife {
  readonly issuedAtS: number;
  readonly endsAtS: number;
}

const LINE = /^([\w-]{1,64}) (?:(\d{1,15}) (\d{1,15})|gone)$/;

/**
 * Whom a broker has let in that never asks again, over restarts of ours: lines `KASIR1 1764547200 1767139200`, and `KASIR1 gone` when he was
 * thrown out. The last of a name counts; a line that is none is left out. Made short again each time it is opened.
 */
export class GuestBook {
  readonly #file: string;
  readonly #guests = new Map<string, GuestLife>();

  /** @throws Error of the system */
  constructor(file: string) {
    this.#file = file;
    if (!existsSync(file)) return;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [, name, issuedAtS, endsAtS] = LINE.exec(line) ?? [];
      if (name === undefined) continue;
      if (endsAtS === undefined) this.#guests.delete(name);
      else this.#guests.set(name, { issuedAtS: Number(issuedAtS), endsAtS: Number(endsAtS) });
    }
    replaceFile(file, [...this.#guests].map(([name, life]) => `${lineOf(name, life)}\n`).join(''));
  }

  get guests(): ReadonlyMap<string, GuestLife> {
    return this.#guests;
  }

  /** @throws Error of the system */
  entered(name: string, life: GuestLife): void {
    const known = this.#guests.get(name);
    if (known?.issuedAtS === life.issuedAtS && known.endsAtS === life.endsAtS) return;
    appendLine(this.#file, lineOf(name, life));
    this.#guests.set(name, life);
  }

  /** @throws Error of the system */
  left(name: string): void {
    if (!this.#guests.has(name)) return;
    appendLine(this.#file, `${name} gone`);
    this.#guests.delete(name);
  }
}

function lineOf(name: string, { issuedAtS, endsAtS }: GuestLife): string {
  return `${name} ${issuedAtS} ${endsAtS}`;
}
