import { hex } from '../../../src/base/bytes.js';
import { type Decoded, type Decoder, decoder } from '../../kit/decoder.js';
import { REGISTER_BAUD } from '../settings.js';
import { describeBadFrame, describeChecksum, describeQuestion } from './describe.js';
import { type FixedFrameEvent, FixedFrameParser } from './frame.js';
import { type ProfileName, profileOf } from './profiles.js';

export function frameDecoder(id: ProfileName, types?: readonly string[]): Decoder {
  const profile = profileOf(id, types);
  const read = (event: FixedFrameEvent): Decoded => {
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
        return { frame: false, text: describeBadFrame(event.why, event.bytes, profile) };
      case 'noise':
        return { frame: false, text: `${event.count} bytes of noise: ${hex(event.first)}` };
    }
  };
  const parser = new FixedFrameParser({ profile, lrc: 'warn' });
  return decoder({ id, title: `fixed-frame ${id}`, baud: REGISTER_BAUD }, parser, read);
}
