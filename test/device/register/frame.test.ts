import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  type FixedFrameEvent,
  FixedFrameParser,
  unwrap,
  wrapFrame,
} from '../../../devices/register/fixed-frame/frame.js';
import { FRAME_150_200 } from '../../../devices/register/fixed-frame/frame-150-200.js';
import { hex } from '../../../src/base/bytes.js';
import { concat, NAMES, recorded, spoiled } from './frames.js';

const strict = (): FixedFrameParser => new FixedFrameParser({ profile: FRAME_150_200, lrc: 'strict' });
const lenient = (): FixedFrameParser => new FixedFrameParser({ profile: FRAME_150_200, lrc: 'warn' });
const kinds = (events: readonly FixedFrameEvent[]): string[] =>
  events.map((event) => (event.kind === 'bad' ? `bad ${event.why}` : event.kind));
const sale = recorded('question-sale-612353');
const qris = recorded('question-qris-15000');

describe('recorded frames', () => {
  it('have the checksum that an independent program computes, and ours agrees', () => {
    const script = [
      'import sys, functools',
      'for line in sys.stdin:',
      '    frame = bytes.fromhex(line.strip())',
      '    length = int("%02x%02x" % (frame[1], frame[2]))',
      '    assert frame[0] == 2 and frame[-2] == 3 and len(frame) == length + 5',
      '    print("%02x" % functools.reduce(lambda a, b: a ^ b, frame[1:-1]))',
    ].join('\n');
    const frames = [...NAMES.questions, ...NAMES.answers].map(recorded);
    const python = spawnSync('python3', ['-c', script], {
      input: frames.map((frame) => `${hex(frame)}\n`).join(''),
      encoding: 'utf8',
    });
    expect(python.error, 'python3 runs (apt-get install python3)').toBeUndefined();
    expect(python.stderr).toBe('');
    const theirs = python.stdout.trim().split('\n');
    expect(theirs).toEqual(frames.map((frame) => hex(frame.subarray(-1))));
    expect(theirs).toEqual(
      frames.map((frame) => hex(wrapFrame(unwrap(frame, FRAME_150_200), FRAME_150_200).subarray(-1))),
    );
  });

  it('are cut out whole, and put together again byte for byte', () => {
    for (const name of NAMES.questions) {
      const [event, ...rest] = strict().push(recorded(name));
      expect(rest).toEqual([]);
      expect(event?.kind === 'frame' && hex(event.frame)).toBe(hex(recorded(name)));
      expect(event?.kind === 'frame' && event.checksum).toBe('right');
    }
    for (const name of NAMES.answers)
      expect(hex(wrapFrame(unwrap(recorded(name), FRAME_150_200), FRAME_150_200))).toBe(hex(recorded(name)));
  });
});

describe('a frame is found by its length', () => {
  it('even when its checksum is STX, ETX, ACK or NAK', () => {
    for (const checksum of [0x02, 0x03, 0x06, 0x15]) {
      const payload = Uint8Array.from(unwrap(qris, FRAME_150_200));
      const difference = (wrapFrame(payload, FRAME_150_200).at(-1) ?? 0) ^ checksum;
      payload[140] = (payload[140] ?? 0) ^ difference;
      const frame = wrapFrame(payload, FRAME_150_200);
      expect(frame.at(-1)).toBe(checksum);
      expect(kinds(strict().push(concat(frame, frame)))).toEqual(['frame', 'frame']);
    }
  });

  it('even when its payload is full of control characters', () => {
    const payload = Uint8Array.from({ length: 150 }, (_, i) => [0x02, 0x03, 0x06, 0x15][i % 4] ?? 0);
    const frame = wrapFrame(payload, FRAME_150_200);
    for (let cut = 0; cut <= frame.length; cut += 1) {
      const parser = strict();
      const events = [...parser.push(frame.subarray(0, cut)), ...parser.push(frame.subarray(cut))];
      expect(kinds(events)).toEqual(['frame']);
    }
  });

  it('also after garbage that begins like a frame', () => {
    for (const garbage of ['02', '0201', '0202', '020150', '0202000333', '06150203', 'ff02ff']) {
      const parser = strict();
      const events = parser.push(concat(Uint8Array.from(Buffer.from(garbage, 'hex')), qris, qris));
      const frames = kinds([...events, ...parser.silence()]).filter((kind) => kind === 'frame');
      // A whole false head can hide the frame that follows it, never the one after that.
      expect(frames.length, garbage).toBeGreaterThanOrEqual(1);
    }
  });

  it('and the frame after a truncated one is not lost with it', () => {
    for (let missing = 1; missing < sale.length - 3; missing += 1) {
      const parser = strict();
      const events = parser.push(concat(sale.subarray(0, sale.length - missing), qris));
      expect(
        kinds(events).filter((kind) => kind === 'frame'),
        `${missing} bytes missing`,
      ).toEqual(['frame']);
    }
  });
});

