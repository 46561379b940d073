import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/base/bytes.js';
import { decoded } from '../../kit/frames/decoder.js';
import { expectOneCharge } from '../kit/account.js';
import type { Profile } from '../kit/frame-peer.js';
import { payScanned } from '../kit/register-peer.js';
import { type Shop, story } from '../kit/shop.js';

const PROGRAM = fileURLToPath(new URL('../../kit/frames/register.py', import.meta.url));
const PROFILES: readonly Profile[] = ['bca', 'mandiri', 'bri', 'cimb'];

function settings(profile: Profile, more = ''): string {
  return `[register]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = 0\nprofile = "${profile}"\n${more}`;
}

function listeningPort(shop: Shop): Promise<string> {
  return shop.found('the port', () =>
    shop.log.map((line) => /listening on port (\d+)/.exec(line)?.[1]).find((port) => port !== undefined),
  );
}

/** What the program prints, and the promise of its end. */
function run(args: readonly string[]): { program: ChildProcess; ended: Promise<string[]> } {
  const program = spawn('python3', [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  program.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const ended = new Promise<string[]>((resolve, reject) => {
    program.on('error', (error) => reject(new Error(`python3 (apt-get install python3): ${error.message}`)));
    program.on('close', () => resolve(text.trim().split('\n')));
  });
  return { program, ended };
}

describe.each(PROFILES)('a simple program that speaks profile %s', (profile) => {
  it('sells, reading once, and its 06 delivers although it hangs up at once', () =>
    story({ toml: settings(profile) }, async (shop) => {
      const { ended } = run([profile, await listeningPort(shop), '15000']);
      const order = await payScanned(shop);
      const [taken, answer = ''] = await ended;
      expect(taken).toBe('taken');
      const [fields] = decoded([{ profile, way: 'answer', frame: fromHex(answer) ?? new Uint8Array() }]);
      const amount = profile === 'mandiri' ? '15000' : '000001500000';
      expect(fields).toMatchObject({ code: '00', amount });
      expect(fields?.['rrn']).toMatch(/^\d{12}$/);
      await shop.reaches(order, 'delivered');
      expectOneCharge(shop);
    }));

  it('sells although it hangs up without 06, where that is assumed', () =>
    story({ toml: settings(profile, 'acknowledge = "assumed"\nack_wait_seconds = 1') }, async (shop) => {
      const { program, ended } = run([profile, await listeningPort(shop), '15000', '--silent']);
      const order = await payScanned(shop);
      const [, answer = ''] = await ended;
      expect(program.exitCode).toBe(0);
      const [fields] = decoded([{ profile, way: 'answer', frame: fromHex(answer) ?? new Uint8Array() }]);
      expect(fields).toMatchObject({ code: '00' });
      await shop.reaches(order, 'delivered');
      expectOneCharge(shop);
    }));
});
