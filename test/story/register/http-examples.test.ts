import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { askSandbox } from '../../../src/programs/sandbox-control.js';
import { expectOneCharge } from '../kit/account.js';
import { httpStory } from '../kit/http-program.js';

const EXAMPLES = fileURLToPath(new URL('../../../devices/register/api/examples/', import.meta.url));

/** Runs one as a person would. @returns what it said, and its code, once it has ended */
function run(
  program: string,
  file: string,
  url: string,
  ...more: readonly string[]
): Promise<readonly [said: string, code: number | null]> {
  const child = spawn(program, [`${EXAMPLES}${file}`, 'INV-1', '15000', ...more], {
    env: { ...process.env, TERMINAL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const pipe of [child.stdout, child.stderr])
    pipe.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve([said, code]));
  });
}

it.each([
  ['sh', 'sell.sh'],
  ['node', 'sell.mjs'],
  ['python3', 'sell.py'],
])('%s %s sells, the customer of the sandbox pays, and the sale is delivered', (program, file) =>
  httpStory({}, async ({ shop, program: till }) => {
    const { url } = await till();
    const items = '[{"name":"Es teh","price":5000,"quantity":3}]';
    const running = run(program, file, url, items);
    const { orderId } = await shop.shows('scan');
    expect(await askSandbox(['pay', 'INV-1'], shop.sandbox.url)).toMatchObject({ good: true });
    // The notice, or the next look.
    await shop.clock.advance(10_000);
    const [said, code] = await running;
    expect([said, code]).toEqual([expect.stringContaining('approved'), 0]);
    await shop.reaches(orderId, 'delivered');
    expect(shop.sale(orderId).items).toMatchObject([{ name: { id: 'Es teh' }, price: 5_000, quantity: 3 }]);
    expectOneCharge(shop);
  }),
);

it.each([
  ['sh', 'sell.sh'],
  ['node', 'sell.mjs'],
  ['python3', 'sell.py'],
])('%s %s ends with 1 where the sale was given up', (program, file) =>
  httpStory({}, async ({ shop, program: till }) => {
    const { url } = await till();
    const running = run(program, file, url);
    await shop.shows('scan');
    shop.program.terminal.cancelOpen('story');
    expect((await running)[1]).toBe(1);
    expectOneCharge(shop);
  }),
);
