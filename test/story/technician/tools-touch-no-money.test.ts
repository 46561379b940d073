import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { recorded } from '../../device/register/frames.js';
import { sourceFiles } from '../../house/source.js';
import build from '../../kit/built.js';
import { Pty } from '../../kit/pty/pty.js';
import { until } from '../../kit/pty/until.js';
import { configuration } from '../kit/bench.js';
import { story } from '../kit/shop.js';
import { ask } from '../kit/technician.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/gopay-pos.cjs', import.meta.url));

let folder = '';
let pty: Pty;

beforeAll(() => build(), 300_000);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tool-'));
  pty = new Pty();
  await pty.plug();
});

afterEach(async () => {
  await pty.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Everything that a terminal would call: counts whoever dials. */
async function network(): Promise<{ server: Server; port: number; dialled: () => number }> {
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { server, port, dialled: () => count };
}

class Started {
  out = '';
  errors = '';
  readonly ended: Promise<number | string>;
  readonly #child: ChildProcess;

  constructor(...args: readonly string[]) {
    this.#child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.on('data', (text: Buffer) => {
      this.out += text.toString();
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.errors += text.toString();
    });
    this.ended = new Promise((resolve) =>
      this.#child.once('exit', (code, signal) => resolve(code ?? signal ?? '')),
    );
  }

  printed(text: string): Promise<void> {
    return until(`"${text}" in ${this.out}${this.errors}`, () => this.out.includes(text));
  }

  signal(name: 'SIGINT' | 'SIGTERM'): Promise<number | string> {
    this.#child.kill(name);
    return this.ended;
  }
}

it('sells for pretence as a program, without a journal, a gateway or a broker, and ends at Ctrl-C', async () => {
  const { server, port, dialled } = await network();
  const gateway = `url = "http://127.0.0.1:${port}"`;
  const tables = `[mqtt]\nurl = "mqtt://127.0.0.1:${port}"\nsecret = "file:/unused"
[register]\ntransport = "serial"\ndevice = "${pty.path}"\n`;
  const file = configuration(folder, tables, gateway);
  const started = new Started('test', 'register', '--config', file, '--answer', 'approved', '--after', '0.1');
  await started.printed('the register is there');
  pty.send(recorded('question-qris-15000'));
  await started.printed('00 approved');
  expect((await pty.take(206))[0]).toBe(0x06);
  pty.send(Uint8Array.of(0x06));
  await started.printed('the register acknowledged it');
  expect(await started.signal('SIGINT')).toBe(0);
  expect(started.errors).toBe('');
  expect(dialled()).toBe(0);
  expect(existsSync(join(folder, 'journal'))).toBe(false);
  expect(readdirSync(folder)).toEqual(['terminal.toml']);
  // The line is free for the next.
  const next = new Started('sniff', pty.path, '--protocol', 'bca', '--json');
  await next.printed('open, 9600 baud');
  expect(await next.signal('SIGTERM')).toBe(0);
  expect(
    next.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object).length,
  ).toBeGreaterThan(2);
  await new Promise((resolve) => server.close(resolve));
});

it('cannot reach journal, gateway, broker or the terminal itself from any line of its code', () => {
  const files = new Map(sourceFiles().map((file) => [file.path, file]));
  const seen = new Set<string>();
  const visit = (path: string): void => {
    const file = files.get(path);
    if (file === undefined || seen.has(path)) return;
    seen.add(path);
    // A type is nothing at run time.
    for (const { to } of file.imports) if (!onlyTypes(file.text, to)) visit(to);
  };
  visit('src/programs/device-bench.ts');
  visit('src/programs/sniff.ts');
  expect(seen).toContain('src/programs/pretend-register.ts');
  expect(seen).toContain('devices/register/fixed-frame/driver.ts');
  const forbidden = /^src\/(journal|midtrans|mqtt|terminal|relay|sandbox|control|demo)\//;
  expect([...seen].filter((path) => forbidden.test(path))).toEqual([]);
});

/** `import type` of the module that ends like this. */
function onlyTypes(text: string, to: string): boolean {
  const name = to.slice(to.lastIndexOf('/') + 1).replace(/\.ts$/, '');
  const imports = [...text.matchAll(/^import (type )?[^;]*?from '([^']+)';/gm)];
  const those = imports.filter(([, , from = '']) => from.endsWith(`/${name}.js`));
  return those.length > 0 && those.every(([, type]) => type !== undefined);
}

it('leaves the devices to a running terminal, and says how to stop it', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    for (const args of [['register'], ['vending'], ['keypad'], ['sniff', 'register']]) {
      const refused = await ask(shop, 'test', args);
      expect(refused.good).toBe(false);
      expect(refused.text).toMatch(
        /^a terminal runs, and has [\s\S]*systemctl stop gopay-pos[\s\S]*--log-level debug/,
      );
    }
    const listening = new Started('sniff', 'register', '--socket', `${shop.directory}/control.sock`);
    await shop.until('the refusal', () => listening.out.includes('systemctl stop gopay-pos'));
    expect(await listening.ended).toBe(1);
  }));

it('says what is wrong on the command line', async () => {
  const wrong = [
    [['test', 'register', '--after', '-1'], 64],
    [['test', 'register', '--after', 'soon'], 64],
    [['test', 'vending', '--amount', '1.5'], 64],
    [['sniff', '/dev/null', '--baud', '7'], 64],
    [['sniff', '/dev/null', '--protocol', 'morse'], 1],
  ] as const;
  for (const [args, code] of wrong) expect(await new Started(...args).ended).toBe(code);
});
