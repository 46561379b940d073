import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import build from '../kit/built.js';
import { foundBy, type ToldFinding, wrongOf } from '../kit/patient.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(ROOT, 'dist/gopay-pos.cjs');
const folder = mkdtempSync(join(tmpdir(), 'gopay-pos-doctor-'));
const journal = join(folder, 'journal');
const file = join(folder, 'terminal.toml');

beforeAll(() => {
  build();
  mkdirSync(journal);
  writeFileSync(join(folder, 'key'), 'Mid-server-of-production-0123', { mode: 0o600 });
  writeFileSync(
    file,
    `[terminal]
id = "K1"
shop = "Warung"
[gateway]
mode = "direct"
environment = "sandbox"
secret = "file:${folder}/key"
[journal]
directory = "${journal}"
[control]
socket = "${folder}/control.sock"
`,
  );
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

interface Looked {
  readonly findings: readonly ToldFinding[];
  readonly code: number | null;
  readonly text: string;
}

/** The built program in a network and a tree of mounts of its own: nothing of this machine is changed. Needs root. */
function doctor(before: string, env: Readonly<Record<string, string>> = {}, program = PROGRAM): Looked {
  const script = `${before === '' ? ':' : before} && exec $RUN "$0" "$@"`;
  const words = [process.execPath, program, 'doctor', '--json', '--lang', 'en', '--config', file];
  const { stdout, stderr, status } = spawnSync('unshare', ['-n', '-m', 'sh', '-c', script, ...words], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], RUN: '', ...env },
  });
  if (!stdout.startsWith('{')) throw new Error(`no answer: ${stdout}${stderr}`);
  return { ...(JSON.parse(stdout) as Looked), code: status };
}

it('a box without a network, in another time zone, and the key of the other environment', () => {
  const { findings, code, text } = doctor('', { TZ: 'Asia/Tokyo' });
  expect(code).toBe(1);
  expect(wrongOf(findings)).toEqual(
    expect.arrayContaining([
      'config fail E910',
      'host.zone warn E850',
      'network.names fail E851',
      'gateway.answer fail E560',
    ]),
  );
  expect(foundBy(findings, 'gateway.key').verdict).toBe('skip');
  expect(text).toContain('FAIL  E851 DNS api.sandbox.midtrans.com');
  expect(text).not.toContain('Mid-server-of-production');
});

it('a full disk, one that has turned read-only, and a slow one', () => {
  const tmpfs = `mount -t tmpfs -o size=1m none ${journal}`;
  const full = doctor(`${tmpfs} && { dd if=/dev/zero of=${journal}/full bs=64k 2>/dev/null || true; }`);
  expect(foundBy(full.findings, 'host.disk')).toMatchObject({ verdict: 'fail', code: 710 });
  const low = doctor(tmpfs);
  expect(foundBy(low.findings, 'host.disk')).toMatchObject({ verdict: 'fail', code: 712 });
  const only = doctor(`${tmpfs} && mount -o remount,ro ${journal}`);
  expect(foundBy(only.findings, 'host.disk')).toMatchObject({ verdict: 'fail', code: 702 });
  // Each synchronous write of the program takes 400 ms, by the kernel's own tracer.
  const slow = doctor('', {
    RUN: 'strace -f -qq -o /dev/null -e trace=fdatasync,fsync -e inject=fdatasync,fsync:delay_enter=400000',
  });
  expect(foundBy(slow.findings, 'host.disk-speed')).toMatchObject({ code: 846 });
  expect(readdirSync(journal)).toEqual([]);
});

