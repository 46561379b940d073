import { Failure, messageOf, temporary } from '../base/fault.js';
import { BoundedLog } from '../bounds/bounded-log.js';
import { FAULT } from '../core/fault/table.js';
import { GuestBook } from '../identity/guest-book.js';
import type { BrokerAddress } from '../mqtt/address.js';
import { takePlace } from '../mqtt/take-place.js';
import type { Log } from '../port/log.js';
import { BrokerDoor, type BrokerDoorOptions } from '../relay/broker-door.js';
import type { Environment } from './environment.js';
import type { RelayPeople } from './relay-people.js';

export interface RelayDoor {
  /** Throws out who may not be there any more. */
  review: BrokerDoor['review'];
  /** In words, for the service manager. */
  trouble?: () => string | undefined;
  close(): Promise<void>;
}

/**
 * Where RabbitMQ asks about `people`. @param broker where they are, to be thrown out
 * @param bookFile whom it has let in, over restarts; undefined where nobody can be revoked
 * @throws Failure FAULT.portTaken, FAULT.tokensUnusable
 */
export async function openDoor(
  port: number,
  people: Pick<RelayPeople, 'identify' | 'known'>,
  broker: BrokerAddress,
  environment: Pick<Environment, 'log' | 'timers' | 'network'>,
  bookFile: string | undefined,
): Promise<RelayDoor> {
  const { door, strangers } = makeDoor(people, broker, environment, bookFile);
  await door.listen(port).catch((error: unknown) => {
    strangers.stop();
    const detail = `the relay cannot listen at 127.0.0.1 port ${port} (broker.auth_port): ${messageOf(error)}`;
    throw new Failure({ kind: 'temporary', code: FAULT.portTaken, detail });
  });
  // Who was revoked, or whose token ended, while this relay was away.
  door.review();
  return {
    review: (revoked) => door.review(revoked),
    close: () => door.close().finally(() => strangers.stop()),
  };
}

/** @throws Failure FAULT.tokensUnusable */
export function makeDoor(
  people: Pick<RelayPeople, 'identify' | 'known'>,
  broker: BrokerAddress,
  environment: Pick<Environment, 'log' | 'timers' | 'network'>,
  bookFile: string | undefined,
): { readonly door: BrokerDoor; readonly strangers: BoundedLog } {
  const log = environment.log.child('broker');
  const strangers = new BoundedLog(log, environment.timers, 'lines about who was not let in');
  const door = new BrokerDoor({
    ...written(bookFile, people, log),
    identify: (name, password) => people.identify(name, password),
    known: (name) => people.known(name),
    takePlace: (taker) => takePlace(broker, taker, environment),
    log,
    strangers,
  });
  return { door, strangers };
}

/** @throws Failure FAULT.tokensUnusable */
function written(
  file: string | undefined,
  people: Pick<RelayPeople, 'known'>,
  log: Log,
): Pick<BrokerDoorOptions, 'guests' | 'entered' | 'left'> {
  if (file === undefined) return { guests: [], entered: () => {}, left: () => {} };
  /** A full disk keeps nobody out: he is known as long as this process runs. */
  const kept = (write: () => void): void => {
    try {
      write();
    } catch (thrown) {
      log.error(`E${FAULT.tokensUnusable} who is at the broker is not written down: ${messageOf(thrown)}`);
    }
  };
  try {
    const book = new GuestBook(file);
    return {
      guests: [...book.guests].map(([name, life]) => [name, people.known(name, life)] as const),
      entered: (name, guest) =>
        kept(() => {
          if (guest.role !== 'terminal') return;
          const { merchant, credential, life = { issuedAtS: 0, endsAtS: 0 } } = guest;
          book.entered(name, { ...life, merchant, ...(credential === undefined ? {} : { credential }) });
        }),
      left: (name) => kept(() => book.left(name)),
    };
  } catch (thrown) {
    throw new Failure(temporary(FAULT.tokensUnusable, `who is at the broker: ${messageOf(thrown)}`));
  }
}
