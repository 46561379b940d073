import type { DiskEvent } from './disk-record.js';

type Change = (
  | { readonly op: 'write'; readonly offset: number; readonly data: Buffer }
  | { readonly op: 'truncate'; readonly size: number }
) & {
  /**
   * Open until it is synced. Once a sync has failed it is adrift: the kernel takes it for written, so that no later sync
   * brings it to the disk. Certain: synced, but upon what is adrift.
   */
  fate: 'open' | 'adrift' | 'certain';
};

/** A file without its name. */
interface Body {
  synced: Buffer;
  /** Since then, oldest first. */
  readonly open: Change[];
}

type Renaming =
  | { readonly op: 'link'; readonly name: string; readonly body: Body }
  | { readonly op: 'unlink'; readonly name: string };

/** What a disk that lost its power has kept of what was not synced. */
export interface Luck {
  /** Of the names of the folder: how many of the open changes, counted from the oldest, or each by its own luck. */
  readonly names: (count: number) => readonly boolean[];
  /** Undefined: lost. Otherwise what of each sector of the write arrived; `true` for all of them. */
  readonly write: (sectors: number) => readonly boolean[] | true | undefined;
}

export type Files = ReadonlyMap<string, Buffer>;

const SECTOR = 512;

/**
 * A folder on a disk with a cache that forgets: what was written to a file and not synced since may be there, or not, or
 * some sectors of it, in any order; so may names that were made and removed since the folder was synced. Syncing a file
 * does not sync its name. This is less than any file system promises.
 */
export class Disk {
  #synced = new Map<string, Body>();
  readonly #live = new Map<string, Body>();
  readonly #open: Renaming[] = [];

  /** How much is open: 0 when only one state is possible. */
  get open(): number {
    const bodies = new Set([...this.#live.values(), ...this.#synced.values()]);
    const openIn = ({ open }: Body): number => open.filter(({ fate }) => fate !== 'certain').length;
    return [...bodies].reduce((sum, body) => sum + openIn(body), this.#open.length);
  }

  /** @throws Error for a file that the record has not seen made */
  apply(event: DiskEvent): void {
    switch (event.op) {
      case 'create':
        return this.#link(event.name, { synced: Buffer.alloc(0), open: [] });
      case 'unlink':
        this.#body(event.name);
        this.#live.delete(event.name);
        this.#open.push({ op: 'unlink', name: event.name });
        return;
      case 'rename': {
        const body = this.#body(event.name);
        this.#link(event.to, body);
        this.#live.delete(event.name);
        this.#open.push({ op: 'unlink', name: event.name });
        return;
      }
      case 'write':
      case 'truncate':
        this.#body(event.name).open.push({ ...event, fate: 'open' });
        return;
      case 'syncFailed':
        for (const change of this.#body(event.name).open) if (change.fate === 'open') change.fate = 'adrift';
        return;
      case 'sync': {
        const body = this.#body(event.name);
        for (const change of body.open) if (change.fate === 'open') change.fate = 'certain';
        if (body.open.some(({ fate }) => fate === 'adrift')) return;
        body.synced = contentOf(body, certainly);
        body.open.length = 0;
        return;
      }
      case 'syncFolder':
        this.#synced = new Map(this.#live);
        this.#open.length = 0;
        return;
    }
  }

  /** As every process sees it while there is power. */
  get live(): Files {
    return new Map([...this.#live].map(([name, body]) => [name, contentOf(body, certainly)]));
  }

  /** What is there when the power comes back. */
  after(luck: Luck): Files {
    const names = new Map(this.#synced);
    const kept = luck.names(this.#open.length);
    for (const [i, change] of this.#open.entries()) {
      if (kept[i] !== true) continue;
      if (change.op === 'link') names.set(change.name, change.body);
      else names.delete(change.name);
    }
    return new Map([...names].map(([name, body]) => [name, contentOf(body, luck.write)]));
  }

  #link(name: string, body: Body): void {
    this.#live.set(name, body);
    this.#open.push({ op: 'link', name, body });
  }

  #body(name: string): Body {
    const body = this.#live.get(name);
    if (body === undefined) throw new Error(`the record writes to ${name} and has not made it`);
    return body;
  }
}

function contentOf({ synced, open }: Body, luck: Luck['write']): Buffer {
  if (open.length === 0) return synced;
  const most = open.reduce(
    (size, change) => (change.op === 'write' ? Math.max(size, change.offset + change.data.length) : size),
    synced.length,
  );
  const bytes = Buffer.allocUnsafe(most).fill(0, synced.length);
  synced.copy(bytes);
  let size = synced.length;
  for (const change of open) {
    const its = change.fate === 'certain' ? certainly : luck;
    if (change.op === 'truncate') {
      if (its(1) === undefined) continue;
      bytes.fill(0, Math.min(change.size, size));
      size = Math.min(change.size, most);
    } else size = Math.max(size, write(bytes, change.offset, change.data, its));
  }
  return bytes.subarray(0, size);
}

function certainly(): true {
  return true;
}

/** @returns where the last byte that arrived ends; 0 when none did */
function write(bytes: Buffer, offset: number, data: Buffer, luck: Luck['write']): number {
  const first = Math.floor(offset / SECTOR);
  const sectors = Math.ceil((offset + data.length) / SECTOR) - first;
  const kept = luck(sectors);
  if (kept === undefined) return 0;
  if (kept === true) {
    data.copy(bytes, offset);
    return offset + data.length;
  }
  let end = 0;
  for (const [i, there] of kept.entries()) {
    if (!there) continue;
    const from = Math.max(offset, (first + i) * SECTOR);
    end = Math.min(offset + data.length, (first + i + 1) * SECTOR);
    data.copy(bytes, from, from - offset, end - offset);
  }
  return end;
}

/** Nothing that was not synced. */
export const NOTHING: Luck = { names: () => [], write: () => undefined };

/** Everything, as after SIGKILL. */
export const EVERYTHING: Luck = { names: (count) => new Array<boolean>(count).fill(true), write: () => true };

/** @param chance 0 up to but not including 1, the same for the same seed */
export function someLuck(chance: () => number): Luck {
  const each = [0.1, 0.5, 0.9, 0.98][Math.floor(chance() * 4)] ?? 0.5;
  const torn = chance() < 0.5 ? 0.3 : 0;
  const inOrder = chance() < 0.5;
  return {
    names: (count) => {
      const kept = Math.floor(chance() * (count + 1));
      return Array.from({ length: count }, (_, i) => (inOrder ? i < kept : chance() < each));
    },
    write: (sectors) => {
      if (chance() >= each) return undefined;
      if (sectors === 1 || chance() >= torn) return true;
      const start = chance() < 0.5 ? Math.floor(chance() * sectors) : 0;
      return Array.from({ length: sectors }, (_, i) => (start > 0 ? i < start : chance() < 0.5));
    },
  };
}
