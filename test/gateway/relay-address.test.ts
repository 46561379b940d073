import { expect, it } from 'vitest';
import { makeRelay } from './relay-kit.js';

const from = (log: readonly string[]) =>
  log.filter((line) => line.includes('GET /healthz')).map((line) => / from (\S+) /.exec(line)?.[1]);
const claims = { 'X-Forwarded-For': '203.0.113.7, 10.1.2.3' };

it('the relay logs who called: the proxy itself, as anybody could write the header, unless it is one of trusted_proxies', async () => {
  const alone = await makeRelay();
  const behind = await makeRelay({ trustedProxies: ['127.0.0.0/8'] });
  const deeper = await makeRelay({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] });
  const elsewhere = await makeRelay({ trustedProxies: ['192.0.2.1'] });
  for (const bench of [alone, behind, deeper, elsewhere]) {
    await bench.get('/healthz', claims);
    await bench.get('/healthz');
    await bench.stop();
  }
  expect(from(alone.log.lines)).toEqual(['127.0.0.1', '127.0.0.1']);
  expect(from(behind.log.lines)).toEqual(['10.1.2.3', '127.0.0.1']);
  expect(from(deeper.log.lines)).toEqual(['203.0.113.7', '127.0.0.1']);
  expect(from(elsewhere.log.lines)).toEqual(['127.0.0.1', '127.0.0.1']);
});

it('the relay tells of a look at its health at level debug: monitors look all day', async () => {
  const bench = await makeRelay();
  await bench.get('/healthz');
  await bench.get('/healthy');
  await bench.stop();
  const visits = bench.log.lines.filter((line) => line.includes('GET /health'));
  expect(
    visits.map((line) => line.split(' ').filter((word) => /^(debug|info|\/health.)/.test(word))),
  ).toEqual([
    ['debug', '/healthz'],
    ['info', '/healthy'],
  ]);
});
