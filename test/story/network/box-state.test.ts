import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect, it } from 'vitest';
import type { BoxState } from '../../../src/base/box-state.js';
import { systemEnvironment } from '../../../src/programs/environment.js';
import { showFleet } from '../../../src/programs/fleet.js';
import { tokenSha256 } from '../../../src/relay/terminals.js';
import { type Shop, story } from '../kit/shop.js';
import { owedSale } from '../kit/technician.js';

const SCHEMA = new URL('../../../systemd/monitoring/state.schema.json', import.meta.url);

/** The schema as it is kept, and beyond it: nothing may be said that does not stand in it. */
const validate = (() => {
  const schema = JSON.parse(readFileSync(SCHEMA, 'utf8'), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && 'properties' in value && !('additionalProperties' in value)
      ? { ...value, additionalProperties: false }
      : value,
  ) as object;
  const ajv = new Ajv2020({ allErrors: true });
  formats.default(ajv);
  return ajv.compile(schema);
})();

/** Everything that T1 has said of itself so far, each checked. */
function statesOf(shop: Shop): BoxState[] {
  const lines = shop.log.filter((line) => /-> \S+\/T1\/state \{/.test(line));
  return lines.map((line) => {
    const state = JSON.parse(line.slice(line.indexOf('{'))) as BoxState;
    expect(validate(state), JSON.stringify(validate.errors)).toBe(true);
    return state;
  });
}

/** Waits until the newest state is like this: it leaves when the broker has taken the one before. */
async function says(shop: Shop, what: string, wanted: (state: BoxState) => boolean): Promise<BoxState> {
  const newest = (): BoxState | undefined => statesOf(shop).at(-1);
  await shop.until(what, () => newest() !== undefined && wanted(newest() as BoxState));
  return newest() as BoxState;
}

it('a terminal says how it is: ready, selling, owing, and as a heartbeat', () =>
  story({ printer: true, saleToml: 'qr_life_seconds = 60' }, async (shop) => {
    const order = await shop.ring(12_000);
    await says(shop, 'busy', ({ state }) => state === 'busy');
    shop.sandbox.payScanned((await shop.shows('scan')).payload);
    await shop.clock.advance(0);
    await shop.reaches(order, 'delivered');
    expect(await says(shop, 'ready again', ({ state }) => state === 'ready')).toMatchObject({
      ...{ schema: 1, terminal: 'T1', ready: true, heartbeatS: 60 },
      lastSaleAt: new Date(shop.sale(order).openedAtMs).toISOString(),
      owed: { count: 0, sum: 0, refundsFailed: 0 },
      today: { paid: { count: 1, sum: 12_000 }, unpaid: { count: 0 } },
      legs: { gateway: { code: 0 }, journal: { code: 0 } },
      paper: { state: 'good', code: 0 },
      clock: { trusted: true },
    });
    const owed = shop.sale(await owedSale(shop, 15_000));
    const told = await says(shop, 'the owed sale', (state) => state.owed.count === 1);
    expect(told).toMatchObject({
      owed: { sum: 15_000, since: new Date(owed.openedAtMs).toISOString() },
      today: { paid: { count: 2, sum: 27_000 } },
    });
    for (let last = told.at, beats = 0; beats < 3; beats += 1) {
      await shop.clock.advance(60_000);
      last = (await says(shop, 'a heartbeat', ({ at }) => at > last)).at;
    }
  }));

it('a terminal that does not sell says why, in words and by number, and since when', () =>
  story({}, async (shop) => {
    await says(shop, 'ready', ({ ready }) => ready);
    shop.sandbox.faults.add({ fault: 'serverError' });
    await shop.clock.advance(20_000);
    const told = await says(shop, 'not ready', ({ ready }) => !ready);
    expect(told).toMatchObject({ state: 'not_ready', fault: { code: 566, en: expect.any(String) } });
    await shop.clock.advance(60_000);
    const later = await says(shop, 'still not ready', ({ at }) => at > told.at);
    expect([later.ready, later.since]).toEqual([false, told.since]);
  }));

it('an operator of relay.toml sees it at the embedded broker, by the command', () =>
  story(
    { relayToml: `[[operator]]\nname = "sri"\ntoken_sha256 = "${tokenSha256('of-sri')}"` },
    async (shop) => {
      const file = join(shop.directory, 'sri');
      writeFileSync(file, 'of-sri\n');
      const values = { url: shop.relay.brokerUrl ?? '', user: 'sri', 'password-file': file, wait: '0.3' };
      const list = async (): Promise<string> => {
        const out: string[] = [];
        await showFleet(values, {
          environment: systemEnvironment({ level: 'error', credentialPrefix: '' }),
          print: (text) => void out.push(text),
          complain: (text) => void out.push(text),
          untilStopped: () => Promise.resolve(),
        });
        return out.join('\n');
      };
      await expect.poll(list, { timeout: 100_000 }).toMatch(/^T1 +(ready|away) /m);
    },
  ));
