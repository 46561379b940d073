import { hex } from '../../../src/base/bytes.js';
import { type Decoded, type Decoder, decoder } from '../../kit/decoder.js';
import { REGISTER_BAUD } from '../settings.js';
import { describeApdu, describeBadMessage } from './describe.js';
import type { LinkEvent } from './link-events.js';
import { SerialFrameParser } from './serial-frame.js';
import { StreamParser } from './stream-frame.js';

export function apduDecoder(transport: 'serial' | 'tcp', stopBits: 1 | 2): Decoder {
  const read = (event: LinkEvent): Decoded => {
    switch (event.kind) {
      case 'apdu':
        return { frame: true, text: describeApdu(event.apdu) };
      case 'ack':
      case 'nak':
        return { frame: false, text: event.kind.toUpperCase() };
      case 'bad':
        return { frame: false, text: describeBadMessage(event.why, event.bytes) };
      case 'noise':
        return { frame: false, text: `${event.count} bytes of noise: ${hex(event.first)}` };
    }
  };
  const tcpOnly = transport === 'tcp';
  const about = { id: tcpOnly ? 'zvt-tcp' : 'zvt', title: 'zvt', baud: REGISTER_BAUD, stopBits, tcpOnly };
  return decoder(about, tcpOnly ? new StreamParser() : new SerialFrameParser(), read);
}
