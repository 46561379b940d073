import { X509Certificate } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TlsPair } from '../../../devices/kit/http-server.js';
import { API, type Api } from '../../../devices/register/api/device.js';
import { Failure, refused } from '../../../src/base/fault.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { makeCertificate } from '../../kit/certificate.js';
import { KeptLog } from '../../kit/kept-log.js';
import { until } from '../../kit/pty/until.js';
import { FakeTime } from '../../kit/time.js';

const MINUTE_MS = 60_000;
const FIRST = makeCertificate('kasir', 30);
const RENEWED = makeCertificate('kasir', 90);
const SHORT = makeCertificate('kasir', 1);

let time: FakeTime;
let log: KeptLog;
let files: TlsPair;
/** Of the wall. */
let nowMs: number;
let api: Api;

beforeEach(async () => {
  time = new FakeTime();
  log = new KeptLog();
  files = FIRST;
  nowMs = Date.now();
  const clock = { wallMs: () => nowMs, monoMs: () => time.monoMs() };
  const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0 };
  const tls = { cert: () => files.cert, key: () => files.key };
  const programs = [{ name: 'till', token: 'the-token-of-the-till-1234', rights: ['read'] as const }];
  api = await API.open(
    {
      ...({ enabled: true, host: '127.0.0.1', port: 0, acknowledge: 'required', showsQr: false } as const),
      ...{ ackWaitSeconds: 3, resends: 2 },
    },
    { clock, timers: time, random, log, programs, tls },
  );
  api.start((event) => {
    if (event.kind === 'asked')
      void api.send(api.encode(event.frame, { result: 'echo', ready: true, busy: false }), event.frame);
  });
  await until('the port', () => api.port() !== undefined);
});
afterEach(() => api.stop());

/** A handshake by whoever trusts all three. */
function shaken(): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const ca = [FIRST, RENEWED, SHORT].map(({ cert }) => cert);
    const socket = connect({ host: '127.0.0.1', port: api.port() ?? 0, ca, servername: 'kasir' });
    socket.on('error', reject);
    socket.on('secureConnect', () => resolve(socket));
  });
}

async function shown(): Promise<string> {
  const socket = await shaken();
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

const printOf = ({ cert }: TlsPair): string => new X509Certificate(cert).fingerprint256;

it('a renewed certificate holds from the next handshake on, and who is connected stays', async () => {
  expect(await shown()).toBe(printOf(FIRST));
  const open = await shaken();
  files = RENEWED;
  time.advance(MINUTE_MS);
  expect(await shown()).toBe(printOf(RENEWED));
  const answer = new Promise((resolve) => open.once('data', (bytes) => resolve(String(bytes).slice(0, 12))));
  open.write(
    'GET /v1/status HTTP/1.1\r\nHost: kasir\r\nAuthorization: Bearer the-token-of-the-till-1234\r\n\r\n',
  );
  expect(await answer).toBe('HTTP/1.1 200');
  open.destroy();
  // Nothing new: nothing is said.
  time.advance(5 * MINUTE_MS);
  expect(log.matching(/certificate holds/)).toHaveLength(1);
});

it('one that does not belong to its key, is none, is gone, or has ended leaves the old one, and is tried until it is good', async () => {
  const bad: TlsPair[] = [
    { cert: RENEWED.cert, key: FIRST.key },
    { cert: RENEWED.cert.slice(0, 200), key: RENEWED.key },
    { cert: '', key: RENEWED.key },
  ];
  for (const [at, pair] of bad.entries()) {
    files = pair;
    time.advance(3 * MINUTE_MS);
    expect([at, await shown()]).toEqual([at, printOf(FIRST)]);
    // Once for each, however often it is tried.
    expect(log.matching(new RegExp(`E${FAULT.apiTlsKept}`))).toHaveLength(at + 1);
  }
  files = {
    get cert(): string {
      throw new Failure(refused(FAULT.apiTls, 'ENOENT: no such file'));
    },
    key: RENEWED.key,
  };
  time.advance(MINUTE_MS);
  expect(log.matching(new RegExp(`E${FAULT.apiTlsKept}`))).toHaveLength(bad.length + 1);
  nowMs += 2 * 86_400_000;
  files = SHORT;
  time.advance(MINUTE_MS);
  expect(log.matching(/has ended on/)).toHaveLength(1);
  expect(await shown()).toBe(printOf(FIRST));
  files = RENEWED;
  time.advance(MINUTE_MS);
  expect(await shown()).toBe(printOf(RENEWED));
});
