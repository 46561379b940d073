import { Failure, messageOf, refused } from '../../../src/base/fault.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Register } from '../../../src/port/register.js';
import { OWN_PORT } from '../../../src/settings/fields.js';
import type { Guide } from '../../../src/settings/guide.js';
import { choice, flag, integer, seconds } from '../../../src/settings/kinds.js';
import { host, isLoopback, path, secret } from '../../../src/settings/places.js';
import { defaulted, optional, switched } from '../../../src/settings/schema.js';
import type { Callers } from '../../kit/callers.js';
import type { Certificate, PairFiles } from '../../kit/certificate.js';
import { device } from '../../kit/device.js';
import type { Tools } from '../../kit/tools.js';
import { ZONE_MINUTES } from '../settings.js';
import type { TokenHolder } from './programs.js';

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
    host: defaulted(
      host(),
      '127.0.0.1',
      'Address to listen on. Another than a loopback address needs tls_cert, tls_key and a [[program]] with its token.',
    ),
    port: defaulted(OWN_PORT, 8_420, 'Port to listen on; 0 lets the system choose.'),
    tls_cert: optional(
      path(),
      'without TLS',
      '/etc/gopay-pos/api.pem',
      'Certificate with its chain, in PEM. Looked at each minute: a renewed one holds without a restart.',
    ),
    tls_key: optional(
      secret(),
      'without TLS',
      { credential: 'api-key' },
      'Where the key of tls_cert is to be had, in PEM.',
    ),
    shows_qr: defaulted(
      flag(),
      false,
      'Whether these programs show the QR themselves, each of its own sales: then one that is there, and says "shown", is a way to the customer without a screen or paper of the terminal.',
    ),
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

/** What the other tables and the credentials give to the API. */
export interface ApiAccess {
  readonly programs: readonly TokenHolder[];
  readonly tls?: PairFiles;
  /** The shop's, in which times are told; WIB when absent. */
  readonly zone?: keyof typeof ZONE_MINUTES;
}

/**
 * @throws Failure FAULT.apiPublicAddress for an address that is not this machine's own, without TLS or tokens: all that
 *   reach the port could ask for sales and refunds. FAULT.apiTls for a certificate that cannot be used;
 *   FAULT.secretTooShort and FAULT.apiTokenShared for tokens. FAULT.apiSchemaMissing when a document is not there: the
 *   installation is incomplete.
 */
export const API = device(TABLE, [GUIDE], async (settings, tools: Tools & ApiAccess): Promise<Api> => {
  const { host, port, showsQr, acknowledge, ackWaitSeconds, resends } = settings;
  const { Programs } = await import('./programs.js');
  const programs = new Programs(tools.programs);
  if (!isLoopback(host) && (tools.tls === undefined || !programs.needed))
    throw new Failure(
      refused(FAULT.apiPublicAddress, `api.host ${host} can be reached by others, without TLS or tokens`),
    );
  const { WebSocketCallers } = await import('../../kit/web-socket-callers.js');
  const { JsonRegister } = await import('../json/driver.js');
  const { HttpDoor, OPENAPI_PATH } = await import('./http-door.js');
  const { clock, timers } = tools;
  const log = tools.log.child('api');
  const certificate = await certificateOf(tools.tls, { clock, timers, log });
  const documents = new Map([
    [`/${SCHEMA}`, { type: 'application/schema+json', body: await readAsset(`../json/${SCHEMA}`) }],
    [OPENAPI_PATH, { type: 'application/json', body: await readAsset('./openapi.json') }],
  ]);
  const http = new HttpDoor({ clock, timers, log });
  const sockets = new WebSocketCallers({
    ...{ host, port, timers, log, documents, anyHost: programs.needed },
    ...(certificate === undefined ? {} : { tls: certificate.pair }),
    admit: ({ headers }) => programs.admit(headers),
    serve: (request, response, refusal) =>
      http.serve(request, response, programs.admit(request.headers), refusal),
  });
  const callers: Callers = {
    name: sockets.name,
    start: (on) => {
      http.start(on);
      sockets.start(on);
      certificate?.start((pair) => sockets.renew(pair));
    },
    stop: async () => {
      http.stop();
      certificate?.stop();
      await sockets.stop();
    },
  };
  const register = new JsonRegister({
    name: NAME,
    ackWaitMs: ackWaitSeconds * 1000,
    resends: acknowledge === 'assumed' ? 0 : resends,
    zoneMinutes: ZONE_MINUTES[tools.zone ?? 'WIB'],
    ...{ callers, clock, timers, log, acknowledge, showsQr },
  });
  return Object.assign(register, { port: () => sockets.port() });
});

async function certificateOf(
  files: PairFiles | undefined,
  tools: Pick<Tools, 'clock' | 'timers' | 'log'>,
): Promise<Certificate | undefined> {
  if (files === undefined) return undefined;
  const { Certificate } = await import('../../kit/certificate.js');
  return new Certificate(files, tools, { unusable: FAULT.apiTls, kept: FAULT.apiTlsKept });
}

async function readAsset(name: string): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises');
  return readFile(new URL(name, import.meta.url)).catch((thrown: unknown) => {
    throw new Failure(refused(FAULT.apiSchemaMissing, `${name} cannot be read: ${messageOf(thrown)}`));
  });
}
