import { hex } from '../../src/base/bytes.js';
import { type Decoded, type Decoder, decoder } from '../kit/decoder.js';
import { type FrameEvent as FafbEvent, FrameParser as FafbParser, POLL } from './fafb/frame.js';
import { nameOf } from './fafb/message.js';
import { type LineFeedEvent, LineParser } from './mdb-qibixx/lines.js';
import { readLine } from './mdb-qibixx/message.js';
import { type Carrier, type FrameEvent as VtkEvent, FrameParser as VtkParser } from './vendotek/frame.js';
import { describeMessage } from './vendotek/message.js';

/** What vending machines and boards say, by every protocol with bytes that we know. Fresh parsers each time. */
export function vendingDecoders(): Decoder[] {
  return [board(), vtk('vendotek-serial', 'serial'), vtk('vendotek', 'tcp'), fafb()];
}

function board(): Decoder {
  const read = (event: LineFeedEvent): Decoded => {
    if (event.kind === 'noise')
      return { frame: false, text: `${event.count} bytes of noise: ${event.first}` };
    const { said } = readLine(event.text);
    if (said === 'polled') return { frame: true };
    return { frame: said !== 'other', text: event.text };
  };
  return decoder({ id: 'mdb-qibixx', title: 'mdb-qibixx', baud: 115_200 }, new LineParser(), read);
}

function vtk(id: string, carrier: Carrier): Decoder {
  const read = (event: VtkEvent): Decoded => {
    switch (event.kind) {
      case 'body':
        return { frame: true, text: describeMessage(event.body) };
      case 'bad':
        return { frame: false, text: `E324 ${event.why}: ${hex(event.bytes)}` };
      case 'noise':
        return { frame: false, text: `${event.count} bytes of noise: ${hex(event.first)}` };
    }
  };
  return decoder({ id, title: id, baud: 115_200, tcpOnly: carrier === 'tcp' }, new VtkParser(carrier), read);
}

function fafb(): Decoder {
  const read = (event: FafbEvent): Decoded => {
    if (event.kind === 'bad') return { frame: false, text: `E332 ${event.why}: ${hex(event.bytes)}` };
    const { command, text } = event.frame;
    // Five times a second.
    if (command === POLL) return { frame: true };
    return { frame: true, text: `${nameOf(command)} ${hex(text)}`.trimEnd() };
  };
  return decoder({ id: 'fafb', title: 'fafb', baud: 57_600 }, new FafbParser(), read);
}
