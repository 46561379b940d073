import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BoxState } from '../../src/base/box-state.js';
import { Fleet } from '../../src/mqtt/fleet.js';
import { tokenSha256 } from '../../src/relay/terminals.js';
import { AUTHORIZATION, makeRelay, notification, ORDER_ID, type RelayBench } from './relay-kit.js';

const FOLDER = new URL('../../systemd/monitoring/', import.meta.url).pathname;
const AT = '2026-11-30T05:00:00.000Z';
const NOW = { monoMs: 90_000, wallMs: Date.parse(AT) };
const TOKEN = 'of-prometheus';

/** A box that says everything that there is to say. */
const WHOLE: BoxState & { readonly link: string } = {
  ...{ schema: 1, terminal: 'T01', version: '1.2.3', at: AT, heartbeatS: 60, startedAt: AT, link: 'a' },
  ...{ state: 'not_ready', ready: false, since: AT, legs: {}, pads: {} },
  fault: { code: 401, id: 'Kertas habis.', en: 'Out of paper.', detail: '' },
  owed: { count: 2, sum: 22_000, since: AT, refundsFailed: 1 },
  lastSaleAt: AT,
  tokenEndsAt: AT,
  today: { day: '2026-11-30', paid: { count: 3, sum: 45_000 }, unpaid: { count: 1, sum: 5_000 } },
  paper: { state: 'fault', code: 401, slipsWaiting: 1 },
  slots: { failed: 2, outOfService: 1 },
  disk: { freeBytes: 1_000_000, wantedBytes: 500_000 },
  machine: { temperatureC: 51.5, underVoltage: true },
  clock: { trusted: false, detail: '' },
};

let bench: RelayBench;
let fleet: Fleet;
beforeEach(async () => {
  fleet = new Fleet();
  fleet.take('gopay-pos/v1/toko/T01/state', JSON.stringify(WHOLE), NOW);
  const boxes = () => fleet.boxes(NOW);
  bench = await makeRelay({
    fleet: { boxes, tokenSha256: tokenSha256(TOKEN) },
    brokerLoad: () => ({ connections: 1, turnedAway: 0 }),
  });
});
afterEach(() => bench.stop());

async function fleetMetrics(token = TOKEN): Promise<{ status: number; text: string }> {
  const answer = await bench.get('/metrics/fleet', { Authorization: `Bearer ${token}` });
  return { status: answer.status, text: await answer.text() };
}

/** Names of everything that a relay tells, with at least one of each door. */
async function namesTold(): Promise<Set<string>> {
  await bench.post('/notify', notification(ORDER_ID));
  await bench.get('/v2/T01-HEALTH/status', { Authorization: AUTHORIZATION });
  await bench.get('/v2/T01-HEALTH/status');
  const texts = [await (await bench.get('/metrics')).text(), (await fleetMetrics()).text];
  return new Set(texts.join('\n').match(/^gopay_pos_\w+/gm));
}

/** Metrics in a file, but those that its own rules make. */
function namesIn(file: string): string[] {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  return [...new Set(text.match(/\bgopay_pos_(?:relay|terminal)_\w+/g))];
}

describe('what the terminals say', () => {
  it('is told of each, and stays while nothing changes', async () => {
    const { status, text } = await fleetMetrics();
    expect(status).toBe(200);
    const rows = text.split('\n').filter((line) => line.startsWith('gopay_pos_'));
    const of = (name: string) =>
      rows
        .find((row) => row.startsWith(`gopay_pos_terminal_${name}{`))
        ?.split(' ')
        .at(-1);
    expect(rows[0]).toContain('{merchant="toko",terminal="T01"}');
    expect([of('up'), of('ready'), of('fault_code'), of('owed_sales'), of('owed_rupiah')]).toEqual([
      '1',
      '0',
      '401',
      '2',
      '22000',
    ]);
    expect([
      of('owed_since_seconds'),
      of('paper_fault'),
      of('slots_out_of_service'),
      of('temperature_celsius'),
    ]).toEqual([String(Date.parse(AT) / 1000), '1', '1', '51.5']);
    expect((await fleetMetrics()).text).toBe(text);
    fleet.take('gopay-pos/v1/toko/T01/presence', '{"presence":"offline","link":"a"}', NOW);
    const gone = (await fleetMetrics()).text;
    expect(gone).toContain('gopay_pos_terminal_up{merchant="toko",terminal="T01"} 0');
    expect(gone, 'what it owes is not forgotten').toContain('owed_sales{merchant="toko",terminal="T01"} 2');
  });

  it('is for who has the token, and for nobody where it is off', async () => {
    expect((await fleetMetrics('wrong')).status).toBe(401);
    expect((await bench.get('/metrics/fleet')).status).toBe(401);
    const off = await makeRelay();
    expect((await fetch(`${off.url}/metrics/fleet`)).status).toBe(404);
    await off.stop();
  });
});

it('a relay tells how long its answers took, and whether Midtrans answers', async () => {
  expect(await bench.metric('gopay_pos_relay_gateway_up')).toBeUndefined();
  await namesTold();
  expect(await bench.metric('gopay_pos_relay_gateway_up')).toBe(0);
  expect(await bench.metric('gopay_pos_relay_http_seconds_count{door="notify"}')).toBe(1);
  expect(await bench.metric('gopay_pos_relay_http_seconds_bucket{le="0.002",door="notify"}')).toBe(1);
});

describe('systemd/monitoring', () => {
  it.each(['rules.yml', 'rules.test.yml', 'grafana-dashboard.json'])(
    '%s asks for metrics that exist',
    async (file) => {
      const told = await namesTold();
      const asked = namesIn(file);
      expect(asked.length).toBeGreaterThan(10);
      expect(asked.filter((name) => !told.has(name))).toEqual([]);
    },
  );

  it('is what Prometheus and Alertmanager take, and each alert fires and ends', () => {
    const run = (program: string, ...args: string[]) =>
      execFileSync(program, args, { cwd: FOLDER, encoding: 'utf8', stdio: 'pipe' });
    expect(run('promtool', 'check', 'rules', 'rules.yml')).toContain('SUCCESS');
    expect(run('promtool', 'test', 'rules', 'rules.test.yml')).toContain('SUCCESS');
    expect(run('amtool', 'check-config', 'alertmanager.yml')).toContain('SUCCESS');
    const folder = mkdtempSync(join(tmpdir(), 'gopay-pos-prometheus-'));
    writeFileSync(join(folder, 'token'), TOKEN);
    for (const name of readdirSync(FOLDER).filter((each) => each.endsWith('.yml')))
      writeFileSync(
        join(folder, name),
        readFileSync(join(FOLDER, name), 'utf8').replace(
          '/etc/prometheus/gopay-pos.token',
          join(folder, 'token'),
        ),
      );
    expect(run('promtool', 'check', 'config', join(folder, 'prometheus.yml'))).toContain('SUCCESS');
    expect(run('promtool', 'check', 'config', join(folder, 'prometheus.terminal.yml'))).toContain('SUCCESS');
    rmSync(folder, { recursive: true });
    const alerts = readFileSync(join(FOLDER, 'rules.yml'), 'utf8').match(/(?<=- alert: )\w+/g) ?? [];
    const tried = readFileSync(join(FOLDER, 'rules.test.yml'), 'utf8');
    expect(alerts.filter((name) => !tried.includes(`name: ${name}\n`))).toEqual([]);
  });

  it('is a dashboard whose panels lie beside each other', () => {
    const { panels } = JSON.parse(readFileSync(join(FOLDER, 'grafana-dashboard.json'), 'utf8')) as {
      panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size, 'none over another').toBe(cells.length);
  });
});
