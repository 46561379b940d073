import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { freePort } from '../kit/net/free-port.js';
import type { RunningBroker } from './kit/brokers.js';
import { Child } from './kit/child.js';
import { askEvents } from './kit/event-suite.js';

const directory = mkdtempSync(join(tmpdir(), 'gopay-pos-events-'));
let child: Child;
let broker: RunningBroker;
beforeAll(async () => {
  const port = await freePort();
  const run = async (): Promise<string> => {
    child = await Child.start('./broker-child.ts', [directory, String(port)]);
    return child.lines.next();
  };
  const url = await run();
  const kill = (): Promise<void> => child.kill();
  broker = { url, port, kill, stop: kill, dispose: kill, startAgain: async () => void (await run()) };
});
afterAll(async () => {
  await broker.dispose();
  rmSync(directory, { recursive: true });
});

askEvents('the embedded broker', () => broker);
