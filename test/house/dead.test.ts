import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, type SourceFile, sourceFiles } from './source.js';

const files = sourceFiles();
const tests = sourceFiles(['test']);
const tools = sourceFiles(['.setup']);

/** Files that nothing imports: what is started, what is copied, and types of packages that have none. */
const isProgram = ({ path }: SourceFile): boolean =>
  path === 'src/main.ts' ||
  path === 'src/launch.ts' ||
  path.startsWith('devices/register/blueprint/') ||
  path.endsWith('.d.ts');

/** Of each file the names that are taken from it; undefined where all of it is. */
function taken(by: readonly SourceFile[]): Map<string, Set<string> | undefined> {
  const found = new Map<string, Set<string> | undefined>();
  for (const { to, names } of by.flatMap(({ imports }) => imports)) {
    const before = found.has(to) ? found.get(to) : new Set<string>();
    const all = names === undefined || before === undefined;
    found.set(to, all ? undefined : new Set([...before, ...names]));
  }
  return found;
}

it('has no file that only tests import', () => {
  const used = taken(files);
  const dead = files.filter((file) => !used.has(file.path) && !isProgram(file));
  expect(dead.map(({ path }) => path)).toEqual([]);
});

it('exports nothing that only tests use, and no value that nobody takes', () => {
  const product = taken(files);
  const anybody = taken([...files, ...tests, ...tools]);
  const dead = files
    .filter((file) => !isProgram(file))
    .flatMap((file) => {
      const isTaken = (by: typeof product, name: string) =>
        by.has(file.path) && (by.get(file.path)?.has(name) ?? true);
      const usedInside = (name: string) => file.text.split(new RegExp(`\\b${name}\\b`)).length > 2;
      return file.exports
        .filter((name) => !isTaken(product, name))
        .filter((name) => !usedInside(name) || (!file.types.has(name) && !isTaken(anybody, name)))
        .map((name) => `${file.path} ${name}`);
    });
  expect(dead).toEqual([]);
});

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** The packages that files name, by the part of the specifier that npm knows. */
function packages(by: readonly SourceFile[]): Set<string> {
  const bare = by
    .flatMap(({ imports }) => imports.map(({ to }) => to))
    .filter(
      (to) => /^[@a-z]/.test(to) && !/^(node:|package\.json|(src|devices|test|dist|systemd)\b)/.test(to),
    );
  return new Set(
    bare.map((to) =>
      to
        .split('/')
        .slice(0, to.startsWith('@') ? 2 : 1)
        .join('/'),
    ),
  );
}

it('declares each package that it imports: the product among what is installed with it, tests and tools somewhere', () => {
  const installed = Object.keys(manifest.dependencies);
  const anywhere = [...installed, ...Object.keys(manifest.devDependencies)];
  expect([...packages(files)].filter((name) => !installed.includes(name))).toEqual([]);
  expect([...packages([...tests, ...tools])].filter((name) => !anywhere.includes(name))).toEqual([]);
});

it('needs each package that it installs', () => {
  const text = files.map((file) => file.text).join('\n');
  const unused = Object.keys(manifest.dependencies).filter((name) => !new RegExp(`['\`]${name}`).test(text));
  expect(unused).toEqual([]);
});
