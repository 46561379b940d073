import { describe, expect, it } from 'vitest';
import { makeApdu, readApdu } from '../../../devices/register/zvt/apdu.js';
import { crc16kermit, SerialFrameParser, wrapSerial } from '../../../devices/register/zvt/serial-frame.js';
import { StreamParser } from '../../../devices/register/zvt/stream-frame.js';
import { hex } from '../../../src/base/bytes.js';
import { concat } from './frames.js';
import { bytes, inside, names, recorded } from './zvt-frames.js';

const kinds = (parser: SerialFrameParser | StreamParser, input: Uint8Array): string[] =>
  parser
    .push(input)
    .map((event) =>
      event.kind === 'apdu' ? hex(event.apdu) : event.kind === 'bad' ? event.why : event.kind,
    );

describe('the checksum', () => {
  it('is the one of KERMIT, whatever the paper calls it', () => {
    expect(crc16kermit(Buffer.from('123456789'))).toBe(0x2189);
  });
});

describe('a serial frame', () => {
  it.each(names('serial'))('%s is read, and written again byte for byte', (name) => {
    const frame = recorded(name);
    expect(kinds(new SerialFrameParser(), frame)).toEqual([hex(inside(frame))]);
    expect(hex(wrapSerial(inside(frame)))).toBe(hex(frame));
  });

  it('keeps 10s of its checksum as they are, and doubles those of the APDU', () => {
    const parser = new SerialFrameParser();
    for (let n = 0; n < 4_096; n += 1) {
      const apdu = makeApdu(0x0610, [0x10, 0x03, 0x10, 0x02, n >> 8, n & 0xff]);
      expect(kinds(parser, wrapSerial(apdu))).toEqual([hex(apdu)]);
    }
  });

  it('that breaks off is given up when the next one begins', () => {
    const parser = new SerialFrameParser();
    const half = recorded('serial-registration').subarray(0, 8);
    expect(kinds(parser, concat(half, recorded('serial-abort')))).toEqual(['unfinished', '06b000']);
  });

  it('with a wrong checksum, a single 10 or a wrong length is told apart', () => {
    const frame = Uint8Array.from(recorded('serial-authorization-15000'));
    frame[8] = 0x60;
    expect(kinds(new SerialFrameParser(), frame)).toEqual(['checksum']);
    expect(kinds(new SerialFrameParser(), bytes('10 02 06 10 41'))).toEqual(['escape']);
    const long = wrapSerial(bytes('06 b0 01'));
    expect(kinds(new SerialFrameParser(), long)).toEqual(['length']);
  });

  it('gives ACK and NAK outside of frames, and none within what is broken', () => {
    const parser = new SerialFrameParser();
    expect(kinds(parser, bytes('06 15'))).toEqual(['ack', 'nak']);
    expect(kinds(parser, bytes('10 02 06 10 41 06 15'))).toEqual(['escape']);
    expect(parser.pending()).toBe(true);
    parser.silence();
    expect(kinds(parser, bytes('06'))).toEqual(['ack']);
  });

  it('is not collected for ever', () => {
    const parser = new SerialFrameParser();
    const endless = new Uint8Array(100_000).fill(0x41);
    expect(kinds(parser, concat(bytes('10 02'), endless))).toEqual(['length']);
  });
});

describe('an APDU on a stream', () => {
  it.each([...names('tcp'), ...names('paper')])('%s is cut out and made again byte for byte', (name) => {
    const frame = recorded(name);
    expect(kinds(new StreamParser(), concat(frame, frame))).toEqual([hex(frame), hex(frame)]);
    const read = readApdu(frame);
    expect(read && hex(makeApdu(read.command, read.data))).toBe(hex(frame));
  });

  it('of more than 254 bytes has a length of three bytes, the low one first', () => {
    const apdu = makeApdu(0x06d3, new Uint8Array(300));
    expect(hex(apdu.subarray(0, 5))).toBe('06d3ff2c01');
    expect(kinds(new StreamParser(), apdu)).toEqual([hex(apdu)]);
    expect(hex(makeApdu(0x06d3, new Uint8Array(255)).subarray(0, 5))).toBe('06d3ffff00');
    expect(hex(makeApdu(0x06d3, new Uint8Array(254)).subarray(0, 4))).toBe('06d3fe00');
  });

  it('is not waited for when it would be too long', () => {
    expect(kinds(new StreamParser(), bytes('06 d1 ff ff ff'))).toEqual(['length']);
  });
});
