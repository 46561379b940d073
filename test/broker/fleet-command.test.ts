import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoxState } from '../../src/base/box-state.js';
import { Fleet } from '../../src/mqtt/fleet.js';
import type { Environment } from '../../src/programs/environment.js';
import { listFleet, ofOneMerchant, showFleet } from '../../src/programs/fleet.js';
import type { Options } from '../../src/programs/usage.js';
import { freePort } from '../kit/net/free-port.js';
import { BROKERS, type RunningBroker } from './kit/brokers.js';
import { AwaitedLog, Inbox } from './kit/collect.js';
import { linkUp, type TestLink } from './kit/links.js';
import { OPERATORS, TERMINALS } from './kit/people.js';
import { TcpLine } from './kit/tcp-line.js';
import { fixedRandom, realTime } from './kit/time.js';

const AT = new Date().toISOString();

function stateOf(terminal: string, over: Partial<BoxState> = {}): BoxState {
  return {
    ...{ schema: 1, terminal, version: '1.2.3', at: AT, heartbeatS: 3600, startedAt: AT },
    ...{ state: 'ready', ready: true, since: AT, legs: {}, pads: {} },
    owed: { count: 0, sum: 0, refundsFailed: 0 },
    today: { day: AT.slice(0, 10), paid: { count: 3, sum: 45_000 }, unpaid: { count: 0, sum: 0 } },
    clock: { trusted: true, detail: '' },
    ...over,
  };
}

const NOT_READY: Partial<BoxState> = {
  ...{ state: 'not_ready', ready: false, version: '1.2.4' },
  fault: { code: 401, id: 'Kertas habis.', en: 'Out of paper, "really".', detail: '' },
};

const OWING = { owed: { count: 1, sum: 15_000, since: AT, refundsFailed: 0 } };

// RabbitMQ hands retained messages to no wildcard, and NATS has accounts of its own.
const RETAINING = BROKERS.filter(({ name }) => /^(embedded|Mosquitto)/.test(name));

