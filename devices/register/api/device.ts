import { Failure, messageOf, refused } from '../../../src/base/fault.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Register } from '../../../src/port/register.js';
import { OWN_PORT } from '../../../src/settings/fields.js';
import type { Guide } from '../../../src/settings/guide.js';
import { choice, integer, seconds } from '../../../src/settings/kinds.js';
import { host } from '../../../src/settings/places.js';
import { defaulted, switched } from '../../../src/settings/schema.js';
import type { Callers } from '../../kit/callers.js';
import { device } from '../../kit/device.js';
import { ZONE_MINUTES } from '../settings.js';

const GUIDE: Guide = {
  title: {
    id: 'Program di komputer ini: HTTP, dan pesan JSON lewat WebSocket',
    en: 'Programs of this machine: HTTP, and JSON messages over a WebSocket',
  },
  wiring: {
    id: 'Tidak ada kabel: http://127.0.0.1:8420/v1/ dan ws://127.0.0.1:8420/ di komputer ini.',
    en: 'No wire: http://127.0.0.1:8420/v1/ and ws://127.0.0.1:8420/ on this machine.',
  },
  setup: {
    id: `HTTP: devices/register/api/README.md; semua permintaan ada di http://127.0.0.1:8420/v1/openapi.json.
Pesan: devices/register/json/README.md. Skemanya: http://127.0.0.1:8420/messages.schema.json.`,
    en: `HTTP: devices/register/api/README.md; http://127.0.0.1:8420/v1/openapi.json has every request.
Messages: devices/register/json/README.md. Their schema: http://127.0.0.1:8420/messages.schema.json.`,
  },
  trial: {
    id: `curl http://127.0.0.1:8420/v1/status: jawabannya {"ready":true,...}, atau mengapa tidak.
Lewat WebSocket, kirim {"op":"hello"}: jawabannya {"msg":"answer","op":"hello","code":"done",...}.`,
    en: `curl http://127.0.0.1:8420/v1/status: the answer is {"ready":true,...}, or why not.
Over the WebSocket send {"op":"hello"}: the answer is {"msg":"answer","op":"hello","code":"done",...}.`,
  },
};

const TABLE = switched(
  'off',
  'Programs of this machine that ask for sales: over HTTP, or our JSON messages over a WebSocket.',
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

/** The journal knows the programs of this machine by this name, whatever the port. */
const NAME = 'api';
const SCHEMA = 'messages.schema.json';

export interface Api extends Register {
  /** The port that is listened on, once it is. */
  port(): number | undefined;
}

/**
 * @throws Failure FAULT.apiPublicAddress for an address that is not this machine's own: the messages carry no password,
 *   so all that reach the port can ask for sales and refunds. FAULT.apiSchemaMissing when the schema is not there: the
 *   installation is incomplete.
 */
export const API = device(TABLE, [GUIDE], async (settings, tools): Promise<Api> => {
  const { host, port, acknowledge, ackWaitSeconds, resends } = settings;
  if (!/^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host))
    throw new Failure(refused(FAULT.apiPublicAddress, `api.host ${host} is no loopback address`));
  const { WebSocketCallers } = await import('../../kit/web-socket-callers.js');
  const { JsonRegister } = await import('../json/driver.js');
  const { HttpDoor, OPENAPI_PATH } = await import('./http-door.js');
  const { clock, timers } = tools;
  const log = tools.log.child('api');
  const documents = new Map([
    [`/${SCHEMA}`, { type: 'application/schema+json', body: await readAsset(`../json/${SCHEMA}`) }],
    [OPENAPI_PATH, { type: 'application/json', body: await readAsset('./openapi.json') }],
  ]);
  const http = new HttpDoor({ clock, timers, log });
  const sockets = new WebSocketCallers({
    ...{ host, port, timers, log, documents },
    serve: (request, response, refusal) => http.serve(request, response, undefined, refusal),
  });
  const callers: Callers = {
    name: sockets.name,
    start: (on) => {
      http.start(on);
      sockets.start(on);
    },
    stop: async () => {
      http.stop();
      await sockets.stop();
    },
  };
  const register = new JsonRegister({
    name: NAME,
    ackWaitMs: ackWaitSeconds * 1000,
    resends: acknowledge === 'assumed' ? 0 : resends,
    // Indonesia's western time, as on our slips.
    zoneMinutes: ZONE_MINUTES.WIB,
    ...{ callers, clock, timers, log, acknowledge },
  });
  return Object.assign(register, { port: () => sockets.port() });
});

async function readAsset(name: string): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises');
  return readFile(new URL(name, import.meta.url)).catch((thrown: unknown) => {
    throw new Failure(refused(FAULT.apiSchemaMissing, `${name} cannot be read: ${messageOf(thrown)}`));
  });
}
