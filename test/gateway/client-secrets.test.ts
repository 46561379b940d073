import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { type Bench, makeBench, ORDER, reply, reset, SERVER_KEY, sample } from './client-kit.js';

let bench: Bench;
beforeEach(async () => {
  bench = await makeBench();
});
afterEach(() => bench.server.stop());

const TOKEN = 'tok-en of: the terminal 7f3a';
const SECRETS = [SERVER_KEY, btoa(`${SERVER_KEY}:`), TOKEN, btoa(`T01:${TOKEN}`)];

function expectClean(...things: unknown[]): void {
  for (const thing of things) {
    const text =
      inspect(thing, { depth: Infinity, showHidden: true }) + JSON.stringify(thing) + String(thing);
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  }
}

describe('the credential', () => {
  const credentials = [basicAuthorization(SERVER_KEY, ''), basicAuthorization('T01', TOKEN)];

  it('is not in the client, however it is looked at', () => {
    for (const authorization of credentials)
      expectClean(bench.client({ authorization: () => authorization }));
  });

  it('is in no outcome and no log line, also when the other side echoes it', async () => {
    for (const authorization of credentials) {
      const client = bench.client({ authorization: () => authorization });
      const echo = (status: number, wrap: (text: string) => string) => {
        bench.server.script((response, request) => {
          const told = `${request.headers.authorization} ${SERVER_KEY} ${TOKEN}`;
          reply(status, wrap(told))(response, request);
        });
      };
      const html = (text: string) => `<html>${text}</html>`;
      const json = (text: string) => JSON.stringify({ status_code: '400', status_message: text });
      for (const wrap of [html, json]) {
        echo(502, wrap);
        const other = authorization === credentials[0] ? TOKEN : SERVER_KEY;
        const outcomes = [
          await client.charge(ORDER),
          await client.status(ORDER.orderId),
          await client.refund(ORDER.orderId, 'r', rupiah(1), 'x'),
          await client.health(),
        ];
        // The server also says the other credential, which this client cannot know; only its own is its business.
        const text = inspect(outcomes) + bench.log.lines.join('\n');
        for (const secret of SECRETS.filter((one) => one !== other)) expect(text).not.toContain(secret);
        bench.log.lines.length = 0;
      }
    }
  });

  it('is not in the error of a connection that fails', async () => {
    bench.server.script(reset);
    expectClean(await bench.client().charge(ORDER), bench.log.lines);
  });

  it('is not in the error about a header that is malformed', async () => {
    const authorization = () => `Basic ${btoa(`${SERVER_KEY}:`)}\r\nX-Evil: 1`;
    const outcome = await bench.client({ authorization }).charge(ORDER);
    expect(outcome).toMatchObject({ kind: 'unknown', fault: { kind: 'temporary', code: 569 } });
    expectClean(outcome, bench.log.lines);
  });

  it('goes with no picture', async () => {
    bench.server.script(reply(200, Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1')));
    await bench.client().picture(`${bench.url}/v2/gopay/x/qr-code`);
    expect(bench.server.last().headers.authorization).toBeUndefined();
    expectClean(bench.server.last());
  });
});

describe('the log', () => {
  it('has one line for a request and one for its answer, both with the order', async () => {
    bench.server.script((response, request) => {
      bench.clock.advance(132);
      reply(200, sample('derived/status-qris-settlement-200.json'))(response, request);
    });
    await bench.client().status('T01-A');
    expect(bench.log.lines).toEqual([
      'debug -> GET /v2/T01-A/status order=T01-A',
      'debug <- 200 200 settlement Success, transaction is found order=T01-A 132 ms',
    ]);
    expect(bench.log.lines.join()).not.toContain('58d29cf46f62');
  });

  it('says in a number why there was no answer', async () => {
    bench.server.script(reset);
    await bench.client().status('T01-A');
    expect(bench.log.lines[1]).toMatch(/^debug <- E563 .* order=T01-A 0 ms$/);
  });
});
