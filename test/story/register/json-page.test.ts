import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { expectOneCharge } from '../kit/account.js';
import { type JsonShop, jsonStory } from '../kit/json-peer.js';
import { payScanned } from '../kit/register-peer.js';

const PAGE = fileURLToPath(new URL('../../../devices/register/json/README.md', import.meta.url));

/** An example as it stands in the page: the only block in this language. */
function example(language: string): string {
  const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  const [found, ...more] = blocks.filter(([, name]) => name === language);
  if (found?.[2] === undefined || more.length > 0) throw new Error(`not one example in ${language}`);
  return found[2];
}

/** Runs it as a person would who pasted it. @returns what it said, once it has ended */
function run(program: string, args: readonly string[], port: number): Promise<string> {
  const child = spawn(program, args, {
    env: { ...process.env, TERMINAL: `127.0.0.1:${port}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const pipe of [child.stdout, child.stderr])
    pipe.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  return new Promise((resolve) => child.on('close', () => resolve(said)));
}

/** The example sells, the customer pays, and the sale counts as delivered. */
async function sells({ shop, port }: JsonShop, program: string, args: readonly string[]): Promise<string> {
  const running = run(program, args, await port());
  const order = await payScanned(shop);
  const said = await running;
  await shop.reaches(order, 'delivered');
  expectOneCharge(shop);
  return said;
}

it('greets a shell that runs the hello of the page', () =>
  jsonStory({}, async ({ port }) => {
    const said = await run('sh', ['-c', example('sh')], await port());
    expect(JSON.parse(said)).toMatchObject({ op: 'hello', code: 'done', protocol: 1 });
  }));

it('sells to a shell that runs the sale of the page', () =>
  jsonStory({}, async (json) => {
    const said = (await sells(json, 'bash', ['-c', example('bash')])).trim().split('\n');
    expect(said.map((line) => JSON.parse(line).event ?? JSON.parse(line).code)).toEqual([
      'charging',
      'scan',
      'approved',
    ]);
  }));

it('sells to ten lines of Python that are run from the page', () =>
  jsonStory({}, async (json) => {
    expect(example('python').trim().split('\n')).toHaveLength(10);
    const said = await sells(json, 'python3', ['-c', example('python')]);
    expect(said).toMatch(/^charging \nscan 000201.+\napproved \n$/);
  }));
