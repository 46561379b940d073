import { hex } from '../../../src/base/bytes.js';
import { type Decoded, type Decoder, decoder } from '../../kit/decoder.js';
import { REGISTER_BAUD } from '../settings.js';
import { describeRequest } from './describe.js';
import { type LineEvent, LineParser } from './line-parser.js';
import { readRequest } from './request.js';

export function lineDecoder(): Decoder {
  const read = (event: LineEvent): Decoded => {
    if (event.kind === 'noise')
      return { frame: false, text: `${event.count} bytes of noise: ${hex(event.first)}` };
    if (event.kind === 'bad') return { frame: false, text: `no message: ${event.why}` };
    const request = readRequest(event.text);
    if (request.ok) return { frame: true, text: describeRequest(request.value) };
    const { field, found, allowed } = request.error;
    return { frame: false, text: `${field}: ${found}; allowed: ${allowed}` };
  };
  return decoder({ id: 'json', title: 'json', baud: REGISTER_BAUD }, new LineParser(), read);
}