describe('what is no frame', () => {
  it('is refused at once when only the checksum is wrong', () => {
    const parser = strict();
    expect(kinds(parser.push(spoiled(sale)))).toEqual(['bad checksum']);
    expect(kinds(parser.silence()).filter((kind) => kind.startsWith('bad'))).toEqual([]);
    expect(parser.pending()).toBe(false);
  });

  it('is refused after a silence when it ends too early', () => {
    for (let length = 1; length < sale.length; length += 1) {
      const parser = strict();
      expect(parser.push(sale.subarray(0, length))).toEqual([]);
      expect(parser.pending()).toBe(true);
      expect(kinds(parser.silence())).toEqual(['bad unfinished']);
      expect(parser.pending()).toBe(false);
    }
  });

  it('is refused once when its length is another', () => {
    const parser = strict();
    const other = wrapFrame(new Uint8Array(146).fill(0x20), FRAME_150_200);
    expect(parser.push(other)).toEqual([]);
    expect(kinds(parser.silence())).toEqual(['bad head']);
    expect(parser.silence()).toEqual([]);
  });

  it('is refused when it says 150 and brings 146, as a client with an empty expiry field does', () => {
    const payload = concat(
      unwrap(qris, FRAME_150_200).subarray(0, 46),
      unwrap(qris, FRAME_150_200).subarray(50),
    );
    const short = concat(Uint8Array.of(0x02, 0x01, 0x50), payload, Uint8Array.of(0x03, 0x09));
    const parser = strict();
    expect(parser.push(short)).toEqual([]);
    expect(kinds(parser.silence())).toEqual(['bad unfinished']);
    expect(kinds(parser.push(qris))).toEqual(['frame']);
  });

  it('is refused when it says 150 and brings 154', () => {
    const long = concat(
      Uint8Array.of(0x02, 0x01, 0x50),
      new Uint8Array(154).fill(0x20),
      Uint8Array.of(0x03, 0x09),
    );
    const parser = strict();
    expect(parser.push(long)).toEqual([]);
    expect(kinds(parser.silence())).toEqual(['bad end']);
  });

  it('is noise when it is nothing at all, and noise is not refused', () => {
    const parser = strict();
    expect(parser.push(Uint8Array.from(Buffer.from('hello\r\n')))).toEqual([]);
    const events = parser.silence();
    expect(kinds(events)).toEqual(['noise']);
    expect(events[0]?.kind === 'noise' && events[0].count).toBe(7);
  });
});

describe('an acknowledgement', () => {
  it('is heard between frames, also after line noise, and as often as it comes', () => {
    expect(kinds(strict().push(Uint8Array.of(0x06)))).toEqual(['ack']);
    expect(kinds(strict().push(Uint8Array.of(0x06, 0x06, 0x15)))).toEqual(['ack', 'ack', 'nak']);
    expect(kinds(strict().push(Uint8Array.of(0x00, 0xff, 0x06)))).toEqual(['noise', 'ack']);
    expect(kinds(strict().push(concat(Uint8Array.of(0x06), qris)))).toEqual(['ack', 'frame']);
  });

  it('is not read out of the wreck of a frame', () => {
    const wreck = Uint8Array.from(sale);
    wreck[2] = 0x49;
    wreck.fill(0x06, 20, 30);
    const parser = strict();
    expect(kinds(parser.push(wreck))).toEqual([]);
    parser.silence();
    expect(kinds(parser.push(Uint8Array.of(0x06)))).toEqual(['ack']);
  });
});

describe('a checksum sent as two characters', () => {
  const asText = (text: string): Uint8Array =>
    concat(qris.subarray(0, -1), Uint8Array.from(Buffer.from(text)));

  it('is refused by a strict parser, right or wrong', () => {
    for (const text of ['09', '16']) {
      const parser = strict();
      expect(kinds(parser.push(asText(text)))).toEqual(['bad checksum']);
      parser.silence();
      expect(kinds(parser.push(qris))).toEqual(['frame']);
    }
  });

  it('is accepted and marked by a lenient one, and its second character disturbs nothing', () => {
    for (const text of ['09', '16']) {
      const parser = lenient();
      const [event] = parser.push(concat(asText(text), qris));
      expect(event?.kind === 'frame' && event.checksum).toBe('wrong');
      const again = lenient();
      expect(kinds(again.push(concat(asText(text), qris))).filter((kind) => kind === 'frame')).toHaveLength(
        2,
      );
    }
  });
});

describe('a parser', () => {
  it('forgets half a frame when it is told to', () => {
    const parser = strict();
    parser.push(sale.subarray(0, 100));
    parser.reset();
    expect(parser.pending()).toBe(false);
    expect(kinds(parser.push(sale.subarray(100)))).not.toContain('frame');
    parser.silence();
    expect(kinds(parser.push(sale))).toEqual(['frame']);
  });
});
