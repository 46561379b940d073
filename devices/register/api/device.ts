import { OWN_PORT } from '../../../src/settings/fields.js';
import type { Guide } from '../../../src/settings/guide.js';
import { choice, integer, seconds } from '../../../src/settings/kinds.js';
import { host } from '../../../src/settings/places.js';
import { defaulted, switched } from '../../../src/settings/schema.js';
import { device } from '../../kit/device.js';

const GUIDE: Guide = {
  title: {
    id: 'Program di komputer ini: pesan JSON lewat WebSocket',
    en: 'Programs of this machine: JSON messages over a WebSocket',
  },
  wiring: {
    id: 'Tidak ada kabel: ws://127.0.0.1:8420/ di komputer ini, dan tidak dari komputer lain.',
    en: 'No wire: ws://127.0.0.1:8420/ on this machine, and from no other.',
  },
  setup: {
    id: 'Pesan: devices/register/json/README.md. Skemanya: http://127.0.0.1:8420/messages.schema.json.',
    en: 'Messages: devices/register/json/README.md. Their schema: http://127.0.0.1:8420/messages.schema.json.',
  },
  trial: {
    id: 'Kirim {"op":"hello"}: jawabannya {"msg":"answer","op":"hello","code":"done",...}.',
    en: 'Send {"op":"hello"}: the answer is {"msg":"answer","op":"hello","code":"done",...}.',
  },
};

const TABLE = switched(
  'off',
  'Programs of this machine that ask for sales: our JSON messages over a WebSocket.',
  {
    host: defaulted(host(), '127.0.0.1', 'Address to listen on: a loopback address.'),
    port: defaulted(OWN_PORT, 8_420, 'Port to listen on; 0 lets the system choose.'),
    acknowledge: defaulted(
      choice('required', 'assumed'),
      'required',
      'Whether an answer counts as delivered only after the ack of the program, or when it is on the wire.',
    ),
    ack_wait_seconds: defaulted(
      seconds(1, 30),
      3,
      'How long to wait for the ack before the answer is sent again.',
    ),
    resends: defaulted(integer(0, 5), 2, 'How many times an answer without ack is sent again.'),
  },
);

/** @throws Failure FAULT.apiPublicAddress, FAULT.apiSchemaMissing as {@link openApi} does. */
export const API = device(TABLE, [GUIDE], async (settings, tools) => {
  const { openApi } = await import('./open-api.js');
  return openApi(settings, { ...tools, log: tools.log.child('api') });
});
