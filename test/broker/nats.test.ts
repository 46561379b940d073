import { afterAll, beforeAll } from 'vitest';
import type { RunningBroker } from './kit/brokers.js';
import { askDiscovery } from './kit/discovery-suite.js';
import { askEvents } from './kit/event-suite.js';
import { askKilled } from './kit/kill-suite.js';
import { askTerminals } from './kit/link-suite.js';
import { askRelays } from './kit/publisher-suite.js';
import { askRelayKilled } from './kit/relay-kill-suite.js';
import { NATS } from './kit/shipped.js';

let broker: RunningBroker;
beforeAll(async () => {
  broker = await NATS.start();
});
afterAll(() => broker.dispose());

const open = (): Promise<RunningBroker> => Promise.resolve(broker);
const leave = (): Promise<void> => Promise.resolve();
askTerminals(NATS, open, leave);
askRelays(NATS, open, leave);
askKilled(NATS.name, () => broker);
askEvents(NATS.name, () => broker, { ordered: false });
askDiscovery(NATS.name, () => broker);
askRelayKilled(NATS.name, () => broker);
