import { instanceName } from '../host/instance.js';
import type { BrokerAddress } from '../mqtt/address.js';
import { DynamicSecurity } from '../mqtt/dynamic-security.js';
import { MosquittoDoor } from '../relay/mosquitto-door.js';
import type { Environment } from './environment.js';
import type { RelayDoor } from './relay-door.js';
import type { RelayPeople } from './relay-people.js';

/** An account that may ask Mosquitto's dynamic security plugin. */
export interface TokensAccount {
  readonly broker: BrokerAddress;
  readonly user: string;
  readonly password: string;
  /** Where the relay listens. */
  readonly port: number;
}

/** Tells Mosquitto who of `people` may come in. */
export function startTokens(
  { port, ...account }: TokensAccount,
  people: Pick<RelayPeople, 'holds' | 'tell'>,
  environment: Environment,
): RelayDoor {
  const log = environment.log.child('broker');
  const { clock, timers, random, network } = environment;
  const door: MosquittoDoor = new MosquittoDoor({
    ask: (question) => plugin.ask(question),
    holds: (token) => people.holds(token),
    log,
  });
  const plugin = new DynamicSecurity({
    ...account,
    ...{ instance: instanceName(port), clock, timers, random, log, network },
    connected: () => door.connected(),
    down: (why) => door.down(why),
  });
  people.tell((claims, token) => door.opened(claims, token));
  plugin.start();
  return {
    review: (revoked) => door.review(revoked),
    trouble: () => door.trouble,
    close: () => plugin.stop(),
  };
}
