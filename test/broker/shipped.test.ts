import { afterAll, beforeAll } from 'vitest';
import { askKilled } from './kit/kill-suite.js';
import { type ShippedBroker, startMosquittoAsShipped, startNatsAsShipped } from './kit/shipped.js';
import { askShipped } from './kit/tls-suite.js';

let mosquitto: ShippedBroker;
let nats: ShippedBroker;
beforeAll(async () => {
  mosquitto = await startMosquittoAsShipped();
  nats = await startNatsAsShipped(true);
});
afterAll(async () => {
  await mosquitto.dispose();
  await nats.dispose();
});

askShipped('Mosquitto', () => mosquitto);
askShipped('NATS', () => nats);
askKilled('Mosquitto', () => mosquitto);
