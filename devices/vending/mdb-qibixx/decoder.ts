import { type Decoded, type Decoder, decoder } from '../../kit/decoder.js';
import { type LineFeedEvent, LineParser } from './lines.js';
import { readLine } from './message.js';

export function lineDecoder(baud: number): Decoder {
  const read = (event: LineFeedEvent): Decoded => {
    if (event.kind === 'noise')
      return { frame: false, text: `${event.count} bytes of noise: ${event.first}` };
    const { said } = readLine(event.text);
    if (said === 'polled') return { frame: true };
    return { frame: said !== 'other', text: event.text };
  };
  return decoder({ id: 'mdb-qibixx', title: 'mdb-qibixx', baud }, new LineParser(), read);
}
