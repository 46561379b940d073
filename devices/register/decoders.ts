import { hex } from '../../src/base/bytes.js';
import { type Decoded, type Decoder, decoder } from '../kit/decoder.js';
import { describeBad, describeChecksum, describeQuestion } from './fixed-frame/describe.js';
import { type FrameEvent, FrameParser } from './fixed-frame/frame.js';
import type { FrameProfile } from './fixed-frame/profile.js';
import { PROFILES, type ProfileName, profileOf } from './fixed-frame/profiles.js';
import { describeRequest } from './json/describe.js';
import { type LineEvent, LineParser } from './json/line-parser.js';
import { readRequest } from './json/request.js';
import { describeApdu, describeBad as describeBadApdu } from './zvt/describe.js';
import type { LinkEvent } from './zvt/link-events.js';
import { SerialFrameParser } from './zvt/serial-frame.js';
import { StreamParser } from './zvt/stream-frame.js';

/** What registers say, by every protocol that we know. Fresh parsers each time. */
export function registerDecoders(): Decoder[] {
  const profiles = Object.keys(PROFILES) as ProfileName[];
  return [...profiles.map((name) => frames(name, profileOf(name))), jsonLines(), zvt('serial'), zvt('tcp')];
}

/** The decoder of the configured register: with the types that its settings give another meaning. */
export function registerDecoder(settings: {
  readonly protocol: 'fixed-frame' | 'zvt' | 'json';
  readonly transport: 'serial' | 'tcp';
  readonly profile: ProfileName;
  readonly types: readonly string[];
}): Decoder {
  const { protocol, transport, profile, types } = settings;
  switch (protocol) {
    case 'fixed-frame':
      return frames(profile, profileOf(profile, types));
    case 'zvt':
      return zvt(transport);
    case 'json':
      return jsonLines();
  }
}

function frames(id: ProfileName, profile: FrameProfile): Decoder {
  const read = (event: FrameEvent): Decoded | undefined => {
    switch (event.kind) {
      case 'frame': {
        // An echo of noise could be a frame with a wrong sum; only a right one is evidence.
        const right = event.checksum === 'right';
        const sum = right ? '' : `, ${describeChecksum(event.frame, profile)}`;
        return { frame: right, text: `${describeQuestion(event.frame, profile)}${sum}` };
      }
      case 'ack':
      case 'nak':
        return { frame: false, text: event.kind.toUpperCase() };
      case 'bad':
        return { frame: false, text: describeBad(event.why, event.bytes, profile) };
      case 'noise':
        return { frame: false, text: `${event.count} bytes of noise: ${hex(event.first)}` };
    }
  };
  const parser = new FrameParser({ profile, lrc: 'warn' });
  return decoder({ id, title: `fixed-frame ${id}`, baud: 9_600 }, parser, read);
}

function jsonLines(): Decoder {
  const read = (event: LineEvent): Decoded => {
    if (event.kind === 'noise')
      return { frame: false, text: `${event.count} bytes of noise: ${hex(event.first)}` };
    if (event.kind === 'bad') return { frame: false, text: `no message: ${event.why}` };
    const request = readRequest(event.text);
    if (request.ok) return { frame: true, text: describeRequest(request.value) };
    const { field, found, allowed } = request.error;
    return { frame: false, text: `${field}: ${found}; allowed: ${allowed}` };
  };
  return decoder({ id: 'json', title: 'json', baud: 9_600 }, new LineParser(), read);
}

function zvt(transport: 'serial' | 'tcp'): Decoder {
  const read = (event: LinkEvent): Decoded => {
    switch (event.kind) {
      case 'apdu':
        return { frame: true, text: describeApdu(event.apdu) };
      case 'ack':
      case 'nak':
        return { frame: false, text: event.kind.toUpperCase() };
      case 'bad':
        return { frame: false, text: describeBadApdu(event.why, event.bytes) };
      case 'noise':
        return { frame: false, text: `${event.count} bytes of noise: ${hex(event.first)}` };
    }
  };
  const tcpOnly = transport === 'tcp';
  const about = { id: tcpOnly ? 'zvt-tcp' : 'zvt', title: 'zvt', baud: 9_600, stopBits: 2, tcpOnly } as const;
  return decoder(about, tcpOnly ? new StreamParser() : new SerialFrameParser(), read);
}
