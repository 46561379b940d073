import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TerminalId } from '../../src/base/ids.js';
import { EnrolmentCodes } from '../../src/identity/codes.js';
import { enrolAt, renewAt } from '../../src/identity/enrolment-client.js';
import { makeKeyPem } from '../../src/identity/keys.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { startTokens } from '../../src/programs/relay-tokens.js';
import { relayAsker } from '../../src/programs/token-keeper.js';
import { askDiscovery } from './kit/discovery-suite.js';
import { askEvents } from './kit/event-suite.js';
import { askKilled } from './kit/kill-suite.js';
import { linkUp } from './kit/links.js';
import { TELLERS } from './kit/people.js';
import { askRelayKilled } from './kit/relay-kill-suite.js';
import { type ShippedBroker, startMosquittoAsShipped, startNatsAsShipped } from './kit/shipped.js';
import { askShipped } from './kit/tls-suite.js';
import { askTokens, TestDoor } from './kit/token-suite.js';
import { ToldRelay } from './kit/told-relay.js';

let mosquitto: ShippedBroker;
let nats: ShippedBroker;
const door = new TestDoor((people, environment) => {
  const account = { user: 'tokens', password: TELLERS.tokens, port: 8430 };
  return startTokens({ ...account, broker: { urls: [mosquitto.url] } }, people, environment);
}, true);
beforeAll(async () => {
  mosquitto = await startMosquittoAsShipped();
  await door.open();
  nats = await startNatsAsShipped(true);
});
afterAll(async () => {
  await door.close();
  await mosquitto.dispose();
  await nats.dispose();
});

it('Mosquitto is not told to forget whoever is away (mosquitto#2618, 2.0.12 and newer)', () => {
  const conf = readFileSync(new URL('../../systemd/broker/mosquitto.conf', import.meta.url), 'utf8');
  expect(conf).not.toMatch(/^\s*per_listener_settings/m);
});

describe('a relay that tells Mosquitto of its tokens', () => {
  let relay: ToldRelay;
  beforeEach(() => {
    relay = new ToldRelay();
  });
  afterEach(() => relay.close());

  it('lets a box in from its enrolment on, goes on with it when it has renewed, and not when it is revoked', async () => {
    const { url } = await relay.start(mosquitto.url);
    const { environment, directory, list } = relay;
    const codes = new EnrolmentCodes(directory, environment.clock, list);
    const code = codes.make({ terminal: 'BOX1' as TerminalId, caps: {} }, environment.random);
    const [key, ask] = [makeKeyPem(), relayAsker(environment.timers)];
    const enrolled = await enrolAt(url, code, key, ask);
    if (!enrolled.ok) throw new Error(enrolled.error.detail);
    let password = enrolled.value.token;
    await relay.log.said.nextWhere((line) => line.includes('BOX1 is let in at the broker'));
    const box = await linkUp(mosquitto.url, { terminal: 'BOX1', password: () => password });
    // Of the same second it would be the same token.
    relay.aheadMs += 1_000;
    const renewed = await renewAt(url, password, key, ask);
    if (!renewed.ok) throw new Error(renewed.error.detail);
    password = renewed.value.token;
    // Any request with it; Midtrans is away.
    const headers = { Authorization: basicAuthorization('BOX1', password) };
    await fetch(`${url}/v2/BOX1-HEALTH/status`, { headers });
    await relay.log.said.nextWhere((line) => line.includes('BOX1 is let in at the broker'));
    await box.recorder.down();
    await box.recorder.up();
    list.revoke('BOX1', 'stolen');
    await box.log.said.nextWhere((line) => line.includes('E602'));
    await box.link.stop();
    for (const token of [enrolled.value.token, password]) expect(relay.log.lines.join()).not.toContain(token);
  });

  it('says in its status that the account may not ask the plugin (E651)', async () => {
    const program = await relay.start(mosquitto.url, 'stranger');
    await relay.log.said.nextWhere((line) => /^warn E651 .*may not ask/.test(line));
    expect(program.status()).toMatch(/; E651 /);
  });
});

askShipped('Mosquitto', () => mosquitto);
askShipped('NATS', () => nats);
askKilled('Mosquitto', () => mosquitto);
askEvents('Mosquitto', () => mosquitto);
askDiscovery('Mosquitto', () => mosquitto);
askRelayKilled('Mosquitto', () => mosquitto);
askTokens(
  'Mosquitto',
  () => mosquitto,
  () => door,
  'replaces',
);
