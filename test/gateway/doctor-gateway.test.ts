import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SystemClock, SystemRandom } from '../../src/host/clock.js';
import { Sandbox } from '../../src/sandbox/sandbox.js';
import { Authority } from '../kit/authority.js';
import { makeCertificate } from '../kit/certificate.js';
import { ConnectProxy } from '../kit/connect-proxy.js';
import { KeptLog } from '../kit/kept-log.js';
import { freePort } from '../kit/net/free-port.js';
import { foundBy, Patient, wrongOf } from '../kit/patient.js';
import { realTimers } from '../kit/pty/until.js';

const KEY = 'SB-Mid-server-doctor-0123456789';
let patient: Patient;
const closing: (() => unknown)[] = [];

beforeEach(() => {
  patient = new Patient();
});
afterEach(async () => {
  patient.remove();
  for (const close of closing.splice(0)) await close();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

async function http(answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer(answer))}`;
}

async function sandbox(): Promise<string> {
  const made = new Sandbox({
    serverKey: KEY,
    merchantId: 'G490526303',
    merchantName: 'Warung',
    merchantCity: 'BANDUNG',
    ...{ clock: new SystemClock(), timers: realTimers, random: new SystemRandom(), log: new KeptLog() },
  });
  closing.push(() => made.close());
  return (await made.listen(0)).url;
}

function direct(url: string, key = KEY): string {
  return `mode = "direct"\nenvironment = "sandbox"\nurl = "${url}"\nsecret = "${patient.secret('key', key)}"`;
}

it('a gateway that answers, and takes the key, is good; nothing was charged', async () => {
  const findings = await patient.terminal(direct(await sandbox()));
  expect(wrongOf(findings).filter((each) => !each.startsWith('host.'))).toEqual([]);
  for (const check of ['gateway.answer', 'gateway.key', 'host.clock'])
    expect(foundBy(findings, check), check).toMatchObject({ verdict: 'pass' });
});

it('a wrong key is named, and stands nowhere in the answer', async () => {
  const key = 'SB-Mid-server-of-somebody-else-98765';
  const findings = await patient.terminal(direct(await sandbox(), key));
  expect(foundBy(findings, 'gateway.key')).toMatchObject({ verdict: 'fail', code: 501 });
  expect(patient.text).toContain('FAIL  E501');
  expect(patient.text + JSON.stringify(findings)).not.toContain(key);
  expect(patient.text).not.toContain(Buffer.from(`${key}:`).toString('base64'));
});

it('nobody at the address', async () => {
  const findings = await patient.terminal(direct(`http://127.0.0.1:${await freePort()}`));
  expect(foundBy(findings, 'gateway.answer')).toMatchObject({ verdict: 'fail', code: 560 });
});

it('a login page of the network: by a redirection elsewhere, by a page, by its own status', async () => {
  const pages: RequestListener[] = [
    (_, answer) => answer.writeHead(302, { Location: 'http://login.hotel.example/' }).end(),
    (_, answer) => answer.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Selamat datang</html>'),
    (_, answer) => answer.writeHead(511).end(),
  ];
  for (const page of pages) {
    const findings = await patient.terminal(direct(await http(page)));
    expect(foundBy(findings, 'gateway.answer')).toMatchObject({ verdict: 'fail', code: 853 });
  }
});

it('a gateway that is in trouble, or answers no JSON, is no login page', async () => {
  for (const [status, code] of [
    [503, 566],
    [404, 564],
  ]) {
    const url = await http((_, answer) =>
      answer.writeHead(status ?? 0, { 'Content-Type': 'text/html' }).end('<p>no</p>'),
    );
    expect(foundBy(await patient.terminal(direct(url)), 'gateway.answer')).toMatchObject({ code });
  }
});

it('a certificate that nobody has signed', async () => {
  const port = await listening(
    createTlsServer(makeCertificate('localhost', 2), (_, answer) => answer.end('{}')) as unknown as Server,
  );
  const findings = await patient.terminal(direct(`https://localhost:${port}`));
  expect(foundBy(findings, 'gateway.answer')).toMatchObject({ verdict: 'fail', code: 561 });
});

it('a clock that is an hour away from the one of the gateway', async () => {
  const url = await http((_, answer) => {
    answer.setHeader('Date', new Date(Date.now() - 3_600_000).toUTCString());
    answer.end('{"status_code":"404","status_message":"none"}');
  });
  const clock = foundBy(await patient.terminal(direct(url)), 'host.clock');
  expect(clock).toMatchObject({ verdict: 'fail', code: 551 });
  expect(clock.detail).toMatch(/^36\d\d s ahead of/);
});