describe('a list of the fleet', () => {
  const NOW = { monoMs: 10_000_000, wallMs: Date.parse(AT) };

  it('holds a terminal for silent whose last words a broker gives again to who comes back', () => {
    const fleet = new Fleet();
    const text = JSON.stringify({ ...stateOf('T1'), link: 'a', heartbeatS: 60 });
    const take = (afterMs: number) =>
      fleet.take('gopay-pos/v1/toko/T1/state', text, {
        monoMs: NOW.monoMs + afterMs,
        wallMs: NOW.wallMs + afterMs,
      });
    expect(take(0)).toBe(true);
    expect(take(181_000)).toBe(false);
    const later = { monoMs: NOW.monoMs + 181_000, wallMs: NOW.wallMs + 181_000 };
    expect(fleet.boxes(later)).toMatchObject([{ terminal: 'T1', away: true, ageMs: 181_000 }]);
  });

  function list(values: Options) {
    const fleet = new Fleet();
    const tell = (id: string, leaf: string, payload: object) =>
      fleet.take(`gopay-pos/v1/toko/${id}/${leaf}`, JSON.stringify(payload), NOW);
    tell('T1', 'state', { ...stateOf('T1', OWING), link: 'a', group: 'pasar' });
    tell('T2', 'state', { ...stateOf('T2', NOT_READY), link: 'b' });
    // A will of an older connection, and one of this.
    tell('T2', 'presence', { presence: 'offline', link: 'a' });
    tell('T3', 'state', { ...stateOf('T3', OWING), link: 'c' });
    tell('T3', 'presence', { presence: 'offline', link: 'c' });
    // It has been silent for longer than three heartbeats.
    tell('T4', 'state', { ...stateOf('T4'), at: new Date(NOW.wallMs - 10_801_000).toISOString(), link: 'd' });
    tell('T5', 'presence', { presence: 'online', link: 'e' });
    // None of these is a state.
    for (const wrong of [
      { link: 7 },
      { owed: 5 },
      { version: '\u001b[2J' },
      { at: 'now' },
      { terminal: 'T1' },
    ])
      expect(tell('T6', 'state', { ...stateOf('T6'), link: 'f', ...wrong })).toBe(false);
    const out: string[] = [];
    const errors: string[] = [];
    const tools = {
      print: (text: string) => void out.push(text),
      complain: (text: string) => void errors.push(text),
    };
    const code = listFleet(fleet.boxes(NOW), values, NOW, tools);
    return { code, text: out.join('\n'), errors };
  }

  it('has a line for each, and says what is away and what that owes', () => {
    const { code, text } = list({});
    expect(code).toBe(0);
    const lines = text.split('\n');
    expect(lines[0]).toMatch(/^terminal +state +since \(WIB\) +owed/);
    expect(lines[1]).toMatch(/^T1 +ready .* 1 of Rp15\.000 .* 3 of Rp45\.000 .* 1\.2\.3 +-$/);
    expect(lines[2]).toMatch(/^T2 +not_ready .* - .* E401 Out of paper, "really"\.$/);
    expect(lines[3]).toMatch(/^T3 +away .* 1 of Rp15\.000 /);
    expect(lines[4]).toMatch(/^T4 +away /);
    expect(lines[5]).toMatch(/^T5 +unknown +-/);
    expect(lines).toHaveLength(6);
  });

  it('names the merchant where there are several, and to an account of one that asked for all', () => {
    const fleet = new Fleet();
    for (const merchant of ['kios', 'kopi'])
      fleet.take(`gopay-pos/v1/${merchant}/T1/state`, JSON.stringify({ ...stateOf('T1'), link: 'a' }), NOW);
    const out: string[] = [];
    listFleet(fleet.boxes(NOW), {}, NOW, { print: (text) => out.push(text), complain: () => {} });
    expect(out.join('\n')).toMatch(/^merchant +terminal .*\nkios +T1 .*\nkopi +T1 /);
    expect(ofOneMerchant('E603 opkopi may not read', {})).toMatch(/--merchant NAME/);
    expect(ofOneMerchant('E603 opkopi may not read', { merchant: 'kopi' })).toBe('');
  });

  it.each([
    [{ 'not-ready': '' }, ['T2']],
    [{ owed: '' }, ['T1', 'T3']],
    [{ owed: '', away: '' }, ['T3']],
    [{ running: '1.2.4' }, ['T2']],
    [{ away: '' }, ['T3', 'T4']],
    [{ running: '9' }, []],
    [{ group: 'pasar' }, ['T1']],
    [{ group: 'pas' }, []],
  ] as [Options, string[]][])('keeps to %j', (filter, found) => {
    const { code, text } = list({ ...filter, json: '' });
    expect((JSON.parse(text) as { terminal: string }[]).map(({ terminal }) => terminal)).toEqual(found);
    expect(code).toBe(found.length > 0 ? 0 : 1);
  });

  it('is exported as a CSV that a spreadsheet reads as text, also of nobody', () => {
    const [head, first, second] = list({ csv: '-' }).text.split('\r\n');
    expect(head).toMatch(/^merchant,terminal,state,since,code,why,owed,owedRupiah,/);
    expect(first).toMatch(/^toko,T1,ready,.*,1,15000,/);
    expect(second).toContain('401,"Out of paper, ""really"".",0,0,');
    expect(list({ csv: '-', running: '9' }).text).toBe(head);
    expect(() => list({ csv: '/nowhere/at/all.csv' })).toThrow(/^--csv \/nowhere/);
  });

  it('says what may be the matter where nobody is listed', () => {
    const { errors } = list({ running: '9' });
    expect(errors.join()).toContain('no terminal');
  });
});

