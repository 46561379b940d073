import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Compiles natively what our own checkout has compiled already: minutes, so only when asked for (test/README.md). */
const WHOLE = process.env['INSTALL_SCRIPTS'] === '1';
/** The newest npm asks the person who installs whether packages may run their scripts; a package cannot answer for him. */
const SCRIPTED = 'better-sqlite3,koffi,classic-level,@serialport/bindings-cpp';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface Installed {
  readonly inBundle?: boolean;
  readonly link?: boolean;
  readonly integrity?: string;
}

let place: string;
let told = '';
const within = (...names: readonly string[]): string => join(place, 'prefix', 'node_modules', ...names);
const json = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'gopay-pos-package-'));
  mkdirSync(join(place, 'prefix'));
  // dist/ is built before any test (kit/built.ts), and other tests run it meanwhile: it is not built again.
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', place], { cwd: ROOT });
  const tarball = readdirSync(place).find((name) => name.endsWith('.tgz')) ?? 'none';
  const scripts = WHOLE ? `--allow-scripts=${SCRIPTED}` : '--ignore-scripts';
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=http', scripts];
  const done = spawnSync(
    'npm',
    ['install', '--prefix', join(place, 'prefix'), ...flags, join(place, tarball)],
    {
      encoding: 'utf8',
      // An empty place of its own: our .npmrc and our lock file say nothing there.
      cwd: place,
    },
  );
  told = `${done.stdout}${done.stderr}`;
  expect(done.status, told).toBe(0);
  const binary = join('better-sqlite3', 'build', 'Release', 'better_sqlite3.node');
  if (!WHOLE) cpSync(join(ROOT, 'node_modules', binary), within(binary));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe('the packed program in an empty place', () => {
  it('is installed without a warning', () => {
    expect(told.split('\n').filter((line) => /^npm (warn|error)/i.test(line))).toEqual([]);
  });

  it('asks the registry for no name that stands for a package of ours', () => {
    expect(told).toMatch(/better-sqlite3/);
    expect(told).not.toMatch(/(get-pixels|qr-image)/);
    const packages = json<{ packages: Record<string, Installed> }>(within('.package-lock.json')).packages;
    for (const name of ['escpos', 'get-pixels', 'qr-image']) {
      const places = Object.keys(packages).filter((path) => path.endsWith(`node_modules/${name}`));
      expect(places).toEqual([`node_modules/gopay-pos/node_modules/${name}`]);
      expect(packages[places[0] ?? '']?.inBundle).toBe(true);
    }
  });

  it('names only what the lock file has from the registry, and brings the rest along', () => {
    const lock = json<{ packages: Record<string, Installed> }>(join(ROOT, 'package-lock.json')).packages;
    const bundled = readdirSync(within('gopay-pos', 'node_modules')).filter((name) => !name.startsWith('.'));
    const asked = (manifest: Manifest) =>
      Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
    const ours = asked(json<Manifest>(within('gopay-pos', 'package.json')));
    expect(ours.filter((name) => lock[`node_modules/${name}`]?.integrity === undefined)).toEqual([]);
    const theirs = bundled.flatMap((name) =>
      asked(json<Manifest>(within('gopay-pos', 'node_modules', name, 'package.json'))),
    );
    expect(theirs.filter((name) => !bundled.includes(name))).toEqual([]);
  });

  it('has both printer libraries, and sells', () => {
    expect(
      existsSync(within('node-thermal-printer')) && existsSync(within('gopay-pos', 'node_modules', 'escpos')),
    ).toBe(true);
    const program = within('.bin', 'gopay-pos');
    const args = ['demo', '--once', '15000', '--directory', join(place, 'demo'), '--log-level', 'warn'];
    const sold = spawnSync(program, args, { encoding: 'utf8', cwd: place });
    expect(sold.status, sold.stderr).toBe(0);
    const result = JSON.parse(sold.stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(result).toMatchObject({ amount: 15_000, state: 'delivered' });
    expect(result['receipt']).toContain('LUNAS');
  });

  it('has the process that searches pictures, which the demo does without', () => {
    const script = `
      const { QrPictureReader } = await import('./qr-picture.js');
      const { QrSearchProcess } = await import('./qr-search-process.js');
      const { SystemTimers } = await import('../../src/host/clock.js');
      const reader = new QrPictureReader(new QrSearchProcess({ timers: new SystemTimers(), log: console }));
      console.log(await reader.check());
      await reader.stop();`;
    const cwd = within('gopay-pos', 'dist', 'devices', 'kit');
    const checked = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      cwd,
    });
    expect(checked.stdout.trim(), checked.stderr).toBe('undefined');
  });
});
