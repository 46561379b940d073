import { request } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { API, type Api, type ApiAccess } from '../../../devices/register/api/device.js';
import { Failure } from '../../../src/base/fault.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { makeCertificate } from '../../kit/certificate.js';
import { KeptLog } from '../../kit/kept-log.js';
import { until } from '../../kit/pty/until.js';
import { FakeTime } from '../../kit/time.js';

const TILL = { name: 'till', token: 'the-token-of-the-till-1234', rights: ['sell', 'read'] } as const;
const BOOKS = { name: 'books', token: 'the-token-of-the-books-1234', rights: ['read'] } as const;

let api: Api | undefined;

async function opened(access: ApiAccess, host = '127.0.0.1'): Promise<Api> {
  const time = new FakeTime();
  const settings = {
    host,
    port: 0,
    acknowledge: 'required',
    showsQr: false,
    ackWaitSeconds: 3,
    resends: 2,
  } as const;
  const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0 };
  const tools = { clock: time, timers: time, random, log: new KeptLog(), ...access };
  const one = await API.open({ enabled: true, ...settings }, tools);
  one.start((event) => {
    if (event.kind === 'asked')
      void one.send(
        one.encode(
          event.frame,
          event.question.ask === 'echo'
            ? { result: 'echo', ready: true, busy: false }
            : { result: 'noSuchSale' },
        ),
        event.frame,
      );
  });
  await until('the port', () => one.port() !== undefined);
  api = one;
  return one;
}

afterEach(async () => {
  await api?.stop();
  api = undefined;
});

async function codeOf(opening: Promise<unknown>): Promise<number | undefined> {
  try {
    await opening;
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.fault.code;
    throw thrown;
  }
  return undefined;
}

describe('programs with tokens', () => {
  it('lets nobody in without a token, or with one that is not known, by HTTP or WebSocket', async () => {
    const { port } = await opened({ programs: [TILL, BOOKS] });
    const status = async (authorization?: string): Promise<number> => {
      const headers = authorization === undefined ? {} : { authorization };
      return (await fetch(`http://127.0.0.1:${port()}/v1/status`, { headers })).status;
    };
    for (const wrong of [
      undefined,
      'Bearer',
      `Basic ${TILL.token}`,
      'Bearer x',
      `Bearer ${TILL.token}x`,
      TILL.token,
    ])
      expect([wrong, await status(wrong)]).toEqual([wrong, 401]);
    expect(await status(`Bearer ${TILL.token}`)).toBe(200);
    expect(await status(`bearer ${BOOKS.token}`)).toBe(200);
    const connected = (headers: Record<string, string>): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port()}/`, { headers });
        socket.on('error', () => resolve(false));
        socket.on('open', () => {
          socket.terminate();
          resolve(true);
        });
      });
    expect(await connected({})).toBe(false);
    expect(await connected({ authorization: `Bearer ${TILL.token}` })).toBe(true);
  });

  it('a program speaks in its own name, and does what its rights allow', async () => {
    const { port } = await opened({ programs: [TILL, BOOKS] });
    const said = async (token: string, method: string, path: string, body?: string) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await fetch(`http://127.0.0.1:${port()}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      return { status: answer.status, ...((await answer.json()) as object) };
    };
    expect(await said(TILL.token, 'GET', '/v1/status')).toMatchObject({ program: { name: 'till' } });
    expect(await said(TILL.token, 'GET', '/v1/sales/A?till=books')).toMatchObject({
      status: 400,
      field: 'till',
    });
    expect(await said(TILL.token, 'GET', '/v1/sales/A?till=till')).toMatchObject({ status: 404 });
    expect(await said(TILL.token, 'POST', '/v1/sales/A/refunds', '{}')).toMatchObject({
      status: 403,
      fault: 'E242',
    });
    const sale = '{"ref":"A","amount":1}';
    expect(await said(BOOKS.token, 'POST', '/v1/sales', sale)).toMatchObject({ status: 403, fault: 'E242' });
    expect(await said(BOOKS.token, 'GET', '/v1/sales/A')).toMatchObject({ status: 404, fault: 'E239' });
  });

  it('has the same name and rights by the WebSocket', async () => {
    const { port } = await opened({ programs: [TILL] });
    const headers = { authorization: `Bearer ${TILL.token}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port()}/`, { headers });
    const heard: Record<string, unknown>[] = [];
    socket.on('message', (data) => heard.push(JSON.parse(String(data))));
    await new Promise((resolve) => socket.on('open', resolve));
    const says = async (message: object): Promise<unknown> => {
      const before = heard.length;
      socket.send(JSON.stringify(message));
      await until('an answer', () => heard.length > before);
      return heard[before];
    };
    expect(await says({ op: 'status', ref: 'A' })).toMatchObject({ code: 'no_such_sale', till: 'till' });
    const wrongTill = { code: 'invalid', field: 'till', found: 'books' };
    expect(await says({ op: 'status', ref: 'A', till: 'books' })).toMatchObject(wrongTill);
    const wrongOp = { code: 'invalid', field: 'op', found: 'refund' };
    expect(await says({ op: 'refund', ref: 'A' })).toMatchObject(wrongOp);
    socket.terminate();
  });

  it('needs TLS and tokens for more than this machine, tokens that are long, and one for each', async () => {
    expect(await codeOf(opened({ programs: [] }, '0.0.0.0'))).toBe(FAULT.apiPublicAddress);
    expect(await codeOf(opened({ programs: [TILL] }, '0.0.0.0'))).toBe(FAULT.apiPublicAddress);
    expect(await codeOf(opened({ programs: [TILL, { ...BOOKS, token: TILL.token }] }))).toBe(
      FAULT.apiTokenShared,
    );
    expect(await codeOf(opened({ programs: [{ ...TILL, token: 'short-token' }] }))).toBe(
      FAULT.secretTooShort,
    );
    const tls = { cert: () => 'no certificate', key: () => 'no key' };
    expect(await codeOf(opened({ programs: [TILL], tls }))).toBe(FAULT.apiTls);
  });
});

it('speaks TLS to whoever trusts its certificate, by whatever name it is reached', async () => {
  const made = makeCertificate('kasir', 2);
  const tls = { cert: () => made.cert, key: () => made.key };
  const { port } = await opened({ programs: [TILL], tls }, '0.0.0.0');
  const headers = { authorization: `Bearer ${TILL.token}`, host: 'kasir' };
  const status = await new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: port(),
      path: '/v1/status',
      ca: made.cert,
      servername: 'kasir',
      headers,
    };
    request(options, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end();
  });
  expect(status).toBe(200);
  // Who does not speak it gets nothing.
  await expect(fetch(`http://127.0.0.1:${port()}/v1/status`)).rejects.toThrow();
});
