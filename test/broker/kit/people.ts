import type { BrokerIdentity } from '../../../src/mqtt/permissions.js';

export const MERCHANT = 'warung-1';
export const TERMINALS = { T1: 'secret-one', T2: 'secret-two' } as const;
export const RELAYS = { relay1: 'secret-relay', watcher: 'secret-watcher', pen: 'secret-pen' } as const;
/** They see how every terminal is. */
export const OPERATORS = { operator: 'secret-operator' } as const;
/** They hear what happens at every terminal. */
export const LISTENERS = { events: 'secret-events' } as const;
/** They show the terminals to whoever lives there. */
export const HOMES = { homeassistant: 'secret-home' } as const;
/** They tell Mosquitto who has a token. */
export const TELLERS = { tokens: 'secret-tokens', tokens2: 'secret-tokens-2' } as const;
export const STRANGERS = { stranger: 'secret-stranger' } as const;

/** Who the users of the tests are, for the embedded broker. */
export function identify(clientId: string, password: string | undefined): BrokerIdentity | undefined {
  const passwords: Readonly<Record<string, string>> = {
    ...TERMINALS,
    ...RELAYS,
    ...OPERATORS,
    ...LISTENERS,
    ...HOMES,
  };
  if (!Object.hasOwn(passwords, clientId) || passwords[clientId] !== password) return undefined;
  if (Object.hasOwn(OPERATORS, clientId)) return { role: 'operator', commands: true };
  if (Object.hasOwn(HOMES, clientId)) return { role: 'operator', commands: false, homeAssistant: true };
  if (Object.hasOwn(LISTENERS, clientId)) return { role: 'listener' };
  return Object.hasOwn(RELAYS, clientId) ? { role: 'relay' } : { role: 'terminal', merchant: MERCHANT };
}
