import { Failure, messageOf } from '../base/fault.js';
import { BoundedLog } from '../bounds/bounded-log.js';
import { FAULT } from '../core/fault/table.js';
import type { BrokerAddress } from '../mqtt/address.js';
import { takePlace } from '../mqtt/take-place.js';
import { BrokerDoor } from '../relay/broker-door.js';
import type { Environment } from './environment.js';
import type { RelayPeople } from './relay-people.js';

export interface RelayDoor {
  /** Throws out who may not be there any more. */
  review: BrokerDoor['review'];
  close(): Promise<void>;
}

/** Where RabbitMQ asks about `people`. @param broker where they are, to be thrown out @throws Failure FAULT.portTaken */
export async function openDoor(
  port: number,
  people: Pick<RelayPeople, 'identify' | 'known'>,
  broker: BrokerAddress,
  environment: Pick<Environment, 'log' | 'timers'>,
): Promise<RelayDoor & { readonly port: number }> {
  const log = environment.log.child('broker');
  const strangers = new BoundedLog(log, environment.timers, 'lines about who was not let in');
  const door = new BrokerDoor({
    identify: (name, password) => people.identify(name, password),
    known: (name) => people.known(name),
    takePlace: (taker) => takePlace(broker, taker, environment.timers),
    log,
    strangers,
  });
  const listening = await door.listen(port).catch((error: unknown) => {
    strangers.stop();
    const detail = `the relay cannot listen at 127.0.0.1 port ${port} (broker.auth_port): ${messageOf(error)}`;
    throw new Failure({ kind: 'temporary', code: FAULT.portTaken, detail });
  });
  return {
    port: listening,
    review: (revoked) => door.review(revoked),
    close: () => door.close().finally(() => strangers.stop()),
  };
}