it('an installation of which a module was built for another Node, and files are missing', () => {
  const copy = join(folder, 'copy');
  cpSync(join(ROOT, 'dist'), join(copy, 'dist'), { recursive: true, dereference: false });
  cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (name !== 'better-sqlite3')
      symlinkSync(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  const sqlite = join(copy, 'node_modules/better-sqlite3');
  cpSync(join(ROOT, 'node_modules/better-sqlite3'), sqlite, {
    recursive: true,
    filter: (path) => !/\/(deps|src)(\/|$)/.test(path),
  });
  const native = join(sqlite, 'build/Release/better_sqlite3.node');
  chmodSync(native, 0o600);
  writeFileSync(native, 'not of this Node');
  rmSync(join(copy, 'dist/devices/display/kiosk/kiosk.css'), { force: true });
  const { findings } = doctor('', {}, join(copy, 'dist/gopay-pos.cjs'));
  expect(foundBy(findings, 'host.program')).toMatchObject({ verdict: 'fail', code: 845 });
  expect(foundBy(findings, 'device.fonts')).toMatchObject({ verdict: 'fail', code: 465 });
});

it('a login page of the network: the names of Midtrans lead to it, TLS does not open, and plain HTTP sends people elsewhere', () => {
  const portal = join(folder, 'portal.mjs');
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, '127.0.0.1 api.sandbox.midtrans.com localhost\n');
  // It runs the doctor as soon as it listens, and ends with him.
  writeFileSync(
    portal,
    `import { createServer } from 'node:http';
import { spawn } from 'node:child_process';
const page = createServer((_, answer) => answer.writeHead(302, { Location: 'http://login.hotel.example/' }).end());
page.listen(80, '127.0.0.1', () => {
  const doctor = spawn(process.argv[2], process.argv.slice(3), { stdio: 'inherit' });
  doctor.on('exit', (code) => process.exit(code ?? 70));
});
`,
  );
  const { findings } = doctor(`ip link set lo up && mount --bind ${hosts} /etc/hosts`, {
    RUN: `${process.execPath} ${portal}`,
  });
  expect(foundBy(findings, 'network.names')).toMatchObject({ verdict: 'pass', detail: '127.0.0.1' });
  expect(foundBy(findings, 'gateway.answer')).toMatchObject({ verdict: 'fail', code: 853 });
  expect(foundBy(findings, 'gateway.answer').detail).toBe('it sends us to login.hotel.example');
});

it('a relay whose address nobody reaches from the internet', () => {
  const toml = join(folder, 'relay.toml');
  writeFileSync(
    toml,
    `[relay]\npublic_url = "https://192.168.1.5"\n[midtrans]\nenvironment = "sandbox"\nsecret = "file:${folder}/key"\n[broker]\ndirectory = ""\n`,
  );
  const words = [PROGRAM, 'relay', 'doctor', '--json', '--config', toml];
  const { stdout } = spawnSync('unshare', ['-n', process.execPath, ...words], { encoding: 'utf8' });
  const { findings } = JSON.parse(stdout) as Looked;
  expect(foundBy(findings, 'notification.address')).toMatchObject({
    verdict: 'fail',
    code: 855,
    detail: '192.168.1.5 is 192.168.1.5, which nobody reaches from outside',
  });
  expect(wrongOf(findings)).toContain('broker.keeps fail E857');
});

it('a terminal that runs, and who looks may not ask it', async () => {
  const door = createServer().listen(join(folder, 'control.sock'));
  await once(door, 'listening');
  // Somebody else's; who looks has none of root's ways around that.
  chmodSync(join(folder, 'control.sock'), 0o600);
  chownSync(join(folder, 'control.sock'), 65_534, 65_534);
  const plain = ['--bounding-set=-all', '--inh-caps=-all'];
  const words = [...plain, process.execPath, PROGRAM, 'doctor', '--json', '--config', file];
  // Nor may he enter the folder of another one, as that of the service: that he sees none there says nothing.
  const shut = join(folder, 'shut');
  mkdirSync(shut, { mode: 0o700 });
  chownSync(shut, 65_534, 65_534);
  for (const more of [[], ['--socket', join(shut, 'control.sock')]]) {
    const { stdout } = spawnSync('setpriv', [...words, ...more], { encoding: 'utf8' });
    const { findings } = JSON.parse(stdout) as Looked;
    expect(wrongOf(findings)).toContain('terminal fail E831');
    expect(findings.some(({ check }) => check.startsWith('device.'))).toBe(false);
  }
  door.close();
  await once(door, 'close');
});
