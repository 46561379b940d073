import type { BrokerAddress } from '../mqtt/address.js';
import { NatsCallout } from '../relay/nats-callout.js';
import type { Environment } from './environment.js';
import { makeDoor, type RelayDoor } from './relay-door.js';
import type { RelayPeople } from './relay-people.js';

/** An account of NATS that hears its auth callout. */
export interface CalloutAccount {
  /** On this machine. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Where MQTT is spoken, to throw people out. */
  readonly broker: BrokerAddress;
  readonly bookFile: string;
}

/** Answers NATS about `people`. @throws Failure FAULT.tokensUnusable */
export function startCallout(
  { port, user, password, broker, bookFile }: CalloutAccount,
  people: Pick<RelayPeople, 'identify' | 'known' | 'secretFor'>,
  environment: Environment,
): RelayDoor {
  const { door, strangers } = makeDoor(people, broker, environment, bookFile);
  const { clock, timers } = environment;
  const log = environment.log.child('broker');
  const seed = people.secretFor('issuer at NATS');
  const callout = new NatsCallout({ port, user, password, seed, door, clock, timers, log });
  callout.start();
  return {
    review: (revoked) => door.review(revoked),
    trouble: () => callout.trouble,
    close: () =>
      door.close().finally(() => {
        callout.stop();
        strangers.stop();
      }),
  };
}
