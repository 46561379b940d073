import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeNetwork } from '../../src/host/network.js';
import { Authority } from '../kit/authority.js';
import { ConnectProxy } from '../kit/connect-proxy.js';
import { freePort } from '../kit/net/free-port.js';
import { BrokerProcess } from './kit/broker-process.js';
import { linkUp, makeLink, makePublisher } from './kit/links.js';

describe('Mosquitto by WebSocket over TLS, as where only 443 is open', () => {
  const authority = new Authority();
  let port = 0;
  const ports = { six: 0, clear: 0, web: 0 };
  const proxy = new ConnectProxy(() => port);
  let proxyPort = 0;
  const conf = authority.at('mosquitto.conf');
  const mosquitto = new BrokerProcess(() => ({
    program: 'mosquitto',
    args: ['-c', conf],
    package: 'mosquitto',
  }));

  beforeAll(async () => {
    const { certFile, keyFile } = authority.sign('DNS:broker.test,IP:127.0.0.1,IP:::1');
    proxyPort = await proxy.start();
    const tls = [`certfile ${certFile}`, `keyfile ${keyFile}`];
    for (let attempt = 1; ; attempt += 1) {
      port = await freePort();
      ports.six = await freePort();
      ports.clear = await freePort();
      ports.web = await freePort();
      const lines = [
        ...(process.getuid?.() === 0 ? ['user root'] : []),
        'allow_anonymous true',
        ...[`listener ${ports.six} ::1`, ...tls],
        `listener ${ports.clear} ::1`,
        ...[`listener ${ports.web} ::1`, 'protocol websockets', ...tls],
        ...[`listener ${port} 127.0.0.1`, 'protocol websockets', ...tls],
      ];
      writeFileSync(conf, `${lines.join('\n')}\n`);
      try {
        await mosquitto.run(port);
        return;
      } catch (thrown) {
        // Somebody else may have taken a port between our look and Mosquitto's.
        if (attempt === 5 || !mosquitto.output.includes('Address already in use')) throw thrown;
      }
    }
  });
  afterAll(async () => {
    await mosquitto.end('SIGKILL');
    await proxy.stop();
    authority.dispose();
  });

  const through = () => ({ host: '127.0.0.1', port: proxyPort, authorization: undefined });
  const trusting = (proxied: boolean) =>
    makeNetwork({ proxy: proxied ? through() : undefined, noProxy: [], caFile: authority.file });

  const down = async (url: string, over: Parameters<typeof makeLink>[1]): Promise<string> => {
    const { link, recorder } = makeLink(url, over);
    link.start(recorder);
    const why = await recorder.down();
    await link.stop();
    return why;
  };

  it('is reached through the proxy, by a terminal and by a relay whose message to itself comes back', async () => {
    const url = 'wss://broker.test/mqtt';
    const { link, recorder } = await linkUp(url, { network: trusting(true) });
    const { publisher } = makePublisher(url, { network: trusting(true) });
    await publisher.start();
    expect(publisher.trouble()).toBeUndefined();
    expect(proxy.asked).toEqual(['broker.test:443', 'broker.test:443']);
    expect(recorder).toBeDefined();
    await publisher.stop();
    await link.stop();
  });

  it('is reached straight, by the file of the broker or by that of the network; MQTT itself over IPv6 as well', async () => {
    const own = { tls: { caFile: authority.file } };
    const straight = `wss://127.0.0.1:${port}/mqtt`;
    for (const [url, over] of [
      [straight, { broker: { urls: [straight], ...own } }],
      [straight, { network: trusting(false) }],
      [`wss://[::1]:${ports.web}/mqtt`, { network: trusting(false) }],
      [`mqtts://[::1]:${ports.six}`, { network: trusting(false) }],
      [`mqtt://[::1]:${ports.clear}`, {}],
    ] as const)
      await (await linkUp(url, over)).link.stop();
  });

  it('of a broker whose own authorities are named, those of the network count for nothing', async () => {
    const other = new Authority();
    const all = (caFile: string) => makeNetwork({ proxy: undefined, noProxy: [], caFile });
    for (const url of [`wss://127.0.0.1:${port}/mqtt`, `mqtts://[::1]:${ports.six}`]) {
      const named = (caFile: string) => ({ broker: { urls: [url], tls: { caFile } } });
      await (await linkUp(url, { ...named(authority.file), network: all(other.file) })).link.stop();
      expect(await down(url, { ...named(other.file), network: all(authority.file) })).toMatch(/^E605 /);
    }
    other.dispose();
  });

  it('is not reached, with its number and in words, where nobody knows the certificate, where the proxy refuses, and where something else answers', async () => {
    expect(await down(`wss://127.0.0.1:${port}/`, {})).toMatch(/^E605 /);
    expect(await down(`mqtts://[::1]:${ports.six}`, {})).toMatch(/^E605 /);
    proxy.answers = 407;
    expect(await down('wss://broker.test/', { network: trusting(true) })).toMatch(
      /^E601 the proxy 127\.0\.0\.1:\d+ wants a name and password/,
    );
    proxy.answers = 200;
  });
});
