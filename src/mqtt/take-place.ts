import type { IClientOptions } from 'mqtt';
import type { Timers } from '../port/clock.js';
import { addressOptions, type BrokerAddress } from './address.js';
import { makeClient } from './client.js';
import type { BrokerClientOptions } from './dialler.js';

export interface PlaceTaker {
  /** Whose place. */
  readonly name: string;
  readonly password: string;
  /** What waits for him stays there, for he may come back. */
  readonly keeps: boolean;
}

/** A bound against a broker that does not answer, or lets nobody go. */
const TIMEOUT_MS = 5_000;

/**
 * Comes under somebody's client id and leaves: the broker ends the connection that it has under this id, and drops what waits for it
 * unless it is to be kept (MQTT 3.1.1, 3.1.4 and 3.1.2.4). @throws Error where no node of the broker let us in
 */
export async function takePlace(
  { urls, tls }: BrokerAddress,
  taker: PlaceTaker,
  { timers, network }: Pick<BrokerClientOptions, 'timers' | 'network'>,
): Promise<void> {
  const failures: string[] = [];
  for (const url of urls) {
    const where = addressOptions(url, tls, network);
    const failure = where.ok ? await comeAndGo({ ...where.value, ...asGuest(taker) }, timers) : where.error;
    if (failure === undefined) return;
    failures.push(failure);
  }
  throw new Error(failures.join('; '));
}

function asGuest({ name, password, keeps }: PlaceTaker): IClientOptions {
  const who = { clientId: name, username: name, password, clean: !keeps, protocolVersion: 4 } as const;
  return { ...who, manualConnect: true, reconnectPeriod: 0, connectTimeout: TIMEOUT_MS };
}

/** @returns what stood in the way */
function comeAndGo(options: IClientOptions, timers: Timers): Promise<string | undefined> {
  const client = makeClient(options);
  // What waits for him comes to us: without an answer it goes on waiting.
  client.handleMessage = () => {};
  return new Promise((resolve) => {
    let failure: string | undefined = 'no answer';
    let cancel = (): void => {};
    client.on('connect', () => {
      failure = undefined;
      cancel = timers.after(TIMEOUT_MS, () => {
        failure = 'it did not let go';
        client.stream.destroy();
      });
      client.end(false);
    });
    client.on('error', ({ message }) => {
      failure ??= message;
      resolve(message);
      client.end(true);
    });
    client.on('close', () => {
      cancel();
      resolve(failure);
    });
    client.connect();
  });
}