it('notifications lead to another machine, or to nobody', async () => {
  const url = await sandbox();
  const relay = (publicUrl: string, port: number): string =>
    `[relay]\npublic_url = "${publicUrl}"\nport = ${port}\n[midtrans]\nenvironment = "sandbox"\nurl = "${url}"\nsecret = "${patient.secret('key', KEY)}"\n[broker]\nport = 0\ndirectory = ""\n`;
  const shop = await http((_, answer) => answer.end('<html>our web shop</html>'));
  const other = await http((_, answer) => answer.end('{"publisher":"ok","instance":"00000000"}'));
  const nobody = `http://127.0.0.1:${await freePort()}`;
  for (const [address, code] of [
    [shop, 856],
    [other, 856],
    [nobody, 855],
  ] as const) {
    const findings = await patient.relay(relay(address, 0));
    expect(foundBy(findings, 'notification.address'), address).toMatchObject({ verdict: 'fail', code });
    expect(foundBy(findings, 'gateway.key')).toMatchObject({ verdict: 'pass' });
  }
});

it('each merchant of a relay by its own key', async () => {
  const url = await sandbox();
  const merchant = (name: string, key: string): string =>
    `[[merchant]]\nname = "${name}"\nenvironment = "sandbox"\nurl = "${url}"\nsecret = "${patient.secret(name, key)}"\n`;
  const findings = await patient.relay(
    `[relay]\npublic_url = "${await http((_, answer) => answer.end())}"\nport = 0\n[midtrans]\nenvironment = "sandbox"\nurl = "${url}"\nsecret = "${patient.secret('key', KEY)}"\n[broker]\nport = 0\ndirectory = ""\n${merchant('kopi', 'SB-Mid-server-of-nobody-98765432')}`,
  );
  expect(foundBy(findings, 'gateway.key')).toMatchObject({ verdict: 'pass' });
  expect(foundBy(findings, 'merchant.key')).toMatchObject({ verdict: 'fail', code: 501, of: 'kopi' });
});

it('a terminal that asks Midtrans itself: what its notifications are told to is called', async () => {
  const url = await sandbox();
  const nobody = `http://127.0.0.1:${await freePort()}/notify`;
  const good = await http((_, answer) => answer.writeHead(405).end());
  const findings = await patient.terminal(
    `${direct(url)}\nnotification_urls = ["${good}/notify", "${nobody}"]`,
  );
  expect(findings.filter(({ check }) => check === 'notification.address')).toMatchObject([
    { verdict: 'pass' },
    { verdict: 'fail', code: 855, of: nobody },
  ]);
});

it('a proxy and an authority of the file, a proxy that refuses, one that the service will not know, and a file that is none', async () => {
  const authority = new Authority();
  const sound: RequestListener = (_, response) =>
    response.end('{"status_code":"404","status_message":"none"}');
  const made = createTlsServer(authority.sign('DNS:gateway.test'), sound);
  const port = await listening(made as unknown as Server);
  const proxy = new ConnectProxy(() => port);
  closing.push(
    () => authority.dispose(),
    () => proxy.stop(),
  );
  const at = `http://127.0.0.1:${await proxy.start()}`;
  const ca = `ca_file = "${authority.file}"`;
  const look = (table: string, env = {}) =>
    patient.terminal(direct('https://gateway.test'), `[network]\n${table}\n`, { env });
  const through = await look(`proxy = "${at}"\n${ca}`);
  for (const check of ['network.names', 'network.proxy', 'gateway.answer', 'gateway.key'])
    expect(foundBy(through, check).verdict, check).toBe(check === 'network.names' ? 'skip' : 'pass');
  expect(foundBy(await look(ca, { HTTPS_PROXY: at }), 'network.proxy')).toMatchObject({
    verdict: 'warn',
    code: 852,
  });
  proxy.answers = 407;
  const refused = await look(`proxy = "${at}"\n${ca}`);
  for (const check of ['network.proxy', 'gateway.answer'])
    expect(foundBy(refused, check), check).toMatchObject({ verdict: 'fail', code: 842 });
  expect(foundBy(await look('ca_file = "/nowhere/ca.pem"'), 'network.file')).toMatchObject({
    verdict: 'fail',
    code: 841,
  });
});
