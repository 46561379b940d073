import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { askTerminal } from '../../src/control/client.js';
import { type Ask, reconcileWithExport } from '../../src/control/reconcile-export.js';
import { Journal } from '../../src/journal/journal.js';
import { evidence, newSale } from '../core/world.js';
import build from '../kit/built.js';

const MAIN = join(import.meta.dirname, '../../dist/gopay-pos.cjs');
const SALES = 100_000;
const ROWS = 45_000;
/** Of V8's heap, for all of the daemon, in MiB. One sale after the other in memory would take three times as much. */
const HEAP_MIB = 48;

let directory: string;
let daemon: ChildProcess;
let said = '';

beforeAll(build, 600_000);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-large-'));
  said = '';
});

afterEach(async () => {
  if (daemon.exitCode === null) {
    daemon.kill('SIGKILL');
    await once(daemon, 'exit');
  }
  rmSync(directory, { recursive: true, force: true });
});

const orderOf = (n: number): string => `T1-01JDA3Z1${String(n).padStart(18, '0')}`;

/** A real journal: what a busy machine sells in a year between two visits. */
function fill(): void {
  const journal = new Journal({ directory: join(directory, 'journal'), wallMs: 1_000, version: 'test' });
  journal.close();
  const { sale } = newSale('keypad', 10_000);
  const body = JSON.stringify({
    ...sale,
    state: { at: 'delivered', atMs: 1 },
    evidence: evidence(sale, 'settlement', { statusMessage: 'Success, transaction is found'.repeat(20) }),
  });
  const db = new Database(join(directory, 'journal/journal.db'));
  db.prepare(
    `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${SALES})
     INSERT INTO sale(order_id, invoice, rrn, amount, source_kind, source_name, state, open, opened_at_ms, body, settled, shift, delivered)
     SELECT printf('T1-01JDA3Z1%018d', n), n, printf('%012d', n), 10000, 'keypad', 'keypad', 'delivered', 0, 1,
       json_set(@body, '$.orderId', printf('T1-01JDA3Z1%018d', n), '$.invoice', n), 1, 1, 10000 FROM n`,
  ).run({ body });
  db.close();
}

async function start(): Promise<Ask> {
  const config = join(directory, 'terminal.toml');
  const socket = join(directory, 'control.sock');
  writeFileSync(join(directory, 'token'), 'a-token-of-the-terminal', { mode: 0o400 });
  writeFileSync(
    config,
    `[terminal]\nid = "T1"\nshop = "Toko"\n[gateway]\nmode = "relay"\nurl = "http://127.0.0.1:2"\nsecret = "file:${directory}/token"
[page]\nport = 0\n[journal]\ndirectory = "${directory}/journal"\n[control]\nsocket = "${socket}"\n`,
  );
  daemon = spawn(
    process.execPath,
    [`--max-old-space-size=${HEAP_MIB}`, MAIN, 'terminal', '--config', config],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  for (const stream of [daemon.stdout, daemon.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  const ask: Ask = (command, args, how) => askTerminal(socket, command, args, how);
  await expect
    .poll(
      () =>
        daemon.exitCode === null
          ? ask('shift', []).then(
              ({ good }) => good,
              () => false,
            )
          : said,
      {
        timeout: 240_000,
      },
    )
    .toBe(true);
  return ask;
}

const memoryKib = (): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${daemon.pid}/status`, 'utf8'))?.[1]);

it('closes a shift of 100,000 sales, and compares it with an export of 45,000 rows, in a heap that they would not fit in', async () => {
  fill();
  const ask = await start();
  expect((await ask('shift', [])).text).toContain(`Lunas/settled           ${SALES}  Rp1.000.000.000`);
  const closed = await ask('shift', ['close', '1']);
  expect(closed).toMatchObject({ good: true, data: { number: 1, all: { delivered: { count: SALES } } } });
  const rows = Array.from({ length: ROWS }, (_, n) => `22 Nov;${orderOf(n + 1)};Settlement;Rp10.000`);
  const text = ['Date;Order ID;Status;Amount', ...rows].join('\n');
  const compared = await reconcileWithExport(ask, ['1'], text, () => undefined);
  // Nobody answers at the gateway's address: that is told, and is no reason to fail.
  expect(compared.text).toContain(`${SALES} sales, 0 the same, 0 differ, ${SALES} not compared`);
  expect(compared.text).toContain(
    `${ROWS} orders, ${ROWS} of this shift, 0 of other shifts, 0 of other terminals; ${SALES - ROWS} differ, 0 not compared`,
  );
  expect(daemon.exitCode).toBeNull();
  expect(memoryKib()).toBeLessThan(250_000);
}, 600_000);
