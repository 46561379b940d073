import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './source.js';

it('no recipe of README.md puts a key or a journal where git takes them, and .gitignore has them all the same', () => {
  const recipes = readFileSync(join(ROOT, 'README.md'), 'utf8').match(/```sh\n[\s\S]*?```/g) ?? [];
  expect(recipes.filter((recipe) => /\$PWD|> ?(terminal|relay)\.toml|stdin server-key/.test(recipe))).toEqual(
    [],
  );
  const checkout = mkdtempSync(join(tmpdir(), 'gopay-pos-recipe-'));
  try {
    execFileSync('git', ['init', '-q'], { cwd: checkout });
    writeFileSync(join(checkout, '.gitignore'), readFileSync(join(ROOT, '.gitignore')));
    mkdirSync(join(checkout, 'journal'));
    const made = [
      'server-key',
      'server-key.sandbox',
      'journal/journal.db',
      'terminal.toml',
      'relay.toml',
      'control.sock',
    ];
    for (const name of made) writeFileSync(join(checkout, name), 'x');
    const { stdout } = spawnSync('git', ['status', '--porcelain', '-uall'], {
      cwd: checkout,
      encoding: 'utf8',
    });
    expect(stdout).toBe('?? .gitignore\n');
  } finally {
    rmSync(checkout, { recursive: true, force: true });
  }
});
