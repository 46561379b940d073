import { hex } from '../../../src/base/bytes.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { type Decoded, type Decoder, decoder } from '../../kit/decoder.js';
import { type FrameEvent, FrameParser, POLL } from './frame.js';
import { nameOf } from './message.js';

export function frameDecoder(baud: number): Decoder {
  const read = (event: FrameEvent): Decoded => {
    if (event.kind === 'bad')
      return { frame: false, text: `E${FAULT.controllerDamagedBytes} ${event.why}: ${hex(event.bytes)}` };
    const { command, text } = event.frame;
    // Five times a second.
    if (command === POLL) return { frame: true };
    return { frame: true, text: `${nameOf(command)} ${hex(text)}`.trimEnd() };
  };
  return decoder({ id: 'fafb', title: 'fafb', baud }, new FrameParser(), read);
}
