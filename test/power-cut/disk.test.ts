import { describe, expect, it } from 'vitest';
import { Disk, EVERYTHING, NOTHING } from './disk.js';

const write = (name: string, offset: number, text: string) =>
  ({ op: 'write', name, offset, data: Buffer.from(text) }) as const;

/** A file whose name and first words are synced. */
function diskWith(text: string): Disk {
  const disk = new Disk();
  disk.apply({ op: 'create', name: 'a' });
  disk.apply(write('a', 0, text));
  disk.apply({ op: 'sync', name: 'a' });
  disk.apply({ op: 'syncFolder' });
  return disk;
}

const textOf = (files: ReadonlyMap<string, Buffer>): string | undefined => files.get('a')?.toString();

describe('a disk that loses its power', () => {
  it('keeps what was synced, and may lose what was not', () => {
    const disk = diskWith('synced');
    disk.apply(write('a', 6, ' and more'));
    expect([textOf(disk.after(NOTHING)), textOf(disk.after(EVERYTHING))]).toEqual([
      'synced',
      'synced and more',
    ]);
    disk.apply({ op: 'sync', name: 'a' });
    expect([disk.open, textOf(disk.after(NOTHING))]).toEqual([0, 'synced and more']);
  });

  it('may lose a name whose file was synced and whose folder was not, and may bring a removed one back', () => {
    const disk = new Disk();
    disk.apply({ op: 'create', name: 'a' });
    disk.apply(write('a', 0, 'x'));
    disk.apply({ op: 'sync', name: 'a' });
    expect(disk.after(NOTHING).size).toBe(0);
    disk.apply({ op: 'syncFolder' });
    disk.apply({ op: 'unlink', name: 'a' });
    expect([textOf(disk.after(NOTHING)), textOf(disk.after(EVERYTHING))]).toEqual(['x', undefined]);
  });

  it('tears a write between sectors of 512 bytes', () => {
    const disk = diskWith('-'.repeat(2000));
    disk.apply(write('a', 500, '+'.repeat(1000)));
    const torn = textOf(disk.after({ names: () => [], write: (n) => [true, false, true].slice(0, n) }));
    expect(torn).toBe('-'.repeat(500) + '+'.repeat(12) + '-'.repeat(512) + '+'.repeat(476) + '-'.repeat(500));
  });

  it('leaves zeros where a later sector of a growing file came first', () => {
    const disk = diskWith('');
    disk.apply(write('a', 0, 'x'.repeat(1024)));
    const torn = disk.after({ names: () => [], write: () => [false, true] }).get('a');
    expect(torn?.equals(Buffer.concat([Buffer.alloc(512), Buffer.alloc(512, 'x')]))).toBe(true);
  });

  it('never gets what was adrift after a failed sync, unless it is written again', () => {
    const disk = diskWith('old');
    disk.apply(write('a', 0, 'new'));
    disk.apply({ op: 'syncFailed', name: 'a' });
    disk.apply(write('a', 3, ' behind'));
    disk.apply({ op: 'sync', name: 'a' });
    expect([textOf(disk.after(NOTHING)), textOf(disk.live)]).toEqual(['old behind', 'new behind']);
    disk.apply(write('a', 0, 'new'));
    disk.apply({ op: 'sync', name: 'a' });
    expect(textOf(disk.after(NOTHING))).toBe('new behind');
  });
});
