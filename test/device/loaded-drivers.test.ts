import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const DIST = join(import.meta.dirname, '../../dist');
const folder = mkdtempSync(join(tmpdir(), 'gopay-pos-loaded-'));

/** Starts the daemon, waits until it says that its register listens, ends it, and asks V8 which scripts it had. */
async function loadedBy(toml: string): Promise<readonly string[]> {
  const at = mkdtempSync(join(folder, 'terminal-'));
  const file = join(at, 'terminal.toml');
  const seen = join(at, 'scripts');
  writeFileSync(join(at, 'token'), 'a-token-of-the-terminal', { mode: 0o400 });
  writeFileSync(
    file,
    `[terminal]\nid = "T1"\nshop = "Toko"\n[gateway]\nmode = "relay"\npayment_type = "qris"\nurl = "http://127.0.0.1:2"\nsecret = "file:${at}/token"
[journal]\ndirectory = "${at}/journal"\n[control]\nsocket = "${at}/control.sock"\n${toml}`,
  );
  const daemon = spawn(process.execPath, [join(DIST, 'src/main.js'), 'terminal', '--config', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_V8_COVERAGE: seen },
  });
  let said = '';
  for (const stream of [daemon.stdout, daemon.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  try {
    await expect.poll(() => said).toMatch(/register.*listening/);
  } finally {
    daemon.kill('SIGTERM');
    if (daemon.exitCode === null) await once(daemon, 'exit');
  }
  return readdirSync(seen).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(seen, name), 'utf8')) as { result: { url: string }[] };
    return result.flatMap(({ url }) => url.split('/dist/')[1] ?? url.split('/node_modules/')[1] ?? []);
  });
}

it('a shop with one register loads the driver of its protocol, and no other driver, screen or serial port', async () => {
  const scripts = await loadedBy(
    '[page]\nenabled = false\n[console]\ncustomer = true\ndevice = "/dev/null"\n[register]\nprotocol = "zvt"\ntransport = "tcp"\nport = 0\n',
  );
  const declares = /\/(protocols?|device|settings|profiles)\.js$/;
  const drivers = scripts.filter((path) => /^devices\/(?!kit\/)\w+\//.test(path) && !declares.test(path));
  expect([...new Set(drivers.map((path) => dirname(path)))].sort()).toEqual([
    'devices/display',
    'devices/display/console',
    'devices/register/zvt',
  ]);
  const packages = /^(serialport|@serialport|ws|koffi|escpos|prom-client|node-thermal-printer|sharp)\//;
  expect(scripts.filter((path) => packages.test(path))).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});
