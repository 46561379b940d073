import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { connectTimeMs } from '../../src/host/connect.js';
import { Child } from './kit/child.js';

const LINE = fileURLToPath(new URL('kit/slow-line.py', import.meta.url));
/** One way, so that connecting takes three times what Node gives an address by itself. */
const DELAY_MS = 400;
const REQUEST_MS = 30_000;

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

/** @throws Error where this machine gives no namespaces: without them nothing is shown, and that must not look good */
async function line(how: string): Promise<{ near: readonly string[]; far: readonly string[] }> {
  const [near, far] = ['n', 'f'].map((side) => `gp${side}${process.pid}`) as [string, string];
  const child: ChildProcess = spawn('python3', [LINE, near, far, String(DELAY_MS), how], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const exit = once(child, 'exit');
  ended.push(async () => {
    child.stdin?.end();
    await exit;
  });
  const ready = child.stdout === null ? undefined : once(child.stdout, 'data');
  if ((await Promise.race([ready, exit.then(() => undefined)])) === undefined)
    throw new Error(`two network namespaces are needed here (root, iproute2, /dev/net/tun): ${said}`);
  const within = (name: string) => ['ip', 'netns', 'exec', name];
  return { near: within(near), far: within(far) };
}

it.each([
  ['both families answer', 'both'],
  ['every packet of IPv6 is lost', 'lose6'],
  [
    'this side has IPv6 on its link only, so that IPv4 is tried first and the second address is none',
    'local6',
  ],
])(
  'HTTP and MQTT connect to a name with A and AAAA over a round trip of 800 ms where %s',
  async (_title, how) => {
    const { near, far } = await line(how);
    const server = await Child.start('./far-child.ts', [], far);
    ended.push(() => server.kill());
    const ports = (await server.lines.next()).split(' ');
    const client = await Child.start('./near-child.ts', [...ports, String(REQUEST_MS)], near);
    ended.push(() => client.kill());
    expect(await client.lines.next()).toBe('http here');
    expect(await client.lines.next()).toBe('mqtt up');
  },
);

it('an address gets a quarter of the request’s time, and never less than a second or more than five', () => {
  expect([2_000, 10_000, 60_000].map(connectTimeMs)).toEqual([1_000, 2_500, 5_000]);
});