describe.each(RETAINING)('gopay-pos fleet on $name', (kind) => {
  let broker: RunningBroker;
  let folder: string;
  let boxes: TestLink[];
  let line: TcpLine;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gopay-pos-fleet-'));
    for (const [user, password] of Object.entries({ ...OPERATORS, T2: TERMINALS.T2, wrong: 'wrong' }))
      writeFileSync(join(folder, user), `${password}\n`);
    broker = await kind.start();
    line = new TcpLine(broker.port);
    const second = { terminal: 'T2', password: TERMINALS.T2 };
    boxes = [await linkUp(broker.url), await linkUp(await line.open(), second)];
    boxes[0]?.link.publishState(stateOf('T1', OWING));
    boxes[1]?.link.publishState(stateOf('T2', NOT_READY));
  });
  afterAll(async () => {
    await Promise.all(boxes.map(({ link }) => link.stop()));
    await line.close();
    await broker.dispose();
    rmSync(folder, { recursive: true });
  });

  async function fleet(values: Options, untilStopped: () => Promise<void> = () => Promise.resolve()) {
    const out = new Inbox<string>();
    const errors: string[] = [];
    const environment = { ...realTime(), random: fixedRandom(), log: new AwaitedLog() };
    const given = { url: broker.url, 'password-file': join(folder, 'operator'), ...values };
    const code = showFleet(given, {
      environment: environment as unknown as Environment,
      print: (text) => out.push(text),
      complain: (text) => void errors.push(text),
      untilStopped,
    });
    return { out, errors, code };
  }

  /** All that is told at once: again until both states have come to the broker. */
  async function listed(values: Options) {
    const { out, errors, code } = await fleet(values);
    return { code: await code, text: out.all.join('\n'), errors };
  }

  it('lists every terminal, with what it owes and why it does not sell', async () => {
    // A list waits for what the broker has kept; when that has come is the broker's to say.
    await expect
      .poll(async () => (await listed({ wait: '0.3' })).text, { timeout: 100_000 })
      .toMatch(/T1 +ready .* 1 of Rp15\.000 (.|\n)*T2 +not_ready .* E401 Out of paper/);
  });

  it('watches: what changes is told, a box whose line is cut too, and what it owed is not forgotten', async () => {
    let stop = (): void => {};
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const { out, code } = await fleet({ watch: '', json: '' }, () => stopped);
    boxes[1]?.link.publishState(stateOf('T2', OWING));
    await out.nextWhere(
      (text) => text.includes('"terminal":"T2","state":"ready"') && text.includes('"owedRupiah":15000'),
    );
    line.cut();
    await out.nextWhere(
      (text) => text.includes('"terminal":"T2","state":"away"') && text.includes('"owedRupiah":15000'),
    );
    stop();
    expect(await code).toBe(0);
  });

  it('says with its number what keeps it out: a wrong password, no right, nobody there, no password file', async () => {
    const wrong = await listed({ 'password-file': join(folder, 'wrong') });
    expect([wrong.code, wrong.errors.join()]).toEqual([69, expect.stringMatching(/: E602 /)]);
    const noRight = await listed({ user: 'T2', 'password-file': join(folder, 'T2') });
    // Mosquitto grants what it does not deliver.
    if (kind.name === 'Mosquitto')
      expect([noRight.code, noRight.errors.join()]).toEqual([1, expect.stringContaining('may not read')]);
    else
      expect([noRight.code, noRight.errors.join()]).toEqual([
        69,
        expect.stringMatching(/E6\d\d T2 may not read/),
      ]);
    const away = await listed({ url: `mqtt://127.0.0.1:${await freePort()}` });
    expect([away.code, away.errors.join()]).toEqual([69, expect.stringMatching(/E601 /)]);
    await expect(listed({ 'password-file': join(folder, 'none') })).rejects.toThrow('--password-file');
    for (const url of ['mqtt://me:secret@host', 'mqtt://:secret@host', 'mqtt://me:secret@ho st'])
      await expect(listed({ url })).rejects.toThrow(/^--url \.\.\.: /);
  });
});
