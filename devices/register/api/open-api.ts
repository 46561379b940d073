import { readFileSync } from 'node:fs';
import { Failure, messageOf, refused } from '../../../src/base/fault.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Register } from '../../../src/port/register.js';
import type { Tools } from '../../kit/tools.js';
import { type Document, WebSocketCallers } from '../../kit/web-socket-callers.js';
import { JsonRegister } from '../json/driver.js';

export interface ApiSettings {
  /** A loopback address. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly acknowledge: 'required' | 'assumed';
  readonly ackWaitSeconds: number;
  readonly resends: number;
}

/** The journal knows the programs of this machine by this name, whatever the port. */
const NAME = 'api';
/** Indonesia's western time, as on our slips. */
const ZONE_MINUTES = 420;

export interface Api extends Register {
  /** The port that is listened on, once it is. */
  port(): number | undefined;
}

/**
 * @throws Failure FAULT.apiSchemaMissing when the schema is not there, FAULT.apiPublicAddress for an address that
 *   is not this machine's own: the messages carry no password, so all that reach
 * the port can ask for sales and refunds.
 */
export function openApi(settings: ApiSettings, { clock, timers, log }: Tools): Api {
  const { host, port, acknowledge, ackWaitSeconds, resends } = settings;
  if (!/^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host))
    throw new Failure(refused(FAULT.apiPublicAddress, `api.host ${host} is no loopback address`));
  const callers = new WebSocketCallers({ host, port, timers, log, documents: documents() });
  const register = new JsonRegister({
    name: NAME,
    callers,
    clock,
    timers,
    log,
    ackWaitMs: ackWaitSeconds * 1000,
    resends: acknowledge === 'assumed' ? 0 : resends,
    acknowledge,
    zoneMinutes: ZONE_MINUTES,
  });
  return Object.assign(register, { port: () => callers.port() });
}

/** @throws Failure FAULT.apiSchemaMissing when the file is missing: the installation is incomplete. */
function documents(): ReadonlyMap<string, Document> {
  const name = 'messages.schema.json';
  try {
    const body = readFileSync(new URL(`../json/${name}`, import.meta.url));
    return new Map([[`/${name}`, { type: 'application/schema+json', body }]]);
  } catch (thrown) {
    throw new Failure(refused(FAULT.apiSchemaMissing, `the schema cannot be read: ${messageOf(thrown)}`));
  }
}
