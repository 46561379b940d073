import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Misuse } from '../../src/base/assert.js';
import { EmbeddedBroker } from '../../src/mqtt/broker.js';
import { FakeTime } from '../kit/time.js';
import { AwaitedLog } from './kit/collect.js';
import { linkUp, makeLink, makePublisher } from './kit/links.js';
import { identify } from './kit/people.js';
import { realTime } from './kit/time.js';

describe('a link over TLS', () => {
  let directory: string;
  let broker: EmbeddedBroker;
  let url: string;
  const file = (name: string): string => join(directory, name);

  /** A certificate for `name` that signs itself (Debian package openssl). */
  function certify(base: string, name: string): void {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
        ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`],
        ...['-keyout', file(`${base}.key`), '-out', file(`${base}.pem`)],
      ],
      { stdio: 'pipe' },
    );
  }

  const pair = (base: string) => ({
    cert: readFileSync(file(`${base}.pem`), 'utf8'),
    key: readFileSync(file(`${base}.key`), 'utf8'),
  });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'gopay-pos-tls-'));
    certify('broker', 'broker.example');
    certify('other', 'broker.example');
    broker = new EmbeddedBroker({
      authenticate: identify,
      persistence: 'memory',
      tls: { cert: readFileSync(file('broker.pem'), 'utf8'), key: readFileSync(file('broker.key'), 'utf8') },
      ...realTime(),
      log: new AwaitedLog(),
    });
    url = await broker.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await broker.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is up when the certificate is of the authority and the name that it was told', async () => {
    expect(url).toMatch(/^mqtts:/);
    const tls = { caFile: file('broker.pem'), servername: 'broker.example' };
    const { link } = await linkUp(url, { broker: { urls: [url], tls } });
    await link.stop();
    const { publisher } = makePublisher(url, { broker: { urls: [url], tls } });
    await publisher.start();
    expect(publisher.trouble()).toBeUndefined();
    await publisher.stop();
  });

  it.each([
    ['another authority', { caFile: 'other.pem', servername: 'broker.example' }],
    ['another name', { caFile: 'broker.pem', servername: 'elsewhere.example' }],
    ['a file that is not there', { caFile: 'missing.pem', servername: 'broker.example' }],
    ['a key that is none', { caFile: 'broker.pem', certFile: 'broker.pem', keyFile: 'broker.pem' }],
  ])('is down with its number for %s', async (_name, tls) => {
    const inDirectory = Object.fromEntries(
      Object.entries(tls).map(([key, value]) => [key, key === 'servername' ? value : file(value)]),
    );
    const { link, recorder } = makeLink(url, { broker: { urls: [url], tls: inDirectory } });
    link.start(recorder);
    expect(await recorder.down()).toMatch(/^E605 /);
    await link.stop();
  });

  it('shows a renewed certificate to who comes, and keeps who is there', async () => {
    const own = new EmbeddedBroker({
      authenticate: identify,
      persistence: 'memory',
      tls: pair('broker'),
      ...realTime(),
      log: new AwaitedLog(),
    });
    const at = await own.listen(0, '127.0.0.1');
    const known = (base: string) => ({
      urls: [at],
      tls: { caFile: file(`${base}.pem`), servername: 'broker.example' },
    });
    const before = await linkUp(at, { broker: known('broker') });
    own.renew(pair('other'));
    const later = makePublisher(at, { broker: known('other') });
    await later.publisher.start();
    expect(later.publisher.trouble()).toBeUndefined();
    expect(before.recorder.states.all).toEqual([{ up: true }]);
    await later.publisher.stop();
    await before.link.stop();
    await own.close();
  });

  it('reads its files again at each connect', async () => {
    const time = new FakeTime();
    const tls = { caFile: file('later.pem'), servername: 'broker.example' };
    const { link, recorder } = makeLink(url, { broker: { urls: [url], tls }, clock: time, timers: time });
    link.start(recorder);
    expect(await recorder.down()).toMatch(/^E605 .*ENOENT/);
    writeFileSync(file('later.pem'), execFileSync('cat', [file('broker.pem')]));
    time.advance(time.waiting()[0] ?? 0);
    await recorder.up();
    await link.stop();
  });

  it('never takes credentials from the URL', () => {
    expect(() => makeLink('mqtt://T1:hidden@127.0.0.1:1')).toThrow(Misuse);
    expect(() => makeLink('mqtt://T1:hidden@127.0.0.1:1')).not.toThrow(/hidden/);
    expect(() => makeLink('http://127.0.0.1:1')).toThrow(Misuse);
    expect(() => makeLink('nonsense')).toThrow(Misuse);
  });
});
