import { expect, it } from 'vitest';
import { sourceFiles } from './source.js';

const FILES = new Map(sourceFiles().map((file) => [file.path, file]));
/** What declares devices, by its name, and what such files share. */
const DECLARES =
  /^devices\/(catalogue\.ts|.*\/(protocol|protocols|device|settings)\.ts|kit\/(decoder|open-line)\.ts|printer\/profiles\.ts)$/;

/** All that is loaded with a file before it runs. */
function loadedWith(path: string): string[] {
  const seen = new Set<string>();
  const visit = (at: string): void => {
    if (seen.has(at)) return;
    seen.add(at);
    for (const { to, when } of FILES.get(at)?.imports ?? []) if (when === 'first') visit(to);
  };
  visit(path);
  return [...seen];
}

it('loads no driver, no package and nothing of Node with the catalogue: a device is declared, and loaded when it is opened', () => {
  const loaded = loadedWith('devices/catalogue.ts');
  expect(loaded.length).toBeGreaterThan(20);
  const others = loaded.filter((path) => !DECLARES.test(path) && !/^src\/(base|core|settings)\//.test(path));
  expect(others).toEqual([]);
});

it('finds its way past types, and into whatever is loaded by name', () => {
  expect(loadedWith('devices/register/zvt/driver.ts')).toContain('devices/register/zvt/apdu.ts');
  expect(loadedWith('devices/register/zvt/protocol.ts')).not.toContain('devices/register/zvt/driver.ts');
});
