import { hex } from '../../../src/base/bytes.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { type Decoded, type Decoder, decoder } from '../../kit/decoder.js';
import { type Carrier, type VtkFrameEvent, VtkFrameParser } from './frame.js';
import { describeMessage } from './message.js';

export function messageDecoder(id: string, carrier: Carrier, baud: number): Decoder {
  const read = (event: VtkFrameEvent): Decoded => {
    switch (event.kind) {
      case 'body':
        return { frame: true, text: describeMessage(event.body) };
      case 'bad':
        return { frame: false, text: `E${FAULT.machineDamagedMessage} ${event.why}: ${hex(event.bytes)}` };
      case 'noise':
        return { frame: false, text: `${event.count} bytes of noise: ${hex(event.first)}` };
    }
  };
  return decoder({ id, title: id, baud, tcpOnly: carrier === 'tcp' }, new VtkFrameParser(carrier), read);
}
