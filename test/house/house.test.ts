import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, room, type SourceFile, sourceFiles } from './source.js';

/** The floors of the house, lowest first. A file imports from lower floors and from its own room only. */
const FLOORS: Readonly<Record<string, number>> = {
  'src/base': 0,
  'src/core': 1,
  'src/port': 1,
  // Above core, whose faults a refused value is one of, and below the devices, which declare settings of their own.
  'src/settings': 1.5,
  // Below the devices as well: they have doors of their own.
  'src/bounds': 1.5,
  'src/journal': 2,
  'src/midtrans': 2,
  'src/mqtt': 2,
  'src/host': 2,
  'src/identity': 2,
  devices: 2,
  // Above the devices: each declares its own settings, and the file's schema is put together from them.
  'src/config': 3,
  'src/terminal': 3,
  'src/relay': 3,
  'src/sandbox': 3,
  'src/control': 4,
  // Where programs are put together; the demo uses the same composition as main, so it lies above it.
  'src/programs': 5,
  // Looks at what the programs are put together from.
  'src/doctor': 5.5,
  'src/demo': 6,
  'src/main.ts': 7,
  'src/launch.ts': 7,
};

function family(path: string): string {
  return path.split('/')[1] ?? '';
}

const files = sourceFiles();
const byPath = new Map(files.map((file) => [file.path, file]));
const all = <T>(pick: (file: SourceFile) => readonly T[]): T[] => files.flatMap((file) => [...pick(file)]);

describe('the house', () => {
  it('knows every room', () => {
    const unknown = files.map((file) => room(file.path)).filter((name) => !(name in FLOORS));
    expect([...new Set(unknown)]).toEqual([]);
  });

  it('has only the agreed names at the top', () => {
    const agreed = new Set(
      'package.json package-lock.json tsconfig.json README.md LICENSE src devices systemd test node_modules dist'.split(
        ' ',
      ),
    );
    expect(readdirSync(ROOT).filter((name) => !name.startsWith('.') && !agreed.has(name))).toEqual([]);
  });

  it('imports only downwards, or within a room', () => {
    const wrong = all((file) =>
      file.imports.flatMap(({ to }) => {
        if (!byPath.has(to)) return [];
        const from = room(file.path);
        const target = room(to);
        if (from === target) return [];
        return (FLOORS[target] ?? 99) < (FLOORS[from] ?? -1) ? [] : [`${file.path} -> ${to}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('resolves every relative import to a file', () => {
    const lost = all((file) =>
      file.imports
        .filter(
          ({ to }) => (to.startsWith('src/') || to.startsWith('devices/')) && !existsSync(join(ROOT, to)),
        )
        .map(({ to }) => `${file.path} -> ${to}`),
    );
    expect(lost).toEqual([]);
  });

  it('keeps device families apart: they share the kit, and only the catalogue names them all', () => {
    const wrong = all((file) =>
      file.path.startsWith('devices/') && file.path !== 'devices/catalogue.ts'
        ? file.imports
            .filter(
              ({ to }) =>
                to.startsWith('devices/') && family(to) !== family(file.path) && family(to) !== 'kit',
            )
            .map(({ to }) => `${file.path} -> ${to}`)
        : [],
    );
    expect(wrong).toEqual([]);
  });

  it('lets only main, programs and demo name concrete devices and adapters', () => {
    const wrong = all((file) =>
      /^src\/(terminal|relay|sandbox|control)\//.test(file.path)
        ? file.imports.filter(({ to }) => to.startsWith('devices/')).map(({ to }) => `${file.path} -> ${to}`)
        : [],
    );
    expect(wrong).toEqual([]);
  });

  it('keeps core, port and base free of node, clocks, chance and timers', () => {
    const forbidden = [
      'Date.now',
      'Math.random',
      'performance.now',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'fetch',
      'process',
      'Buffer',
    ];
    const wrong = all((file) => {
      if (!/^src\/(base|core|port)\//.test(file.path)) return [];
      const packages = file.imports
        .filter(({ to }) => !byPath.has(to))
        .map(({ to }) => `${file.path} imports ${to}`);
      const names = forbidden
        .filter((name) => file.mentions.has(name))
        .map((name) => `${file.path} uses ${name}`);
      return [...packages, ...names];
    });
    expect(wrong).toEqual([]);
  });

  it('keeps ports free of code', () => {
    const wrong = files.filter((file) => file.path.startsWith('src/port/') && file.functions.length > 0);
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  it('has no barrels', () => {
    const named = files.filter((file) => /(^|\/)index\.ts$/.test(file.path)).map((file) => file.path);
    const reExports = all((file) =>
      file.imports.filter((i) => i.reExport).map(({ to }) => `${file.path} re-exports ${to}`),
    );
    expect([...named, ...reExports]).toEqual([]);
  });

  it('does no work when a file is imported', () => {
    const wrong = all((file) =>
      ['src/main.ts', 'src/launch.ts', 'devices/kit/qr-search-worker.ts'].includes(file.path)
        ? []
        : file.topLevelWork.map(({ line, what }) => `${file.path}:${line} ${what}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has no circles, type imports included', () => {
    expect(circles(files)).toEqual([]);
  });

  it('keeps files to 500 lines at most and functions under 70', () => {
    const long = files.filter((file) => file.lines > 500).map((file) => `${file.path}: ${file.lines} lines`);
    const longFunctions = all((file) =>
      file.functions
        .filter((f) => f.lines > 70)
        .map((f) => `${file.path}:${f.line} ${f.name}: ${f.lines} lines`),
    );
    expect([...long, ...longFunctions]).toEqual([]);
  });

  it('keeps the dead request chain out of the lock file', () => {
    const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
    const banned = ['request', 'tough-cookie', 'har-validator', 'usb'];
    expect(banned.filter((name) => lock.includes(`"node_modules/${name}"`))).toEqual([]);
    expect(lock).not.toMatch(/"resolved": "https?:/);
  });
});

/** Each circle once, as `a -> b -> a`. */
function circles(sources: readonly SourceFile[]): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    state.set(path, 'open');
    for (const { to } of byPath.get(path)?.imports ?? []) if (byPath.has(to)) visit(to, [...trail, path]);
    state.set(path, 'done');
  };
  for (const source of sources) visit(source.path, []);
  return found;
}
