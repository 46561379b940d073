import { readFileSync } from 'node:fs';

/** One thing that was done to the files of the journal, as disk-log.c writes it down. */
export type DiskEvent =
  | { readonly op: 'write'; readonly name: string; readonly offset: number; readonly data: Buffer }
  | { readonly op: 'truncate'; readonly name: string; readonly size: number }
  | { readonly op: 'sync' | 'syncFailed' | 'create' | 'unlink'; readonly name: string }
  | { readonly op: 'rename'; readonly name: string; readonly to: string }
  | { readonly op: 'syncFolder' | 'born' }
  /** What fault-point.mjs named between two writes. */
  | { readonly op: 'moment'; readonly moment: string };

const HEAD = 64;
const NAME = 40;

/** @throws Error for what disk-log.c does not write */
export function readRecord(file: string): DiskEvent[] {
  const bytes = readFileSync(file);
  const events: DiskEvent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const letter = String.fromCharCode(bytes[at] ?? 0);
    const name = bytes.toString('latin1', at + 1, at + NAME).replace(/\0.*$/s, '');
    const offset = Number(bytes.readBigUInt64LE(at + NAME));
    const size = Number(bytes.readBigUInt64LE(at + NAME + 8));
    events.push(eventOf(letter, name, offset, bytes.subarray(at + HEAD, at + HEAD + size)));
    at += HEAD + size;
  }
  return events;
}

function eventOf(letter: string, name: string, offset: number, data: Buffer): DiskEvent {
  switch (letter) {
    case 'W':
      return { op: 'write', name, offset, data };
    case 'T':
      return { op: 'truncate', name, size: offset };
    case 'S':
      return { op: 'sync', name };
    case 'X':
      return { op: 'syncFailed', name };
    case 'C':
      return { op: 'create', name };
    case 'U':
      return { op: 'unlink', name };
    case 'R':
      return { op: 'rename', name, to: data.toString() };
    case 'D':
      return { op: 'syncFolder' };
    case 'O':
      return { op: 'born' };
    case 'M':
      return { op: 'moment', moment: data.toString().trimEnd() };
    default:
      throw new Error(`the record has a ${JSON.stringify(letter)}`);
  }
}
