import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startCallout } from '../../src/programs/relay-callout.js';
import type { RelayDoor } from '../../src/programs/relay-door.js';
import { freePort } from '../kit/net/free-port.js';
import { linkUp } from './kit/links.js';
import { TELLERS } from './kit/people.js';
import { type ShippedBroker, startNatsAsShipped } from './kit/shipped.js';
import { askTokens, TestDoor } from './kit/token-suite.js';

// Debian 12's NATS 2.9 asks nobody; Debian 13's does (BROKER_ROOT).
describe.skipIf(!process.env['BROKER_ROOT'])('tokens at NATS', () => {
  let broker: ShippedBroker;
  let port: number;
  let another: () => RelayDoor;
  const door = new TestDoor((people, environment) => {
    const bookFile = join(door.directory, 'at-broker');
    const account = { port, user: 'tokens', password: TELLERS.tokens, bookFile };
    // Asked for when somebody is thrown out.
    const urls = () => [broker.url];
    const address = {
      get urls() {
        return urls();
      },
    };
    another = () => startCallout({ ...account, broker: address }, people, environment);
    return another();
  });
  beforeAll(async () => {
    port = await freePort();
    await door.open();
    const line = await door.log.said.nextWhere((one) => one.includes('auth_callout.issuer'));
    broker = await startNatsAsShipped(false, { port, issuer: line.split(' ').at(-1) ?? '' });
    await door.log.said.nextWhere((one) => one.includes('NATS asks here'));
  });
  afterAll(async () => {
    await door.close();
    await broker.dispose();
  });

  it('ends a connection by itself when its token ends, and lets a terminal in after its own death', async () => {
    const brief = await linkUp(broker.url, {
      terminal: 'T11',
      password: await door.token('T11', { lifeS: 2 }),
    });
    await brief.recorder.down();
    await brief.log.said.nextWhere((line) => line.includes('E602'));
    await brief.link.stop();
    const { link, recorder } = await linkUp(broker.url, {
      terminal: 'T12',
      password: await door.token('T12'),
    });
    await broker.kill();
    await broker.startAgain();
    await recorder.down();
    await recorder.up();
    await link.stop();
  });

  it('throws out a revoked terminal where two relays answer', async () => {
    const other = another();
    await door.log.said.nextWhere((line) => line.includes('NATS asks here'));
    const stolen = await linkUp(broker.url, { terminal: 'T10', password: await door.token('T10') });
    door.list.revoke('T10', 'stolen');
    await door.isThrownOut('T10');
    await stolen.log.said.nextWhere((line) => line.includes('E602'));
    await stolen.link.stop();
    await other.close();
  });

  askTokens(
    'NATS',
    () => broker,
    () => door,
  );
});
