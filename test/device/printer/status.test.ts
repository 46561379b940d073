import { describe, expect, it } from 'vitest';
import { PrinterDialogue } from '../../../devices/printer/dialogue.js';
import { faultsOf, StatusStream, snapshotOfRealtime } from '../../../devices/printer/status.js';
import type { PrinterLine } from '../../../devices/printer/transport.js';
import { fromHex } from '../../../src/base/bytes.js';
import { tools } from './rig.js';

function events(text: string) {
  const stream = new StatusStream();
  return [...(fromHex(text) ?? [])].flatMap((byte) => stream.feed(Uint8Array.of(byte)));
}

describe('the bytes that a printer sends', () => {
  it('are parted into real-time answers, fences and automatic status', () => {
    expect(events('12').map(({ kind }) => kind)).toEqual(['realtime']);
    expect(events('00')).toEqual([{ kind: 'fence', paperOut: false, nearEnd: false }]);
    expect(events('03')).toEqual([{ kind: 'fence', paperOut: false, nearEnd: true }]);
    expect(events('10000000').map(({ kind }) => kind)).toEqual(['asb']);
  });

  it('are not confused by XON and XOFF, also inside automatic status', () => {
    expect(events('11 13 10 11 00 13 0c 00 00').map(({ kind }) => kind)).toEqual(['asb', 'fence']);
  });

  it('are not confused by noise', () => {
    expect(events('ff80a512').map(({ kind }) => kind)).toEqual(['realtime']);
    expect(events('1000ff 00').map(({ kind }) => kind)).toEqual(['fence']);
  });

  it('say paper out, cover open, cutter, error and near end in automatic status', () => {
    const [out] = events('18 00 0c 00');
    expect(out?.kind === 'asb' && faultsOf(out.snapshot).map(({ code }) => code)).toEqual([401]);
    const [open] = events('38 00 00 00');
    expect(open?.kind === 'asb' && faultsOf(open.snapshot).map(({ code }) => code)).toEqual([402]);
    const [cutter] = events('18 08 00 00');
    expect(cutter?.kind === 'asb' && faultsOf(cutter.snapshot).map(({ code }) => code)).toEqual([403]);
    const [dead] = events('18 20 00 00');
    expect(dead?.kind === 'asb' && faultsOf(dead.snapshot).map(({ code }) => code)).toEqual([404]);
    const [low] = events('10 00 03 00');
    expect(low?.kind === 'asb' && [low.snapshot.nearEnd, faultsOf(low.snapshot)]).toEqual([true, []]);
  });
});

describe('the answers to DLE EOT', () => {
  const codes = (...bytes: [number, number?, number?, number?]): number[] =>
    faultsOf(snapshotOfRealtime(bytes[0], bytes[1], bytes[2], bytes[3])).map(({ code }) => code);

  it('name what is wrong', () => {
    expect(codes(0x12, undefined, undefined, 0x12)).toEqual([]);
    expect(codes(0x1a, 0x32, 0x12, 0x72)).toEqual([401]);
    expect(codes(0x1a, 0x16, 0x12, 0x12)).toEqual([402]);
    expect(codes(0x1a, 0x52, 0x1a, 0x12)).toEqual([403]);
    expect(codes(0x1a, 0x52, 0x32, 0x12)).toEqual([404]);
    expect(codes(0x1a, 0x12, 0x12, 0x12)).toEqual([405]);
    expect(codes(0x1a, 0x36, 0x12, 0x72)).toEqual([401, 402]);
  });

  it('call near end no fault', () => {
    const snapshot = snapshotOfRealtime(0x12, undefined, undefined, 0x1e);
    expect([snapshot.nearEnd, faultsOf(snapshot)]).toEqual([true, []]);
  });
});

describe('a conversation with a printer', () => {
  function talk(): { talk: PrinterDialogue; say: (text: string) => void } {
    let hear: (bytes: Uint8Array) => void = () => undefined;
    const line: PrinterLine = {
      write: () => Promise.resolve(undefined),
      onBytes: (listener) => {
        hear = listener;
      },
      onLost: () => undefined,
      finish: () => Promise.resolve({ kind: 'taken' }),
      release: () => Promise.resolve(),
      abandon: () => Promise.resolve(),
    };
    const { timers } = tools();
    const conversation = new PrinterDialogue(line, { timers, answerMs: 1, wholeMs: 60_000 });
    return { talk: conversation, say: (text) => hear(fromHex(text) ?? new Uint8Array(0)) };
  }

  it('keeps a fence that comes while nobody waits for it', async () => {
    const { talk: one, say } = talk();
    expect(await one.awaitFence(0)).toBeUndefined();
    say('00');
    expect(await one.awaitFence(0)).toMatchObject({ kind: 'fence' });
    one.close();
  });

  it('forgets fences of something earlier', async () => {
    const { talk: one, say } = talk();
    say('00');
    one.forgetFences();
    expect(await one.awaitFence(0)).toBeUndefined();
    one.close();
  });

  it('sends nothing more once the printer reported trouble by itself', async () => {
    const { talk: one, say } = talk();
    say('18000c00');
    expect(await one.send(Uint8Array.of(0))).toMatchObject({ code: 401 });
    expect(await one.look()).toBeUndefined();
    one.close();
  });
});
