import { assert } from '../base/assert.js';
import { BoundedLog } from '../bounds/bounded-log.js';
import type { RelayConfig } from '../config/relay-tables.js';
import { WebhookPoster } from '../host/webhook-poster.js';
import { type EmbeddedBroker, EVENT_LISTENER } from '../mqtt/broker.js';
import { EventListener, type EventListenerOptions } from '../mqtt/event-listener.js';
import { EventDesk } from '../relay/event-desk.js';
import type { Metrics } from '../relay/metrics.js';
import type { Environment } from './environment.js';
import type { RelayPeople } from './relay-people.js';

type Account = Pick<EventListenerOptions, 'user' | 'broker' | 'password' | 'attach'>;

export interface RelayEvents {
  stop(): Promise<void>;
}

/** Passes events of terminals on to `[[webhook]]`. Loaded only where there is one. */
export function startEvents(
  { broker, webhook, relay }: Pick<RelayConfig, 'broker' | 'webhook' | 'relay'>,
  environment: Environment,
  counters: Metrics,
  people: Pick<RelayPeople, 'nameTaken'>,
  embedded: EmbeddedBroker | undefined,
): RelayEvents {
  const { clock, timers, random, secret, network } = environment;
  const log = environment.log.child('events');
  const strangers = new BoundedLog(log, timers, 'lines about what is no event');
  const desk = new EventDesk({
    receivers: webhook.map(({ name, url, merchant, events: kinds, secret: source }) => {
      const key = secret(`webhook.${name}`, source);
      const poster = new WebhookPoster({ name, url, kinds, secret: key, clock, timers, network });
      return merchant === undefined ? poster : Object.assign(poster, { merchant });
    }),
    ...{ counters, strangers, clock, timers, log, home: relay.merchant },
    objection: (box) => people.nameTaken(box),
    fetchAgain: () => listener.again(),
  });
  const arrived = (topic: string, payload: string, taken: () => void): void =>
    desk.take(topic, payload, taken);
  const listener: EventListener = new EventListener({
    ...accountOf(broker, environment, embedded),
    ...{ clock, timers, random, log, network, arrived },
    connected: () => desk.connected(),
  });
  listener.start();
  return {
    stop: async () => {
      desk.stop();
      await listener.stop();
      strangers.stop();
    },
  };
}

function accountOf(
  broker: RelayConfig['broker'],
  { secret }: Environment,
  embedded: EmbeddedBroker | undefined,
): Account {
  if (embedded !== undefined) {
    const broker = { urls: ['mqtt://127.0.0.1'] };
    return { user: EVENT_LISTENER, broker, password: embedded.ownPassword, attach: () => embedded.attach() };
  }
  assert(broker.kind === 'external', 'a broker is embedded or external');
  const { url: urls, caFile, eventsUsername: user, eventsSecret } = broker;
  return {
    user,
    broker: { urls, ...(caFile === undefined ? {} : { tls: { caFile } }) },
    ...(eventsSecret === undefined ? {} : { password: secret('mqtt-events', eventsSecret) }),
  };
}
