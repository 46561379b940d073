import type { Register } from '../../../src/port/register.js';
import { OWN_PORT } from '../../../src/settings/fields.js';
import { choice, integer, seconds } from '../../../src/settings/kinds.js';
import { host } from '../../../src/settings/places.js';
import { defaulted, type SettingsOf, switched } from '../../../src/settings/schema.js';
import type { Tools } from '../../kit/tools.js';

export const apiTable = switched(
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

/** @throws Failure 235, 236 as {@link openApi} does. */
export async function openApiDoor(settings: SettingsOf<typeof apiTable>, tools: Tools): Promise<Register> {
  const { openApi } = await import('./open-api.js');
  return openApi(settings, { ...tools, log: tools.log.child('api') });
}
