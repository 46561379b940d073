import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askEvents } from './kit/event-suite.js';
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

it('Mosquitto is not told to forget whoever is away (mosquitto#2618, 2.0.12 and newer)', () => {
  const conf = readFileSync(new URL('../../systemd/broker/mosquitto.conf', import.meta.url), 'utf8');
  expect(conf).not.toMatch(/^\s*per_listener_settings/m);
});

askShipped('Mosquitto', () => mosquitto);
askShipped('NATS', () => nats);
askKilled('Mosquitto', () => mosquitto);
askEvents('Mosquitto', () => mosquitto);
