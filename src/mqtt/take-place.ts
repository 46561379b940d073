import type { IClientOptions } from 'mqtt';
import { addressOptions, type BrokerAddress } from './address.js';
import { makeClient } from './client.js';

/** A bound against a broker that does not answer. */
const TIMEOUT_MS = 5_000;

/**
 * Comes under somebody's client id and leaves: the broker ends the connection that it has under this id, and drops what waits for it
 * (MQTT 3.1.1, 3.1.4 and 3.1.2.4). @throws Error where no node of the broker let us in
 */
export async function takePlace({ urls, tls }: BrokerAddress, name: string, password: string): Promise<void> {
  const failures: string[] = [];
  for (const url of urls) {
    const where = addressOptions(url, tls);
    const failure = where.ok ? await comeAndGo({ ...where.value, ...asGuest(name, password) }) : where.error;
    if (failure === undefined) return;
    failures.push(failure);
  }
  throw new Error(failures.join('; '));
}

function asGuest(name: string, password: string): IClientOptions {
  const who = { clientId: name, username: name, password, clean: true, protocolVersion: 4 } as const;
  return { ...who, manualConnect: true, reconnectPeriod: 0, connectTimeout: TIMEOUT_MS };
}

/** @returns what stood in the way */
function comeAndGo(options: IClientOptions): Promise<string | undefined> {
  const client = makeClient(options);
  return new Promise((resolve) => {
    let failure: string | undefined = 'no answer';
    client.on('connect', () => {
      failure = undefined;
      client.end(false);
    });
    client.on('error', ({ message }) => {
      failure ??= message;
      resolve(message);
      client.end(true);
    });
    client.on('close', () => resolve(failure));
    client.connect();
  });
}
