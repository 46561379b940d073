import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Failure } from '../../../src/base/fault.js';
import type { ControlAnswer } from '../../../src/control/answer.js';
import { TEST_PAGE_MS } from '../../../src/control/test.js';
import { testDevices } from '../../../src/programs/device-test.js';
import { systemEnvironment } from '../../../src/programs/environment.js';
import { Pty } from '../../kit/pty/pty.js';
import { realTimers, until } from '../../kit/pty/until.js';
import { story } from '../kit/shop.js';
import { ask } from '../kit/technician.js';

let folder = '';
let pole: Pty;
let terminal: Pty;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'screens-'));
  [pole, terminal] = [new Pty(), new Pty()];
  await Promise.all([pole.plug(), terminal.plug()]);
});

afterEach(async () => {
  await Promise.all([pole.remove(), terminal.remove()]);
  rmSync(folder, { recursive: true, force: true });
});

function configuration(tables: string): string {
  const file = join(folder, 'terminal.toml');
  writeFileSync(
    file,
    `[terminal]\nid = "T1"\nshop = "Warung"\n[gateway]\nmode = "relay"\nurl = "http://127.0.0.1:2"\nsecret = "file:/unused"
[keypad]\ndevice = "/dev/input/event0"\n[page]\nenabled = false\n${tables}`,
  );
  return file;
}

const NO_TOOL = { flags: {}, print: () => undefined, untilStopped: () => Promise.resolve() };

/** The command where no terminal runs. A test page stays for a second; whatever else takes time has it. */
async function alone(tables: string, args: readonly string[] = ['display']): Promise<ControlAnswer> {
  let said: ControlAnswer | undefined;
  const environment = systemEnvironment({ level: 'error', credentialPrefix: 'gopay-pos.' });
  const timers = {
    after: (ms: number, run: () => void) => realTimers.after(ms === TEST_PAGE_MS ? 1_000 : ms, run),
  };
  await testDevices({
    file: configuration(tables),
    args,
    environment: { ...environment, timers },
    ...NO_TOOL,
    askTerminal: () =>
      Promise.reject(new Failure({ kind: 'temporary', code: 831, detail: 'connect ENOENT /run/none' })),
    tell: (answer) => {
      said = answer;
      return answer.good ? 0 : 1;
    },
  });
  if (said === undefined) throw new Error('nothing was said');
  return said;
}

it('shows a test page on every screen of a running terminal, and none while a sale is open', () =>
  story(
    {
      mqtt: false,
      page: false,
      pole: true,
      toml: '[register]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = 0',
    },
    async (shop) => {
      const tested = await ask(shop, 'test', ['display']);
      expect(tested.good).toBe(true);
      expect(tested.text).toContain('wall screen: test page for 10 s. It should look like this:');
      expect(tested.data).toEqual([
        { name: 'wall screen', good: true, lines: ['wall screen: test page'] },
        { name: 'pole', good: true, lines: ['pole: test page'] },
      ]);
      const order = await shop.ring(15_000);
      await shop.shows('scan');
      const refused = await ask(shop, 'test', ['display']);
      expect(refused).toMatchObject({ good: false, text: expect.stringContaining(`${order} is open`) });
      expect(await ask(shop, 'test', ['toaster'])).toMatchObject({ good: false });
    },
  ));

it('shows them without a running terminal, too, and leaves a plain word behind', async () => {
  const tables = `[pole]\ndevice = "${pole.path}"\n[console]\ndevice = "${terminal.path}"\ncustomer = true`;
  const tested = await alone(tables);
  expect(tested.good).toBe(true);
  let onPole = '';
  await until('the end of what the pole got', () => {
    onPole += Buffer.from(pole.takeAll()).toString('latin1');
    return onPole.includes('E412 Layanan sedang') && onPole.endsWith('\r');
  });
  expect(onPole).toContain('12345678901234567890');
  let onTerminal = '';
  await until('the end of what the terminal got', () => {
    onTerminal += Buffer.from(terminal.takeAll()).toString();
    // A cursor for the next who logs in.
    return onTerminal.endsWith('\x1b[0m\x1b[?25h\r\n');
  });
  expect(onTerminal).toContain('Test page, not a payment');
  expect(onTerminal).toContain('Layanan sedang berhenti.');
});

it('says by number which screen shows none', async () => {
  const tables = `[framebuffer]\ndevice = "/nonexistent/fb7"\n[pole]\ndevice = "${pole.path}"`;
  const tested = await alone(tables);
  expect(tested.good).toBe(false);
  expect(tested.text).toMatch(/fb7: no test page\n {2}E470 .*ENOENT/);
  expect(tested.text).toContain(`pole ${pole.path}: test page for 10 s`);
});

it('names what is wrong with the configuration, and what can be tested', async () => {
  expect((await alone('[pole]\nbaud = 9600')).text).toContain('E903 pole.device');
  expect((await alone('', ['toaster'])).text).toBe(
    'test display|printer|speaker|register|vending|keypad: which device is to be tested?',
  );
});

it('leaves the screens to a terminal that runs and may not be asked', async () => {
  const denied = new Failure({ kind: 'temporary', code: 831, detail: 'connect EACCES /run/gopay-pos' });
  const environment = systemEnvironment({ level: 'error', credentialPrefix: 'gopay-pos.' });
  const tried = testDevices({
    file: configuration(''),
    args: ['display'],
    environment,
    ...NO_TOOL,
    askTerminal: () => Promise.reject(denied),
    tell: () => 0,
  });
  await expect(tried).rejects.toThrow('EACCES');
});
