import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { type Shop, story } from '../kit/shop.js';

/** More than a minute's lines. */
const MANY = 150;
const MOST = 60;

const written = (shop: Shop, text: string): number => shop.log.filter((line) => line.includes(text)).length;

it('fills no log with wrong signatures and tokens at the relay, and says how many it left out', () =>
  story({ printer: false }, async (shop) => {
    const body = JSON.stringify({
      ...{ order_id: 'T1-01JDA3Z1000000000000000000', status_code: '200', gross_amount: '15000.00' },
      ...{ transaction_status: 'settlement', transaction_id: 'x', signature_key: 'f'.repeat(128) },
    });
    const statusOf = async (path: string, init?: RequestInit): Promise<number> => {
      const answer = await fetch(shop.relay.url + path, init);
      await answer.arrayBuffer();
      return answer.status;
    };
    for (let i = 0; i < MANY; i += 1) {
      expect(await statusOf('/notify', { method: 'POST', body })).toBe(403);
      expect(await statusOf('/v2/T1-X/status')).toBe(401);
      expect(await statusOf('/nothing-here')).toBe(404);
    }
    const told = written(shop, 'E670') + written(shop, 'E673') + written(shop, 'no such path');
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThanOrEqual(MOST);
    // What the shop itself does is written as ever, in the same minute.
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    expect(shop.log.some((line) => line.includes('<- POST /v2/charge') && line.includes('200'))).toBe(true);
    expect(written(shop, `passed order=${order}`)).toBeGreaterThan(0);
    expect(written(shop, 'not written here')).toBe(0);
    await shop.clock.advance(60_000);
    // Two lines for each wrong signature, one for each of the others.
    expect(shop.log.join('\n')).toMatch(/WARN .*\b[345]\d\d more lines about strangers, .* not written here/);
  }));

it('fills no log with those whom the broker does not let in', () =>
  story({ printer: false }, async (shop) => {
    const { hostname, port } = new URL(shop.relay.brokerUrl ?? '');
    for (let i = 0; i < MANY; i += 1) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write('GET / HTTP/1.1\r\n\r\n');
      await once(socket, 'close');
    }
    expect(written(shop, 'E613')).toBeLessThanOrEqual(MOST);
    expect(written(shop, 'E613')).toBeGreaterThan(0);
    await shop.clock.advance(60_000);
    expect(shop.log.join('\n')).toMatch(
      /WARN .*\b\d+ more lines about who was not let in .* not written here/,
    );
  }));
