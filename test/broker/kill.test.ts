import { afterAll, beforeAll } from 'vitest';
import type { RunningBroker } from './kit/brokers.js';
import { askKilled } from './kit/kill-suite.js';
import { startMosquittoAsShipped } from './kit/shipped.js';

let mosquitto: RunningBroker;
beforeAll(async () => {
  mosquitto = await startMosquittoAsShipped();
});
afterAll(() => mosquitto.dispose());

askKilled('Mosquitto', () => mosquitto);
